from __future__ import annotations

import json
from collections.abc import Iterable

import pytest
from batches import add_papers
from commands import call
from fakes import FakeExtractor

import curation_kit as ck
from curation_kit.agents import Paper, register
from curation_kit.cli.jobs import _options_line
from curation_kit.errors import NotFound
from curation_kit.jobs import JobOptions
from curation_kit.records import Record

pytestmark = pytest.mark.usefixtures("fakes")


@pytest.fixture
def job(workspace: ck.Workspace, flow: ck.Flow) -> ck.Job:
    """A job with one paper that is done and one that has failed."""
    papers = add_papers(workspace, "ok", "fail")
    return workspace.run(flow, papers, n_jobs=1, backend="sequential")


@pytest.mark.parametrize("follow", [[], ["--follow"]])
def test_events_name_the_papers(job: ck.Job, follow: list[str]) -> None:
    """By their files, once in each line that is about one."""
    workspace = job._folders.workspace

    lines = call(workspace, "events", job.id, *follow).stdout.splitlines()

    told = [line.split()[2:4] for line in lines if "step_started" in line]
    assert told
    assert {kind for kind, _ in told} == {"step_started"}
    assert {name for _, name in told} == {"000-ok.pdf", "001-fail.pdf"}
    [failed] = [line for line in lines if "document_failed" in line]
    assert failed.count("001-fail.pdf") == 1
    assert "name=" not in failed
    [created] = [line for line in lines if "job_created" in line]
    assert job.name in created
    assert len(lines) == job.event_count()


def test_events_as_json_stay_as_they_are_stored(job: ck.Job) -> None:
    """Programs read them."""
    lines = call(job._folders.workspace, "events", job.id, "--json").stdout.splitlines()

    first = json.loads(lines[0])
    assert set(first) == {"seq", "job_id", "document_id", "type", "time", "data"}
    assert first["data"] == {"name": job.name, "documents": 2}


class Reader(FakeExtractor):
    """Tells which sections it has read."""

    def extract(self, paper: Paper) -> Iterable[Record]:
        """Tell the text as a note, too."""
        text = paper.text.text
        paper.ledger.sections_read = ["title" if "odd" in text else "results"]
        paper.ledger.notes.append(text)
        return super().extract(paper)


def test_show_tells_of_papers_whose_results_were_not_found(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """Also if there are records; whatever notes say of others."""
    register(Reader)
    papers = add_papers(workspace, "ok no results section found", "odd headings")
    job = workspace.run(flow, papers, backend="sequential")

    shown = call(workspace.path, "show", job.id).stdout

    assert "\n001-odd.pdf: " in shown
    assert "\n000-ok.pdf: " not in shown


def test_show_says_how_a_job_is_run(job: ck.Job) -> None:
    """Where, how wide, within which limits; as JSON each option by its name."""
    place = job._folders.workspace

    shown = call(place, "show", job.id).stdout
    options = json.loads(call(place, "show", job.id, "--json").stdout)["options"]

    assert "Options: backend sequential, 1 paper at once\n" in shown
    assert (options["backend"], options["n_jobs"]) == ("sequential", 1)


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({}, "backend loky, a paper per core, 900 s and 2 GB each, nice 5"),
        (
            {"n_jobs": 3, "io_jobs": 32, "budget": 2.5, "use_cache": False},
            (
                "backend loky, 3 papers at once, 32 more that wait for services, "
                "900 s and 2 GB each, nice 5, kept results not used, budget $2.50"
            ),
        ),
        (
            {"backend": "dask", "address": "tcp://host:8786", "time_limit": 60},
            (
                "backend dask at tcp://host:8786, a paper per thread of the cluster, "
                "60 s and 2 GB each, nice 5"
            ),
        ),
    ],
)
def test_the_line_of_options(options: dict[str, object], line: str) -> None:
    """What is left out is told as it is then."""
    assert _options_line(JobOptions.of(options)) == f"Options: {line}"


def test_cancelled_papers_are_retried_by_an_option(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """Without it, and with resume, the command is told."""
    job = workspace.create(flow, add_papers(workspace, "ok"), n_jobs=1)
    job.cancel()
    command = f"curation-kit retry {job.id} --cancelled"
    for wrong in ("retry", "resume"):
        said = call(workspace.path, wrong, job.id).exception
        assert command in str(said)

    call(workspace.path, *command.split()[1:])

    assert job.progress.completed == 1


def test_there_may_be_nothing_to_retry(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """A script can retry until all is done."""
    job = workspace.run(flow, add_papers(workspace, "ok"), backend="sequential")
    seq = job.last_seq()

    told = call(workspace.path, "retry", job.id)

    assert (told.exit_code, told.stdout) == (0, "")
    assert "are completed: there is nothing to retry." in told.stderr

    told = call(workspace.path, "retry", job.id, "--flow", "no such flow")
    assert isinstance(told.exception, NotFound)
    assert job.last_seq() == seq
