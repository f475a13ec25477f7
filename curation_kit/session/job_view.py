"""What the page of one job shows, kept up to date while the job runs."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from traitlets import Dict, HasTraits, Unicode

from curation_kit.session.follower import Follower
from curation_kit.workspace import Job

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DOCUMENTS_PER_PAGE", "RESULTS_PER_PAGE", "JobView"]

#: One page of documents and a summary are about 8 kB per refresh.
DOCUMENTS_PER_PAGE = 50

#: Rows with their quotes: also about 8 kB.
RESULTS_PER_PAGE = 25

#: Longest error or quote that is sent for one row; the rest is in the downloads.
MAX_TEXT = 400

#: Results are read anew at most this often while the job runs, in seconds.
RESULTS_INTERVAL = 2.0


_NO_RESULTS = {
    "columns": [],
    "rows": [],
    "total": 0,
    "found": 0,
    "search": "",
    "page": 0,
    "pages": 1,
    "first": 0,
}


class JobView(HasTraits):
    """One job as its page shows it.

    Attributes
    ----------
    monitor : dict
        Name, status, counts, rate, time left and one page of documents; empty
        when no job is open. Plain JSON values.
    results : dict
        One page of records: columns, rows, how many there are and how many
        were found.
    error : str
        Why the view could not be kept up to date; empty when it is.
    """

    monitor = Dict()
    results = Dict()
    error = Unicode()

    def __init__(self, job: Job | None = None, *, with_results: bool = True) -> None:
        super().__init__()
        self.job: Job | None = None
        self._with_results = with_results
        self._lock = threading.RLock()
        self._follower = Follower(self._look, self._failed)
        if job is not None:
            self.open(job)

    def open(self, job: Job) -> None:
        """Show a job, and follow it until it has ended."""
        with self._lock:
            self.job = job
            self._status, self._page = "", 0
            self._search, self._results_page = "", 0
            self._shown_seq = -1
            self._table: tuple[int, pd.DataFrame] | None = None
            self._results_due = 0.0
            self.error = ""
            self.refresh()
        self.follow()

    def close(self) -> None:
        """Show no job."""
        with self._lock:
            self._follower.stop()
            self.job = None
            self.monitor = {}
            self.results = {}

    def follow(self) -> None:
        """Keep the view up to date from a thread, as long as the job can change."""
        if self.job is not None and not self.job.settled:
            self._follower.start()

    def join(self, timeout: float | None = None) -> None:
        """Wait until the view follows no more."""
        self._follower.join(timeout)

    def show_documents(self, status: str, page: int) -> None:
        """Turn to a page of the documents in one state, or of all ("")."""
        with self._lock:
            self._status, self._page = status, max(page, 0)
            self.refresh()

    def show_results(self, search: str, page: int) -> None:
        """Turn to a page of the records that contain every word of a search."""
        with self._lock:
            self._search, self._results_page = search, max(page, 0)
            self._results_due = 0.0
            self._shown_seq = -1
            self.refresh()

    def refresh(self) -> None:
        """Look at the store and show what is there now."""
        with self._lock:
            if self.job is None:
                return
            self.monitor = self._monitor(self.job)
            if self._with_results:
                self._refresh_results(self.job)

    def _refresh_results(self, job: Job) -> None:
        """Read the records again when there are new ones, but not too often."""
        seq, now = job.last_seq(), time.monotonic()
        if seq == self._shown_seq or (now < self._results_due and not job.status.ended):
            return
        if not self.monitor["counts"]["completed"]:  # nothing to load pandas for
            self.results = dict(_NO_RESULTS)
        else:
            import pandas  # noqa: F401, ICN001 - its import is no cost of this reading

            begun = time.monotonic()
            self.results = self._results(job, seq)
            cost = time.monotonic() - begun
            self._results_due = now + max(RESULTS_INTERVAL, 10 * cost)
        self._shown_seq = seq

    def _look(self) -> bool:
        with self._lock:
            job = self.job
            if job is None:
                return False
            ended = job.settled  # asked first: the last change is then shown
            self.refresh()
            return not ended

    def _failed(self, error: Exception) -> None:
        self.error = f"This page is no longer up to date: {error} Reload it."

    def _monitor(self, job: Job) -> dict[str, Any]:
        row, progress = job.row, job.progress
        counts = {
            "": progress.total,
            "pending": progress.pending,
            "processing": progress.processing,
            "completed": progress.completed,
            "failed": progress.failed,
            "cancelled": progress.cancelled,
        }
        pages = max(-(-counts.get(self._status, 0) // DOCUMENTS_PER_PAGE), 1)
        self._page = min(self._page, pages - 1)
        documents = job.document_rows(
            status=self._status or None,
            limit=DOCUMENTS_PER_PAGE,
            offset=self._page * DOCUMENTS_PER_PAGE,
        )
        return {
            "id": row.id,
            "name": row.name,
            "flow": row.flow.name,
            "status": row.status.value,
            "reason": row.reason or "",
            "created": row.created,
            "counts": counts,
            "fraction": progress.fraction,
            "elapsed": int(progress.elapsed),
            "rate": progress.rate,
            "eta": None if progress.eta is None else int(progress.eta) + 1,
            "filter": self._status,
            "page": self._page,
            "pages": pages,
            "first": self._page * DOCUMENTS_PER_PAGE,
            "rows": [_document(item) for item in documents],
        }

    def _results(self, job: Job, seq: int) -> dict[str, Any]:
        if self._table is None or self._table[0] != seq:
            self._table = (seq, job.results)
        table = self._table[1]
        found = _matching(table, self._search)
        pages = max(-(-len(found) // RESULTS_PER_PAGE), 1)
        self._results_page = min(self._results_page, pages - 1)
        first = self._results_page * RESULTS_PER_PAGE
        page = found.iloc[first : first + RESULTS_PER_PAGE]
        columns = [name for name in table.columns if name != "document_id"]
        return {
            "columns": columns,
            "rows": [
                ["" if _missing(value) else str(value)[:MAX_TEXT] for value in values]
                for values in page[columns].itertuples(index=False, name=None)
            ],
            "total": len(table),
            "found": len(found),
            "search": self._search,
            "page": self._results_page,
            "pages": pages,
            "first": first,
        }


def _document(row: dict[str, Any]) -> dict[str, Any]:
    shown = {
        "id": row["document_id"] if row["status"] == "completed" else None,
        "document": row["document"],
        "status": row["status"],
        "step": row["step"] if row["status"] in {"processing", "failed"} else None,
        "records": row["records"],
        "seconds": None if row["seconds"] is None else round(row["seconds"], 2),
        "attempts": row["attempts"],
        "error": (row["error"] or "")[:MAX_TEXT],
        "hint": (row["hint"] or "")[:MAX_TEXT],
    }
    if row["records"] == 0:  # nothing found is a finding: say what was read
        shown["note"] = (row["ledger"] or "")[:MAX_TEXT]
    return {name: value for name, value in shown.items() if value not in {None, ""}}


def _matching(table: pd.DataFrame, search: str) -> pd.DataFrame:
    """Rows in which every word of the search occurs, whatever the case."""
    import pandas as pd

    words = search.casefold().split()
    if not words or table.empty:
        return table
    columns = [name for name in table.columns if name != "document_id"]
    texts = pd.Series("", index=table.index)
    for name in columns:
        texts = texts + " " + table[name].astype("object").fillna("").astype("str")
    texts = texts.str.casefold()
    keep = texts.str.contains(words[0], regex=False)
    for word in words[1:]:
        keep &= texts.str.contains(word, regex=False)
    return table[keep]


def _missing(value: Any) -> bool:
    import pandas as pd

    return value is None or bool(pd.isna(value))
