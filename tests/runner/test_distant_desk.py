"""What a document asks of the runner from another process."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from batches import until
from office import KEPT, Office

import curation_kit as ck
from curation_kit.llm import Admission, Call, Report
from curation_kit.runner.desk import NoDesk, RunnerDesk
from curation_kit.runner.distant_desk import DistantDesk

pytestmark = pytest.mark.usefixtures("fakes")


@pytest.fixture
def office(workspace: ck.Workspace) -> Office:
    """A workspace with one document, and desks for it."""
    return Office(workspace)


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
    monkeypatch.setattr("curation_kit.runner.distant_desk.LEASE", 60.0)
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
    monkeypatch.setattr("curation_kit.runner.distant_desk.LEASE", 60.0)
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
