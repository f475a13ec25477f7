"""What a document asks of the runner, near by and from another process."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from batches import add_papers, fake_flow, until

import curation_kit as ck
from curation_kit.jobs import Claim, KeptStep, StepCache
from curation_kit.llm import Admission, Call, Report, Service, Settings
from curation_kit.records import GeneExpressionRecord, Ledger
from curation_kit.runner.admission import Admissions
from curation_kit.runner.desk import LEASE, DistantDesk, NoDesk, RunnerDesk

pytestmark = pytest.mark.usefixtures("fakes")

KEPT = KeptStep.of(
    1,
    "fake_extractor",
    [GeneExpressionRecord(gene_symbol="lin-3").model_dump_json()],
    Ledger(pages=2),
)


class Office:
    """A workspace with one document, and desks for it."""

    def __init__(self, workspace: ck.Workspace) -> None:
        self.store = workspace._store
        self.workspace = workspace
        [self.paper] = add_papers(workspace, "ok")

    def claim(self, *, use_cache: bool = True, kept: bool = False) -> Claim:
        """Begin the document in a new job, of which a step may be kept."""
        self.workspace.create(fake_flow("csv"), self.paper, use_cache=use_cache)
        if kept:
            StepCache(self.store.database).keep(self.paper.id, [("b", KEPT)])
        claim = self.store.claim()
        assert claim is not None
        return claim

    def desk(self, claim: Claim) -> RunnerDesk:
        """Give the desk of an attempt."""
        steps = StepCache(self.store.database)
        admissions = Admissions(self.store)
        service = Service(base_url="http://localhost", model="gpt", in_flight=2)
        admissions.adopt(Settings(services={"hosted": service}))
        return RunnerDesk(claim, self.store, steps, admissions)

    def events(self, claim: Claim) -> list[tuple[str, Any]]:
        """What was told of the steps of a job."""
        return [
            (event.type, event.data.get("agents") or event.data["agent"])
            for event in self.store.events(claim.job_id)
            if event.type.startswith("step")
        ]


@pytest.fixture
def office(workspace: ck.Workspace) -> Office:
    """A workspace with one document, and desks for it."""
    return Office(workspace)


def test_what_is_kept_is_found_by_the_last_key_that_has_it(office: Office) -> None:
    """The records and the ledger come back as they were."""
    desk = office.desk(office.claim())

    desk.keep("b", KEPT)

    assert desk.begin(["x", "b", "y"]) == KEPT
    assert desk.begin(["x", "y"]) is True
    assert desk.begin([]) is True
    [record], ledger = KEPT.state(GeneExpressionRecord)
    assert ledger.pages == 2
    assert record.gene_symbol == "lin-3"


def put_clock(office: Office, hours: int) -> None:
    """Have all that is kept so far be of a clock that was ahead, or behind."""
    for table in ("step_results", "answers"):
        office.store.database.execute(
            f"UPDATE {table} SET created = created + ?",  # noqa: S608 - ours
            (hours * 3600,),
        )


def test_what_is_kept_is_older_or_newer_whatever_the_clock_says(office: Office) -> None:
    """A job without cache takes nothing of before, and goes on from its own."""
    earlier = office.desk(office.claim())
    earlier.keep("b", KEPT)
    earlier.put("question", "answer")
    put_clock(office, 1)

    desk = office.desk(office.claim(use_cache=False))
    assert desk.begin(["x", "b"]) is True
    assert desk.get("question") is None
    desk.keep("b", KEPT)
    desk.put("question", "another")
    put_clock(office, -1)

    assert desk.begin(["x", "b"]) == KEPT
    assert desk.get("question") == "another"


def test_a_reuse_is_told_when_the_next_step_begins(office: Office) -> None:
    """Once, also when the desk was asked twice."""
    claim = office.claim(kept=True)
    desk = office.desk(claim)
    desk.begin(["x", "b"])
    desk.begin(["b"])

    assert desk.go_on(1)
    assert desk.go_on(2)

    assert office.events(claim) == [
        ("steps_reused", ["fake_input"]),
        ("step_started", "fake_extractor"),
        ("step_started", "fake_validator"),
    ]


def test_a_document_that_begins_with_its_first_step_reuses_nothing(
    office: Office,
) -> None:
    """It begins where nothing is found."""
    claim = office.claim(kept=True)
    desk = office.desk(claim)

    assert desk.begin(["x"]) is True
    assert desk.go_on(1)

    assert [kind for kind, _ in office.events(claim)] == ["step_started"] * 2


def test_a_document_of_which_nothing_is_kept_begins_as_it_is_taken(
    office: Office,
) -> None:
    """It need not ask: not for what is kept, nor for a while before its steps."""
    claim = office.claim()
    desk = office.desk(claim)

    assert claim.fresh
    assert 0 < desk.lease <= LEASE
    assert desk.go_on(1)
    assert [kind for kind, _ in office.events(claim)] == ["step_started"] * 2

    again = office.claim(kept=True)
    assert not again.fresh
    assert office.desk(again).lease == 0
    assert office.events(again) == []
    assert office.claim(use_cache=False).fresh  # what was kept before its job


def test_what_is_told_together_is_stored_together(office: Office) -> None:
    """Each step with the time when it began."""
    claim = office.claim()
    desk = office.desk(claim)
    now = time.time()

    desk.hear([(9.0, ("go_on", 1, ("a", KEPT))), (5.0, ("keep", "b", KEPT))])
    desk.hear([(3.0, ("go_on", 2, None)), (1.0, ("go_on", 3, None))])

    events = [
        event
        for event in office.store.events(claim.job_id)
        if event.type == "step_started"
    ]
    assert [event.data["step"] for event in events] == [0, 1, 2, 3]
    ages = [now - event.time for event in events[1:]]
    assert ages == pytest.approx([9.0, 3.0, 1.0], abs=0.9)
    assert office.store.documents(claim.job_id)[0]["step"] == 3
    assert desk.begin(["x", "a"]) == desk.begin(["x", "b"]) == KEPT


def test_steps_that_are_told_have_begun_although_the_job_is_cancelled(
    office: Office,
) -> None:
    """They began before; their document is told when it asks."""
    claim = office.claim()
    desk = office.desk(claim)
    office.store.cancel(claim.job_id)

    desk.hear([(0.0, ("go_on", 1, ("b", KEPT)))])

    told = [("step_started", "fake_input"), ("step_started", "fake_extractor")]
    assert office.events(claim) == told
    assert desk.begin(["x", "b"]) == KEPT
    assert not desk.go_on(2)
    assert office.events(claim) == told


def test_a_job_without_cache_sees_only_what_was_kept_since(office: Office) -> None:
    """Results and answers of its own attempts count."""
    earlier = office.desk(office.claim())
    earlier.keep("b", KEPT)
    earlier.put("question", "answer")

    desk = office.desk(office.claim(use_cache=False))
    assert desk.begin(["x", "b"]) is True
    assert desk.get("question") is None
    desk.keep("b", KEPT)
    desk.put("question", "another")

    assert desk.begin(["x", "b"]) == KEPT
    assert desk.get("question") == "another"
    assert earlier.get("question") == "another"


def test_a_document_of_a_cancelled_job_shall_stop(office: Office) -> None:
    """It is told before its next step."""
    claim = office.claim()
    desk = office.desk(claim)

    office.store.cancel(claim.job_id)

    assert desk.begin([]) is False
    assert not desk.go_on(1)


class Wire:
    """A line without a process at its end."""

    def __init__(self, near: RunnerDesk | NoDesk) -> None:
        self.near = near
        self.said: list[str] = []
        self._turn = threading.Lock()

    def __call__(self, message: tuple[Any, ...]) -> Any:
        """Ask."""
        name, *arguments = message
        with self._turn:
            self.said.append(name)
            return getattr(self.near, name)(*arguments)

    def tell(self, message: tuple[Any, ...], *, later: bool = False) -> None:
        """Have it heard at once."""
        with self._turn:
            self.said.append(f"{message[0]}, later" if later else message[0])
            self.near.hear([(0.0, message)])


def test_a_distant_desk_passes_everything_on(office: Office) -> None:
    """Whatever is asked, the answer is that of the desk in the runner."""
    wire = Wire(office.desk(office.claim()))
    desk = DistantDesk(wire)  # type: ignore[arg-type]

    assert desk.begin(("a", "b")) is True
    desk.keep("b", KEPT)
    assert desk.begin(("a", "b")) == KEPT
    assert desk.get("question") is None
    desk.put("question", "answer")
    assert desk.get("question") == "answer"
    assert wire.said == ["begin", "keep, later", "begin", "get", "put", "get"]


def test_a_step_begins_unasked_while_the_permission_is_new(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each answer that allows a step is a new one."""
    wire = Wire(office.desk(office.claim()))
    monkeypatch.setattr("curation_kit.runner.desk.LEASE", 60.0)
    new, old = DistantDesk(wire, 60.0), DistantDesk(wire, 0.0)  # type: ignore[arg-type]

    assert new.go_on(1, ("a", KEPT))
    assert wire.said == ["go_on, later"]
    assert old.go_on(2)
    assert old.go_on(3)
    assert wire.said[1:] == ["may_go", "go_on", "go_on, later"]


def test_a_document_that_asks_learns_that_its_job_is_cancelled(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is not allowed anything for a while; what it has done is kept."""
    claim = office.claim()
    near = office.desk(claim)
    wire = Wire(near)
    monkeypatch.setattr("curation_kit.runner.desk.LEASE", 60.0)
    desk = DistantDesk(wire)  # type: ignore[arg-type]
    office.store.cancel(claim.job_id)

    assert not desk.go_on(1, ("a", KEPT))
    assert not desk.go_on(2)
    assert wire.said == ["may_go", "keep, later", "may_go"]
    assert near.begin(["x", "a"]) == KEPT


def test_nobody_lets_a_document_in_another_process_go_on() -> None:
    """Also one whose permission is too old: it asks again."""
    wire = Wire(NoDesk())
    desk = DistantDesk(wire, 0.0)  # type: ignore[arg-type]

    assert desk.go_on(1, ("a", KEPT))
    assert desk.begin(["a"]) is True
    assert wire.said == ["may_go", "go_on", "begin"]


def wanted(key: str) -> Call:
    """Give a call to a service that takes two at a time."""
    return Call("hosted", "gpt", key, 1, "reader", 60, 40)


def test_a_call_waits_for_those_of_its_document_without_keeping_the_line(
    office: Office,
) -> None:
    """It may wait for room, or for the answer to the same question."""
    wire = Wire(office.desk(office.claim()))
    desk = DistantDesk(wire)  # type: ignore[arg-type]
    one, two = desk.admit(wanted("one")).number, desk.admit(wanted("two")).number
    assert one is not None
    assert two is not None

    with ThreadPoolExecutor(2) as threads:
        same = threads.submit(desk.admit, wanted("one"))
        other = threads.submit(desk.admit, wanted("other"))
        until(lambda: wire.said.count("try_admit") >= 3)
        assert not same.done()
        assert not other.done()
        desk.settle(one, Report(0.1, "yes"))
        assert same.result(30) == Admission(answer="yes")
        assert other.result(30).number is not None


def test_all_calls_that_wait_learn_that_the_job_is_cancelled(office: Office) -> None:
    """When one of their document has ended; also those behind that ask in turn."""
    claim = office.claim()
    wire = Wire(office.desk(claim))
    desk = DistantDesk(wire)  # type: ignore[arg-type]
    under_way = [desk.admit(wanted(key)).number or 0 for key in "ab"]

    with ThreadPoolExecutor(3) as threads:
        waiting = [threads.submit(desk.admit, wanted(key)) for key in "cde"]
        until(lambda: wire.said.count("try_admit") >= 4)
        office.store.cancel(claim.job_id)
        for number in under_way:
            desk.settle(number, Report(0.1, "yes"))
        assert all(told.result(30).suspended for told in waiting)


def test_who_rests_keeps_no_call_of_its_document_from_ending(office: Office) -> None:
    """An answer that has come is handed in, whatever another thread waits for."""
    wire = Wire(office.desk(office.claim()))
    desk = DistantDesk(wire)  # type: ignore[arg-type]
    number = desk.admit(wanted("one")).number
    assert number is not None

    with ThreadPoolExecutor(1) as threads:
        rest = threads.submit(desk.rest, 1.0)
        with pytest.raises(TimeoutError):
            rest.result(0.2)
        desk.settle(number, Report(0.1, "yes"))
        rest.result(30)
    assert wire.said == ["admit", "settle", "rest"]


def test_nobody_admits_all_calls_of_a_document_at_once() -> None:
    """A document outside a job may ask in several threads, too."""
    desk = DistantDesk(Wire(NoDesk()))  # type: ignore[arg-type]

    assert [desk.admit(wanted(key)).number for key in "abc"] == [0] * 3
