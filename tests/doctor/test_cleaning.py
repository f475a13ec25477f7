from __future__ import annotations

import os
import shutil
import subprocess
import sys

import psutil
import pytest
from batches import add_papers, fake_flow, until
from complaints import NOBODY, age, complaints, contents

import curation_kit as ck
from curation_kit.doctor import clean, examine
from curation_kit.errors import WorkspaceError
from curation_kit.llm import SETTINGS, Settings

KEY = "0123456789abcdef"  # as those of kept texts


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


def test_the_files_of_writers_that_have_ended_are_garbage(done) -> None:
    """Nobody has waited for one of them; the other one's number is none."""
    path = done[0].path
    ended = subprocess.Popen([sys.executable, "-c", ""])
    until(lambda: psutil.Process(ended.pid).status() == psutil.STATUS_ZOMBIE)
    left = {path / "flows" / f"mine.{pid}.tmp" for pid in (ended.pid, 2**31)}
    for file in left:
        file.touch()

    assert {item.path for item in clean(path)} == left
    ended.wait()


def test_settings_whose_writing_was_broken_off_are_garbage(done) -> None:
    """In the end: a day old, as the process that left them lives."""
    path = done[0].path
    (path / SETTINGS).mkdir()  # nothing can take its place
    with pytest.raises(WorkspaceError, match="cannot be written"):
        Settings().write(path)
    (path / SETTINGS).rmdir()
    assert clean(path) == []
    [left] = path.glob(".settings*")
    age(left, 25 * 3600)

    assert [item.path for item in clean(path)] == [left]


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
