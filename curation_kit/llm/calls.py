"""What is said between a call to a service and the runner, who admits it.

Calls are made in the worker processes. The runner paces them, watches the
budget, and stores answers and costs: it alone sees all of them. What is said has no
slots: with them, pickling a frozen dataclass takes several times as long.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from curation_kit.llm.answers import Answers, NoAnswers
from curation_kit.llm.faults import Fault

__all__ = ["Admission", "Call", "Calls", "NoCalls", "Report", "Verdict"]


@dataclass(frozen=True)
class Call:
    """A call that a worker would make now.

    Attributes
    ----------
    service, model
        Who is asked.
    key
        Of the request; its answer is stored under it.
    step, agent
        Index of the step and name of its agent.
    most_input, most_output
        Bounds of its tokens, for the budget: it cannot cost more.
    attempt
        1 for the first call with this request, 2 for the next, ...
    """

    service: str
    model: str
    key: str
    step: int
    agent: str
    most_input: int
    most_output: int
    attempt: int = 1


@dataclass(frozen=True)
class Admission:
    """What the runner says to a call.

    Attributes
    ----------
    number
        Of the call, for its report; None when it shall not be made.
    answer
        A kept answer: nobody needs to be asked.
    suspended
        Why the document shall stop and be put back; "" when it need not.
    """

    number: int | None = None
    answer: str | None = None
    suspended: str = ""


@dataclass(frozen=True)
class Report:
    """How a call ended: with a valid answer, or with a fault.

    Attributes
    ----------
    answer
        To be kept; None with a fault.
    seconds
        Time that the call took.
    input_tokens, output_tokens
        As the service counts them; None when it does not tell.
    unsure
        Whether a call with a fault may have to be paid all the same: it was sent,
        and what came back does not tell (nothing, or half an answer). The most
        that it can cost then counts.
    """

    seconds: float
    answer: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    fault: Fault | None = None
    unsure: bool = False


@dataclass(frozen=True)
class Verdict:
    """What the runner, who sees all calls, makes of how one ended.

    Attributes
    ----------
    suspended
        Why the document shall stop and be put back; "" when it need not.
    blameless
        Whether the service is down for everybody: the attempt does not count
        as one of this request.
    """

    suspended: str = ""
    blameless: bool = False


class Calls(Answers, Protocol):
    """The side of the runner's desk that calls are admitted at."""

    def admit(self, call: Call) -> Admission:
        """Wait until a call may be made; its cost is reserved."""

    def settle(self, number: int, report: Report) -> Verdict:
        """Tell how a call ended; its answer is stored whatever the caller does next.

        It may be on its way to the disk when this returns, as little as the call
        itself was under way before: only the end of the runner can lose it.
        """

    def rest(self, seconds: float) -> None:
        """Wait before the next attempt; returns early when the work is stopped."""

    def wait_turn(self, source: str, per_second: float) -> None:
        """Wait until a source without settings may be asked, politely.

        Raises
        ------
        Suspended
            If the job is stopped meanwhile.
        """


class NoCalls(NoAnswers):
    """Nobody: an agent that is called outside a job asks whenever it likes."""

    def admit(self, call: Call) -> Admission:
        """Admit it."""
        del call
        return Admission(number=0)

    def settle(self, number: int, report: Report) -> Verdict:
        """Forget it."""
        del number, report
        return Verdict()

    def rest(self, seconds: float) -> None:
        """Wait."""
        import time

        time.sleep(seconds)

    def wait_turn(self, source: str, per_second: float) -> None:
        """Do not wait."""
