from __future__ import annotations

from complaints import complaints, contents

from curation_kit.doctor import Level, examine


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
