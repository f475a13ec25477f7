"""The log of a job in plain words, page by page."""

from __future__ import annotations

from typing import Any

from traitlets import Dict

from curation_kit.session.job_part import MAX_TEXT, JobPart
from curation_kit.session.wording import event_text
from curation_kit.workspace import Job

__all__ = ["EVENTS_PER_PAGE", "EventLog"]

#: One page of the log is about 6 kB.
EVENTS_PER_PAGE = 50


class EventLog(JobPart):
    """One page of a job's log, newest last.

    The pages are counted from the oldest event, so a page that is full never
    changes; the last one is followed while the job runs.

    Attributes
    ----------
    events : dict
        ``rows`` (number, time in seconds since the epoch, document, text,
        type), ``search``, ``found``, ``page``, ``pages``, ``first``.
    """

    events = Dict()
    shown = "events"

    def _reset(self) -> None:
        self._search = ""
        self._page: int | None = None  # None: the last one, whichever that is
        self._forget()

    def _forget(self) -> None:
        """Read all anew the next time."""
        self._seq = -1
        self._rows: list[list[Any]] = []
        self._found = self._first = 0

    def show(self, search: str = "", page: int | None = None) -> None:
        """Turn to a page, or follow the last one (None).

        Parameters
        ----------
        search
            Only events of documents in whose file name every word occurs.
        """
        with self._lock:
            self._search = search
            self._page = page
            self._forget()
            self.refresh()

    def _content(self, job: Job) -> dict[str, Any]:
        newest = job.last_seq()  # first: what comes now is new
        if newest != self._seq:
            if self._rows and self._page is not None:  # it is full
                self._found = job.event_count(search=self._search)
            elif not self._rows or not self._follow(job):
                self._read(job)
            self._seq = max(newest, self._rows[-1][0] if self._rows else 0)
        return {
            "search": self._search,
            "found": self._found,
            "page": self._first // EVENTS_PER_PAGE,
            "pages": _pages(self._found),
            "first": self._first,
            "rows": self._rows,
        }

    def _read(self, job: Job) -> None:
        """Read the page."""
        self._found = job.event_count(search=self._search)
        last = _pages(self._found) - 1
        page = last if self._page is None else min(max(self._page, 0), last)
        if page == last:
            self._page = None
        self._first = page * EVENTS_PER_PAGE
        limit = 2 * EVENTS_PER_PAGE if page == last else EVENTS_PER_PAGE
        rows = job.event_rows(search=self._search, limit=limit, offset=self._first)
        self._rows = _lines(job, rows)
        if page == last:  # some may have come since they were counted
            self._found = self._first + len(rows)
            self._turn()

    def _follow(self, job: Job) -> bool:
        """Add what is new to the last page; say whether that is all of it."""
        limit = 2 * EVENTS_PER_PAGE
        rows = job.event_rows(search=self._search, after=self._seq, limit=limit)
        if len(rows) == limit:
            return False
        self._rows = self._rows + _lines(job, rows)
        self._found += len(rows)
        self._turn()
        return True

    def _turn(self) -> None:
        """Turn to the next page when there is one."""
        first = (_pages(self._found) - 1) * EVENTS_PER_PAGE
        self._rows = self._rows[first - self._first :]
        self._first = first


def _pages(found: int) -> int:
    """Number of pages; the last has what would be a short one: no end is alone."""
    return max(found // EVENTS_PER_PAGE, 1)


def _lines(job: Job, rows: list[dict[str, Any]]) -> list[list[Any]]:
    if not rows:
        return []
    flows = job.flows
    return [
        [
            row["seq"],
            round(row["time"], 1),
            row["document"] or "",
            event_text(row, flows[row["flow"]])[:MAX_TEXT],
            row["type"],
        ]
        for row in rows
    ]
