"""How a job is run: what may be chosen, and what is wrong with a choice."""

from __future__ import annotations

import json
import re
from functools import lru_cache
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

from curation_kit.errors import JobError

__all__ = ["ADDRESSES", "LOCAL", "Backend", "JobOptions"]

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


#: What no system can do is refused before it is tried (of time: more than three years).
MOST = {"n_jobs": 10_000, "io_jobs": 10_000, "time_limit": 1e8, "memory_limit": 1e6}


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

    # JSON has no infinity: such a job could not be read again.
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    n_jobs: int | None = Field(default=None, ge=1, le=MOST["n_jobs"])
    io_jobs: int = Field(default=0, ge=0, le=MOST["io_jobs"])
    backend: Backend = "loky"
    address: str | None = Field(default=None, validate_default=True)
    time_limit: float = Field(default=900.0, gt=0, le=MOST["time_limit"])
    memory_limit: float = Field(default=2.0, gt=0, le=MOST["memory_limit"])
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

    @classmethod
    @lru_cache(maxsize=64)  # asked for at each look at a job
    def stored(cls, text: str) -> Self:
        """Give those of a job in the store, which may be older than an upper limit."""
        given = json.loads(text)
        for name, most in MOST.items():
            if (given.get(name) or 0) > most:
                given[name] = most
        return cls.model_validate(given)

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
