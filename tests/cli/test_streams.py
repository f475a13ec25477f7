"""What becomes of a command of which nobody reads all that it tells."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from batches import add_papers

import curation_kit as ck
from curation_kit.samples import write_sample_papers

COMMAND = (sys.executable, "-m", "curation_kit.cli", "--workspace")
RUN = ("run", "Gene Expression Extraction", "papers", "--n-jobs", "1")


@pytest.fixture
def left() -> Iterator[int]:
    """An end of a pipe whose reader has gone."""
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


@pytest.mark.parametrize("closed", [["stdout"], ["stderr"], ["stdout", "stderr"]])
def test_a_run_does_all_that_it_was_asked_for(
    tmp_path: Path, left: int, closed: list[str]
) -> None:
    """Its status tells of the paper that failed."""
    papers = tmp_path / "papers"
    write_sample_papers(papers, count=1)
    (papers / "damaged.pdf").write_bytes(b"%PDF-1.7\nnothing more")

    done = subprocess.run(
        [*COMMAND, tmp_path / "ws", *RUN, "--backend", "sequential", "--out", "o.zip"],
        check=False,
        cwd=tmp_path,
        text=True,
        stdout=left if "stdout" in closed else subprocess.PIPE,
        stderr=left if "stderr" in closed else subprocess.PIPE,
    )

    assert done.returncode == 1
    assert zipfile.is_zipfile(tmp_path / "o.zip")
    if "stdout" not in closed:
        assert "gene symbol" in done.stdout
    if "stderr" not in closed:
        assert "Failed (input): damaged.pdf" in done.stderr
        assert done.stderr.endswith("o.zip\n")


def test_a_run_needs_no_place_to_tell_anything(tmp_path: Path) -> None:
    """As where a program that starts it has closed all three."""
    write_sample_papers(tmp_path / "papers", count=1)

    done = subprocess.run(
        [*COMMAND, tmp_path / "ws", *RUN],
        check=False,
        cwd=tmp_path,
        preexec_fn=lambda: os.closerange(0, 3),
    )

    assert done.returncode == 0
    workspace = ck.Workspace(tmp_path / "ws")
    assert workspace.jobs.get("last").progress.completed == 1
    workspace.close()


def test_an_interrupted_run_says_so_by_its_status(tmp_path: Path) -> None:
    """Ctrl-C also ends the ``tee`` that read what it told."""
    write_sample_papers(tmp_path / "papers")
    with subprocess.Popen(
        [*COMMAND, tmp_path / "ws", *RUN],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as running:
        assert running.stdout is not None
        while not running.stdout.readline().startswith("✓".encode()):
            pass
        running.stdout.close()
        os.killpg(running.pid, signal.SIGINT)

    assert running.returncode == 130
    workspace = ck.Workspace(tmp_path / "ws")
    assert workspace.jobs.get("last").status == "paused"
    workspace.close()


@pytest.mark.usefixtures("fakes")
def test_the_doctor_has_found_a_problem(
    workspace: ck.Workspace, flow: ck.Flow, left: int
) -> None:
    """Whoever reads of it."""
    job = workspace.run(flow, add_papers(workspace, "ok"), backend="sequential")
    job.result_files()[0].unlink()

    for words in (["doctor"], ["doctor", "--json"]):
        done = subprocess.run(
            [*COMMAND, workspace.path, *words], check=False, stdout=left
        )
        assert done.returncode == 1


@pytest.mark.usefixtures("fakes")
def test_who_follows_a_job_ends_with_the_reader(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """At the next event: the job may have hours to go."""
    job = workspace.create(flow, add_papers(workspace, "ok"))
    job.pause()
    with subprocess.Popen(
        [*COMMAND, workspace.path, "events", job.id, "--follow"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as following:
        assert following.stdout is not None
        while b"job_paused" not in following.stdout.readline():
            pass
        following.stdout.close()
        job._store.resume(job.id)
        _, told = following.communicate()

    assert (following.returncode, told) == (0, b"")
    assert not job.status.ended


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_remarks_that_cannot_be_written_are_lost_alone(workspace: ck.Workspace) -> None:
    """What the command does, and its status, are the same."""
    with Path("/dev/full").open("w") as full:
        done, refused = (
            subprocess.run(
                [*COMMAND, workspace.path, *words],
                check=False,
                stdout=subprocess.PIPE,
                stderr=full,
            )
            for words in (["flows", "list"], ["show", "nothing"])
        )

    assert b"Gene Expression Extraction" in done.stdout
    assert (done.returncode, refused.returncode) == (0, 2)


def test_a_pipe_of_the_program_that_breaks_is_an_error(tmp_path: Path) -> None:
    """Standard output is sound: nobody has left."""
    program = (
        "from curation_kit.cli import main\n"
        "from curation_kit.workspace import Workspace\n"
        "def break_off(*_, **__): raise BrokenPipeError(32, 'Broken pipe')\n"
        "Workspace.__init__ = break_off\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "--workspace", tmp_path, "flows", "list"],
        check=False,
        capture_output=True,
    )

    assert done.returncode == 1
    assert done.stderr.endswith(b"BrokenPipeError: [Errno 32] Broken pipe\n")
