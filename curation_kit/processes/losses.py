"""How a process can be lost in the middle of a call."""

from __future__ import annotations

import signal

from curation_kit.errors import CurationKitError

__all__ = [
    "WorkerDied",
    "WorkerNotStarted",
    "WorkerStopped",
    "WorkerTimedOut",
    "WorkerTooLarge",
]


class WorkerNotStarted(CurationKitError):  # noqa: N818 - says what happened
    """The system refuses another process, or it ends at once; no call was under way."""

    def __init__(self, reason: OSError | str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"no worker process can be started ({self.reason})"


class WorkerStopped(CurationKitError):  # noqa: N818 - says what happened
    """The process was killed by us; the message says why.

    Attributes
    ----------
    calls : int
        Calls in the process one of which is to blame; 1 when it is known.
    """

    calls = 1


class WorkerTimedOut(WorkerStopped):
    """A call took longer than its limit.

    ``calls`` counts all that were under way when the process no longer
    responded: then the late one may only have waited for another.
    """

    def __init__(self, seconds: float, calls: int = 1) -> None:
        super().__init__(seconds, calls)
        self.seconds = seconds
        self.calls = calls

    def __str__(self) -> str:
        return f"no answer within {self.seconds:g} s"


class WorkerTooLarge(WorkerStopped):
    """The process took more bytes of memory than it may; ``calls`` were under way."""

    def __init__(self, limit: int, calls: int = 1) -> None:
        super().__init__(limit, calls)
        self.limit = limit
        self.calls = calls

    def __str__(self) -> str:
        return f"the worker process took more than {self.limit / 1e9:g} GB of memory"


class WorkerDied(CurationKitError):  # noqa: N818 - says what happened
    """The process ended in the middle of a call.

    Attributes
    ----------
    exitcode : int
        Exit status, or the negated signal number (-11 is a segmentation
        fault, -9 a kill from outside: a person or the out-of-memory killer).
    calls : int
        Calls that were under way in the process, this one included.
    ended_by : WorkerStopped or None
        Why we ended it for another call; None when it ended by itself.
    """

    def __init__(
        self, exitcode: int, calls: int = 1, ended_by: WorkerStopped | None = None
    ) -> None:
        super().__init__(exitcode, calls, ended_by)
        self.exitcode = exitcode
        self.calls = calls
        self.ended_by = ended_by

    def __str__(self) -> str:
        if self.ended_by is not None:
            return f"another document in its process was stopped: {self.ended_by}"
        if self.exitcode < 0:
            return f"the worker process was ended by {_signal_name(-self.exitcode)}"
        return f"the worker process ended with exit status {self.exitcode}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
