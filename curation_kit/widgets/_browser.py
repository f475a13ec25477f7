"""What only the browser can do: save a file, keep the address and the history."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from traitlets import Bool, Unicode

from curation_kit.errors import CurationKitError
from curation_kit.session import CurationSession
from curation_kit.widgets._leaf import Leaf, script

__all__ = ["Browser"]

#: Bytes per message; larger ones are lost on the way (ipywidgets #2522).
SLICE = 1 << 20


class Browser(Leaf):
    """Saves offered files in slices over the comm, and keeps the address current.

    Voilà serves no file outside its allowlist, so a download comes as a Blob.

    Parameters
    ----------
    owns_address
        Whether the page's address is ours to change: in Voilà, not in
        JupyterLab.
    """

    _esm = script("browser")

    query = Unicode().tag(sync=True)
    title = Unicode().tag(sync=True)
    owns_address = Bool(default_value=False).tag(sync=True)

    def __init__(self, session: CurationSession, *, owns_address: bool) -> None:
        self._session = session
        self._path: Path | None = None
        super().__init__(
            session,
            actions={"slice": self._slice, "visit": session.visit},
            reporting=session.reporting,
            apart={"slice": session.adding_errors},
        )
        self.owns_address = owns_address
        session.downloads.observe(self._offered, names="offered")

    def _offered(self, change: dict[str, Any]) -> None:
        if not change["new"]:
            return
        self._path = Path(change["new"]["path"])
        size = self._path.stat().st_size
        self.send({"save": change["new"]["name"], "size": size})

    def _slice(self, offset: int) -> None:
        if self._path is None:
            return
        try:
            with self._path.open("rb") as file:
                file.seek(offset)
                data = file.read(SLICE)
        except OSError as error:
            self._session.show_error(
                CurationKitError(
                    f"The download of {self._path.name} stopped ({error.strerror}). "
                    "Try it again."
                )
            )
            return
        self.send({"slice": offset}, buffers=[data])
