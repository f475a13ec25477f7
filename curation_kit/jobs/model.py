"""Words of the job store: states, options, events, outcomes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from curation_kit.errors import FailureCategory, JobError
from curation_kit.flow import Flow
from curation_kit.jobs.drops import DropRow, drop_row
from curation_kit.records import Ledger, Record

__all__ = [
    "ADDRESSES",
    "LOCAL",
    "Backend",
    "Claim",
    "Event",
    "JobOptions",
    "JobRow",
    "Outcome",
    "Progress",
    "ResultFile",
    "Status",
    "Suspicion",
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


class Suspicion(IntEnum):
    """How a document shall run, because it may have ended a process."""

    NONE = 0
    APART = 1  # in a process that it shares with no other
    ALONE = 2  # while nothing else is in flight


Backend = Literal["loky", "sequential", "dask", "ray"]

#: The lane of jobs whose documents compute on the runner's machine.
LOCAL = ""

#: Addresses of clusters by backend: a pattern, and what it says.
ADDRESSES = {
    "dask": (
        r"(tcp|tls|ucx|ws|wss)://[^\s/]+:\d+",
        "the address of its scheduler, such as tcp://10.0.0.5:8786",
    ),
    "ray": (
        r"auto|(ray://)?[^\s/]+:\d+",
        "the address of its head node, such as 10.0.0.5:6379, or auto",
    ),
}


class JobOptions(BaseModel):
    """How a job is run.

    Attributes
    ----------
    n_jobs
        Documents that compute at the same time; one per core when left out.
    io_jobs
        Further documents that wait for the network at the same time; none
        where no step of the flow does.
    backend
        ``loky``: one supervised process per slot; ``sequential``: in the
        calling process, for debugging; ``dask`` or ``ray``: on a cluster.
    address
        Where the cluster's scheduler is: for Dask such as
        ``tcp://10.0.0.5:8786``; for Ray ``HOST:PORT``, or ``auto`` (the cluster
        of this machine) when left out.
    time_limit
        Seconds after which a document is stopped and fails, without those in
        which it waits for a service; there is none with ``sequential``.
    memory_limit
        Memory that the process of a document may use, in GB (1e9 bytes);
        there is no limit with ``sequential``.
    nice
        How much the worker processes give way to other programs, 0 to 19.
    use_cache
        Whether results of steps and answers of services that earlier jobs
        have kept are used. Those of the job itself always are: what a crash
        or a failure interrupts is not paid for twice.
    budget
        US dollars that its model calls may cost together; None for no cap.
        At the cap the job pauses.
    session_agents
        Agents that were registered in the session that made the job: only a
        process that has them can run it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    n_jobs: int | None = Field(default=None, ge=1)
    io_jobs: int = Field(default=0, ge=0)
    backend: Backend = "loky"
    address: str | None = Field(default=None, validate_default=True)
    time_limit: float = Field(default=900.0, gt=0)
    memory_limit: float = Field(default=2.0, gt=0)
    nice: int = Field(default=5, ge=0, le=19)
    use_cache: bool = True
    budget: float | None = Field(default=None, ge=0)
    session_agents: tuple[str, ...] = ()

    @classmethod
    def of(cls, given: dict[str, Any]) -> Self:
        """Give the options with these values.

        Raises
        ------
        JobError
            If one is not valid: what is wrong is said.
        """
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            raise JobError(
                " ".join(
                    f"{e['msg']}."
                    if e["input"] is None
                    else f"{e['loc'][0]}={e['input']!r}: {e['msg']}."
                    for e in error.errors()
                )
            ) from error

    @model_validator(mode="before")
    @classmethod
    def _default_address(cls, given: Any) -> Any:
        """Fill in the only address that has a default."""
        if isinstance(given, dict) and given.get("backend") == "ray":
            return {**given, "address": given.get("address") or "auto"}
        return given

    @field_validator("address")
    @classmethod
    def _known_address(cls, address: str | None, info: ValidationInfo) -> str | None:
        """Give an address that fits the backend."""
        backend = info.data.get("backend")
        if backend not in ADDRESSES:
            if address is not None:
                raise _wrong("only the backends dask and ray have an address")
            return None
        pattern, example = ADDRESSES[backend]
        if address is None or not re.fullmatch(pattern, address):
            raise _wrong(f"The backend {backend} needs {example}")
        return address

    @property
    def most_computing(self) -> int | None:
        """Documents of the job that compute at once; None for one per core."""
        return 1 if self.backend == "sequential" else self.n_jobs

    @property
    def lane(self) -> str:
        """Cluster on which its documents compute; `LOCAL` for this machine."""
        return f"{self.backend} {self.address}" if self.backend in ADDRESSES else LOCAL


def _wrong(message: str) -> PydanticCustomError:
    # Of a ValueError pydantic would say that it is one.
    return PydanticCustomError("address", message)


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


@dataclass(frozen=True, slots=True)
class Claim:
    """One document taken from a job to be processed now.

    Attributes
    ----------
    reuse_since
        Seconds since the epoch; what was kept earlier is not used.
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
    reuse_since: float = 0.0
    fresh: bool = False
    suspect: Suspicion = Suspicion.NONE


def _without_drops(ledger: Ledger) -> str:
    return ledger.model_dump_json(exclude={"drops"})


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
