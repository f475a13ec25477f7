"""Numbers, names and paths that no person means get an error, never a traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from batches import add_papers
from commands import call

import curation_kit as ck
from curation_kit.errors import CurationKitError

pytestmark = pytest.mark.usefixtures("fakes")

LONG = "a" * 300

_COMMAND = (sys.executable, "-m", "curation_kit.cli")


@pytest.fixture
def job(workspace: ck.Workspace, flow: ck.Flow) -> ck.Job:
    """A job with one paper that is done."""
    return workspace.run(flow, add_papers(workspace, "ok"), backend="sequential")


@pytest.mark.parametrize("after", [-1, 2**63, 10**400])
def test_a_number_that_no_event_has_is_wrong_use(job: ck.Job, after: int) -> None:
    """As any other number that is out of its bounds."""
    told = call(job._folders.workspace, "events", job.id, "--after", after)

    assert told.exit_code == 2
    assert "Invalid value for '--after'" in told.output


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (["export", "JOB", "--out", LONG], "File name too long"),
        (["results", "JOB", "--out", f"{LONG}.csv"], "File name too long"),
        (["results", "JOB", "--out", f"{'x/' * 3000}a.csv"], "File name too long"),
        (["results", "JOB", "--out", "", "--format", "xlsx"], "is a folder"),
        (["results", "JOB", "--out", "~nobody-here/a.csv"], "no user of that name"),
        (["export", "JOB", "--out", "~nobody-here/a.zip"], "no user of that name"),
        (["samples", "~nobody-here/a"], "no user of that name"),
        (["run", LONG, __file__], "There is no flow"),
        (["show", "\udcff"], r"'\udcff': it holds half a character"),
        (["documents", "preflight", "\udcff"], "it holds half a character"),
        (["dropped", "JOB", "--document", "\udcff"], "it holds half a character"),
    ],
)
def test_what_names_nothing_is_told(
    job: ck.Job,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: list[str],
    reason: str,
) -> None:
    """What is wrong is said in a sentence."""
    monkeypatch.chdir(tmp_path)
    words = [job.id if word == "JOB" else word for word in command]

    told = call(job._folders.workspace, *words)

    assert isinstance(told.exception, CurationKitError)
    assert reason in str(told.exception)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere all names are text")
@pytest.mark.parametrize("kind", ["csv", "json", "xlsx", "parquet"])
def test_a_file_whose_name_is_no_text_is_written_and_named(
    job: ck.Job, tmp_path: Path, kind: str
) -> None:
    """The bytes that are none are shown as such."""
    out = os.fsencode(tmp_path) + b"/\xff." + kind.encode()

    done = subprocess.run(
        [
            *_COMMAND,
            *("--workspace", job._folders.workspace, "results", job.id, "--out", out),
        ],
        env={**os.environ, "PYTHONIOENCODING": "utf-8:strict"},
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(rf"/\udcff.{kind}".encode() + b"\n")
    assert Path(os.fsdecode(out)).stat().st_size


def test_a_batch_and_a_job_lose_half_characters(
    workspace: ck.Workspace, flow: ck.Flow, tmp_path: Path
) -> None:
    """The store holds text only; the name of a file may hold more."""
    path = tmp_path / "a.pdf"
    path.write_text("%PDF-1.4")

    [document] = workspace.documents.add(path, "May \udcff")
    job = workspace.create(flow, [document], "First \ud800")

    assert document.upload_batches == ("May ?",)
    assert job.name == "First ?"


@pytest.mark.parametrize("after", [2**63, 1.5, "x", None])
def test_events_follow_a_number(job: ck.Job, after: object) -> None:
    """Else there would be none, or all of them, without a word."""
    with pytest.raises(CurationKitError, match=r"largest|sequence number"):
        list(job.events(after))  # type: ignore[arg-type]


@pytest.mark.parametrize("limit", [2**64, 1.5, "x"])
def test_a_page_has_a_number_of_rows(job: ck.Job, limit: object) -> None:
    """The store can count no others."""
    with pytest.raises(CurationKitError, match=r"largest|whole number"):
        job.document_rows(limit=limit)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "option", ["context", "timeout", "requests-per-minute", "in-flight"]
)
def test_a_service_has_limits_that_computers_can_hold(
    workspace: ck.Workspace, option: str
) -> None:
    """No socket waits for so many seconds."""
    words = ("services", "add", "s", "--url", "http://localhost/v1")

    told = call(workspace.path, *words, f"--{option}", 10**18)

    assert isinstance(told.exception, CurationKitError)
    assert "less than or equal to" in str(told.exception)


def test_json_is_json_where_few_characters_can_be_written(
    workspace: ck.Workspace, tmp_path: Path
) -> None:
    """As on Windows, into a file."""
    path = tmp_path / "\U0001f600.pdf"
    path.write_text("%PDF-1.4")
    workspace.documents.add(path)

    done = subprocess.run(
        [
            *(sys.executable, "-m", "curation_kit.cli", "--workspace", workspace.path),
            *("documents", "list", "--json"),
        ],
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        check=True,
    )

    assert json.loads(done.stdout)[0]["name"] == "\U0001f600.pdf"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize(
    "words",
    [
        ["jobs"],
        ["show", "last"],
        ["events", "last", "--json"],
        ["results", "last", "--format", "csv"],
        ["gold", "last"],
        ["--version"],
    ],
)
def test_an_output_that_is_full_is_told(job: ck.Job, words: list[str]) -> None:
    """Also where all of it is in a buffer until the end."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*_COMMAND, "--workspace", job._folders.workspace, *words],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )

    assert done.returncode == 2
    last = done.stderr.splitlines()[-1]
    assert last.startswith("Error: The output cannot be written (No space left on dev")
    assert "Traceback" not in done.stderr


def test_an_output_that_is_closed_is_none(job: ck.Job) -> None:
    """The command works all the same."""
    done = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", *_COMMAND, "--workspace",
         job._folders.workspace, "jobs"],
        check=False,
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_that_has_seen_enough_is_no_error(job: ck.Job) -> None:
    """Whether or not all fits into a buffer."""
    for words in (
        ["jobs"],
        ["agents", "--json"],
        ["events", "last", "--follow"],
        ["--help"],
        ["run", "--help"],
        ["--version"],
    ):
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run(
            [*_COMMAND, "--workspace", job._folders.workspace, *words],
            check=False,
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
        )
        os.close(writer)
        assert (done.returncode, done.stderr) == (0, "")


def test_who_interrupts_at_once_sees_no_traceback(tmp_path: Path) -> None:
    """While the parts of the command are loaded, as after a mistyped word."""
    (tmp_path / "typer.py").write_text("raise KeyboardInterrupt\n")
    done = subprocess.run(
        [sys.executable, "-c", "from curation_kit.cli import main; main()"],
        check=False,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])},
    )

    assert (done.returncode, done.stderr) == (130, "")


def test_who_interrupts_is_told_so(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """Here one who follows a job that waits."""
    job = workspace.create(flow, add_papers(workspace, "ok"))
    job.pause()
    with subprocess.Popen(
        [*_COMMAND, "--workspace", workspace.path, "events", job.id, "--follow"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as following:
        assert following.stdout is not None
        assert "job_created" in following.stdout.readline()
        following.send_signal(signal.SIGINT)
        _, told = following.communicate()

    assert (following.returncode, told) == (130, "Error: Interrupted.\n")
