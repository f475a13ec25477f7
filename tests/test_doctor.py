"""The doctor sees what is wrong, changes nothing, and removes only garbage."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
import time
from pathlib import Path

import pytest
from batches import add_papers, fake_flow, until
from fakes import plain_text
from restraints import python

import curation_kit as ck
from curation_kit.doctor import Level, clean, examine
from curation_kit.doctor.findings import listed
from curation_kit.doctor.installation import versions
from curation_kit.doctor.place import disk
from curation_kit.documents.cache import TextCache
from curation_kit.llm import SETTINGS, Service, Settings
from curation_kit.runner import LOG, Runner
from curation_kit.runner.process import LOCK

KEY = "0123456789abcdef"
NOBODY = 2**22 + 1  # beyond the largest process id


def complaints(path: Path, *, thorough: bool = False) -> dict[str, tuple[str, str]]:
    """Level and words of each finding that is not ok; all have advice but one's."""
    found = examine(path, thorough=thorough)
    assert all(item.message for item in found)
    return {
        item.subject: (item.level.value, f"{item.message} {item.advice}")
        for item in found
        if item.level is not Level.OK
    }


def contents(path: Path) -> dict[str, bytes | None]:
    """Every file and folder below a folder."""
    return {
        str(item.relative_to(path)): item.read_bytes() if item.is_file() else None
        for item in path.rglob("*")
        if not item.name.endswith("-shm")  # SQLite's index of its log
    }


@pytest.fixture
def done(workspace: ck.Workspace, flow: ck.Flow) -> tuple[ck.Workspace, ck.Job]:
    """A workspace with a job that has run over three papers, one failed."""
    papers = add_papers(workspace, "ok", "ok", "fail")
    job = workspace.run(flow, papers, name="Mine", backend="sequential")
    for paper in papers:
        TextCache(workspace.path / "cache").put(paper.id, KEY, plain_text("some words"))
    return workspace, job


def age(path: Path, seconds: float = 3600) -> None:
    """Make a file look older."""
    then = time.time() - seconds
    os.utime(path, (then, then))


# ---- workspaces in good health


def test_a_sound_workspace_has_no_complaints_and_is_not_changed(done) -> None:
    """Open or closed, quick or thorough; each part of it is looked at."""
    workspace, _ = done
    before = contents(workspace.path)
    assert complaints(workspace.path) == {}
    assert {item.level for item in workspace.doctor()} == {Level.OK}
    assert contents(workspace.path) == before
    workspace.close()
    before = contents(workspace.path)
    assert complaints(workspace.path, thorough=True) == {}
    assert contents(workspace.path) == before

    assert [item.subject for item in examine(workspace.path)] == [
        "folder",
        "disk",
        "space",
        "database",
        "runner",
        "runner log",
        "jobs",
        "documents",
        "results",
        "leftovers",
        "flows",
        "agents",
        "versions",
    ]


# ---- places that cannot be used


def test_a_missing_folder_is_said_and_not_made(tmp_path: Path) -> None:
    """A wrong name shall not become an empty workspace."""
    missing = tmp_path / "typo"
    assert complaints(missing)["folder"][0] == "problem"
    assert not missing.exists()
    assert clean(missing) == []
    assert not missing.exists()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.write_text("x"), "a file, not a folder"),
        (lambda path: path.mkdir(), "no workspace"),
        (lambda path: (path / "documents").mkdir(parents=True), "Restore"),
    ],
)
def test_what_is_no_workspace_is_left_alone(tmp_path: Path, make, words) -> None:
    """Nothing in it is made, nothing removed."""
    path = tmp_path / "other"
    make(path)
    before = contents(tmp_path)
    level, said = complaints(path)["folder"]
    assert level == "problem"
    assert words in said
    assert clean(path) == []
    assert contents(tmp_path) == before


EXAMINE = """
import sys
from curation_kit.doctor import examine
for item in examine(sys.argv[1]):
    print(item.level, item.subject, item.message)
"""


def test_a_read_only_workspace_is_looked_at_all_the_same(done) -> None:
    """What is in it can be told, and that no job can run."""
    workspace, _ = done
    workspace.close()
    for item in [workspace.path, *workspace.path.rglob("*")]:
        item.chmod(item.stat().st_mode & ~0o222)

    shown = python(EXAMINE, workspace.path, ordinary=True)

    assert shown.stderr == ""
    lines = shown.stdout.splitlines()
    assert lines[0].startswith("problem folder It is read-only for you (the folder its")
    assert any(line.startswith("ok documents 3 papers") for line in lines)
    for item in [workspace.path, *workspace.path.rglob("*")]:
        item.chmod(item.stat().st_mode | 0o200)


def test_a_folder_that_may_not_be_read_is_a_finding(done) -> None:
    """Also when only a part of the workspace is closed."""
    workspace, _ = done
    workspace.close()
    for closed, line in (
        (workspace.path, "problem folder You may not look into it."),
        (workspace.path / "results", "problem results "),
    ):
        closed.chmod(0)
        shown = python(EXAMINE, workspace.path, ordinary=True)
        closed.chmod(0o755)
        assert shown.stderr == ""
        assert line in shown.stdout


@pytest.mark.parametrize(
    ("kind", "level"),
    [("ext4", "ok"), ("nfs4", "problem"), ("fuse.sshfs", "problem"), ("apfs", "ok")],
)
def test_a_network_share_is_a_problem(tmp_path: Path, kind, level) -> None:
    """The innermost mount point counts, and the last of those at one place."""
    mounted = [("/", "ext4"), (str(tmp_path), "autofs"), (str(tmp_path), kind)]
    finding = disk(tmp_path / "ws", [*mounted, (f"{tmp_path}/ws2", "cifs")])
    assert finding.level.value == level
    assert kind in finding.message


def test_little_room_is_a_warning_and_none_a_problem(done, monkeypatch) -> None:
    """The sizes of the parts are told."""
    workspace, _ = done
    usage = shutil.disk_usage(workspace.path)
    for free, level in ((10**12, None), (5 * 10**8, "warning"), (10**6, "problem")):
        monkeypatch.setattr(
            shutil, "disk_usage", lambda _, free=free: usage._replace(free=free)
        )
        found = complaints(workspace.path).get("space", (None, ""))
        assert found[0] == level
        assert level is None or "documents 1 kB, results 1 kB, cache" in found[1]


# ---- databases that cannot be used


def _garbage(file: Path) -> None:
    size = file.stat().st_size
    file.write_bytes(file.read_bytes()[:8192] + b"garbage!" * (size // 8))


def _newer(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA user_version = 999")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_garbage, "damaged"),
        (_newer, "Upgrade"),
        (lambda file: file.write_bytes(b"shopping list " * 99), "not a database"),
        (lambda file: file.write_bytes(b""), "no tables"),
    ],
)
def test_a_spoiled_database_is_explained_and_not_touched(done, spoil, words) -> None:
    """Jobs and files cannot be compared with it, the rest is looked at."""
    workspace, _ = done
    workspace.close()
    spoil(workspace.path / "curation.sqlite")
    before = contents(workspace.path)

    found = complaints(workspace.path)

    assert found["database"][0] == "problem"
    assert words in found["database"][1]
    assert set(found) == {"database", "jobs and files"}
    assert contents(workspace.path) == before


def test_broken_references_are_damage(done) -> None:
    """Rows that refer to nothing were made by something else than us."""
    workspace, _ = done
    workspace._database.execute("PRAGMA foreign_keys = OFF")
    workspace._database.execute("INSERT INTO upload_batches VALUES ('May', 'gone')")
    assert "refer to documents" in complaints(workspace.path)["database"][1]


# ---- files that do not fit


def test_lost_and_changed_papers_are_named(done) -> None:
    """A change of the same size is seen when looked at thoroughly."""
    workspace, _ = done
    first, second, third = workspace.documents.list()
    first.path.unlink()
    level, said = complaints(workspace.path)["documents"]
    assert level == "problem"
    assert first.name in said
    assert "Add the same PDFs again" in said

    workspace.documents.remove(first.id, force=True)
    clean(workspace.path)  # the text kept of it
    second.path.write_bytes(second.path.read_bytes()[::-1])
    assert complaints(workspace.path) == {}
    assert second.name in complaints(workspace.path, thorough=True)["documents"][1]
    third.path.write_bytes(b"something else")
    assert third.name in complaints(workspace.path)["documents"][1]


def test_a_pdf_that_is_not_in_the_list_is_told_and_kept(done) -> None:
    """It may be the only copy. One just being added is nobody's business."""
    workspace, _ = done
    stranger = workspace.documents.folder / f"{'0' * 64}.pdf"
    stranger.write_bytes(b"%PDF")
    assert complaints(workspace.path) == {}
    age(stranger)
    assert complaints(workspace.path)["documents"][0] == "warning"
    assert clean(workspace.path) == []


def test_lost_changed_and_unknown_result_files_are_named(done) -> None:
    """Records are safe in the database, and the advice says so."""
    workspace, job = done
    first, second = job.result_files()
    second.write_bytes(second.read_bytes()[::-1])
    assert complaints(workspace.path) == {}
    assert second.name in complaints(workspace.path, thorough=True)["results"][1]
    second.write_text("edited")
    level, said = complaints(workspace.path)["results"]
    assert level == "problem"
    assert second.name in said
    assert "curation-kit results" in said
    first.rename(first.with_name("mine.csv"))
    found = [item for item in examine(workspace.path) if item.subject == "results"]
    assert [item.level.value for item in found] == ["problem", "problem", "warning"]
    assert first.name in found[0].message
    assert "mine.csv" in found[2].message


# ---- what may be thrown away


def test_only_certain_garbage_is_removed(done) -> None:
    """Fresh temporary files of living processes, and all else, stay."""
    workspace, job = done
    path = workspace.path
    results = path / "results" / job.id
    flows = path / "flows"
    texts = path / "cache" / "ab"
    texts.mkdir()
    document = workspace.documents.list()[0].id
    garbage = [
        results / f".{NOBODY}-x.csv",
        flows / f"mine.{NOBODY}.tmp",
        texts / f"abcd.{KEY}.text",
        path / "cache" / document[:2] / f"{document}.2.text",
        path / "documents" / ".incoming-1",
        texts / "old.part",
    ]
    kept = [
        results / f".{os.getpid()}-x.csv",
        flows / f"mine.{os.getpid()}.tmp",
        path / "documents" / ".incoming-2",
        texts / "new.part",
        results / ".DS_Store",
        path / "cache" / "notes.txt",
    ]
    for file in [*garbage, *kept]:
        file.write_text("12345")
    for file in garbage[-2:]:
        age(file, 25 * 3600)
    before = contents(path)

    level, said = complaints(path)["leftovers"]
    assert level == "warning"
    assert "4 temporary files" in said
    assert "2 useless cached texts" in said
    removed = clean(path)

    assert {item.path for item in removed} == set(garbage)
    assert {item.size for item in removed} == {5}
    gone = {str(file.relative_to(path)) for file in garbage}
    assert contents(path) == {
        name: data for name, data in before.items() if name not in gone
    }
    assert complaints(path) == {}
    assert clean(path) == []


def test_remains_of_a_deleted_job_are_garbage_those_of_an_unknown_one_are_not(
    done,
) -> None:
    """As after a restored backup: a job of which the database knows nothing."""
    workspace, job = done
    results = workspace.path / "results"
    unknown = results / "20200101-101010-abcdef"
    shutil.copytree(results / job.id, unknown)
    (results / "photos").mkdir()
    (results / "photos" / "worm.png").write_bytes(b"x")
    garbage = [results / ".deleted-20200101-101010-123456", results / "empty"]
    shutil.copytree(results / job.id, garbage[0])
    garbage[1].mkdir()
    (garbage[1] / f".{NOBODY}-x.csv").write_text("x")

    found = [item for item in examine(workspace.path) if item.subject == "leftovers"]
    assert "2 results folders of deleted jobs" in found[0].message
    assert f"{unknown.name}, photos" in found[1].message
    removed = {item.path for item in clean(workspace.path)}
    assert {path for path in removed if path.parent == results} == set(garbage)
    assert {path.name for path in results.iterdir()} == {job.id, unknown.name, "photos"}
    assert all(path.exists() for path in job.result_files())


def test_a_new_database_does_not_make_old_results_garbage(done) -> None:
    """Whoever puts a damaged database away keeps what was paid for."""
    workspace, job = done
    files = job.result_files()
    workspace.close()
    for file in workspace.path.glob("curation.sqlite*"):
        file.unlink()
    second = ck.Workspace(workspace.path)
    add_papers(second, "ok")
    second.run(fake_flow("csv"), second.documents.list(), backend="sequential")

    clean(second.path)

    assert all(file.exists() for file in files)
    assert job.id in complaints(second.path)["leftovers"][1]
    second.close()


# ---- jobs and their runner


def test_unfinished_jobs_without_a_runner_say_how_to_go_on(workspace, flow) -> None:
    """Pending, interrupted and paused jobs are told apart."""
    papers = add_papers(workspace, "ok", "ok")
    job = workspace.create(flow, papers, "Mine")
    workspace._store.claim()
    level, said = complaints(workspace.path)["jobs"]
    assert level == "warning"
    assert '"Mine" has 2 of 2 papers to go and no runner is at work; 1 was' in said
    assert "agents of a notebook" in said  # the fake ones are

    workspace._store.pause(job.id, "The disk is full.")
    level, said = complaints(workspace.path)["jobs"]
    assert "paused: The disk is full." in said


def test_a_runner_at_work_is_found_and_not_disturbed(workspace, plugins, tmp_path):
    """Its process is named; what it may be writing is not removed."""
    del plugins
    gate = tmp_path / "gate"
    papers = add_papers(workspace, f"wait {gate}")
    job = workspace.submit(fake_flow("csv"), papers, n_jobs=1)
    until(Path(f"{gate}.started").exists)
    found = {item.subject: item for item in examine(workspace.path)}
    assert (
        f"process {workspace._runner._started.pid}, started" in found["runner"].message
    )
    assert found["jobs"].level is Level.OK
    fresh, old = (workspace.path / "flows" / f"{n}.{NOBODY}.tmp" for n in "ab")
    fresh.touch()
    old.touch()
    age(old, 25 * 3600)
    assert [item.path for item in clean(workspace.path)] == [old]
    gate.touch()
    assert job.wait(60).status == "completed"


def test_a_stale_lock_file_is_harmless(done) -> None:
    """The lock dies with its process; the file means nothing."""
    workspace, _ = done
    assert (workspace.path / LOCK).exists()
    (runner,) = (i for i in examine(workspace.path) if i.subject == "runner")
    assert runner.level is Level.OK
    assert "it locks nothing" in runner.message
    with Runner(workspace.path).lock():
        (runner,) = (i for i in examine(workspace.path) if i.subject == "runner")
        assert f"process {os.getpid()}" in runner.message


STARTED = "2026-05-01 10:00:00,123 77 INFO runner started\n"
FAILED = (
    "2026-05-01 10:01:00,456 77 ERROR the runner stopped\n"
    "Traceback (most recent call last):\n"
    '  File "x.py", line 1, in <module>\n'
    "OSError: [Errno 28] No space left on device\n"
)


@pytest.mark.parametrize(
    ("text", "level", "words"),
    [
        (STARTED, "ok", "no errors"),
        (STARTED + FAILED, "warning", "10:01:00: the runner stopped: OSError: [Errno"),
        (FAILED + STARTED, "ok", "Before the last start: 2026-05-01 10:01:00: the"),
        (FAILED.split("\n", 1)[1], "warning", "OSError: [Errno 28]"),
    ],
)
def test_the_last_error_of_the_log_is_told(done, text, level, words) -> None:
    """As a warning only when nothing was started since."""
    workspace, _ = done
    (workspace.path / LOG).write_text("noise\n" * 20_000 + text)
    (log,) = (i for i in examine(workspace.path) if i.subject == "runner log")
    assert log.level.value == level
    assert words in log.message


# ---- flows, agents, versions


def test_broken_flows_and_plugins_are_warnings(workspace, plugins) -> None:
    """Each with what is wrong in it."""
    del plugins
    flows = workspace.path / "flows"
    (flows / "a.yaml").write_text("name: [")
    (flows / "b.yaml").write_text("name: Short\nsteps: [{agent: pdf}]")
    found = examine(workspace.path)
    told = [i.message for i in found if i.subject == "flows"]
    assert told[0].startswith("flows/a.yaml cannot be used: ")
    assert told[1].startswith('"Short" cannot be run: No step writes')
    (agents,) = (i for i in found if i.subject == "agents")
    assert "no left foot" in agents.message


def test_a_flow_without_a_service_for_its_model_is_a_warning(workspace) -> None:
    """It becomes right with a service; settings that cannot be read are told."""
    steps = [
        ck.Step(agent="pdf"),
        ck.Step(agent="gene_expression", options={"engine": "model"}),
        ck.Step(agent="csv"),
    ]
    workspace.flows.save(ck.Flow(name="By a model", steps=steps))

    def told(subject: str = "flows") -> list[str]:
        return [i.message for i in examine(workspace.path) if i.subject == subject]

    (problem,) = told()
    assert problem.startswith('"By a model" cannot be run: Step 2 ("gene_expression")')
    service = Service(base_url="http://localhost:8080/v1")
    workspace.settings = Settings(services={"local": service})
    (problem,) = told()
    assert "choose a model" in problem
    service = service.model_copy(update={"model": "tiny"})
    workspace.settings = Settings(services={"local": service})
    assert told() == ["5 flows, all can be run."]
    (workspace.path / SETTINGS).write_text("services: [")
    assert "is not valid YAML" in told("settings")[0]


def test_versions_that_do_not_fit_are_problems() -> None:
    """The bounds are those of the package itself; a known bad version is one."""
    assert [item.level for item in versions()] == [Level.OK]
    (ok,) = versions()
    assert f"Python {sys.version.split()[0]}" in ok.message
    assert f"SQLite {sqlite3.sqlite_version}" in ok.message
    found = list(versions(["pydantic<1", "not-there>=3", 'odd; extra == "test"']))
    assert [item.level for item in found] == [Level.PROBLEM] * 2
    assert "needs pydantic<1, but" in found[0].message
    assert found[1].advice == 'pip install "not-there>=3"'


def test_long_lists_are_cut_and_counted() -> None:
    """A thousand lost papers fill no screen."""
    assert listed("abcde") == "a, b, c and 2 more"
    assert listed("abc") == "a, b, c"


def test_the_command_prints_findings_and_leaves_with_their_status(done) -> None:
    """JSON for programs; --clean says what it removed."""
    from typer.testing import CliRunner

    from curation_kit.cli import app, doctor

    del doctor  # it registers the command
    workspace, job = done
    words = ["--workspace", str(workspace.path), "doctor"]
    fine = CliRunner().invoke(app, words)
    assert fine.exit_code == 0, fine.output
    assert "All is well." in fine.output
    assert max(map(len, fine.output.splitlines()[1:])) <= 80

    (workspace.path / "results" / job.id / f".{NOBODY}-x.csv").write_text("12345")
    cleaned = CliRunner().invoke(app, [*words, "--clean", "--thorough"])
    assert cleaned.exit_code == 0
    assert "1 thing removed, 1 kB." in cleaned.output

    job.result_files()[0].unlink()
    told = CliRunner().invoke(app, [*words, "--json"])
    assert told.exit_code == 1
    shown = json.loads(told.stdout)
    assert [i["subject"] for i in shown["findings"] if i["level"] == "problem"] == [
        "results"
    ]
