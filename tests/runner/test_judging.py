"""What a fault of a service means for its document, and for the jobs."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from curation_kit.errors import FailureCategory
from curation_kit.llm import Call, Fault, Pace, Scope, Service, Verdict
from curation_kit.runner.judging import MOST_LIMITED, Judge

PATIENCE = 100.0

BUSY = Fault(FailureCategory.MODEL, "Busy.", "Wait.", Scope.SERVICE, passing=True)
LIMITED = Fault(
    FailureCategory.RATE_LIMIT, "Too many.", "Wait.", Scope.SERVICE, passing=True
)
WRONG_KEY = Fault(
    FailureCategory.MODEL, "The key is refused.", "Set it.", Scope.SERVICE
)
TOO_LONG = Fault(FailureCategory.MODEL, "Too long.", "Cut it.")

PASSED = Verdict(), ""


class Trial:
    """Calls of a service, one after another; each takes a second."""

    def __init__(self) -> None:
        self.now = 0.0
        self.judge = Judge(PATIENCE)
        self.pace = Pace(Service(base_url="http://localhost", model="gpt"))

    def call(
        self, fault: Fault | None, key: str = "a", *, attempt: int = 1, beside: int = 0
    ) -> tuple[Verdict, str]:
        """Make a call, with others under way, that ends with a fault or an answer."""
        others = [self.pace.begin(self.now, 1) for _ in range(beside)]
        start = self.pace.begin(self.now, 1)
        self.now += 1
        self.pace.end(start, self.now, fault, 1)
        for other in others:
            self.pace.abandon(other)
        if fault is None:
            return PASSED
        call = Call("hosted", "gpt", key, 1, "reader", 60, 40, attempt)
        return self.judge.verdict(call, fault, self.pace, start, self.now)


def test_what_is_wrong_with_a_request_concerns_nobody_else() -> None:
    """The service will answer the next one."""
    assert Trial().call(TOO_LONG) == PASSED


def test_who_asks_beside_others_is_not_blamed_for_asking_too_much() -> None:
    """But not for ever, and not who asks alone of a service that answers."""
    trial = Trial()
    trial.call(None)

    assert trial.call(LIMITED, beside=3) == (Verdict(blameless=True), "")
    trial.call(None)
    assert trial.call(LIMITED, attempt=MOST_LIMITED, beside=3) == PASSED
    trial.call(None)
    assert trial.call(LIMITED) == PASSED


def test_a_service_that_is_down_for_long_pauses_its_jobs() -> None:
    """Until then no document is to blame; the reason tells how long it was."""
    trial = Trial()
    said = [trial.call(BUSY) for _ in range(10)]
    assert said[-1] == (Verdict(blameless=True), "")
    trial.now += PATIENCE

    verdict, reason = trial.call(BUSY)

    assert verdict == Verdict(suspended=reason)
    assert reason.startswith('The model service "hosted" has given no answer for 2 min')
    assert reason.endswith("Busy. Wait. Then resume the job.")


def test_a_service_that_asks_for_long_patience_pauses_its_jobs_at_once() -> None:
    """Nobody can wait for so long."""
    later = replace(LIMITED, retry_after=PATIENCE + 20)

    _, reason = Trial().call(later)

    assert "asks to wait for 2 min" in reason


def test_final_refusals_pause_the_jobs_where_nobody_is_answered() -> None:
    """The first one, if none was; where some were, the third in a row."""
    assert (
        Trial()
        .call(WRONG_KEY)[1]
        .startswith(
            'The model service "hosted" gives no answers: The key is refused. Set it.'
        )
    )
    trial = Trial()
    trial.call(None)

    reasons = [trial.call(WRONG_KEY, key)[1] for key in ("a", "b", "c")]

    assert [bool(reason) for reason in reasons] == [False, False, True]


def test_a_request_refused_again_while_others_are_answered_is_to_blame() -> None:
    """Once it may go again; then the document fails, and no job pauses."""
    trial = Trial()
    trial.call(None)

    assert trial.call(WRONG_KEY) == (Verdict(suspended=WRONG_KEY.message), "")
    trial.call(None, "b")
    assert trial.call(WRONG_KEY) == PASSED


@pytest.mark.parametrize("environment", [True, False])
def test_a_key_of_the_environment_needs_a_new_runner(*, environment: bool) -> None:
    """Which one it is that has the old environment is told."""
    fault = replace(WRONG_KEY, environment=environment)

    _, reason = Trial().call(fault)

    assert (f"(process {os.getpid()})" in reason) is environment
