"""Your Batch Jobs."""

from __future__ import annotations

from typing import Any

from traitlets import Dict, List

from curation_kit.session import CurationSession
from curation_kit.widgets._leaf import Leaf, script

__all__ = ["JobTable"]


class JobTable(Leaf):
    """The jobs, each with its status and counts."""

    _esm = script("tables", "costs", "jobs")

    jobs: List[Any] = List().tag(sync=True)
    listing = Dict().tag(sync=True)

    def __init__(self, session: CurationSession) -> None:
        super().__init__(
            session.job_list,
            actions={
                "show_jobs": session.job_list.show,
                "open_job": session.open_job,
                "duplicate_job": session.jobs.duplicate,
                "delete_job": session.jobs.delete,
            },
            reporting=session.reporting,
        )
