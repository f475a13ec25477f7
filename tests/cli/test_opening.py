from __future__ import annotations

import sys
from pathlib import Path

import pytest
from commands import call
from typer.testing import CliRunner

import curation_kit as ck
from curation_kit.cli.app import PANELS, app
from curation_kit.errors import WorkspaceError
from curation_kit.samples import write_sample_papers

READING = [
    ["jobs"],
    ["show", "last"],
    ["events", "last"],
    ["results", "last"],
    ["export", "last"],
    ["evaluate", "last", __file__],
    ["compare", "last", "last"],
    ["review", "last"],
    ["dropped", "last"],
    ["resume", "last"],
    ["delete", "last"],
    ["documents", "list"],
    ["documents", "preflight"],
    ["flows", "list"],
    ["services", "list"],
    ["budget"],
    ["cache", "show"],
]


@pytest.mark.parametrize("command", READING, ids=lambda words: words[0])
def test_a_mistyped_workspace_is_told_and_not_made(
    tmp_path: Path, command: list[str]
) -> None:
    """The error names the place and says how a workspace is made."""
    place = tmp_path / "mistyped"

    done = call(place, *command)

    assert isinstance(done.exception, WorkspaceError)
    assert f"{place} is no workspace (there is no such folder)" in str(done.exception)
    assert "documents add PDF" in str(done.exception)
    assert not place.exists()


def test_any_folder_is_no_workspace(tmp_path: Path) -> None:
    """Nothing is put into the folder of somebody else."""
    (tmp_path / "letter.txt").touch()

    done = call(tmp_path, "jobs")

    assert f"{tmp_path} is no workspace (has no curation.sqlite)" in str(done.exception)
    assert [file.name for file in tmp_path.iterdir()] == ["letter.txt"]


def test_an_empty_name_is_no_wish_for_this_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is that of a variable which is not set."""
    monkeypatch.chdir(tmp_path)
    write_sample_papers(tmp_path / "papers", count=1)

    done = CliRunner().invoke(app, ["--workspace", "", "documents", "add", "papers"])

    assert done.exit_code == 2
    assert "it needs a folder" in done.output
    assert [file.name for file in tmp_path.iterdir()] == ["papers"]


def test_what_writes_makes_a_workspace_and_says_so_once(tmp_path: Path) -> None:
    """On standard error, so that what is printed stays what it is."""
    papers, place = tmp_path / "papers", tmp_path / "new"
    write_sample_papers(papers, count=1)

    first = call(place, "documents", "add", papers)
    second = call(place, "documents", "add", papers)

    assert first.exit_code == 0, first.output
    assert f"Made a new workspace: {place}\n" in first.stderr
    assert "workspace" not in first.stdout + second.output
    assert call(place, "jobs").exit_code == 0


@pytest.mark.parametrize(
    "command", [["budget", "5"], ["services", "add", "mine", "--url", "http://x/v1"]]
)
def test_settings_make_a_workspace(tmp_path: Path, command: list[str]) -> None:
    """They are what it begins with for some."""
    done = call(tmp_path / "new", *command)

    assert "Made a new workspace" in done.stderr
    assert (tmp_path / "new" / "settings.yaml").exists()


def test_the_usual_place_needs_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has just installed the package may look around: nothing is mistyped."""
    monkeypatch.delenv("CURATION_KIT_WORKSPACE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))

    done = CliRunner().invoke(app, ["jobs"])

    assert done.exit_code == 0, done.output
    assert "No jobs yet" in done.stdout
    assert f"Made a new workspace: {tmp_path / 'curation-kit'}\n" in done.stderr


def test_the_help_shows_every_command_by_its_use() -> None:
    """None is missing, and defaults are not taken for markup."""
    shown = CliRunner().invoke(app, ["--help"]).stdout

    for panel, names in PANELS.items():
        assert f" {panel} " in shown
        assert all(f"│ {name} " in shown for name in names)
    assert "default: (~/curation-kit)" in shown


@pytest.mark.parametrize("on_path", [True, False])
def test_a_command_to_go_on_with_can_be_pasted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, on_path: bool
) -> None:
    """Its program is named as it was called, if its name alone is not found."""
    program = tmp_path / "my programs" / "curation-kit"
    program.parent.mkdir()
    program.touch(mode=0o755)
    monkeypatch.setattr(sys, "argv", [str(program), "jobs"])
    monkeypatch.setenv("PATH", str(program.parent) if on_path else str(tmp_path))
    workspace = tmp_path / "ws"
    ck.Workspace(workspace).close()

    told = call(workspace, "jobs").output

    name = "curation-kit" if on_path else f"'{program}'"
    assert told.strip().endswith(f"Start one: {name} --workspace {workspace} run")
