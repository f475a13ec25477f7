"""What calls have used, added up by job, step, document and day."""

from __future__ import annotations

from pathlib import Path

import pytest

from curation_kit.errors import FailureCategory
from curation_kit.llm import (
    DAY,
    Bill,
    Call,
    CallLog,
    Fault,
    Price,
    Report,
    Usage,
    today,
)
from curation_kit.store import Database

#: A dollar per token that goes in, two per token that comes out.
PRICE = Price(input=1e6, output=2e6)

CALL = Call("hosted", "gpt", "key", 1, "reader", most_input=300, most_output=50)
NO_ANSWER = Fault(FailureCategory.MODEL, "It does not answer.", "Wait.")


@pytest.fixture
def log(tmp_path: Path) -> CallLog:
    """Give an empty table of calls."""
    return CallLog(Database(tmp_path / "curation.sqlite"))


def end(log: CallLog, number: int, report: Report, price: Price | None = PRICE) -> None:
    """End a call."""
    log.settle(number, report, Bill.of(CALL, report, price))


def test_a_call_is_reserved_before_it_is_made_and_then_costs_what_it_took(
    log: CallLog,
) -> None:
    """Tokens count from its end on; the reservation is gone then."""
    number = log.open("job", "paper", CALL, 400.0)
    assert log.of_job("job") == Usage(calls=1, reserved=400.0)
    assert log.of_job("job").spent == 400.0

    end(log, number, Report(0.1, "yes", 100, 10))

    assert log.of_job("job") == Usage(
        calls=1, input_tokens=100, output_tokens=10, cost=120.0
    )


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        # 300 bytes asked, 6 answered, 3 bytes per token.
        (Report(0.1, "answer"), Usage(1, 0, 0, 100, 2, 104.0, estimated=1)),
        (Report(0.1, fault=NO_ANSWER), Usage(1, 0, 1)),
        (
            Report(0.1, None, 100, 10, NO_ANSWER),  # an answer of no use has its price
            Usage(1, 0, 1, 100, 10, 120.0),
        ),
        (
            Report(0.1, fault=NO_ANSWER, unsure=True),
            Usage(1, 0, 1, 300, 50, 400.0, estimated=1),
        ),
    ],
    ids=["not told", "fault", "useless answer", "cut off"],
)
def test_what_the_service_does_not_tell_is_estimated_and_marked(
    log: CallLog, report: Report, expected: Usage
) -> None:
    """A fault costs nothing, unless the service may have worked for it."""
    end(log, log.open("job", "paper", CALL, 400.0), report)

    assert log.of_job("job") == expected


def test_without_a_price_there_are_tokens_only(log: CallLog) -> None:
    """It is told how many calls the cost is without."""
    end(log, log.open("job", "paper", CALL, None), Report(1, "a", 5, 1), None)

    assert log.of_job("job") == Usage(
        calls=1, input_tokens=5, output_tokens=1, unpriced=1
    )


def test_calls_of_a_dead_runner_count_at_the_most_they_can_cost(log: CallLog) -> None:
    """Nobody will tell what they took."""
    log.open("job", "paper", CALL, 400.0)

    assert log.lose_open() == 1

    usage = log.of_job("job")
    assert (usage.failed, usage.cost, usage.reserved) == (1, 400.0, 0.0)


def test_usage_adds_up_by_step_document_job_and_day(log: CallLog) -> None:
    """An answer that was kept costs nothing."""
    other = Call("hosted", "gpt", "other", 2, "judge", 300, 50)
    for job, paper, call in [("a", "x", CALL), ("a", "y", other), ("b", "x", CALL)]:
        end(log, log.open(job, paper, call, 9.0), Report(1, "!", 4, 1))
    log.kept("a", "x", CALL)

    one = Usage(calls=1, input_tokens=4, output_tokens=1, cost=6.0)
    with_kept = Usage(calls=1, kept=1, input_tokens=4, output_tokens=1, cost=6.0)
    assert log.of_steps("a") == {1: with_kept, 2: one}
    assert log.of_documents("a") == {"x": with_kept, "y": one}
    assert log.of_documents("a", ["y"]) == {"y": one}
    assert log.of_jobs(["a", "b", "c"]).keys() == {"a", "b"}
    assert (log.of_day().calls, log.of_day().cost) == (3, 18.0)
    assert log.of_day(today() - DAY) == Usage()
    assert [(row["document_id"], row["status"]) for row in log.calls("a")] == [
        ("x", "answered"),
        ("y", "answered"),
        ("x", "kept"),
    ]
