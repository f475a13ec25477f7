"""One document on its way: what it tells, where it goes on, how long it may take."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from batches import fake_flow
from fake_workers import TO_HOST, FakeDesk, FakeWorker

from curation_kit.agents import get_agent
from curation_kit.jobs import JobOptions, KeptStep, Outcome
from curation_kit.processes import Partner
from curation_kit.runner.call import Call
from curation_kit.runner.desk import NotDone
from curation_kit.runner.parcels import Parcel, TaskPacker
from curation_kit.runner.places import DocumentTask, HandOver, Place


@pytest.fixture
def task(fakes: None) -> DocumentTask:
    """A paper with a flow."""
    del fakes
    flow = fake_flow("csv")
    agents = tuple(get_agent(step.agent) for step in flow.steps)
    return DocumentTask("0" * 64, "x.pdf", Path("x.pdf"), "x", flow, agents)


def call_of(
    task: DocumentTask, desk: FakeDesk, options: JobOptions | None = None
) -> Call:
    """Give a paper on its way."""
    return Call(task, TaskPacker(), desk, options or JobOptions())  # type: ignore[arg-type]


def test_the_time_limit_counts_all_places_together(task: DocumentTask) -> None:
    """A paper has no more time because it changes places."""
    worker = FakeWorker(TO_HOST, TO_HOST)
    host = FakeWorker(TO_HOST, TO_HOST)
    options = JobOptions(time_limit=60)
    call = call_of(task, FakeDesk(), options)

    for process in (worker, host, worker):
        call.on(process, Place.IO)  # type: ignore[arg-type]

    assert 59.9 < worker.left[0] <= 60
    assert host.left[0] <= 60 - 0.01
    assert worker.left[1] <= 60 - 0.02


def test_the_next_step_begins_as_a_paper_is_passed_on(task: DocumentTask) -> None:
    """With the result of the one before: the next place need not ask."""
    done = ("key", KeptStep(0, "agent", "[]", "{}"))
    parcel, desk = Parcel(Place.IO, done, 1, b""), FakeDesk()

    given = call_of(task, desk).on(FakeWorker(parcel), Place.CPU)  # type: ignore[arg-type]

    assert given is parcel
    assert desk.told == [(1, done)]


def test_a_cancelled_paper_is_not_passed_on(task: DocumentTask) -> None:
    """It ends with what it has: where it stopped, and its time."""
    state = pickle.dumps(HandOver(step=1, seconds=2.5))
    parcel, desk = Parcel(Place.IO, None, 1, state), FakeDesk(go_on=False)

    given = call_of(task, desk).on(FakeWorker(parcel), Place.CPU)  # type: ignore[arg-type]

    assert isinstance(given, Outcome)
    assert (given.status, given.step, given.seconds) == ("cancelled", 1, 2.5)


class Telling(FakeWorker):
    """Hands in an answer without waiting, then asks for another thing."""

    def speak(self, partner: Partner) -> None:
        """Do so, and note what comes back."""
        partner.hear([(0.0, "an answer")])
        self.came = partner.answer(("go_on", 2))


def test_an_answer_that_cannot_be_stored_fails_the_paper(task: DocumentTask) -> None:
    """Nobody waited for it: what comes next hears of it, and nothing goes on."""
    worker, desk = Telling(TO_HOST), FakeDesk()

    with pytest.raises(NotDone, match=r"no room for .*an answer"):
        call_of(task, desk).on(worker, Place.IO)  # type: ignore[arg-type]

    assert isinstance(worker.came, NotDone)
    assert desk.told == []
