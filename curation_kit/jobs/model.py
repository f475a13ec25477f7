"""Words of the job store: states, options, events, outcomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from curation_kit.errors import FailureCategory
from curation_kit.flow import Flow
from curation_kit.records import Ledger, Record

__all__ = [
    "Claim",
    "Event",
    "JobOptions",
    "JobRow",
    "Outcome",
    "Progress",
    "ResultFile",
    "Status",
]


class Status(StrEnum):
    """State of a job or of a document in it (a document is never paused)."""

    PENDING = "pending"
    PROCESSING = "processing"
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing more happens by itself."""
        return self in {Status.COMPLETED, Status.FAILED, Status.CANCELLED}


class JobOptions(BaseModel):
    """How a job is run.

    Attributes
    ----------
    n_jobs
        Documents processed at the same time; one per core when left out.
    backend
        ``loky``: one supervised process per slot; ``sequential``: in the
        calling process, for debugging.
    time_limit
        Seconds after which a document is stopped and fails; there is none
        with ``sequential``.
    session_agents
        Agents that were registered in the session that made the job: only a
        process that has them can run it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    n_jobs: int | None = Field(default=None, ge=1)
    backend: Literal["loky", "sequential"] = "loky"
    time_limit: float = Field(default=900.0, gt=0)
    session_agents: tuple[str, ...] = ()

    @property
    def most_in_flight(self) -> int | None:
        """Documents of the job in flight at most; None for one per slot."""
        return 1 if self.backend == "sequential" else self.n_jobs


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as stored, without its documents; times in seconds since the epoch."""

    id: str
    name: str
    flow: Flow
    options: JobOptions
    status: Status
    reason: str | None
    created: float
    started: float | None
    ended: float | None


@dataclass(frozen=True, slots=True)
class Claim:
    """One document taken from a job to be processed now."""

    job_id: str
    document_id: str
    name: str
    stem: str
    flow: Flow
    options: JobOptions
    attempt: int


@dataclass(frozen=True, slots=True)
class ResultFile:
    """A file written by an output step, on its way to the results folder."""

    step: int
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document; a worker makes it, the runner stores it.

    Attributes
    ----------
    status
        ``completed``, ``failed`` or ``cancelled``.
    step
        Index of the step that failed or before which it was cancelled.
    """

    status: Status
    seconds: float
    records: list[Record] = field(default_factory=list)
    files: list[ResultFile] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)
    step: int | None = None
    category: FailureCategory | None = None
    message: str = ""
    hint: str = ""

    @classmethod
    def failure(
        cls, category: FailureCategory, message: str, hint: str, seconds: float = 0.0
    ) -> Outcome:
        """Give the outcome of a document that failed before it could tell why."""
        return cls(
            status=Status.FAILED,
            seconds=seconds,
            category=category,
            message=message,
            hint=hint,
        )


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a job's log.

    Attributes
    ----------
    seq
        Grows within the workspace; no event of a job is missing in a replay.
    time
        Seconds since the epoch.
    """

    seq: int
    job_id: str
    document_id: str | None
    type: str
    time: float
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is.

    Attributes
    ----------
    total, pending, processing, completed, failed, cancelled
        Numbers of documents.
    elapsed
        Seconds from the start to the end, or to now.
    rate
        Documents ended per second since the job started, None before the
        first one ended.
    eta
        Seconds left at this rate; None when unknown or when the job ended.
    """

    total: int
    pending: int
    processing: int
    completed: int
    failed: int
    cancelled: int
    elapsed: float
    rate: float | None
    eta: float | None

    @property
    def done(self) -> int:
        """Documents that have ended, in whatever way."""
        return self.completed + self.failed + self.cancelled

    @property
    def fraction(self) -> float:
        """Share of documents that have ended, 0 to 1."""
        return self.done / self.total if self.total else 0.0
