from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from complaints import complaints, contents
from restraints import python

from curation_kit.doctor import clean
from curation_kit.doctor.place import disk


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
