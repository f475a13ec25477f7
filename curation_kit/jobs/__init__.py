"""Jobs: what is stored of each batch, and how its state changes."""

from curation_kit.jobs.model import (
    Claim,
    Event,
    JobOptions,
    JobRow,
    Outcome,
    Progress,
    ResultFile,
    Status,
)
from curation_kit.jobs.store import JobStore
from curation_kit.jobs.work import MAX_ATTEMPTS

__all__ = [
    "MAX_ATTEMPTS",
    "Claim",
    "Event",
    "JobOptions",
    "JobRow",
    "JobStore",
    "Outcome",
    "Progress",
    "ResultFile",
    "Status",
]
