"""What a document asks of the runner, near by and from another process."""

from __future__ import annotations

from typing import Any

import pytest
from batches import add_papers, fake_flow

import curation_kit as ck
from curation_kit.jobs import Claim, KeptStep, StepCache
from curation_kit.records import GeneExpressionRecord, Ledger
from curation_kit.runner.admission import Admissions
from curation_kit.runner.desk import DistantDesk, RunnerDesk

pytestmark = pytest.mark.usefixtures("fakes")

KEPT = KeptStep.of(
    1, "fake_extractor", [GeneExpressionRecord(gene_symbol="lin-3")], Ledger(pages=2)
)


class Office:
    """A workspace with one document, and desks for it."""

    def __init__(self, workspace: ck.Workspace) -> None:
        self.store = workspace._store
        self.workspace = workspace
        [self.paper] = add_papers(workspace, "ok")

    def claim(self, *, use_cache: bool = True) -> Claim:
        """Begin the document in a new job."""
        self.workspace.create(fake_flow("csv"), self.paper, use_cache=use_cache)
        claim = self.store.claim()
        assert claim is not None
        return claim

    def desk(self, claim: Claim) -> RunnerDesk:
        """Give the desk of an attempt."""
        steps = StepCache(self.store.database)
        return RunnerDesk(claim, self.store, steps, Admissions(self.store))

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
    [record] = KEPT.records_of(GeneExpressionRecord)
    assert record.gene_symbol == "lin-3"


def test_a_reuse_is_told_when_the_next_step_begins(office: Office) -> None:
    """Once, also when the desk was asked twice."""
    claim = office.claim()
    desk = office.desk(claim)
    desk.keep("b", KEPT)
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
    claim = office.claim()
    desk = office.desk(claim)

    assert desk.begin(["x"]) is True
    assert desk.go_on(1)

    assert [kind for kind, _ in office.events(claim)] == ["step_started"] * 2


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


def test_a_distant_desk_passes_everything_on(office: Office) -> None:
    """Whatever is asked, the answer is that of the desk in the runner."""
    near = office.desk(office.claim())
    asked: list[str] = []

    class Wire:
        """A line without a process at its end."""

        def __call__(self, message: tuple[Any, ...]) -> Any:
            name, *arguments = message
            asked.append(name)
            return getattr(near, name)(*arguments)

        tell = __call__  # heard at once

    desk = DistantDesk(Wire())

    assert desk.begin(("a", "b")) is True
    desk.keep("b", KEPT)
    assert desk.begin(("a", "b")) == KEPT
    assert desk.get("question") is None
    desk.put("question", "answer")
    assert desk.get("question") == "answer"
    assert desk.go_on(1) is True
    assert asked == ["begin", "keep", "begin", "get", "put", "get", "go_on"]
