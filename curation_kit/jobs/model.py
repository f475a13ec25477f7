"""Words of the job store: states, events, outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any, Self

from curation_kit.errors import FailureCategory
from curation_kit.flow import Flow
from curation_kit.jobs.drops import DropRow, drop_row
from curation_kit.jobs.options import JobOptions
from curation_kit.records import Ledger, Record

__all__ = [
    "HIGHER_BUDGET",
    "Claim",
    "Event",
    "JobRow",
    "Outcome",
    "Progress",
    "ResultFile",
    "Status",
    "Suspicion",
]

#: How the reason of a job ends that its own budget has paused.
HIGHER_BUDGET = "Resume it with a higher budget."


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


class Suspicion(IntEnum):
    """How a document shall run, because it may have ended a process."""

    NONE = 0
    APART = 1  # in a process that it shares with no other
    ALONE = 2  # while nothing else is in flight


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as stored, without its documents; times in seconds since the epoch.

    Attributes
    ----------
    worked
        Seconds it was processing, without pauses and without the time before
        a retry; up to `since`, when it began to be processing this time.
    """

    id: str
    name: str
    flow: Flow
    options: JobOptions
    status: Status
    reason: str | None
    created: float
    started: float | None
    ended: float | None
    worked: float
    since: float | None

    @property
    def over_budget(self) -> bool:
        """Whether it is paused because its budget does not allow the next call."""
        reason = self.reason or ""
        return self.status is Status.PAUSED and reason.endswith(HIGHER_BUDGET)


@dataclass(frozen=True, slots=True)
class Claim:
    """One document taken from a job to be processed now.

    Attributes
    ----------
    reuse_since
        Seq of an event; what was kept before it is not used.
    fresh
        Whether nothing that its steps gave earlier is kept: then the first step
        has begun with the claim.
    """

    job_id: str
    document_id: str
    name: str
    stem: str
    flow: Flow
    options: JobOptions
    attempt: int
    reuse_since: int = 0
    fresh: bool = False
    suspect: Suspicion = Suspicion.NONE


def _without_drops(ledger: Ledger) -> str:
    # An agent may have put anything into it: what cannot be read again is refused.
    return ledger.model_dump_json(exclude={"drops"}, warnings="error")


_NOTHING_READ = _without_drops(Ledger())


@dataclass(frozen=True)  # no slots, see KeptStep
class ResultFile:
    """A file written by an output step, on its way to the results folder."""

    step: int
    name: str
    content: bytes


@dataclass(frozen=True)  # no slots, see KeptStep
class Outcome:
    """What became of one document; a worker makes it, the runner stores it unread.

    Attributes
    ----------
    status
        ``completed``, ``failed`` or ``cancelled``; ``pending`` when it shall be
        put back, with `message` telling why.
    records
        JSON of each.
    ledger
        JSON of the `Ledger`, without the candidates that were dropped.
    drops
        These candidates.
    step
        Index of the step that failed or before which it was cancelled.
    """

    status: Status
    seconds: float
    records: list[str] = field(default_factory=list)
    files: list[ResultFile] = field(default_factory=list)
    ledger: str = _NOTHING_READ
    drops: list[DropRow] = field(default_factory=list)
    step: int | None = None
    category: FailureCategory | None = None
    message: str = ""
    hint: str = ""

    @classmethod
    def of(
        cls,
        status: Status,
        seconds: float,
        records: Iterable[Record],
        ledger: Ledger,
        **rest: Any,
    ) -> Self:
        """Give an outcome with records and a ledger; `rest` are other attributes."""
        return cls(
            status,
            seconds,
            records=[record.model_dump_json() for record in records],
            ledger=_without_drops(ledger),
            drops=[drop_row(dropped) for dropped in ledger.drops],
            **rest,
        )

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
        Seconds that the job was processing, without pauses.
    rate
        Documents ended per second of it, None before the first one ended.
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

    @classmethod
    def of(cls, status: Status, counts: Mapping[Status, int], elapsed: float) -> Self:
        """Give the progress of a job by its state, its documents, and its time."""
        left = counts[Status.PENDING] + counts[Status.PROCESSING]
        done = counts[Status.COMPLETED] + counts[Status.FAILED]
        rate = done / elapsed if done and elapsed else None
        return cls(
            total=sum(counts.values()),
            pending=counts[Status.PENDING],
            processing=counts[Status.PROCESSING],
            completed=counts[Status.COMPLETED],
            failed=counts[Status.FAILED],
            cancelled=counts[Status.CANCELLED],
            elapsed=elapsed,
            rate=rate,
            eta=left / rate if rate and left and not status.ended else None,
        )

    @property
    def done(self) -> int:
        """Documents that have ended, in whatever way."""
        return self.completed + self.failed + self.cancelled

    @property
    def fraction(self) -> float:
        """Share of documents that have ended, 0 to 1."""
        return self.done / self.total if self.total else 0.0
