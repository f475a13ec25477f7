"""Running a flow on one document, to see what it gives."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

from traitlets import Bool, Dict, HasTraits

from curation_kit.documents.document import Document
from curation_kit.errors import FlowError, JobError, NotFound
from curation_kit.flow import Flow
from curation_kit.phrases import searchable
from curation_kit.records import Record
from curation_kit.session.follower import Follower
from curation_kit.session.paging import turned
from curation_kit.workspace import Job, Workspace

__all__ = ["MAX_CHOICES", "RECORDS_PER_PAGE", "FlowTest"]

#: Documents offered at once; the search finds the others.
MAX_CHOICES = 50

#: Records with their quotes: about 8 kB.
RECORDS_PER_PAGE = 20

#: Longest quote or error that is sent; the job's page has the rest.
MAX_TEXT = 400

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
        One page of its records: ``rows``, ``found``, ``page``, ``pages``,
        ``first``. A row has the record's columns that are not empty, and
        ``candidates``, the identifiers an ambiguous name may have.
    job : Job or None
        The job of the last test.
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
        self.job: Job | None = None
        self._records: list[Record] = []
        self._page = 0
        self._lock = threading.RLock()
        self._follower = Follower(self._look, self._failed)

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
        with self._lock:
            self.job, self._records, self._page = job, [], 0
            self._tested = tested
            self.is_stale = False
            self.results = {}
            self._show_run()
        self._follower.start()

    def stop(self) -> None:
        """Cancel the test, if it runs."""
        with self._lock:
            job = self.job
            if job is None:
                return
            with suppress(JobError, NotFound):  # it has just ended, or was deleted
                if not job.status.ended:
                    job.cancel()
            self._look()

    def turn(self, page: int) -> None:
        """Turn to a page of the records."""
        with self._lock:
            self._page = page
            self._show_records()

    def compare(self, flow_yaml: str) -> None:
        """Say whether a flow is another than the one tested last."""
        self.is_stale = bool(self._tested) and self._tested != flow_yaml

    def close(self) -> None:
        """Show no test; one that runs goes on as the job that it is."""
        with self._lock:
            self._follower.stop()
            self.job, self._tested = None, ""
            self.is_stale = False
            self.run, self.results = {}, {}

    def join(self, timeout: float | None = None) -> None:
        """Wait until the test has ended, or is shown no more."""
        self._follower.join(timeout)

    # ---- following

    def _look(self) -> bool:
        with self._lock:
            job = self.job
            if job is None:
                return False
            try:
                settled = job.settled  # asked first: the last change is then shown
                self._show_run()
                if settled:
                    self._records = [record for _, _, record in job.records()]
                    self._show_records()
            except NotFound:
                self._tell("The job of this test was deleted.")
                return False
            return not settled

    def _failed(self, error: Exception) -> None:
        self._tell(
            f"This test is no longer up to date: {error} If this stays, run it again."
        )

    def _tell(self, reason: str) -> None:
        self.run = {**self.run, "reason": reason}

    def _show_run(self) -> None:
        if self.job is None:
            return
        job = self.job.row
        [row] = self.job.document_rows(limit=1)
        self.run = {
            "id": job.id,
            "name": job.name,
            "document": row["document"],
            "job": job.status.value,
            "status": row["status"],
            "reason": job.reason or "",
            "step": row["step"] if row["status"] in {"processing", "failed"} else None,
            "records": row["records"],
            "seconds": row["seconds"],
            "error": (row["error"] or "")[:MAX_TEXT],
            "hint": (row["hint"] or "")[:MAX_TEXT],
            "ledger": row["ledger"] or "",
        }

    def _show_records(self) -> None:
        where = turned(len(self._records), self._page, RECORDS_PER_PAGE)
        self._page, first = where["page"], where["first"]
        self.results = {
            "rows": [
                _row(record)
                for record in self._records[first : first + RECORDS_PER_PAGE]
            ],
            **where,
        }

    # ---- documents

    def _found(self) -> list[Document]:
        words = searchable(self._search).split()
        return [
            document
            for document in self._documents.values()
            if all(word in searchable(document.name) for word in words)
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


def _row(record: Record) -> dict[str, Any]:
    """Give a record as JSON: what is empty is left out, what is long is cut."""
    row = record.row("")
    row["figures"] = row["figures"].replace("|", ", ")
    row["candidates"] = "; ".join(
        " or ".join(f"{one.label} ({one.id})" for one in candidates)
        for candidates in record.candidates.values()
    )
    return {
        name: value if isinstance(value, bool | int | float) else str(value)[:MAX_TEXT]
        for name, value in row.items()
        if value is not None and value is not False and value != ""
    }


def _short(name: str) -> str:
    return name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1]}…"
