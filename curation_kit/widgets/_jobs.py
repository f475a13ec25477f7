"""Your Batch Jobs."""

from __future__ import annotations

from typing import Any

from traitlets import Bool, List

from curation_kit.session import CurationSession
from curation_kit.widgets._leaf import Leaf, script

__all__ = ["JobTable"]


class JobTable(Leaf):
    """The newest jobs, each with its status and counts."""

    _esm = script("jobs")

    jobs: List[Any] = List().tag(sync=True)
    has_more_jobs = Bool(default_value=False).tag(sync=True)

    def __init__(self, session: CurationSession) -> None:
        super().__init__(
            session.job_list,
            actions={"open_job": session.open_job},
            reporting=session.reporting,
        )
