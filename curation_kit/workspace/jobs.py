"""The jobs of a workspace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from curation_kit.errors import NotFound
from curation_kit.jobs import JobStore
from curation_kit.runner import Folders, Runner
from curation_kit.workspace.job import Job

if TYPE_CHECKING:
    import pandas as pd

    from curation_kit.store import Row

__all__ = ["Jobs"]

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

    def list(self) -> pd.DataFrame:
        """All jobs, newest first: one row per job."""
        from curation_kit.results import frame

        return frame([job.summary() for job in self], _JOB_TYPES)

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

        Raises
        ------
        JobError
            If the one started last could not work.
        """
        if self._store.has_work():
            self._runner.ensure()

    def get(self, job_id: str) -> Job:
        """Give a job by its id, the unique start or end of it, or as ``last``."""
        if job_id == "last":
            for job in self:
                return job
            raise NotFound("There are no jobs in this workspace yet.")
        return self._job(self._store.get(job_id).id)

    def __getitem__(self, job_id: str) -> Job:
        return self.get(job_id)

    def _job(self, job_id: str) -> Job:
        return Job(
            job_id, store=self._store, folders=self._folders, runner=self._runner
        )
