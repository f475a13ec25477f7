from __future__ import annotations

import os
from pathlib import Path

import pytest
from batches import add_papers, fake_flow, until
from complaints import NOBODY, age, complaints

from curation_kit.doctor import Level, clean, examine
from curation_kit.runner import LOG, Runner
from curation_kit.runner.process import LOCK


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
