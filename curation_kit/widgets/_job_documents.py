"""The documents of a job, with what can be done with each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from traitlets import Bool, Bunch, Dict, HasTraits, Unicode

from curation_kit.session import CurationSession
from curation_kit.session.job_view import DOCUMENTS
from curation_kit.widgets._leaf import Leaf, script

__all__ = ["JobDocuments", "document_actions"]


def document_actions(session: CurationSession) -> dict[str, Callable[..., object]]:
    """What the table of a job's documents can call."""
    view = session.view
    return {
        "show_documents": view.documents.show,
        "expand": view.documents.expand,
        "show_log": view.show_log,
        "download_document": session.downloads.of_document,
        "download_highlighted": session.downloads.of_paper,
        "add_record": partial(session.review_desk.add, fresh=True),
        "retry_failed": session.jobs.retry_failed,
        "retry_cancelled": session.jobs.retry_cancelled,
    }


class JobDocuments(Leaf):
    """Filter, search and sort; download, retry, attempts and ledger of a row."""

    patched = frozenset({"documents"})
    _esm = script("tables", "costs", "documents_of_job", "job_documents")

    monitor = Dict().tag(sync=True)
    documents = Dict().tag(sync=True)
    detail = Dict().tag(sync=True)
    tab = Unicode().tag(sync=True)
    on_dashboard = Bool(default_value=True).tag(sync=True)

    def __init__(self, session: CurationSession) -> None:
        view = session.view
        super().__init__(
            view.documents,
            view,
            actions=document_actions(session),
            reporting=session.reporting,
        )

    def notify_change(self, change: Bunch) -> None:
        """Send the counts only while they are on screen: they change at each look."""
        if change["name"] == "monitor" and self.tab != DOCUMENTS:
            HasTraits.notify_change(self, change)
            return
        if change["name"] == "tab" and self.comm is not None:
            self.send_state("monitor")  # first: there is something to draw at once
        super().notify_change(change)
