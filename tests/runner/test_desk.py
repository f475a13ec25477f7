"""What a document asks of the runner in its own process."""

from __future__ import annotations

import time

import pytest
from office import KEPT, Office

import curation_kit as ck
from curation_kit.records import GeneExpressionRecord
from curation_kit.runner.desk import LEASE

pytestmark = pytest.mark.usefixtures("fakes")


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
