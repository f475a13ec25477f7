from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from batches import fake_flow
from fakes import FakeInput

import curation_kit as ck
from curation_kit.agents import get_agent, register
from curation_kit.errors import FailureCategory
from curation_kit.jobs import KeptStep, Status
from curation_kit.runner.document import DocumentTask, run_document

pytestmark = pytest.mark.usefixtures("fakes")


class FakeDesk:
    """Keeps what it is told in memory."""

    def __init__(self, *, stop_before: int | None = None) -> None:
        self.begun: list[int] = []
        self.kept: dict[str, KeptStep] = {}
        self.answers: dict[str, str] = {}
        self.get, self.put = self.answers.get, self.answers.__setitem__
        self._stop_before = stop_before

    def go_on(self, step: int) -> bool:
        """Note the step."""
        if step == self._stop_before:
            return False
        self.begun.append(step)
        return True

    def latest(self, keys: Sequence[str]) -> KeptStep | None:
        """Give the last step that was kept."""
        found = [self.kept[key] for key in keys if key in self.kept]
        return found[-1] if found else None

    def keep(self, key: str, kept: KeptStep) -> None:
        """Keep a step."""
        self.kept[key] = kept


@pytest.fixture
def run(tmp_path: Path):
    """Run a command through a flow of fakes: ``run("ok")``."""

    def run_command(command: str, *outputs: str, desk: FakeDesk | None = None):
        path = tmp_path / "paper.pdf"
        if command:
            path.write_text(command)
        flow = fake_flow(*(outputs or ("csv",)))
        task = DocumentTask(
            document_id="0" * 64,
            name="Paper.pdf",
            path=path,
            stem="Paper",
            flow=flow,
            agents=tuple(get_agent(step.agent) for step in flow.steps),
        )
        return run_document(task, desk or FakeDesk())

    return run_command


def test_a_document_passes_all_steps(run) -> None:
    """Records come out checked, and in a file named after the paper."""
    desk = FakeDesk()

    outcome = run("ok", desk=desk)

    assert outcome.status is Status.COMPLETED
    assert desk.begun == [0, 1, 2, 3]
    [record] = outcome.records
    assert (record.gene_symbol, record.taxon) == ("ok", "NCBITaxon:6239")
    [file] = outcome.files
    assert (file.step, file.name) == (3, "Paper.csv")
    assert file.content.startswith(b"document,gene_symbol,")
    assert outcome.ledger.kept == 1


def test_each_output_gives_a_file_of_its_own(run) -> None:
    """Two outputs of one kind do not overwrite each other."""
    outcome = run("ok", "csv", "json", "csv")

    assert [file.name for file in outcome.files] == [
        "Paper.csv",
        "Paper.json",
        "Paper~6.csv",
    ]


def test_a_failure_tells_category_step_and_hint(run) -> None:
    """What the agent says of the paper is what the curator reads."""
    outcome = run("fail")

    assert (outcome.status, outcome.category) == (Status.FAILED, FailureCategory.INPUT)
    assert (outcome.message, outcome.hint) == ("The paper is blank.", "Scan it again.")
    assert (outcome.step, outcome.records, outcome.files) == (1, [], [])


def test_a_fault_of_an_agent_is_told_as_such(run) -> None:
    """The paper is not blamed."""
    outcome = run("raise")

    assert outcome.category is FailureCategory.INTERNAL
    assert '"fake_extractor" stopped with ZeroDivisionError: one by nought' in (
        outcome.message
    )
    assert "not in the paper" in outcome.hint


def test_a_document_that_was_removed_fails_with_a_clear_message(run) -> None:
    """It is the same whatever agent would have read it."""
    outcome = run("")

    assert (outcome.category, outcome.step) == (FailureCategory.INPUT, 0)
    assert outcome.message == (
        "Paper.pdf was removed from the workspace before it was done."
    )


def test_a_document_stops_before_a_step_when_told(run) -> None:
    """The step in flight was finished, the next one does not begin."""
    outcome = run("ok", desk=FakeDesk(stop_before=2))

    assert (outcome.status, outcome.step) == (Status.CANCELLED, 2)
    assert outcome.files == []


def test_want_of_memory_is_a_matter_of_resources(run) -> None:
    """It is not called a fault of the agent."""

    @register
    class Greedy(FakeInput):
        """Needs too much."""

        def read(self, paper: ck.Paper):
            """Fail for want of memory."""
            del paper
            raise MemoryError

    assert run("ok").category is FailureCategory.RESOURCE
