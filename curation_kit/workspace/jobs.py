"""The jobs of a workspace."""

from __future__ import annotations

import datetime as dt
import json
import time
from builtins import list as list_  # `Jobs.list` hides the name in the class
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from curation_kit.errors import NotFound
from curation_kit.flow import Flow
from curation_kit.jobs import LAST, JobStore
from curation_kit.phrases import shown
from curation_kit.runner import Folders, Runner
from curation_kit.workspace.job import Job

if TYPE_CHECKING:
    import pandas as pd

    from curation_kit.store import Row

__all__ = ["Jobs"]

#: Jobs, and documents of them, by which the time of a flow is judged.
TIMED_JOBS, TIMED_DOCUMENTS = 5, 500

_JOB_TYPES = {
    "id": "str",
    "name": "str",
    "status": "str",
    "reason": "str",
    "flow": "str",
    "documents": "Int64",
    "completed": "Int64",
    "failed": "Int64",
    "cancelled": "Int64",
    "created": "datetime64[s]",
    "seconds": "Float64",
}


class Jobs:
    """The jobs of a workspace."""

    def __init__(self, store: JobStore, folders: Folders, runner: Runner) -> None:
        self._store = store
        self._folders = folders
        self._runner = runner

    def __repr__(self) -> str:
        return f"<Jobs: {len(self):,}; list() shows them, get(NAME or ID) gives one>"

    def __len__(self) -> int:
        return sum(self.counts().values())

    def list(self) -> pd.DataFrame:
        """All jobs, newest first: one row per job."""
        from curation_kit.results import frame

        return frame(self.page()[0], _JOB_TYPES)

    def page(
        self,
        *,
        search: str = "",
        status: str | None = None,
        sort: str = "created",
        descending: bool = True,
        limit: int | None = None,
        offset: int = 0,
    ) -> tuple[list_[dict[str, Any]], int]:
        """Rows of `list` as dictionaries: all, or one page of those that are meant.

        Parameters
        ----------
        search
            Words that all occur in name, id or flow, whatever the case.
        status
            Only jobs in this state.
        sort, descending
            ``created``, ``name``, ``flow``, ``status``, ``documents`` or
            ``seconds``.
        limit, offset
            One page of them; all when left out.

        Returns
        -------
        list of dict
            As `Job.summary`.
        int
            How many there are on all pages; 0 past the last one.
        """
        rows = self._store.listing(
            now=time.time(),
            search=search,
            status=status,
            sort=sort,
            descending=descending,
            limit=limit,
            offset=offset,
        )
        return [_summary(row) for row in rows], rows[0]["found"] if rows else 0

    def counts(self) -> dict[str, int]:
        """Number of jobs per status."""
        return self._store.job_counts()

    def times_of(self, flow: Flow) -> list_[tuple[int, float]]:
        """Pages and seconds of documents with which this very flow was run.

        Those of the newest jobs, and without runs that could skip steps.
        """
        rows = self._store.times_of(flow, jobs=TIMED_JOBS, limit=TIMED_DOCUMENTS)
        return [(row["pages"], row["seconds"]) for row in rows]

    def has_runner(self) -> bool:
        """Whether a process is at work on the jobs now."""
        return self._runner.is_alive()

    def __iter__(self) -> Iterator[Job]:
        return (self._job(row.id) for row in self._store.jobs())

    def version(self) -> int:
        """A number that changes when the workspace has, whoever changed it."""
        return self._store.data_version()

    def uses(self, document_ids: Sequence[str] | None = None) -> dict[str, int]:
        """Number of jobs that use each document: of these, or of all.

        A document that no job uses is left out.
        """
        return self._store.uses(document_ids)

    def holding(self, document_ids: Sequence[str]) -> Sequence[Row]:
        """Jobs that use any of these documents, newest first.

        Returns
        -------
        sequence of Row
            ``id``, ``name``, ``status``, the number of these ``documents`` in
            the job, and of those that it still has to process (``waiting``).
        """
        return self._store.holding(document_ids)

    def ensure_runner(self) -> None:
        """Start a runner when there is work and none is at it.

        Jobs that were paused until a time that has come are resumed.

        Raises
        ------
        JobError
            If the one started last could not work.
        """
        self._store.resume_due()
        if self._store.has_work():
            self._runner.ensure()

    def get(self, job_id: str) -> Job:
        """Give a job by its name, its id, a unique start or end of it, or ``last``.

        Raises
        ------
        NotFound
            If there is none, or more than one.
        """
        if not isinstance(job_id, str):
            raise NotFound(
                f"{shown(job_id)} names no job: give its name, its id, or "
                f'"{LAST}" for the newest one.'
            )
        if job_id == LAST:
            for job in self:
                return job
            raise NotFound("There are no jobs in this workspace yet.")
        return self._job(self._store.get(job_id).id)

    def __getitem__(self, job_id: str) -> Job:
        return self.get(job_id)

    def __contains__(self, job: Job | str) -> bool:
        """Whether it is one of them, or `get` gives one by this name or id."""
        try:
            self.get(job.id if isinstance(job, Job) else job)
        except NotFound:
            return False
        return True

    def _job(self, job_id: str) -> Job:
        return Job(
            job_id, store=self._store, folders=self._folders, runner=self._runner
        )


def _summary(row: Row) -> dict[str, Any]:
    counts = json.loads(row["counts"])
    return {
        "id": row["id"],
        "name": row["name"],
        "status": row["status"],
        "reason": row["reason"],
        "flow": row["flow"],
        "documents": sum(counts.values()),
        "completed": counts.get("completed", 0),
        "failed": counts.get("failed", 0),
        "cancelled": counts.get("cancelled", 0),
        "created": dt.datetime.fromtimestamp(int(row["created"])),  # noqa: DTZ006 - local time, for people
        "seconds": round(row["seconds"], 3) if row["started"] else None,
    }
