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
            self.refresh()

    def _content(self, job: Job) -> dict[str, Any]:
        found = job.event_count(search=self._search)
        # The last page has what would be a short one too: the end is never alone.
        pages = max(found // EVENTS_PER_PAGE, 1)
        page = pages - 1 if self._page is None else min(max(self._page, 0), pages - 1)
        if page == pages - 1:
            self._page = None
        first = page * EVENTS_PER_PAGE
        flows = job.flows
        limit = 2 * EVENTS_PER_PAGE if page == pages - 1 else EVENTS_PER_PAGE
        rows = job.event_rows(search=self._search, limit=limit, offset=first)
        return {
            "search": self._search,
            "found": found,
            "page": page,
            "pages": pages,
            "first": first,
            "rows": [
                [
                    row["seq"],
                    round(row["time"], 1),
                    row["document"] or "",
                    event_text(row, flows[row["flow"]])[:MAX_TEXT],
                    row["type"],
                ]
                for row in rows
            ],
        }
