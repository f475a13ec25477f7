"""Running a flow on one document, to see what it gives."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from traitlets import Bool, Dict, HasTraits

from curation_kit.documents.library import Document
from curation_kit.errors import FlowError, JobError
from curation_kit.flow import Flow
from curation_kit.session.job_view import JobView
from curation_kit.workspace import Workspace

__all__ = ["MAX_CHOICES", "FlowTest"]

#: Documents offered at once; the search finds the others.
MAX_CHOICES = 50

#: Longest name of a flow or file in the name of a test's job.
MAX_NAME = 60


class FlowTest(HasTraits):
    """A test of a flow: an ordinary job of one document.

    Attributes
    ----------
    choices : dict
        ``search``, ``total``, ``found``, ``chosen`` (id) and ``rows`` of
        documents: id, name, problem.
    run : dict
        The job of the last test: id, document, status, step, seconds, error,
        hint, ledger; empty before the first.
    results : dict
        One page of its records, see `JobView.results`.
    is_stale : bool
        Whether the flow has been changed since the test.
    """

    choices = Dict()
    run = Dict()
    results = Dict()
    is_stale = Bool(default_value=False)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._documents: dict[str, Document] = {}
        self._search = self._chosen = self._tested = ""
        self.view = JobView()
        self.view.observe(self._seen, names=["monitor", "results", "error"])

    def refresh(self) -> None:
        """Read the list of documents again."""
        documents = self._workspace.documents.list()
        self._documents = {document.id: document for document in documents}
        if self._chosen not in self._documents:
            # The first that can be read: a test is then one click away.
            self._chosen = next(
                (one.id for one in documents if not one.preflight.problem), ""
            )
        self._show()

    def find(self, search: str) -> None:
        """Offer the documents whose name has every word."""
        self._search = search
        found = self._found()
        if found and self._chosen not in {document.id for document in found}:
            self._chosen = found[0].id
        self._show()

    def choose(self, document_id: str) -> None:
        """Choose the document of the test."""
        if document_id in self._documents:
            self._chosen = document_id
            self._show()

    def start(self, flow: Flow) -> None:
        """Run a flow, saved or not, on the chosen document.

        A test that still runs is cancelled: the new one takes its place.

        Raises
        ------
        FlowError
            If the flow cannot run yet.
        JobError
            If no document is chosen.
        """
        document = self._documents.get(self._chosen)
        if document is None:
            raise JobError("Choose a document for the test first.")
        tested = flow.to_yaml()
        if not flow.name.strip():  # a draft may be tested before it has a name
            flow = flow.model_copy(update={"name": "Untitled flow"})
        if problems := flow.problems():
            raise FlowError(["This flow cannot run yet.", *problems])
        self.stop()
        name = f"Test · {_short(flow.name)} · {_short(document.name)}"
        job = self._workspace.submit(flow, document, name=name)
        self._tested = tested
        self.is_stale = False
        self.view.open(job)

    def stop(self) -> None:
        """Cancel the test, if it runs."""
        job = self.view.job
        if job is not None and not job.status.ended:
            with suppress(JobError):  # it has just ended
                job.cancel()
            self.view.refresh()

    def compare(self, flow_yaml: str) -> None:
        """Say whether a flow is another than the one tested last."""
        self.is_stale = bool(self._tested) and self._tested != flow_yaml

    def turn(self, page: int) -> None:
        """Turn to a page of the records."""
        self.view.show_results("", page)

    def forget(self) -> None:
        """Show no test; one that runs goes on as the job that it is."""
        self._tested = ""
        self.is_stale = False
        self.view.close()

    def _found(self) -> list[Document]:
        words = self._search.casefold().split()
        return [
            document
            for document in self._documents.values()
            if all(word in document.name.casefold() for word in words)
        ]

    def _show(self) -> None:
        found = self._found()
        shown = found[:MAX_CHOICES]
        chosen = self._documents.get(self._chosen)
        if chosen is not None and chosen not in shown:
            shown = [chosen, *shown]
        self.choices = {
            "search": self._search,
            "total": len(self._documents),
            "found": len(found),
            "chosen": self._chosen,
            "rows": [
                {
                    "id": document.id,
                    "name": document.name,
                    "problem": document.preflight.problem or "",
                }
                for document in shown
            ],
        }

    def _seen(self, change: dict[str, Any]) -> None:
        """Show what the job's view shows; called from its thread too."""
        if change["name"] == "results":
            self.results = change["new"]
            return
        job, monitor = self.view.job, self.view.monitor
        if job is None or not monitor:
            self.run = {}
            return
        [row] = job.document_rows(limit=1)
        self.run = {
            "id": job.id,
            "name": monitor["name"],
            "document": row["document"],
            "job": monitor["status"],
            "status": row["status"],
            "reason": self.view.error or monitor["reason"],
            "step": row["step"] if row["status"] in {"processing", "failed"} else None,
            "records": row["records"],
            "seconds": row["seconds"],
            "error": row["error"] or "",
            "hint": row["hint"] or "",
            "ledger": row["ledger"] or "",
        }


def _short(name: str) -> str:
    return name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1]}…"
