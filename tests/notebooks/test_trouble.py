"""Jobs and pages that are interrupted: nothing is lost, and the page says so."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from batches import add_papers, fake_flow, runners, until
from dashboards import BROWSER, Dashboard, complaints, wait_in_vain

import curation_kit as ck

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = BROWSER


@pytest.fixture
def workspace(plugins: Path, served: ck.Workspace) -> ck.Workspace:  # noqa: ARG001 - it knows the fakes
    """The workspace that is served."""
    return served


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """A paper that says ``wait GATE`` is in work until this file is there."""
    return tmp_path / "gate"


@pytest.fixture
def job(workspace: ck.Workspace, gate: Path) -> ck.Job:
    """A job of two papers in mid-run: one is done, the other waits."""
    papers = add_papers(workspace, "ok", f"wait {gate}")
    job = workspace.submit(fake_flow("csv"), papers, gate.parent.name)
    until(lambda: job.progress.completed == 1 and Path(f"{gate}.started").exists())
    return job


def progress(page: Page, job: ck.Job) -> Locator:
    """The head of the job's page."""
    return page.get_by_role("region", name=f"Progress of {job.name}")


def test_reload_and_closed_tab(
    page: Page,
    new_browser: Callable[[], Page],
    dashboard: Dashboard,
    job: ck.Job,
    gate: Path,
) -> None:
    """A reload finds the running job and its tab again; a link the ended one."""
    page.goto(dashboard.of(f"job={job.id}"))
    progress(page, job).get_by_text("1 of 2").wait_for()
    page.get_by_role("tab", name="Event log").click()
    page.get_by_role("tabpanel", name="Event log").wait_for()
    page.reload()
    progress(page, job).get_by_text("1 of 2").wait_for()
    page.get_by_role("tabpanel", name="Event log").wait_for()
    page.go_back()
    page.get_by_role("tabpanel", name="Documents").wait_for()
    link = page.url
    page.close()

    gate.touch()
    until(lambda: job.settled)
    tab = new_browser()
    tab.goto(link)
    progress(tab, job).get_by_text("2 of 2").wait_for()
    progress(tab, job).get_by_text("completed", exact=True).wait_for()


def test_two_browsers_on_one_job(
    page: Page,
    new_browser: Callable[[], Page],
    dashboard: Dashboard,
    job: ck.Job,
    gate: Path,
) -> None:
    """A colleague's link leads to the live job; what one does, the other sees."""
    page.goto(dashboard.address)
    page.get_by_role("button", name=job.name, exact=True).click()
    progress(page, job).get_by_text("1 of 2").wait_for()
    colleague = new_browser()
    colleague.goto(page.url)
    progress(colleague, job).get_by_text("1 of 2").wait_for()

    page.get_by_role("button", name="Cancel Job").click()
    page.get_by_role("alertdialog").wait_for()
    assert complaints(page) == []
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("alertdialog").wait_for(state="detached")
    assert not job.status.ended
    page.get_by_role("button", name="Cancel Job").click()
    page.get_by_role("button", name="Yes, cancel it").click()
    page.get_by_text("Retry Cancelled runs the others.").wait_for()
    for tab in (page, colleague):
        progress(tab, job).get_by_text("cancelled", exact=True).wait_for()
    gate.touch()
    for tab in (page, colleague):
        tab.get_by_role("button", name="cancelled 1").wait_for()
    colleague.get_by_role("button", name="Download All Results").wait_for()
    colleague.get_by_role("button", name="Retry Cancelled").click()
    for tab in (page, colleague):
        progress(tab, job).get_by_text("2 of 2").wait_for()
        tab.get_by_role("button", name="Retry Cancelled").wait_for(state="detached")
    assert job.progress.completed == 2


def test_a_link_to_no_job(page: Page, dashboard: Dashboard) -> None:
    """The page says so, and shows the jobs that there are."""
    page.goto(dashboard.of("job=unknown&tab=results"))
    page.get_by_role("alert").get_by_text("There is no job").wait_for()
    page.get_by_role("heading", name="Your Batch Jobs").wait_for()
    assert "job=" not in page.url
    assert complaints(page) == []


def test_retry_failed(
    page: Page, dashboard: Dashboard, workspace: ck.Workspace, gate: Path
) -> None:
    """Failed documents are run again with a click, those done stay as they are."""
    papers = add_papers(workspace, "ok", f"need {gate}")
    job = workspace.submit(fake_flow("csv"), papers, "Service down")
    page.goto(dashboard.of(f"job={job.id}"))
    head = progress(page, job)
    head.get_by_text("2 of 2").wait_for()
    page.locator(".ck-failed-row").get_by_text(
        "The service is down. Retry it later."
    ).wait_for()
    gate.touch()
    page.get_by_role("button", name="Retry Failed").click()
    page.get_by_text("1 document put back, to be processed again.").wait_for()
    page.locator(".ck-failed-row").wait_for(state="detached")
    until(lambda: job.settled)
    head.get_by_text("2 of 2").wait_for()
    assert job.progress.completed == 2
    assert [len(job.attempt_rows(paper.id)) for paper in papers] == [1, 2]


def test_the_runner_is_killed(
    page: Page, dashboard: Dashboard, job: ck.Job, workspace: ck.Workspace, gate: Path
) -> None:
    """The page starts another one by itself, and what was in work is done again."""
    page.goto(dashboard.of(f"job={job.id}"))
    progress(page, job).get_by_text("1 of 2").wait_for()
    started = Path(f"{gate}.started")
    started.unlink()
    for pid in runners(workspace):  # and one that may be waiting to take over
        os.kill(pid, signal.SIGKILL)
    until(started.exists)  # the paper is in work again, and nobody did anything
    gate.touch()
    progress(page, job).get_by_text("2 of 2").wait_for()
    progress(page, job).get_by_text("completed", exact=True).wait_for()


def test_the_kernel_is_killed(
    page: Page, dashboard: Dashboard, job: ck.Job, gate: Path
) -> None:
    """The page says so; the job goes on, and a reload shows it."""
    page.clock.install()
    page.goto(dashboard.of(f"job={job.id}&tab=log"))
    progress(page, job).get_by_text("1 of 2").wait_for()
    dashboard.kernel_of(page).kill()
    wait_in_vain(page)
    page.get_by_text("no answer from its notebook").wait_for()
    gate.touch()
    until(lambda: job.settled)
    with page.expect_navigation():
        page.get_by_role("button", name="Reload").click()
    progress(page, job).get_by_text("2 of 2").wait_for()
    page.get_by_role("tabpanel", name="Event log").wait_for()


def test_the_server_is_started_again(
    page: Page, dashboard: Dashboard, job: ck.Job, gate: Path
) -> None:
    """The page says what happened; the job goes on without any server."""
    page.clock.install()
    page.goto(dashboard.of(f"job={job.id}"))
    progress(page, job).get_by_text("1 of 2").wait_for()
    dashboard.stop()
    wait_in_vain(page)
    page.get_by_text("The dashboard's server does not answer.").wait_for()
    gate.touch()
    until(lambda: job.settled)
    dashboard.start()
    page.clock.fast_forward(11_000)
    page.get_by_text(
        "Open the address that “curation-kit dashboard” printed"
    ).wait_for()
    assert complaints(page) == []
    page.goto(dashboard.of(f"job={job.id}"))
    progress(page, job).get_by_text("2 of 2").wait_for()


def test_a_wrong_token(page: Page, dashboard: Dashboard) -> None:
    """Nothing is shown but how to come in, and the way leads to the place meant."""
    page.goto(dashboard.of("page=help").replace("token=", "token=x"))
    page.get_by_role("heading", name="This dashboard needs its address").wait_for()
    assert complaints(page) == []
    page.get_by_label("paste the token").fill("guessed")
    page.keyboard.press("Enter")
    page.get_by_role("alert").get_by_text("not the token").wait_for()
    page.get_by_label("paste the token").fill(dashboard.address.rpartition("=")[2])
    page.get_by_role("button", name="Open the dashboard").click()
    page.get_by_role("heading", name="Getting Started").first.wait_for()


#: What each view shows when nothing is wrong.
VIEWS = {
    "Documents": "Add documents",
    "Flows": "Flows",
    "Batch Jobs": "Your Batch Jobs",
    "Help": "Getting Started",
}


def assert_every_view_says(page: Page, words: str) -> None:
    """Assert that each view can be looked at, and says what is wrong."""
    page.get_by_role("alert").get_by_text(words).wait_for()
    for link, heading in VIEWS.items():
        page.get_by_role("link", name=link, exact=True).first.click()
        page.get_by_role("heading", name=heading, exact=True).first.wait_for()
        page.get_by_role("alert").get_by_text(words).wait_for()
    assert complaints(page) == []


def test_the_workspace_is_moved_away(
    page: Page, new_browser: Callable[[], Page], dashboard: Dashboard
) -> None:
    """Open pages say so; one opened now does not make an empty workspace."""
    away = dashboard.workspace.with_name("away")
    page.goto(dashboard.of("page=documents"))
    page.get_by_role("heading", name="Add documents").wait_for()
    dashboard.workspace.rename(away)
    try:
        assert_every_view_says(page, "Bring the folder back")
        other = new_browser()
        other.goto(dashboard.address)
        other.get_by_role("heading", name="The workspace cannot be opened").wait_for()
        assert not dashboard.workspace.exists()
    finally:
        away.rename(dashboard.workspace)
    page.get_by_text("Bring the folder back").wait_for(state="detached")
    other.get_by_role("button", name="Try again").click()
    other.get_by_role("heading", name="Your Batch Jobs").wait_for()


def test_the_workspace_becomes_read_only(
    page: Page, dashboard: Dashboard, workspace: ck.Workspace
) -> None:
    """Everything can be looked at; what cannot be saved is told in plain words."""
    add_papers(workspace, "ok")
    mode = dashboard.workspace.stat().st_mode
    page.goto(dashboard.address)
    page.get_by_role("heading", name="Your Batch Jobs").wait_for()
    dashboard.workspace.chmod(0o500)
    try:
        assert_every_view_says(page, "is read-only now")
    finally:
        dashboard.workspace.chmod(mode)
    page.get_by_text("is read-only now").wait_for(state="detached")
