"""The documents of a job, page by page, and what became of each."""

from __future__ import annotations

from typing import Any

from traitlets import Dict

from curation_kit.llm import Usage
from curation_kit.records import Ledger
from curation_kit.session.document_order import DocumentOrder
from curation_kit.session.job_costs import usage_row
from curation_kit.session.job_counts import JobCounts
from curation_kit.session.job_part import JobPart, shortened
from curation_kit.session.paging import turned
from curation_kit.session.wording import agent_title
from curation_kit.workspace import Job

__all__ = ["DOCUMENTS_PER_PAGE", "DocumentTable"]

#: One page of documents is about 8 kB.
DOCUMENTS_PER_PAGE = 50

#: Attempts of one document that are shown, the newest ones.
MAX_ATTEMPTS_SHOWN = 20


#: Columns of what was asked of models.
_USED = ("tokens", "cost")

#: What a document keeps while a job runs: sorted by it, the pages stay as they are.
_LASTING = {"position", "document"}


class DocumentTable(JobPart):
    """One page of a job's documents: filtered, searched, sorted.

    Attributes
    ----------
    documents : dict
        ``rows``, what was asked for (``status``, ``search``, ``sort``,
        ``descending``), ``found``, ``page``, ``pages``, ``first``.
    detail : dict
        The document that is unfolded: ``id``, ``attempts``, ``ledger`` and the
        column that a record cannot do without (``first``); empty when none is.
    """

    documents = Dict()
    detail = Dict()
    shown = "documents"

    #: Of the job that is shown, where somebody keeps them up.
    counts: JobCounts | None = None

    def _reset(self) -> None:
        self._status = self._search = self._expanded = ""
        self._sort, self._descending, self._page = "position", False, 0
        self.detail = {}
        self._seq = -1
        self._live = False
        self._forget()

    def _forget(self) -> None:
        """Read all anew the next time."""
        self._rows: dict[str, dict[str, Any]] = {}  # of the page, by id
        self._found = 0
        self._order: DocumentOrder | None = None

    def show(
        self,
        status: str = "",
        search: str = "",
        sort: str = "position",
        descending: bool = False,  # noqa: FBT001, FBT002 - from the page
        page: int = 0,
    ) -> None:
        """Turn to a page of the documents in one state, or of all ("")."""
        with self._lock:
            self._status, self._search = status, search
            self._sort, self._descending = sort, descending
            self._page = max(page, 0)
            self._forget()
            self.refresh()

    def expand(self, document_id: str) -> None:
        """Unfold a document, or fold all with ""."""
        with self._lock:
            self._expanded = document_id
            self.refresh()

    def refresh(self) -> None:
        """Show what is there now."""
        with self._lock:
            super().refresh()
            if self._job is not None:
                self.detail = self._detail(self._job)

    def look(self) -> None:
        """Show what is there now; from now on the order is kept up."""
        with self._lock:
            self._live = True
            super().look()

    def _content(self, job: Job) -> dict[str, Any]:
        if not self._rows:
            self._seq = job.last_seq()  # first: what comes now is told again
            self._read(job)
        else:
            news = job.news(self._seq)
            self._seq = news.seq
            if news.documents is None:
                self._forget()
                self._read(job)
            elif changed := news.documents | self._spending(job):
                self._follow(job, changed)
        return {
            "status": self._status,
            "search": self._search,
            "sort": self._sort,
            "descending": self._descending,
            **turned(self._found, self._page, DOCUMENTS_PER_PAGE),
            "rows": list(self._rows.values()),
        }

    @property
    def _meant(self) -> dict[str, Any]:
        return {
            "status": self._status or None,
            "search": self._search,
            "sort": self._sort,
            "descending": self._descending,
        }

    def _read(self, job: Job) -> None:
        """Read the page."""
        self._found = self._number(job)
        self._page = turned(self._found, self._page, DOCUMENTS_PER_PAGE)["page"]
        rows = job.document_rows(
            **self._meant,
            limit=DOCUMENTS_PER_PAGE,
            offset=self._page * DOCUMENTS_PER_PAGE,
        )
        self._rows = _shown(job, rows)

    def _follow(self, job: Job, changed: frozenset[str]) -> None:
        """Read what of the page is new or has changed."""
        page = list(self._rows)
        if self._status or self._sort not in _LASTING:
            if self._order is None:
                if not self._live:
                    self._read(job)
                    return
                self._order = DocumentOrder(job, **self._meant)
            else:
                self._order.update(changed)
            self._found = len(self._order)
            self._page = turned(self._found, self._page, DOCUMENTS_PER_PAGE)["page"]
            page = self._order.page(self._page * DOCUMENTS_PER_PAGE, DOCUMENTS_PER_PAGE)
        wanted = [key for key in page if key in changed or key not in self._rows]
        known = self._rows | _shown(job, job.document_rows_of(wanted))
        self._rows = {key: known[key] for key in page}

    def _spending(self, job: Job) -> set[str]:
        """Documents in work that have asked a model, of which no event tells."""
        busy = [key for key, row in self._rows.items() if row["status"] == "processing"]
        used = job.document_usage(busy) if busy else {}
        return {
            key
            for key in used
            if _used(used[key]) != {name: self._rows[key].get(name) for name in _USED}
        }

    def _number(self, job: Job) -> int:
        """Documents on all pages."""
        if self.counts is None or self._search.strip():
            return job.found_documents(status=self._status or None, search=self._search)
        progress = self.counts.progress
        number: int = getattr(progress, self._status or "total")
        return number

    def _detail(self, job: Job) -> dict[str, Any]:
        if not self._expanded:
            return {}
        attempts = job.attempt_rows(self._expanded)
        return {
            "id": self._expanded,
            "earlier": max(len(attempts) - MAX_ATTEMPTS_SHOWN, 0),
            "attempts": [_attempt(row) for row in attempts[-MAX_ATTEMPTS_SHOWN:]],
            "ledger": _ledger(job.ledger(self._expanded)),
            "first": next(iter(job.record_model().domain_columns()), ""),
        }


def _shown(job: Job, rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Rows as the page shows them, by the ids of the documents."""
    ids = [row["document_id"] for row in rows]
    if not ids:
        return {}
    outputs, usage = job.outputs(ids), job.document_usage(ids)
    return {
        key: _row(row, outputs.get(key, []), usage.get(key))
        for key, row in zip(ids, rows, strict=True)
    }


def _row(
    row: dict[str, Any], outputs: list[tuple[int, str]], usage: Usage | None
) -> dict[str, Any]:
    shown = {
        "id": row["document_id"],
        "document": row["document"],
        "status": row["status"],
        "records": row["records"],
        "seconds": None if row["seconds"] is None else round(row["seconds"], 2),
        "attempts": row["attempts"],
        "error": shortened(row["error"] or ""),
        "hint": shortened(row["hint"] or ""),
    }
    if row["status"] in {"processing", "failed"} and row["step"]:
        shown |= {
            "step": agent_title(row["step"]),
            "at": row["step_number"],
            "of": row["steps"],
        }
    if row["records"] == 0:  # nothing found is a finding: say what was read
        shown["note"] = shortened(row["ledger"] or "")
    if usage is not None:
        shown |= _used(usage)
    if len(outputs) > 1:
        shown["outputs"] = [list(output) for output in outputs]
    return {name: value for name, value in shown.items() if value not in (None, "")}


def _used(usage: Usage) -> dict[str, Any]:
    used = usage_row(usage)
    return {"tokens": used["input"] + used["output"], "cost": used["cost"]}


def _attempt(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": row["attempt"],
        "started": row["started"].timestamp(),
        "seconds": row["seconds"],
        "outcome": row["outcome"] or "",
        "charged": row["charged"],
        "reused": ", ".join(agent_title(name) for name in row["reused"].split(", "))
        if row["reused"]
        else "",
        "step": agent_title(row["step"]) if row["step"] else "",
        "error": shortened(row["error"] or ""),
        "corrected": row["corrected_flow"] or 0,
    }


def _ledger(ledger: Ledger | None) -> list[tuple[str, str]]:
    """What was read in a document, and what became of it, as label and text."""
    if ledger is None:
        return []
    pages = f"{ledger.pages:,}"
    if ledger.pages_without_text:
        pages += f", {ledger.pages_without_text:,} of them without text"
    dropped = sorted(ledger.dropped.items(), key=lambda item: (-item[1], item[0]))
    judged = (
        f"{ledger.sentences:,} sentences, {ledger.candidates:,} candidates, "
        f"{ledger.kept:,} kept"
    )
    sent = (
        f"{ledger.chunks_sent:,} sent, {ledger.chunks_answered:,} answered, "
        f"{ledger.chunks_unparseable:,} unreadable answers"
    )
    rows = [
        ("Pages", pages if ledger.pages else "none were read"),
        ("Sections read", ", ".join(ledger.sections_read)),
        ("Sections not found", "results" if ledger.lacks_results else ""),
        ("Sections skipped", ", ".join(ledger.sections_skipped)),
        ("Judged", judged if ledger.sentences else ""),
        ("Dropped", "; ".join(f"{count:,} {reason}" for reason, count in dropped)),
        ("Pieces for a model", sent if ledger.chunks_sent else ""),
        ("Notes", " ".join(ledger.notes)),
    ]
    return [(label, text.replace("_", " ")) for label, text in rows if text]
