"""Calls of several documents at the desk that sees all of them."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import pytest
from batches import add_papers, fake_flow, until

import curation_kit as ck
from curation_kit.errors import FailureCategory, WorkspaceError
from curation_kit.jobs import Claim, Status
from curation_kit.llm import (
    DAY,
    Admission,
    Call,
    CallLog,
    Fault,
    Price,
    Report,
    Scope,
    Service,
    Settings,
    Usage,
    Verdict,
    today,
)
from curation_kit.runner.admission import Admissions

pytestmark = pytest.mark.usefixtures("fakes")

#: A call can cost a dollar at most: 60 cents for what goes in, 40 for the answer.
PRICE = Price(input=10_000, output=10_000)

WRONG_KEY = Fault(
    FailureCategory.MODEL, "The key is refused.", "Set it.", Scope.SERVICE
)
BUSY = Fault(FailureCategory.MODEL, "Busy.", "Wait.", Scope.SERVICE, passing=True)
LIMITED = Fault(
    FailureCategory.RATE_LIMIT, "Too many.", "Wait.", Scope.SERVICE, passing=True
)
TOO_LONG = Fault(FailureCategory.MODEL, "Too long.", "Cut it.")


def call(key: str, *, attempt: int = 1, model: str = "gpt") -> Call:
    """Give a call of a dollar at most."""
    return Call("hosted", model, key, 1, "reader", 60, 40, attempt)


def answer(text: str = "yes", cents: int = 100) -> Report:
    """Give an answer with its price."""
    return Report(0.1, text, cents, 0)


class Desk:
    """A workspace with jobs of three documents, and their calls."""

    def __init__(self, workspace: ck.Workspace) -> None:
        self.workspace = workspace
        self.store = workspace._store
        self.papers = add_papers(workspace, "ok", "ok", "ok")
        self.stopped = threading.Event()
        self.admissions = self.new()
        self.pool = ThreadPoolExecutor(16)
        self.limits()

    def new(self, patience: float = 120.0) -> Admissions:
        """Give what a new runner would have."""
        return Admissions(self.store, stopped=self.stopped.is_set, patience=patience)

    def limits(self, daily: float | None = None, **limits: int) -> None:
        """Set the limits of the service."""
        service = Service(
            base_url="http://localhost", model="gpt", prices={"gpt": PRICE}, **limits
        )
        self.admissions.adopt(
            Settings(services={"hosted": service}, daily_budget=daily)
        )

    def job(self, **options: float | bool) -> tuple[ck.Job, list[Claim]]:
        """Make a job whose documents are all in work."""
        job = self.workspace.create(fake_flow("csv"), self.papers, **options)
        claims = []
        while claim := self.store.claim():
            claims.append(claim)
        return job, claims

    def admit(self, claim: Claim, wanted: Call) -> Future[Admission]:
        """Ask in a thread of its own, as a slot does."""
        return self.pool.submit(self.admissions.admit, claim, wanted)

    def go(self, claim: Claim, wanted: Call) -> int:
        """Ask for a call that is admitted."""
        admission = self.admit(claim, wanted).result(30)
        assert admission.number is not None, admission
        return admission.number

    def queue(self, count: int) -> None:
        """Wait until so many calls have looked and wait."""
        until(lambda: len(self.admissions._waiting["hosted"]) == count, 30)


@pytest.fixture
def desk(workspace: ck.Workspace) -> Iterator[Desk]:
    """A workspace with documents whose calls are admitted."""
    made = Desk(workspace)
    yield made
    made.stopped.set()
    made.pool.shutdown()


def test_a_call_waits_for_its_turn(desk: Desk) -> None:
    """Calls of all jobs together: those that came first go first."""
    desk.limits(in_flight=1)
    (_, one), (_, other) = desk.job(), desk.job()
    number = desk.go(one[0], call("a"))
    second = desk.admit(other[0], call("b"))
    desk.queue(1)
    third = desk.admit(one[1], call("c"))
    desk.queue(2)

    desk.admissions.settle(number, answer())

    admitted = second.result(30).number
    assert admitted is not None
    assert not third.done()
    desk.admissions.settle(admitted, answer())
    assert third.result(30).number is not None


def test_an_answer_is_asked_for_once(desk: Desk) -> None:
    """Whoever has the same question while it is asked gets the answer; so do later."""
    job, claims = desk.job()
    number = desk.go(claims[0], call("a"))
    twin = desk.admit(claims[1], call("a"))
    desk.queue(1)

    desk.admissions.settle(number, answer("42"))

    assert twin.result(30) == Admission(answer="42")
    assert desk.admit(claims[2], call("a")).result(30) == Admission(answer="42")
    usage = job.costs.total
    assert (usage.calls, usage.kept, usage.cost) == (1, 2, 1.0)


def test_an_answer_is_stored_with_its_cost_or_not_at_all(desk: Desk) -> None:
    """Without its cost it would be an answer for nothing."""
    _, claims = desk.job()
    number = desk.go(claims[0], call("a"))
    desk.store.database.execute("ALTER TABLE calls RENAME TO elsewhere")

    with pytest.raises(WorkspaceError, match="no such table"):
        desk.admissions.settle(number, answer())

    assert desk.admissions.answers.get("a") is None


def test_the_twin_of_a_call_without_an_answer_asks_itself(desk: Desk) -> None:
    """Failures are not shared."""
    _, claims = desk.job()
    number = desk.go(claims[0], call("a"))
    twin = desk.admit(claims[1], call("a"))
    desk.queue(1)

    assert desk.admissions.settle(number, Report(1, fault=TOO_LONG)) == Verdict()

    assert twin.result(30).number is not None
    assert desk.admissions.answers.get("a") is None


def test_a_job_without_cache_does_not_take_earlier_answers(desk: Desk) -> None:
    """It pays again."""
    _, [claim, *_] = desk.job()
    desk.admissions.settle(desk.go(claim, call("a")), answer())

    _, [fresh, *_] = desk.job(use_cache=False)

    desk.admissions.settle(desk.go(fresh, call("a")), answer("another"))
    assert desk.admit(fresh, call("a")).result(30).answer == "another"


def ahead(desk: Desk, table: str, column: str) -> None:
    """Have something happen by a clock that was an hour ahead, and put back since."""
    statement = f"UPDATE {table} SET {column} = {column} + 3600"  # noqa: S608 - ours
    desk.store.database.execute(statement)


def test_a_clock_that_is_put_back_holds_no_call_up_for_longer(desk: Desk) -> None:
    """A new runner waits a minute at most for the calls of the one before."""
    _, [claim, *_] = desk.job()
    desk.admissions.settle(desk.go(claim, call("a")), answer())
    ahead(desk, "calls", "began")

    assert CallLog(desk.store.database).recent("hosted", 60.0) == [(0.0, 100)]


def test_a_budget_holds_for_what_is_under_way_too(desk: Desk) -> None:
    """The third call waits; the second was cheap, so that it fits."""
    job, claims = desk.job(budget=2.5)
    first, second = (desk.go(claims[n], call(str(n))) for n in range(2))
    third = desk.admit(claims[2], call("2"))
    desk.queue(1)
    assert job.costs.total.reserved == 2.0

    desk.admissions.settle(first, answer(cents=100))
    assert not third.done()
    desk.admissions.settle(second, answer(cents=20))

    admitted = third.result(30).number
    assert admitted is not None
    desk.admissions.settle(admitted, answer(cents=100))
    assert job.costs.total.spent == 2.2


def test_a_job_at_its_budget_pauses_and_goes_on_with_a_higher_one(desk: Desk) -> None:
    """It says what it has spent and what to do; nothing was asked for too much."""
    job, claims = desk.job(budget=1.5)
    first = desk.go(claims[0], call("0"))
    second = desk.admit(claims[1], call("1"))
    desk.queue(1)

    desk.admissions.settle(first, answer())

    suspended = second.result(30).suspended
    assert job.status is Status.PAUSED
    assert job.paused_reason == suspended
    assert "may spend $1.50: $1.00 is spent" in suspended
    assert desk.admit(claims[2], call("2")).result(30).suspended == "the job is paused"

    desk.store.resume(job.id, budget=2.0)
    assert desk.admit(claims[1], call("1")).result(30).number is not None
    assert job.costs.budget == 2.0


def test_a_daily_budget_is_that_of_all_jobs(desk: Desk) -> None:
    """The second job pauses for what the first has spent."""
    desk.limits(daily=1.5)
    (_, one), (job, other) = desk.job(), desk.job()
    desk.admissions.settle(desk.go(one[0], call("a")), answer())

    assert "today (UTC)" in desk.admit(other[0], call("b")).result(30).suspended
    assert job.status is Status.PAUSED
    [paused] = [event for event in job.events() if event.type == "job_paused"]
    assert paused.data["until"] == today() + DAY

    desk.limits(daily=2.0)
    desk.store.resume(job.id)
    assert desk.admit(other[0], call("b")).result(30).number is not None


def test_a_new_runner_knows_what_was_spent(desk: Desk) -> None:
    """A call that the crash cut off counts at its most."""
    job, claims = desk.job(budget=2.5)
    desk.admissions.settle(desk.go(claims[0], call("0")), answer())
    desk.go(claims[1], call("1"))

    desk.admissions = desk.new()
    desk.limits()
    assert CallLog(desk.store.database).lose_open() == 1

    assert desk.admit(claims[2], call("2")).result(30).suspended
    usage = job.costs.total
    assert (usage.cost, usage.reserved, usage.failed) == (2.0, 0.0, 1)


@pytest.mark.parametrize("stop", ["cancel", "pause", "delete", "stop"])
def test_who_waits_is_woken_when_the_job_does_not_go_on(desk: Desk, stop: str) -> None:
    """Calls of other jobs wait on."""
    desk.limits(in_flight=1)
    (job, claims), (_, other) = desk.job(), desk.job()
    desk.go(other[0], call("x"))
    waiting = desk.admit(claims[0], call("a"))
    desk.queue(1)
    resting = desk.pool.submit(desk.admissions.rest, job.id, 3600.0)
    assert desk.admissions.turn(job.id, "source", 0.001) == ""
    turn = desk.pool.submit(desk.admissions.turn, job.id, "source", 0.001)

    match stop:
        case "cancel":
            job.cancel()
        case "pause":
            job.pause()
        case "delete":
            desk.workspace._database.execute("DELETE FROM jobs WHERE id = ?", (job.id,))
        case "stop":
            desk.stopped.set()

    assert waiting.result(30).suspended
    assert turn.result(30)
    resting.result(30)
    if stop != "stop":
        assert desk.admissions.turn(other[0].job_id, "another", 1.0) == ""


def test_a_service_that_refuses_the_first_call_pauses_its_jobs(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """No paper fails for a wrong key; jobs of another model go on."""
    (job, claims), (other, [claim, *_]) = desk.job(), desk.job()
    number = desk.go(claims[0], call("a"))
    desk.go(claim, call("b", model="another"))

    verdict = desk.admissions.settle(number, Report(0.1, fault=WRONG_KEY))

    assert job.status is Status.PAUSED
    assert job.paused_reason == verdict.suspended
    assert verdict.suspended == (
        'The model service "hosted" gives no answers: The key is refused. Set it. '
        "Then resume the job."
    )
    assert other.status is Status.PROCESSING
    # It would be shown in the terminal of whoever runs any job just now.
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


def test_a_key_of_the_environment_needs_a_new_runner(desk: Desk) -> None:
    """The one at work is named: it does not see a key that is set now."""
    job, claims = desk.job()
    fault = replace(WRONG_KEY, environment=True)

    desk.admissions.settle(desk.go(claims[0], call("a")), Report(0.1, fault=fault))

    assert f"The runner (process {os.getpid()}) has the env" in str(job.paused_reason)
    assert "the keyring needs no new start." in str(job.paused_reason)


def test_a_job_is_not_paused_for_a_service_that_it_asks_no_more(desk: Desk) -> None:
    """A retried one may have another flow; and one that has ended does not matter."""
    (job, claims), (other, [earlier, *_]) = desk.job(), desk.job()
    desk.admissions.settle(desk.go(earlier, call("b")), Report(0.1, fault=TOO_LONG))
    desk.admissions.depart(earlier)

    desk.admissions.settle(desk.go(claims[0], call("a")), Report(0.1, fault=WRONG_KEY))
    desk.admissions.settle(desk.go(claims[0], call("a")), Report(0.1, fault=WRONG_KEY))

    assert job.status is Status.PAUSED
    assert other.status is Status.PROCESSING


def test_a_request_that_only_is_refused_fails_alone(desk: Desk) -> None:
    """Others are answered: the second time it is its own fault."""
    job, claims = desk.job()
    desk.admissions.settle(desk.go(claims[0], call("a")), answer())

    def refused() -> Verdict:
        number = desk.go(claims[1], call("b"))
        return desk.admissions.settle(number, Report(0.1, fault=WRONG_KEY))

    assert refused().suspended == "The key is refused."
    desk.admissions.settle(desk.go(claims[2], call("c")), answer())
    assert refused() == Verdict()
    assert job.status is Status.PROCESSING


def test_a_service_that_stops_to_accept_the_key_pauses_its_jobs(desk: Desk) -> None:
    """Nobody else is answered either."""
    job, claims = desk.job()
    desk.admissions.settle(desk.go(claims[0], call("a")), answer())
    verdicts = [
        desk.admissions.settle(
            desk.go(claims[1], call("b")), Report(0.1, fault=WRONG_KEY)
        )
        for _ in range(2)
    ]

    assert verdicts[1].suspended.endswith("Then resume the job.")
    assert job.status is Status.PAUSED


def test_a_service_that_is_down_for_long_pauses_its_jobs(
    workspace: ck.Workspace,
) -> None:
    """Until then attempts do not count, and one call at a time finds out."""
    desk = Desk(workspace)
    desk.admissions = desk.new(patience=2.0)
    desk.limits()
    job, claims = desk.job()
    verdicts: list[Verdict] = []
    while not verdicts or not verdicts[-1].suspended:
        number = desk.go(claims[0], call("a", attempt=len(verdicts) + 1))
        verdicts.append(desk.admissions.settle(number, Report(0.1, fault=BUSY)))

    assert [verdict.blameless for verdict in verdicts[:3]] == [False, False, True]
    assert "has given no answer for 3 s: Busy. Wait." in verdicts[-1].suspended
    assert job.paused_reason == verdicts[-1].suspended
    assert desk.admit(claims[1], call("b")).result(30).suspended


def told(job: ck.Job) -> list[str]:
    """What a job has heard of services."""
    return [e.data["text"] for e in job.events() if e.type.startswith("service_")]


def test_jobs_hear_once_that_they_wait_for_a_service_and_that_it_answers(
    desk: Desk,
) -> None:
    """Also a job that asks later; nobody waits in silence."""
    (job, claims), (other, [later, *_]) = desk.job(), desk.job()
    for attempt in range(1, 6):
        number = desk.go(claims[0], call("a", attempt=attempt))
        desk.admissions.settle(number, Report(0.1, fault=BUSY))
    number = desk.go(claims[0], call("a", attempt=6))
    waiting = desk.admit(later, call("b"))
    until(lambda: bool(told(other)), 30)

    desk.admissions.settle(number, answer())

    assert waiting.result(30).number is not None
    first, second = told(job)
    assert first.startswith(
        'waiting for the model service "hosted" (Busy), trying again until '
    )
    assert second == 'the model service "hosted" answers again'
    assert told(other) == [first, second]


def test_who_resumes_a_job_hears_that_it_still_waits(desk: Desk) -> None:
    """Even if it was told before: there it was somebody else."""
    job, claims = desk.job()
    for attempt in range(1, 6):
        number = desk.go(claims[0], call("a", attempt=attempt))
        desk.admissions.settle(number, Report(0.1, fault=BUSY))
    assert len(told(job)) == 1
    job.pause()
    assert desk.admit(claims[0], call("a")).result(30).suspended

    desk.store.resume(job.id)
    desk.admit(claims[0], call("a"))

    until(lambda: len(told(job)) == 2, 30)


def test_a_single_long_wait_is_told(desk: Desk) -> None:
    """When the service asks for it, or when a call took long; not a short one."""
    job, claims = desk.job()
    asks = replace(LIMITED, retry_after=30.0)
    for key, fault, seconds, count in (
        ("a", LIMITED, 0.1, 0),
        ("b", BUSY, 120.0, 1),
    ):
        desk.admissions.settle(
            desk.go(claims[0], call(key)), Report(seconds, fault=fault)
        )
        assert len(told(job)) == count
    desk.admissions.settle(desk.go(claims[1], call("c")), answer())
    desk.admissions.settle(desk.go(claims[1], call("d")), Report(0.1, fault=asks))
    assert [text.split()[0] for text in told(job)] == ["waiting", "the", "waiting"]


def test_a_refusal_for_asking_too_much_is_blamed_on_who_asks_beside(desk: Desk) -> None:
    """Alone, the request itself asks too much."""
    _, claims = desk.job()
    first, second = (desk.go(claims[n], call(str(n))) for n in range(2))

    assert desk.admissions.settle(second, Report(0.1, fault=LIMITED)).blameless
    assert not desk.admissions.settle(first, Report(0.1, fault=LIMITED)).blameless


def test_a_service_that_wants_to_be_left_alone_for_hours_is(desk: Desk) -> None:
    """Waiting would look like hanging."""
    job, claims = desk.job()
    fault = Fault(
        FailureCategory.RATE_LIMIT,
        "Enough.",
        "Wait.",
        Scope.SERVICE,
        passing=True,
        retry_after=7200.0,
    )

    desk.admissions.settle(desk.go(claims[0], call("a")), Report(0.1, fault=fault))

    assert "asks to wait for 2 h 00 min" in str(job.paused_reason)


def test_the_calls_of_a_lost_worker_make_room_and_count_at_their_most(
    desk: Desk,
) -> None:
    """Nobody knows whether they were made."""
    desk.limits(in_flight=1)
    job, claims = desk.job()
    number = desk.go(claims[0], call("a"))
    twin = desk.admit(claims[1], call("a"))
    desk.queue(1)

    desk.admissions.lose([number])

    assert twin.result(30).number is not None
    assert job.costs.total == Usage(
        2, 0, 1, 60, 40, cost=1.0, reserved=1.0, estimated=1
    )


def test_calls_that_a_dead_runner_left_count_when_the_job_is_cancelled(
    desk: Desk,
) -> None:
    """No other runner may ever come."""
    job, claims = desk.job()
    desk.go(claims[0], call("a"))

    job.cancel()

    assert job.costs.total == Usage(1, 0, 1, 60, 40, cost=1.0, estimated=1)


def test_a_service_that_is_gone_from_the_settings_pauses_the_job(desk: Desk) -> None:
    """What to do is said."""
    job, claims = desk.job()
    desk.admissions.adopt(Settings())

    assert "Settings" in desk.admit(claims[0], call("a")).result(30).suspended
    assert job.status is Status.PAUSED


def test_a_job_that_lost_a_worker_hears_that_a_service_answers(desk: Desk) -> None:
    """It goes on with its other documents, which may wait for nothing then."""
    job, claims = desk.job()
    for attempt in range(1, 6):
        number = desk.go(claims[0], call("a", attempt=attempt))
        desk.admissions.settle(number, Report(0.1, fault=BUSY))
    number = desk.go(claims[0], call("a", attempt=6))
    lost = desk.admissions.admit(claims[1], call("b"), gone=lambda: True)
    assert lost.suspended == "its worker has ended"

    desk.admissions.settle(number, answer())

    assert told(job)[1:] == ['the model service "hosted" answers again']
