"""Adding documents: upload PDFs of any size, or add a folder."""

from __future__ import annotations

from typing import Any

from traitlets import Bool, Dict

from curation_kit.errors import CurationKitError
from curation_kit.session import CurationSession
from curation_kit.widgets._leaf import Leaf, script

__all__ = ["DocumentUpload"]


class DocumentUpload(Leaf):
    """Sends files over HTTP where a server of ours has the kernel's workspace.

    Anywhere else they come in slices of 1 MiB, each acknowledged before the next.
    """

    _esm = script("upload")

    summary = Dict().tag(sync=True)
    is_adding = Bool(default_value=False).tag(sync=True)
    progress = Dict().tag(sync=True)

    def __init__(self, session: CurationSession) -> None:
        uploads = session.uploads
        self._session = session
        super().__init__(
            session.outcomes,
            uploads,
            session.folder,
            actions={
                "add_folder": session.folder.add,
                "stop_folder": session.folder.stop,
                "forget": session.outcomes.begin,
                "make_job": session.jobs.with_added,
                "finish": uploads.finish,
                "abort": uploads.abort,
                "refuse": uploads.refuse,
            },
            reporting=session.reporting,
        )

    def _on_message(
        self, widget: Leaf, content: dict[str, Any], buffers: list[memoryview]
    ) -> None:
        if content.get("action") not in {"begin", "slice", "arrived"}:
            super()._on_message(widget, content, buffers)
            return
        # Slices come by the hundred: they answer with a number, and leave the
        # messages on the page alone. What is wrong with a file stands beside it.
        key, received, problem, folder = content["key"], -1, "", ""
        uploads = self._session.uploads
        try:
            if content["action"] == "begin":
                folder = uploads.begin(
                    key, content["name"], content["size"], content.get("batch", "")
                )
                received = 0
            elif content["action"] == "arrived":
                received = uploads.arrived(key)
            else:
                received = uploads.receive(key, content["offset"], buffers[0])
        except CurationKitError as error:
            problem = str(error)
        except Exception as error:  # noqa: BLE001 - shown on the page
            self._session.show_error(error)
            problem = "It could not be stored: see the message above."
        finally:
            self.send(
                {
                    "ack": key,
                    "received": received,
                    "problem": problem,
                    "folder": folder,
                }
            )
