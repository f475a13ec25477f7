"""Documents: upload PDFs of any size, or add a folder."""

from __future__ import annotations

import threading
from typing import Any

from traitlets import Bool, Int, List, Unicode

from curation_kit.session import CurationSession
from curation_kit.widgets._leaf import Leaf, script

__all__ = ["DocumentUpload"]


class DocumentUpload(Leaf):
    """Sends files in slices of 1 MiB, each acknowledged before the next."""

    _esm = script("upload")

    total = Int().tag(sync=True)
    unfit = Int().tag(sync=True)
    outcomes: List[Any] = List().tag(sync=True)
    is_adding = Bool(default_value=False).tag(sync=True)
    adding = Unicode().tag(sync=True)

    def __init__(self, session: CurationSession) -> None:
        uploads = session.uploads
        self._session = session
        super().__init__(
            uploads,
            session.selection,
            session,
            actions={
                "add_folder": self._add_folder,
                "begin_batch": uploads.begin_batch,
                "finish": uploads.finish,
                "abort": uploads.abort,
                "refuse": uploads.refuse,
            },
            reporting=session.reporting,
        )

    def _add_folder(self, path: str) -> None:
        """Add a folder from a thread: many papers take minutes."""
        threading.Thread(target=self._add, args=(path,), daemon=True).start()

    def _add(self, path: str) -> None:
        # Not `reporting`: it would end the `busy` of a click made meanwhile, and
        # clear what that click has told.
        try:
            self._session.add_folder(path)
        except Exception as error:  # noqa: BLE001 - shown on the page
            self._session.show_error(error)

    def _on_message(
        self, widget: Leaf, content: dict[str, Any], buffers: list[memoryview]
    ) -> None:
        if content.get("action") not in {"begin", "slice"}:
            super()._on_message(widget, content, buffers)
            return
        # Slices come by the hundred: they answer with a number, and leave the
        # messages on the page alone unless something is wrong.
        key, received = content["key"], -1
        uploads = self._session.uploads
        try:
            if content["action"] == "begin":
                uploads.begin(key, content["name"], content["size"])
                received = 0
            else:
                received = uploads.receive(key, content["offset"], buffers[0])
        except Exception as error:  # noqa: BLE001 - shown on the page
            self._session.show_error(error)
        finally:
            self.send({"ack": key, "received": received})
