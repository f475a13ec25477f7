from __future__ import annotations

import subprocess
import sys

import pytest
from batches import add_papers

import curation_kit as ck
from curation_kit import widgets
from curation_kit.widgets import display_job


def test_text_only_without_a_kernel(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """A terminal gets the repr."""
    job = workspace.run(flow, add_papers(workspace, "ok"), backend="sequential")
    assert display_job(job) == {"text/plain": repr(job)}
    assert job._repr_mimebundle_() == {"text/plain": repr(job)}


def test_importing_costs_no_widgets() -> None:
    """A terminal that shows a job loads no widget library."""
    code = (
        "import sys, curation_kit.widgets; "
        "print({'ipywidgets', 'anywidget', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


def test_a_kernel_gets_the_monitor(
    workspace: ck.Workspace, flow: ck.Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bundle shows a widget, and text where widgets are not shown."""
    job = workspace.run(flow, add_papers(workspace, "ok"), backend="sequential")
    monkeypatch.setattr(widgets, "_in_kernel", lambda: True)
    bundle = display_job(job)
    assert bundle["text/plain"] == repr(job)
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_displays_of_a_job_share_one_monitor(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """A paused job shown many times has one thread; a closed monitor is replaced."""
    from curation_kit.widgets._monitor import JobMonitor

    job = workspace.create(flow, add_papers(workspace, "ok"))
    job.pause()
    first = JobMonitor.of_job(job)
    thread = first.view._follower._thread
    assert thread is not None
    again = JobMonitor.of_job(workspace.jobs.get(job.id))
    assert again is first
    assert again.view._follower._thread is thread
    job.cancel()
    first.view.join(30)
    assert first.monitor["status"] == "cancelled"
    first.close()
    assert JobMonitor.of_job(job) is not first
