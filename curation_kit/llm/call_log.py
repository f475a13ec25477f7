"""The table of calls to models, as the runner writes it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Self

from curation_kit.llm.calls import Call, Report
from curation_kit.llm.settings import Price
from curation_kit.llm.spending import Spending

__all__ = ["Bill", "CallLog", "estimated_tokens", "most_cost"]

#: Where a service does not count: English has more bytes per token in common
#: tokenizers, so that this errs on the dear side.
BYTES_PER_TOKEN = 3


def most_cost(call: Call, price: Price | None) -> float | None:
    """Give the US dollars that a call can cost at most; None without a price."""
    if price is None:
        return None
    return price.cost(call.most_input, call.most_output)


def estimated_tokens(size: int) -> int:
    """Give the tokens in so many bytes of text, about."""
    return -(-size // BYTES_PER_TOKEN)


@dataclass(frozen=True, slots=True)
class Bill:
    """What a call has taken.

    Attributes
    ----------
    cost
        US dollars; None without a price.
    estimated
        Whether the service did not tell the tokens.
    """

    input_tokens: int
    output_tokens: int
    cost: float | None
    estimated: bool = False

    @classmethod
    def of(cls, call: Call, report: Report, price: Price | None) -> Self:
        """Make the bill of a call that has ended.

        What the service tells counts. Where it does not tell, the tokens of an
        answer are estimated from its length, and a fault has cost nothing,
        unless the service may have worked for it: then it is the most that the
        call can cost.
        """
        asked, given = report.input_tokens, report.output_tokens
        told = asked is not None and given is not None
        if report.fault is None:
            answer = len((report.answer or "").encode())
            most = estimated_tokens(call.most_input), estimated_tokens(answer)
        elif report.unsure:
            most = call.most_input, call.most_output
        else:
            most, told = (0, 0), True
        asked = most[0] if asked is None else asked
        given = most[1] if given is None else given
        cost = None if price is None else price.cost(asked, given)
        return cls(asked, given, cost, estimated=not told)


class CallLog(Spending):
    """Each call is a row from before it is made: whatever dies, it counts.

    Only the process with the runner's lock writes it.
    """

    def open(
        self, job_id: str, document_id: str, call: Call, reserved: float | None
    ) -> int:
        """Note a call that is about to be made, with the most it can cost.

        No kill of this process undoes it: the call is made next.
        """
        number = self._insert(job_id, document_id, call, "open", reserved)
        self._database.commit()
        return number

    def kept(self, job_id: str, document_id: str, call: Call) -> None:
        """Note an answer for which nobody was asked."""
        self._insert(job_id, document_id, call, "kept", 0.0)

    def _insert(
        self, job_id: str, document_id: str, call: Call, status: str, cost: float | None
    ) -> int:
        made = status == "open"
        return self._database.insert(
            "INSERT INTO calls (job_id, document_id, step, agent, service, model, "
            "key, status, began, input_tokens, output_tokens, cost) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                job_id,
                document_id,
                call.step,
                call.agent,
                call.service,
                call.model,
                call.key,
                status,
                time.time(),
                call.most_input if made else 0,
                call.most_output if made else 0,
                cost,
            ),
        )

    def settle(self, number: int, report: Report, bill: Bill) -> None:
        """Note how a call ended."""
        self._database.execute(
            "UPDATE calls SET status = ?, seconds = ?, input_tokens = ?, "
            "output_tokens = ?, cost = ?, estimated = ?, fault = ? WHERE id = ?",
            (
                "answered" if report.fault is None else "failed",
                report.seconds,
                bill.input_tokens,
                bill.output_tokens,
                bill.cost,
                bill.estimated,
                None if report.fault is None else report.fault.message,
                number,
            ),
        )

    def recent(self, service: str, seconds: float) -> list[tuple[float, int]]:
        """Age in seconds and tokens of the last calls to a service, oldest first."""
        now = time.time()
        return [
            # No call is younger: the clock was put back after it, and nobody shall
            # wait until the clock is there again.
            (max(now - row["began"], 0.0), row["tokens"])
            for row in self._database.all(
                "SELECT began, input_tokens + output_tokens AS tokens FROM calls "
                "WHERE began > ? AND service = ? AND status != 'kept' ORDER BY began",
                (now - seconds, service),
            )
        ]

    def lose_open(self) -> int:
        """Give up calls that nobody will settle; they count at the most they can cost.

        Called when no call is under way: at the start, after a crash.
        """
        return self._database.execute(
            "UPDATE calls SET status = 'lost', estimated = 1 WHERE status = 'open'"
        )

    def lose(self, number: int) -> None:
        """Give up one call, whose worker is gone."""
        self._database.execute(
            "UPDATE calls SET status = 'lost', estimated = 1 "
            "WHERE id = ? AND status = 'open'",
            (number,),
        )
