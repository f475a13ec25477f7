from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from batches import add_papers, fake_flow
from fakes import FakeExtractor, FakeInput, FakeValidator
from one_paper import FakeDesk, task_of
from restraints import python

import curation_kit as ck
from curation_kit.agents import Formatter, get_agent, register
from curation_kit.errors import DocumentFailure, FailureCategory
from curation_kit.jobs import KeptStep, Outcome, Status
from curation_kit.records import GeneExpressionRecord, Ledger, Record
from curation_kit.runner.document import run_document
from curation_kit.runner.places import DocumentTask, HandOver, Place
from curation_kit.samples import write_sample_papers

pytestmark = pytest.mark.usefixtures("fakes")


@pytest.fixture
def run(tmp_path: Path):
    """Run a command through a flow of fakes: ``run("ok")``."""

    def run_command(command: str, *outputs: str, desk: FakeDesk | None = None):
        path = tmp_path / "paper.pdf"
        if command:
            path.write_text(command)
        flow = fake_flow(*(outputs or ("csv",)))
        return run_document(task_of(flow, path), desk or FakeDesk())

    return run_command


def test_a_document_passes_all_steps(run) -> None:
    """Records come out checked, and in a file named after the paper."""
    desk = FakeDesk()

    outcome = run("ok", desk=desk)

    assert outcome.status is Status.COMPLETED
    assert desk.begun == [0, 1, 2, 3]
    [record] = map(GeneExpressionRecord.model_validate_json, outcome.records)
    assert (record.gene_symbol, record.taxon) == ("ok", "NCBITaxon:6239")
    [file] = outcome.files
    assert (file.step, file.name) == (3, "Paper.csv")
    assert file.content.startswith(b"document,gene_symbol,")
    assert Ledger.model_validate_json(outcome.ledger).kept == 1


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


@pytest.mark.parametrize("content", ["text", None, 5])
def test_an_output_that_is_no_bytes_is_told(run, content: object) -> None:
    """Before it is written with the files of other papers."""

    class Texting(Formatter):
        name, title, extension = "texting", "Texting", "txt"

        def format(self, *_: object):
            return content

    register(Texting)
    outcome = run("ok", "texting")

    assert (outcome.status, outcome.category) == (Status.FAILED, "internal")
    assert outcome.message == f'The agent "texting" gave {content!r} in place of bytes.'
    assert "encode" in outcome.hint


def test_a_document_that_was_removed_fails_with_a_clear_message(run) -> None:
    """It is the same whatever agent would have read it."""
    outcome = run("")

    assert (outcome.category, outcome.step) == (FailureCategory.INPUT, 0)
    assert outcome.message == (
        "Paper.pdf was removed from the workspace before it was done."
    )


def test_a_document_that_may_not_be_read_is_no_fault_of_an_agent(
    tmp_path: Path,
) -> None:
    """As after a backup was restored by somebody else."""
    (sample,) = write_sample_papers(tmp_path, count=1)
    with closing(ck.Workspace(tmp_path / "ws")) as workspace:
        (paper,) = workspace.documents.add(sample.path)
    paper.path.chmod(0)

    done = python(RUN, tmp_path / "ws", ordinary=True)

    assert done.stdout.splitlines() == [
        "input",
        f"{paper.name} cannot be read in the workspace: permission denied.",
    ], done.stderr


RUN = """
import sys, curation_kit as ck
workspace = ck.Workspace(sys.argv[1])
papers = workspace.documents.list()
job = workspace.run("Gene Expression Extraction", papers, backend="sequential")
print(job.documents["category"][0], job.documents["error"][0], sep="\\n")
"""


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


class Doubtful(FakeValidator):
    """Fails until it is told not to; reads instructions."""

    name = "doubtful"
    title = "Doubtful"
    reads_instructions = True
    fails = True

    def validate(self, paper: ck.Paper, records: Sequence[Record]) -> Iterable[Record]:
        """Fail, or look at the text too."""
        if self.fails:
            paper.ledger.notes.append("half a note")
            raise DocumentFailure("model", "No answer.", "Retry it.")
        paper.ledger.notes.append(f"{len(paper.text.text)} letters")
        return super().validate(paper, records)


class Counting(FakeExtractor):
    """Sends a paper in two parts, of which a model may answer one only."""

    name = "counting"
    title = "Counting"
    answered = 2

    def extract(self, paper: ck.Paper) -> Iterable[Record]:
        """Count what is sent and answered."""
        paper.ledger.chunks_sent += 2
        paper.ledger.chunks_answered += self.answered
        paper.ledger.sections_read.append("Results")
        return super().extract(paper)


@pytest.fixture
def doubted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run a paper whose third step fails until `Doubtful.fails` is false.

    Gives a function ``run(desk, **changes)`` with changes of the task.
    """
    monkeypatch.setattr(Doubtful, "fails", True)
    monkeypatch.setattr(Counting, "answered", 2)
    path = tmp_path / "paper.pdf"
    path.write_text("ok")

    def run(
        desk: FakeDesk,
        place: Place = Place.ANY,
        state: HandOver | None = None,
        **changes: Any,
    ) -> Any:
        options = changes.pop("options", {"taxon": "NCBITaxon:7227"})
        note = changes.pop("note", "")
        flow = ck.Flow(
            name="Doubted",
            instructions=changes.pop("instructions", ""),
            steps=[
                ck.Step(agent="fake_input"),
                ck.Step(agent="counting"),
                ck.Step(agent="fake_validator", options=options, instructions=note),
                ck.Step(agent="doubtful"),
                ck.Step(agent="csv"),
            ],
        )
        task = {
            "document_id": "0" * 64,
            "name": "Paper.pdf",
            "path": path,
            "stem": "Paper",
            "flow": flow,
            "agents": (FakeInput, Counting, FakeValidator, Doubtful, get_agent("csv")),
            "origins": ("here", "there", "there", "there", "here"),
            "cache": tmp_path / "cache",
        }
        return run_document(DocumentTask(**{**task, **changes}), desk, place, state)

    return run


def told(outcome: Outcome) -> tuple[Any, ...]:
    """What an outcome tells, without the time it took."""
    files = [(file.name, file.content) for file in outcome.files]
    return outcome.status, outcome.records, outcome.ledger, outcome.drops, files


def test_a_paper_goes_on_at_the_step_that_failed(
    doubted: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Earlier agents are not called again; the result is that of one go."""
    desk = FakeDesk()
    failed = doubted(desk)
    assert (failed.status, failed.step) == (Status.FAILED, 3)
    assert desk.begun == [0, 1, 2, 3]
    monkeypatch.setattr(Doubtful, "fails", False)

    resumed = doubted(desk)

    assert desk.begun[4:] == [3, 4]
    assert told(resumed) == told(doubted(FakeDesk()))
    ledger = Ledger.model_validate_json(resumed.ledger)
    assert ledger.notes == ["2 letters"]
    assert ledger.pages == 0
    # A third time nothing but the output is left to do.
    assert told(doubted(desk)) == told(resumed)
    assert desk.begun[6:] == [4]


@pytest.mark.parametrize(
    ("change", "first"),
    [
        ({}, 3),
        ({"document_id": "1" * 64}, 0),
        ({"options": {"taxon": "NCBITaxon:9606"}}, 2),
        ({"note": "not read by this agent"}, 3),
        ({"instructions": "read by the fourth step only"}, 3),
        ({"origins": ("here", "elsewhere", "there", "there", "here")}, 1),
        ({"origins": ("new", "there", "there", "there", "here")}, 0),
        ({"name": "Renamed.pdf", "stem": "Renamed"}, 3),
    ],
    ids=lambda change: (
        next(iter(change), "nothing") if isinstance(change, dict) else ""
    ),
)
def test_a_change_is_run_again_with_all_that_follows_it(
    doubted: Callable[..., Outcome], change: dict[str, Any], first: int
) -> None:
    """And nothing that does not depend on it."""
    desk = FakeDesk()
    doubted(desk)
    desk.begun.clear()

    doubted(desk, **change)

    assert desk.begun[0] == first


def test_instructions_count_for_agents_that_read_them(
    doubted: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The flow's own too."""
    monkeypatch.setattr(Doubtful, "fails", False)
    desk = FakeDesk()
    doubted(desk)
    desk.begun.clear()

    doubted(desk, instructions="Only embryos.")

    assert desk.begun == [3, 4]


def test_a_new_version_of_an_agent_is_run_again(
    doubted: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its author says so."""
    desk = FakeDesk()
    doubted(desk)
    desk.begun.clear()
    monkeypatch.setattr(Counting, "version", "2")

    doubted(desk)

    assert desk.begun == [1, 2, 3]


def test_an_incomplete_answer_is_nothing_to_build_on(
    doubted: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither it nor what followed from it is kept."""
    monkeypatch.setattr(Doubtful, "fails", False)
    monkeypatch.setattr(Counting, "answered", 1)
    desk = FakeDesk()

    outcome = doubted(desk)

    assert outcome.status is Status.COMPLETED
    assert [kept.agent for kept in desk.kept.values()] == ["fake_input"]


def test_a_record_that_its_model_does_not_allow_fails_and_is_not_kept(
    doubted: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept can always be read back."""

    def extract(self: Counting, paper: ck.Paper) -> Iterable[Record]:
        for record in FakeExtractor.extract(self, paper):
            record.negated = "perhaps"  # type: ignore[attr-defined]
            yield record

    monkeypatch.setattr(Counting, "extract", extract)
    desk = FakeDesk()

    outcome = doubted(desk)

    assert (outcome.category, outcome.step) == (FailureCategory.INTERNAL, 1)
    assert '"counting" stopped with ValidationError' in outcome.message
    assert [kept.agent for kept in desk.kept.values()] == ["fake_input"]


class Spoiling(FakeExtractor):
    """Does to its ledger what no ledger can hold."""

    def extract(self, paper):
        """Spoil it."""
        match paper.text.text.split()[0]:
            case "number":
                paper.ledger.chunks_sent = "many"
            case "incomplete":
                paper.ledger.chunks_sent, paper.ledger.pages = 1, "many"
            case "record":
                paper.ledger.chunks_sent = 1
                return [GeneExpressionRecord.model_construct(gene_symbol=5)]
            case "list":
                paper.ledger.notes.append(5)
            case "drops":
                paper.ledger.drops.append("a candidate")
            case "nothing":
                paper.ledger = None
        return []


@pytest.mark.parametrize(
    "command", ["number", "incomplete", "record", "list", "drops", "nothing"]
)
def test_a_spoiled_ledger_fails_the_paper_and_can_be_read(run, command: str) -> None:
    """The documents of its job are shown all the same."""
    register(Spoiling)

    outcome = run(command)

    assert (outcome.status, outcome.category) == (Status.FAILED, "internal")
    assert '"fake_extractor" stopped with' in outcome.message
    sent = Ledger.model_validate_json(outcome.ledger).chunks_sent
    assert sent == (command == "record")


def test_an_endless_message_is_cut(run) -> None:
    """An error may carry the data that it is about."""

    class Talking(FakeExtractor):
        def extract(self, paper):
            raise ValueError(paper.text.text * 10_000)

    register(Talking)

    assert 2000 < len(run("ok").message) < 2100


@pytest.mark.parametrize("damage", ["records", "ledger"])
def test_a_kept_result_that_cannot_be_read_counts_as_absent(
    doubted: Callable[..., Outcome],
    damage: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The one before it is taken."""
    desk = FakeDesk()
    doubted(desk)
    key, kept = list(desk.kept.items())[-1]
    texts = {"records": kept.records, "ledger": kept.ledger, damage: '{"x": 1}'}
    desk.kept[key] = KeptStep(kept.step, kept.agent, **texts)
    desk.begun.clear()
    monkeypatch.setattr(Doubtful, "fails", False)

    outcome = doubted(desk)

    assert desk.begun == [2, 3, 4]
    assert told(outcome) == told(doubted(FakeDesk()))
    assert "kept result of Paper.pdf is no use" in caplog.text


def test_a_paper_is_handed_over_between_places(
    doubted: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each place runs its own steps; together they give what one place gives."""
    monkeypatch.setattr(Doubtful, "fails", False)
    whole = doubted(FakeDesk())
    monkeypatch.setattr(Counting, "io_bound", True)
    desk, state, steps = FakeDesk(), None, []
    for place in (Place.CPU, Place.IO, Place.CPU):
        state = doubted(desk, place, state)
        steps.append(list(desk.begun))
        desk.begun.clear()

    assert steps == [[0], [1], [2, 3, 4]]
    assert told(state) == told(whole)


def test_a_text_gone_from_the_cache_is_read_before_it_is_handed_over(
    doubted: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where many wait it could not be read."""
    monkeypatch.setattr(Counting, "io_bound", True)
    desk = FakeDesk()
    desk.keep(*doubted(desk, Place.CPU).done)
    for file in (tmp_path / "cache").rglob("*.text"):
        file.unlink()

    state = doubted(desk, Place.CPU)

    assert (state.step, desk.begun) == (1, [0])
    assert list((tmp_path / "cache").rglob("*.text"))
    for file in (tmp_path / "cache").rglob("*.text"):
        file.unlink()
    late = doubted(desk, Place.IO, state)
    assert (late.category, late.hint) == (FailureCategory.INTERNAL, "Retry it.")


def steps_of(job: ck.Job, kind: str = "step_started") -> list[Any]:
    """Steps begun, or lists of agents whose results were reused, in order."""
    name = "agent" if kind == "step_started" else "agents"
    return [event.data[name] for event in job.events() if event.type == kind]


@pytest.fixture
def until_told(tmp_path: Path):
    """Give a flow whose validator fails until a file is there, and the file."""

    @register
    class Patient(FakeValidator):
        """Fails until the file of its option is there."""

        name = "patient"
        title = "Patient"

        class Options(FakeValidator.Options):
            """Where to look."""

            path: str

        Options = Options

        def validate(
            self, paper: ck.Paper, records: Sequence[Record]
        ) -> Iterable[Record]:
            """Look."""
            if not Path(self.options.path).exists():
                raise DocumentFailure("model", "No answer.", "Retry it.")
            return super().validate(paper, records)

    told_by = tmp_path / "told"
    flow = fake_flow("csv")
    flow.steps[2] = ck.Step(agent="patient", options={"path": str(told_by)})
    return flow, told_by


def test_retrying_a_job_runs_only_what_failed(
    workspace: ck.Workspace, until_told: tuple[ck.Flow, Path]
) -> None:
    """Its events tell which results were reused, and so does its table."""
    flow, told_by = until_told
    papers = add_papers(workspace, "ok", "ok")
    job = workspace.run(flow, papers, n_jobs=1, use_cache=False)
    assert job.status == "failed"
    told_by.touch()

    # What the job itself has kept counts in spite of use_cache=False.
    assert job.retry_failed() == 2

    assert job.status == "completed"
    assert steps_of(job) == [
        *["fake_input", "fake_extractor", "patient"] * 2,
        *["patient", "csv"] * 2,
    ]
    assert steps_of(job, "steps_reused") == [["fake_input", "fake_extractor"]] * 2
    reused = [row["reused"] for row in job.attempt_rows()]
    assert reused == ["", "fake_input, fake_extractor"] * 2
    fresh = workspace.run(flow, papers, n_jobs=1, use_cache=False)
    assert list(job.records()) == list(fresh.records())
    assert [row["ledger"] for row in job.document_rows()] == [
        row["ledger"] for row in fresh.document_rows()
    ]


@pytest.mark.usefixtures("fakes", "plugins")  # in this order: no session agents
def test_a_second_job_with_the_same_steps_only_writes_its_files(
    workspace: ck.Workspace,
) -> None:
    """No extractor is run again, unless it is asked not to use the cache."""
    papers = add_papers(workspace, "ok", "ok")
    workspace.run(fake_flow("csv"), papers, n_jobs=1)

    second = workspace.run(fake_flow("json"), papers, n_jobs=1)
    third = workspace.run(fake_flow("json"), papers, n_jobs=1, use_cache=False)

    assert steps_of(second) == ["json"] * 2
    assert len(second.result_files()) == 2
    assert len(steps_of(third)) == 8
    assert steps_of(third, "steps_reused") == []


def test_agents_of_a_session_do_not_reuse_what_earlier_jobs_kept(
    workspace: ck.Workspace,
) -> None:
    """A function that they call may have been mended in its own cell."""
    [paper] = add_papers(workspace, "ok")
    for _ in range(2):
        job = workspace.run(fake_flow("csv"), paper, n_jobs=1)

        assert steps_of(job, "steps_reused") == []


@pytest.mark.usefixtures("fakes", "plugins")  # in this order: no session agents
def test_a_damaged_row_of_the_cache_counts_as_absent(
    workspace: ck.Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    """The steps before it are still reused, and nobody is told otherwise."""
    papers = add_papers(workspace, "ok")
    workspace.run(fake_flow("csv"), papers, backend="sequential")
    workspace._database.execute(
        "UPDATE step_results SET records = x'00' WHERE agent = 'fake_validator'"
    )
    workspace._database.execute(
        "UPDATE step_results SET ledger = '{' WHERE agent = 'fake_extractor'"
    )

    again = workspace.run(fake_flow("csv"), papers, backend="sequential")

    assert again.status == "completed"
    assert steps_of(again, "steps_reused") == [["fake_input"]]
    assert "is no use: it is damaged" in caplog.text
