"""Your Batch Jobs: the jobs of the workspace, page by page."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

from traitlets import Dict, HasTraits, List

from curation_kit.jobs import whole_seconds
from curation_kit.llm import Usage
from curation_kit.session.job_costs import usage_row
from curation_kit.session.job_part import BYTES_PER_SECOND, MAX_TEXT
from curation_kit.session.paging import turned
from curation_kit.workspace import Workspace

__all__ = ["JOBS_PER_PAGE", "JobList"]

#: One page of jobs is about 7 kB.
JOBS_PER_PAGE = 25


class JobList(HasTraits):
    """One page of the jobs: filtered, searched, sorted.

    Attributes
    ----------
    jobs : list of dict
        id, name, flow, status, reason, created, counts, seconds; cost in US
        dollars and tokens of those that have asked models.
    listing : dict
        What was asked for (``search``, ``status``, ``sort``, ``descending``),
        ``counts`` (jobs per status, "" for all), ``found``, ``page``,
        ``pages``, ``first``.
    """

    jobs = List(Dict())
    listing = Dict()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._lock = threading.Lock()
        self._search, self._status, self._page = "", "", 0
        self._sort, self._descending = "created", True
        self._due = 0.0

    def show(
        self,
        search: str = "",
        status: str = "",
        sort: str = "created",
        descending: bool = True,  # noqa: FBT001, FBT002 - from the page
        page: int = 0,
    ) -> None:
        """Turn to a page of the jobs that are meant."""
        with self._lock:
            self._search, self._status, self._page = search, status, max(page, 0)
            self._sort, self._descending = sort, descending
        self.refresh()

    def refresh(self) -> None:
        """Read the list again."""
        with self._lock:
            rows, found = self._read()
            if not rows and self._page:  # jobs were deleted meanwhile
                self._page = 0
                rows, found = self._read()
            counts = self._workspace.jobs.counts()
            usage = self._workspace.spending.of_jobs([row["id"] for row in rows])
            shown = [_listed(row, usage.get(row["id"])) for row in rows]
            if shown != self.jobs:
                self.jobs = shown
                self._due = time.monotonic() + len(json.dumps(shown)) / BYTES_PER_SECOND
            self.listing = {
                "search": self._search,
                "status": self._status,
                "sort": self._sort,
                "descending": self._descending,
                "counts": {"": sum(counts.values()), **counts},
                **turned(found, self._page, JOBS_PER_PAGE),
            }

    def look(self) -> bool:
        """Read the list again, unless much was sent just before; say if it was."""
        if time.monotonic() < self._due:
            return False
        self.refresh()
        return True

    def _read(self) -> tuple[list[dict[str, Any]], int]:
        return self._workspace.jobs.page(
            search=self._search,
            status=self._status or None,
            sort=self._sort,
            descending=self._descending,
            limit=JOBS_PER_PAGE,
            offset=self._page * JOBS_PER_PAGE,
        )


def _listed(row: dict[str, Any], usage: Usage | None) -> dict[str, Any]:
    shown = {name: row[name] for name in ("id", "name", "flow", "status")}
    if usage is not None:
        used = usage_row(usage)
        shown |= {"cost": used["cost"], "tokens": used["input"] + used["output"]}
    return {
        **shown,
        "reason": (row["reason"] or "")[:MAX_TEXT],
        "created": int(row["created"].timestamp()),
        "total": row["documents"],
        "completed": row["completed"],
        "failed": row["failed"],
        "cancelled": row["cancelled"],
        "seconds": None if row["seconds"] is None else whole_seconds(row["seconds"]),
    }
