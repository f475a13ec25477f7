from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd
import pytest
from batches import add_papers, fake_flow, statuses
from fakes import FakeExtractor

import curation_kit as ck
from curation_kit.agents import register
from curation_kit.errors import FlowError, JobError, NotFound, WorkspaceError
from curation_kit.llm import AnswerCache
from curation_kit.runner import Runner, work
from curation_kit.workspace import default_path


@pytest.fixture
def job(workspace: ck.Workspace, flow: ck.Flow) -> ck.Job:
    """An ended job: two papers with a record, one failed."""
    papers = add_papers(workspace, "ok", "fail", "ok")
    return workspace.run(flow, papers, "My job", n_jobs=1, backend="sequential")


def test_a_workspace_is_made_with_its_folders(tmp_path: Path) -> None:
    """Opening it again finds what is there."""
    made = ck.Workspace(tmp_path / "deep" / "ws")
    names = sorted(path.name for path in made.path.iterdir() if path.is_dir())
    made.close()

    assert names == ["cache", "documents", "flows", "results"]
    assert repr(made) == f"Workspace({str(made.path)!r})"


def test_the_default_folder_can_be_named_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Else it is in the home folder."""
    monkeypatch.setenv("CURATION_KIT_WORKSPACE", str(tmp_path))
    assert default_path() == tmp_path
    monkeypatch.delenv("CURATION_KIT_WORKSPACE")
    assert default_path() == Path.home() / "curation-kit"


def test_an_empty_path_is_refused() -> None:
    """It comes of a variable that is not set; the folder at hand is not meant."""
    with pytest.raises(WorkspaceError, match="needs a folder"):
        ck.Workspace("")


def test_a_place_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    """The error says how to choose another one."""
    (tmp_path / "file").write_text("")

    for path in (tmp_path / "file", tmp_path / "file" / "ws"):
        with pytest.raises(WorkspaceError, match="--workspace or CURATION_KIT"):
            ck.Workspace(path)


def test_documents_of_a_job_as_a_table(job: ck.Job) -> None:
    """One row per document, with types that allow for missing values."""
    table = job.documents

    assert list(table.columns) == [
        "document", "status", "step", "category", "error", "hint", "records",
        "seconds", "attempts", "ledger", "document_id",
    ]  # fmt: skip
    assert table["status"].tolist() == ["completed", "failed", "completed"]
    assert table["records"].tolist() == [1, pd.NA, 1]
    assert table["step"].tolist()[1] == "fake_extractor"
    assert table["error"].tolist()[1] == "The paper is blank."
    assert (str(table["attempts"].dtype), str(table["error"].dtype)) == ("Int64", "str")


def test_results_of_a_job_as_a_table(job: ck.Job) -> None:
    """One row per record; changing the table changes nothing."""
    table = job.results
    table["gene_symbol"] = "harmed"
    table.loc[("000-ok.pdf", 0), "page"] = 99
    table.index.names = ["harmed", "too"]

    again = job.results

    assert list(again.columns) == [
        *ck.GeneExpressionRecord.columns(),
        "document_id",
    ]
    assert again["gene_symbol"].tolist() == ["ok", "ok"]
    assert again["document"].tolist() == ["000-ok.pdf", "002-ok.pdf"]
    assert again["verification"].tolist() == ["verified"] * 2
    assert again["page"].tolist() == [1, 1]
    assert again.index.tolist() == [("000-ok.pdf", 0), ("002-ok.pdf", 0)]
    assert again.index.names == ["paper", "record"]


def test_results_of_a_job_that_has_not_begun_are_empty(
    workspace: ck.Workspace, flow: ck.Flow, job: ck.Job
) -> None:
    """The columns, types and names of the index are those of a full table."""
    new = workspace.create(flow, workspace.documents.list())

    assert len(new.results) == 0
    assert new.results.dtypes.astype("str").equals(job.results.dtypes.astype("str"))
    assert new.results.index.names == job.results.index.names == ["paper", "record"]
    assert new.documents.dtypes.to_dict() == job.documents.dtypes.to_dict()


def test_results_grow_while_the_job_runs(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """They are read anew after each document."""
    job = workspace.create(flow, add_papers(workspace, "ok", "ok"))
    rows, keys = [len(job.results)], []
    job.pause("Step by step.")
    for _ in range(2):
        workspace._store.resume(job.id)
        before = job.progress.completed
        work(
            workspace._store,
            workspace._folders,
            until=lambda: job.progress.completed + job.progress.processing > before,  # noqa: B023
            slots=1,
        )
        rows.append(len(job.results))
        keys.append(job.results.index[0])
        if not job.status.ended:
            job.pause()

    assert rows == [0, 1, 2]
    assert keys[0] == keys[1]


def test_each_completed_document_has_its_file(job: ck.Job) -> None:
    """Files can be asked for one document."""
    files = job.result_files()
    first = job.document_rows()[0]["document_id"]

    assert [path.name for path in files] == ["000-ok.csv", "002-ok.csv"]
    assert job.result_files(first) == files[:1]
    assert files[0].read_text().splitlines()[1].startswith("000-ok.pdf,ok,")
    assert [path.name for path in files[0].parent.iterdir()] != []
    assert not list(files[0].parent.glob(".*"))


def test_the_zip_has_one_file_per_completed_document(
    job: ck.Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named by the job's id unless told otherwise."""
    monkeypatch.chdir(tmp_path)

    for path in (
        job.export_zip(),
        job.export_zip(tmp_path / "out.zip"),
        job.export_zip(tmp_path / "out.zip"),
    ):
        with zipfile.ZipFile(path) as archive:
            top = [name for name in archive.namelist() if "/" not in name]
            assert top == ["000-ok.csv", "002-ok.csv"]
    assert (tmp_path / f"{job.id}.zip").exists()


def test_a_job_without_completed_documents_has_no_zip(
    workspace: ck.Workspace, flow: ck.Flow, tmp_path: Path
) -> None:
    """The error says how there will be some."""
    papers = add_papers(workspace, "fail")
    failed = workspace.run(flow, papers, backend="sequential")
    cancelled = workspace.create(flow, papers)
    cancelled.cancel()

    for job, how in ((failed, ""), (cancelled, " --cancelled")):
        with pytest.raises(JobError, match=f"retry {job.id}{how} runs them again"):
            job.export_zip(tmp_path / "out.zip")
    assert not (tmp_path / "out.zip").exists()


def test_the_jobs_of_a_workspace_as_a_table(
    workspace: ck.Workspace, job: ck.Job
) -> None:
    """One row per job; a job is found by its name, or the end of its id."""
    [row] = workspace.jobs.list().to_dict("records")

    assert (row["name"], row["status"]) == ("My job", "completed")
    assert (row["completed"], row["failed"], row["documents"]) == (2, 1, 3)
    assert workspace.jobs.get(job.id[-6:]).id == job.id
    assert workspace.jobs.get("My job").id == job.id
    assert repr(workspace.jobs).startswith("<Jobs: 1; ")
    with pytest.raises(NotFound, match="no job"):
        workspace.jobs.get("nothing")
    assert repr(job).startswith(f"<Job {job.id} completed: 2 completed, 1 failed")


@pytest.mark.usefixtures("job")
def test_the_table_of_no_jobs_has_the_same_columns(
    workspace: ck.Workspace, tmp_path: Path
) -> None:
    """An empty workspace is no special case."""
    empty = ck.Workspace(tmp_path / "empty")
    dtypes = empty.jobs.list().dtypes.to_dict()
    empty.close()

    assert dtypes == workspace.jobs.list().dtypes.to_dict()


def test_documents_may_be_named_by_id_or_given_alone(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """An unknown one is refused before anything is written."""
    one, two = add_papers(workspace, "ok", "ok")

    assert workspace.create(flow, one).progress.total == 1
    assert workspace.create(flow, two.name).progress.total == 1
    assert workspace.create(flow, [one.id, two]).progress.total == 2
    assert workspace.create(flow, one.path).progress.total == 1
    with pytest.raises(NotFound, match="no document"):
        workspace.create(flow, [one, "nothing"])
    with pytest.raises(JobError, match="at least one"):
        workspace.create(flow, [])
    with pytest.raises(NotFound, match="None names no document"):
        workspace.create(flow, None)


def test_flow_and_papers_mixed_up_are_told(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """Nobody meets the inside of the program."""
    papers = add_papers(workspace, "ok")

    with pytest.raises(FlowError, match="First the flow, then the documents"):
        workspace.create(papers, flow)


@pytest.mark.parametrize("wrong", [None, 0, ["a"]])
def test_what_names_nothing_is_told(workspace: ck.Workspace, wrong: object) -> None:
    """With what would."""
    with pytest.raises(NotFound, match="names no job: give its name"):
        workspace.jobs[wrong]  # type: ignore[index]
    with pytest.raises(NotFound, match="names no document: give its file name"):
        workspace.documents[wrong]  # type: ignore[index]
    with pytest.raises(FlowError, match="is no flow: give a Flow"):
        workspace.flows.save(wrong)  # type: ignore[arg-type]


def test_a_closed_workspace_says_so(workspace: ck.Workspace, job: ck.Job) -> None:
    """Whatever is asked of it or of its jobs."""
    workspace.close()

    for question in (workspace.documents.list, job.summary, lambda: job.results):
        with pytest.raises(WorkspaceError, match="open the workspace again"):
            question()


def test_nothing_goes_into_a_workspace_in_whose_place_another_was_put(
    workspace: ck.Workspace, flow: ck.Flow, tmp_path: Path
) -> None:
    """As from a backup: papers and jobs would be in none of the two."""
    papers = add_papers(workspace, "ok")
    paper = tmp_path / "new.pdf"
    paper.write_bytes(b"%PDF-1.7 of a new paper")
    workspace.path.rename(tmp_path / "before")
    restored = ck.Workspace(workspace.path)

    for put in (
        lambda: workspace.documents.add(paper),
        lambda: workspace.create(flow, papers),
    ):
        with pytest.raises(WorkspaceError, match="was moved or deleted while it was"):
            put()

    assert not [*(restored.path / "documents").iterdir()]
    restored.close()


def test_what_a_workspace_holds_reads_well_in_a_cell(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """A list of papers is no wall of hashes and paths."""
    [paper] = add_papers(workspace, "ok")
    workspace.flows.save(flow)

    assert repr(paper) == f"<Document {paper.name}: {paper.id[:8]}, 0 pages>"
    assert repr(workspace.documents).startswith("<Documents: 1; list()")
    assert (len(workspace.documents), len(workspace.jobs)) == (1, 0)
    assert list(workspace.documents) == [paper]
    assert workspace.documents[paper.name] == paper
    assert '"Fake"' in repr(workspace.flows)


def test_a_saved_flow_may_be_named(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """An unknown or broken one is refused."""
    papers = add_papers(workspace, "ok")
    workspace.flows.save(flow)

    assert workspace.create("Fake", papers).flow == flow
    with pytest.raises(NotFound, match="no flow"):
        workspace.create("Nothing", papers)
    with pytest.raises(FlowError, match="no steps"):
        workspace.create(ck.Flow(name="x"), papers)


def test_a_job_keeps_its_flow(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """Editing or deleting the saved flow changes no job."""
    workspace.flows.save(flow)
    job = workspace.create("Fake", add_papers(workspace, "ok"))
    workspace.flows.save(fake_flow("json"))
    workspace.flows.delete("Fake")

    assert job.flow == flow


@pytest.mark.parametrize(
    "options",
    [
        {"n_jobs": 0},
        {"time_limit": -1},
        {"memory_limit": 0},
        {"nice": 20},
        {"backend": "abacus"},
    ],
)
def test_impossible_options_are_refused(
    workspace: ck.Workspace, flow: ck.Flow, options: dict[str, object]
) -> None:
    """The option and its value are named."""
    [(name, value)] = options.items()

    with pytest.raises(JobError, match=f"{name}={value!r}: "):
        workspace.run(flow, add_papers(workspace, "ok"), **options)


def test_agents_of_the_session_cannot_be_submitted(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """Another process would not find them: this is said at once."""
    with pytest.raises(FlowError, match=r'"fake_extractor".*use run()'):
        workspace.submit(flow, add_papers(workspace, "ok"))
    assert list(workspace.jobs) == []


@pytest.mark.usefixtures("plugins")
def test_waiting_has_a_limit(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """The error says how far the job is; a paused job is not waited for."""
    job = workspace.create(flow, add_papers(workspace, "hang"))

    with pytest.raises(TimeoutError, match="has not ended after 0 s"):
        job.wait(timeout=0)
    job.pause()
    with pytest.raises(JobError, match=r"is paused: Paused by the user."):
        job.wait()
    job.cancel()
    assert job.wait().status == "cancelled"


def test_an_ended_job_is_followed_to_its_end(job: ck.Job) -> None:
    """All events at once, or those after a point."""
    events = list(job.follow())

    assert [event.seq for event in events] == [event.seq for event in job.events()]
    assert list(job.follow(after=events[-2].seq)) == events[-1:]


def test_deleting_a_job_deletes_its_files(workspace: ck.Workspace, job: ck.Job) -> None:
    """Its documents stay."""
    folder = job.result_files()[0].parent

    job.delete()

    assert not folder.exists()
    assert list(workspace.jobs) == []
    assert len(workspace.documents.list()) == 3


def test_running_an_ended_job_does_nothing(job: ck.Job) -> None:
    """It is returned as it is."""
    seq = job.last_seq()

    assert job.run() is job
    assert (job.last_seq(), statuses(job)[0]) == (seq, "completed")


def test_every_start_of_a_document_is_on_record(
    workspace: ck.Workspace, job: ck.Job
) -> None:
    """With what was reused, how it ended, and which flow it had."""
    corrected = fake_flow("csv")
    corrected.steps[2].options = {"taxon": "NCBITaxon:7955"}

    assert job.retry_failed(corrected) == 1

    table = job.attempts.set_index(["document", "attempt"])
    assert list(table["outcome"]) == ["completed", "failed", "failed", "completed"]
    assert list(table["reused"]) == ["", "", "fake_input", ""]
    retried = table.loc[("001-fail.pdf", 2)]
    assert (retried["step"], retried["category"]) == ("fake_extractor", "input")
    assert (retried["corrected_flow"], retried["charged"]) == (1, True)
    assert job.flow == fake_flow("csv")
    assert workspace.jobs[job.id].documents["attempts"].tolist() == [1, 2, 1]


def test_a_corrected_flow_gives_the_same_columns(job: ck.Job) -> None:
    """Rows of another kind belong into another job."""

    class Row(ck.Record):
        phenotype: str = ""

    @register
    class Other(FakeExtractor):
        """Finds something else."""

        name = "other"
        record = Row

    flow = fake_flow("csv")
    flow.steps[1].agent = "other"

    with pytest.raises(JobError, match="with the columns document, gene_symbol"):
        job.retry_failed(flow)
    with pytest.raises(FlowError, match="no steps"):
        job.retry_failed(ck.Flow(name="Empty"))
    assert job.status == "completed"


@pytest.mark.usefixtures("plugins")
def test_steps_that_an_earlier_job_has_done_are_not_run_again(
    workspace: ck.Workspace,
) -> None:
    """Unless that is asked for; the results are the same."""
    flow, papers = fake_flow("csv"), add_papers(workspace, "ok", "fail", "ok")
    job = workspace.run(flow, papers, backend="sequential")
    again = workspace.run(flow, papers, backend="sequential")
    anew = workspace.run(flow, papers, backend="sequential", use_cache=False)

    chain = "fake_input, fake_extractor, fake_validator"
    assert list(again.attempts["reused"]) == [chain, "fake_input", chain]
    assert list(anew.attempts["reused"]) == ["", "", ""]
    for later in (again, anew):
        assert later.results.equals(job.results)
        assert list(later.documents["ledger"]) == list(job.documents["ledger"])
        for mine, first in zip(later.result_files(), job.result_files(), strict=True):
            assert mine.read_bytes() == first.read_bytes()


def test_what_is_kept_can_be_cleared(
    workspace: ck.Workspace, flow: ck.Flow, job: ck.Job
) -> None:
    """Not while somebody works; paid answers stay unless they are named."""
    del job
    AnswerCache(workspace.jobs._store.database).put("key", "42")
    sizes = workspace.cache.sizes()
    assert {kind: number for kind, (number, _) in sizes.items()} == {
        "texts": 3,
        "steps": 7,
        "answers": 1,
    }
    assert all(size for _, size in sizes.values())
    with Runner(workspace.path).lock(), pytest.raises(WorkspaceError, match="running"):
        workspace.cache.clear()

    workspace.cache.clear()

    assert workspace.cache.sizes() == {
        "texts": (0, 0),
        "steps": (0, 0),
        "answers": (1, 2),
    }
    workspace.cache.clear(answers=True)
    assert workspace.cache.sizes()["answers"] == (0, 0)
    [paper, *_] = workspace.documents.list()
    assert workspace.run(flow, paper, backend="sequential").status == "completed"


def test_removing_a_document_removes_what_was_kept_of_it(
    workspace: ck.Workspace, job: ck.Job
) -> None:
    """Its results in jobs stay."""
    workspace.documents.remove(job.documents["document_id"][0], force=True)

    assert workspace.cache.sizes()["steps"][0] == 4
    assert len(job.results) == 2
