from __future__ import annotations

import pytest
from restraints import python

import curation_kit as ck
from curation_kit.session.footing import Footing


def test_a_workspace_that_is_there(workspace: ck.Workspace) -> None:
    """Nothing is wrong with it."""
    assert Footing(workspace.path).problem() == ""


def test_a_workspace_that_is_gone_or_another(workspace: ck.Workspace) -> None:
    """A folder that took its place is not the one that is open."""
    footing = Footing(workspace.path)
    away = workspace.path.with_name("away")
    workspace.path.rename(away)
    assert "is gone" in footing.problem()
    ck.Workspace(workspace.path).close()
    assert "was replaced" in footing.problem()


@pytest.mark.parametrize("name", [".", "curation.sqlite"])
def test_a_workspace_that_is_read_only(workspace: ck.Workspace, name: str) -> None:
    """The folder or the file in it."""
    place = workspace.path / name
    mode = place.stat().st_mode
    place.chmod(mode & ~0o222)
    done = python(
        "import sys, pathlib; from curation_kit.session.footing import Footing; "
        "print(Footing(pathlib.Path(sys.argv[1])).problem())",
        workspace.path,
        ordinary=True,
    )
    place.chmod(mode)
    assert "is read-only now" in done.stdout, done.stderr
