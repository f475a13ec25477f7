from __future__ import annotations

import json

from commands import call
from complaints import NOBODY


def test_the_command_prints_findings_and_leaves_with_their_status(done) -> None:
    """JSON for programs; --clean says what it removed."""
    workspace, job = done
    fine = call(workspace.path, "doctor")
    assert fine.exit_code == 0, fine.output
    assert "All is well." in fine.output
    assert max(map(len, fine.output.splitlines()[1:])) <= 80

    (workspace.path / "results" / job.id / f".{NOBODY}-x.csv").write_text("12345")
    cleaned = call(workspace.path, "doctor", "--clean", "--thorough")
    assert cleaned.exit_code == 0
    assert "1 thing removed, 1 kB." in cleaned.output

    job.result_files()[0].unlink()
    told = call(workspace.path, "doctor", "--json")
    assert told.exit_code == 1
    shown = json.loads(told.stdout)
    assert [i["subject"] for i in shown["findings"] if i["level"] == "problem"] == [
        "results"
    ]
