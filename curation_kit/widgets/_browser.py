"""What only the browser can do: save a file, keep the address and the history."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO

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
        self._offers = count()
        self._files: dict[int, BinaryIO] = {}  # offered, and not sent in full yet
        super().__init__(
            session,
            actions={
                "slice": self._slice,
                "lost": self._stopped,
                "visit": session.visit,
            },
            reporting=session.reporting,
            apart=dict.fromkeys(("slice", "lost"), session.adding_errors),
        )
        self.owns_address = owns_address
        session.downloads.observe(self._offered, names="offered")

    def _offered(self, change: dict[str, Any]) -> None:
        if not change["new"]:
            return
        # Opened now: the next download may take the place of this file.
        file = Path(change["new"]["path"]).open("rb")  # noqa: SIM115 - see `_slice`
        offer, size = next(self._offers), os.fstat(file.fileno()).st_size
        if size:
            self._files[offer] = file
        else:  # nothing will be asked for
            file.close()
        self.send({"offer": offer, "save": change["new"]["name"], "size": size})

    def _slice(self, offer: int, offset: int) -> None:
        """Send the next slice; that there are no bytes more ends the download."""
        file = self._files.get(offer)
        if file is None:  # all was sent; a view that still asks has lost the last slice
            self.send({"offer": offer, "slice": offset, "gone": True}, buffers=[b""])
            return
        data, problem = b"", "the file was changed"
        try:
            file.seek(offset)
            data = file.read(SLICE)
        except OSError as error:
            problem = error.strerror or str(error)
        self.send({"offer": offer, "slice": offset}, buffers=[data])
        if not data:
            self._stopped(Path(file.name).name, problem)
        if not data or file.tell() >= os.fstat(file.fileno()).st_size:
            self._files.pop(offer).close()

    def _stopped(self, name: str, problem: str = "the connection was lost") -> None:
        self._session.show_error(
            CurationKitError(
                f"The download of {name} stopped ({problem}). Try it again."
            )
        )
