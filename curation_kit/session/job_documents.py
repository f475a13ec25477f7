"""The documents of a job, page by page, and what became of each."""

from __future__ import annotations

from typing import Any

from traitlets import Dict

from curation_kit.llm import Usage
from curation_kit.records import Ledger
from curation_kit.session.job_costs import usage_row
from curation_kit.session.job_counts import JobCounts
from curation_kit.session.job_part import JobPart, pages_of, shortened
from curation_kit.session.wording import agent_title
from curation_kit.workspace import Job

__all__ = ["DOCUMENTS_PER_PAGE", "DocumentTable"]

#: One page of documents is about 8 kB.
DOCUMENTS_PER_PAGE = 50

#: Attempts of one document that are shown, the newest ones.
MAX_ATTEMPTS_SHOWN = 20

#: Columns that are sorted with the largest first, when first asked for.
_VALUES = {"records", "seconds", "attempts", "step", "ended"}


class DocumentTable(JobPart):
    """One page of a job's documents: filtered, searched, sorted.

    Attributes
    ----------
    documents : dict
        ``rows``, what was asked for (``status``, ``search``, ``sort``,
        ``descending``), ``found``, ``page``, ``pages``, ``first``.
    detail : dict
        The document that is unfolded: ``id``, ``attempts`` and ``ledger``;
        empty when none is.
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

    def _content(self, job: Job) -> dict[str, Any]:
        status, search = self._status or None, self._search
        found = self._number(job, status, search)
        pages = pages_of(found, DOCUMENTS_PER_PAGE)
        self._page = min(self._page, pages - 1)
        rows = job.document_rows(
            status=status,
            search=search,
            sort=self._sort,
            descending=self._descending,
            limit=DOCUMENTS_PER_PAGE,
            offset=self._page * DOCUMENTS_PER_PAGE,
        )
        ids = [row["document_id"] for row in rows]
        outputs, usage = job.outputs(ids), job.document_usage(ids)
        return {
            "status": self._status,
            "search": self._search,
            "sort": self._sort,
            "descending": self._descending,
            "found": found,
            "page": self._page,
            "pages": pages,
            "first": self._page * DOCUMENTS_PER_PAGE,
            "rows": [
                _row(row, outputs.get(key, []), usage.get(key))
                for key, row in zip(ids, rows, strict=True)
            ],
        }

    def _number(self, job: Job, status: str | None, search: str) -> int:
        """Documents on all pages."""
        if self.counts is None or search.strip():
            return job.found_documents(status=status, search=search)
        progress = self.counts.progress
        number: int = getattr(progress, status or "total")
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
        used = usage_row(usage)
        shown |= {"tokens": used["input"] + used["output"], "cost": used["cost"]}
    if len(outputs) > 1:
        shown["outputs"] = [list(output) for output in outputs]
    return {name: value for name, value in shown.items() if value not in (None, "")}


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
        ("Sections skipped", ", ".join(ledger.sections_skipped)),
        ("Judged", judged if ledger.sentences else ""),
        ("Dropped", "; ".join(f"{count:,} {reason}" for reason, count in dropped)),
        ("Pieces for a model", sent if ledger.chunks_sent else ""),
        ("Notes", " ".join(ledger.notes)),
    ]
    return [(label, text.replace("_", " ")) for label, text in rows if text]
