"""Jobs: what is stored of each batch, and how its state changes."""

from curation_kit.jobs.model import (
    HIGHER_BUDGET,
    Claim,
    Event,
    JobRow,
    Outcome,
    Progress,
    ResultFile,
    Status,
    Suspicion,
)
from curation_kit.jobs.names import LAST, default_name
from curation_kit.jobs.news import News
from curation_kit.jobs.options import LOCAL, Backend, JobOptions
from curation_kit.jobs.steps import KeptStep, StepCache, step_keys
from curation_kit.jobs.store import JobStore
from curation_kit.jobs.times import duration, whole_seconds
from curation_kit.jobs.totals import Totals
from curation_kit.jobs.verdicts import (
    KEPT,
    VERDICTS,
    Review,
    Rows,
    check_rows,
    curated,
)
from curation_kit.jobs.work import MAX_ATTEMPTS

__all__ = [
    "HIGHER_BUDGET",
    "KEPT",
    "LAST",
    "LOCAL",
    "MAX_ATTEMPTS",
    "VERDICTS",
    "Backend",
    "Claim",
    "Event",
    "JobOptions",
    "JobRow",
    "JobStore",
    "KeptStep",
    "News",
    "Outcome",
    "Progress",
    "ResultFile",
    "Review",
    "Rows",
    "Status",
    "StepCache",
    "Suspicion",
    "Totals",
    "check_rows",
    "curated",
    "default_name",
    "duration",
    "step_keys",
    "whole_seconds",
]
