"""Your Batch Jobs: the newest jobs of the workspace."""

from __future__ import annotations

import threading
from typing import Any

from traitlets import Bool, Dict, HasTraits, List

from curation_kit.workspace import Job, Workspace

__all__ = ["JOBS_SHOWN", "JobList"]

#: Jobs in the list of jobs; older ones are found by their id.
JOBS_SHOWN = 100


class JobList(HasTraits):
    """The list of jobs.

    Attributes
    ----------
    jobs : list of dict
        Newest jobs: id, name, status, counts, created.
    has_more_jobs : bool
        Whether there are older ones.
    """

    jobs = List(Dict())
    has_more_jobs = Bool(default_value=False)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._lock = threading.Lock()

    def refresh(self) -> None:
        """Read the list again."""
        with self._lock:
            shown: list[dict[str, Any]] = []
            more = False
            for job in self._workspace.jobs:
                if len(shown) == JOBS_SHOWN:
                    more = True
                    break
                shown.append(_listed(job))
            self.jobs = shown
            self.has_more_jobs = more


def _listed(job: Job) -> dict[str, Any]:
    row, progress = job.row, job.progress
    return {
        "id": row.id,
        "name": row.name,
        "status": row.status.value,
        "flow": row.flow.name,
        "created": row.created,
        "total": progress.total,
        "completed": progress.completed,
        "failed": progress.failed,
        "cancelled": progress.cancelled,
    }
