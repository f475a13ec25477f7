"""The documents of the workspace: a table, and one of them looked at."""

from __future__ import annotations

from typing import Any

from traitlets import Dict, List, Unicode

from curation_kit.session import CurationSession
from curation_kit.widgets._leaf import Leaf, script

__all__ = ["DocumentDialog", "DocumentTable"]


class DocumentTable(Leaf):
    """Search, filter, sort, tick and delete; a click on a name looks at it."""

    _esm = script("tables", "deleting", "documents")

    table = Dict().tag(sync=True)
    batches: List[Any] = List().tag(sync=True)
    asking = Dict().tag(sync=True)

    def __init__(self, session: CurationSession) -> None:
        documents = session.documents
        super().__init__(
            documents,
            actions={
                "find": documents.find,
                "sort": documents.sort,
                "turn": documents.turn,
                "tick": documents.tick,
                "tick_page": documents.tick_page,
                "tick_found": documents.tick_found,
                "untick_all": documents.untick_all,
                "open": documents.open,
                "ask_to_delete": documents.ask_to_delete,
                "keep": documents.keep,
                "delete": documents.delete,
                "stop_deleting": documents.stop_deleting,
                "add_samples": session.folder.add_samples,
            },
            reporting=session.reporting,
        )


class DocumentDialog(Leaf):
    """Page 1 of a document, its preflight report, its batches and jobs."""

    _esm = script("dialogs", "deleting", "preview")

    document = Dict().tag(sync=True)
    picture = Dict().tag(sync=True)
    asking = Dict().tag(sync=True)
    error = Unicode().tag(sync=True)

    def __init__(self, session: CurationSession) -> None:
        documents = session.documents
        super().__init__(
            documents.preview,
            documents,
            session,
            actions={
                "step": documents.preview.step,
                "dismiss": documents.preview.dismiss,
                "rename": documents.rename,
                "ask_to_delete": documents.ask_to_delete,
                "keep": documents.keep,
                "delete": documents.delete,
                "open_job": session.open_job,
            },
            reporting=session.reporting,
        )
