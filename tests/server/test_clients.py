"""Each kind of client follows a live job on each kind of server."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from batches import add_papers, fake_flow, until
from dashboards import BROWSER
from streams import TOKEN, LocalServer, dashboard, free_port, jupyter_server, messages

import curation_kit as ck

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# Runs in the page: a client that never closes by itself.
FOLLOW = """url => {
    window.seen = [];
    window.end = null;
    window.source = new EventSource(url);
    source.onmessage = event => seen.push(
        {id: event.lastEventId, data: JSON.parse(event.data)});
    source.addEventListener("end", event => { end = JSON.parse(event.data); });
}"""


def in_a_browser(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test as one that drives a browser."""
    for mark in BROWSER:
        test = mark(test)
    return test


@pytest.fixture(params=["dashboard", "jupyter"])
def jobs(request, workspace: ck.Workspace, tmp_path: Path) -> Iterator[str]:
    """Address of the jobs of the workspace; the server's log stays clean."""
    port, path = free_port(), workspace.path
    if request.param == "dashboard":
        server, base = dashboard(tmp_path, path, port=port), "/"
    else:
        named = {"CURATION_KIT_WORKSPACE": str(path)}
        server, base = jupyter_server(tmp_path, port=port, **named), "/base/"
    with server as served:
        yield f"http://127.0.0.1:{port}{base}curation/jobs"
    log = served.log.read_text()
    for trouble in ("Traceback", "never retrieved", "destroyed but it is pending"):
        assert trouble not in log
    assert log.count(TOKEN) <= 1  # the dashboard tells its address


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """The first paper of the job waits until this file exists."""
    return tmp_path / "gate"


@pytest.fixture
def job(workspace: ck.Workspace, plugins: Path, gate: Path) -> ck.Job:
    """A job in the detached runner, at its first paper."""
    del plugins
    papers = add_papers(workspace, f"wait {gate}", "ok", "fail", "ok")
    made = workspace.submit(fake_flow("csv"), papers, n_jobs=1)
    until(Path(f"{gate}.started").exists)
    return made


def test_a_request_that_fails_leaves_no_token_in_the_log(jobs: str) -> None:
    """The fixture looks at the log when the server has ended."""
    assert httpx.get(f"{jobs}/nope?token={TOKEN}").status_code == 404
    assert httpx.get(f"{jobs}/last/events?after=x&token={TOKEN}").status_code == 400


def see_to_the_end(lines: Iterable[str], job: ck.Job, gate: Path) -> None:
    """Read a stream: events come while the job runs, and it ends with the job."""
    stream = messages(lines)
    seen = [next(stream)]
    assert not job.settled
    gate.touch()
    *rest, end = stream
    seen += rest
    assert [message.data for message in seen] == [asdict(e) for e in job.events()]
    assert end.event == "end"
    assert end.data == {"job_id": job.id, "status": "completed"}


def test_httpx_follows_a_live_job(jobs: str, job: ck.Job, gate: Path) -> None:
    """As any program in Python does."""
    headers = {"Authorization": f"token {TOKEN}"}
    url = f"{jobs}/{job.id}/events"
    with httpx.stream("GET", url, headers=headers, timeout=60) as answer:
        see_to_the_end(answer.iter_lines(), job, gate)


def test_curl_follows_a_live_job(jobs: str, job: ck.Job, gate: Path, curl: str) -> None:
    """As a shell script does."""
    url = f"{jobs}/{job.id}/events?token={TOKEN}"
    with subprocess.Popen(
        [curl, "--silent", "--fail", "--no-buffer", url],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        see_to_the_end(process.stdout, job, gate)
    assert process.returncode == 0


def blank_page(chromium: Browser, url: str) -> Page:
    """Open an empty page of the server's origin."""
    tab = chromium.new_page()
    tab.set_default_timeout(60_000)
    blank = url.replace("/curation/jobs", "/blank")
    tab.route(blank, lambda route: route.fulfill(body="<!doctype html>"))
    tab.goto(blank)
    return tab


def seen_by(tab: Page) -> list[dict[str, Any]]:
    """Events that the page was given; their ids are their sequence numbers."""
    seen = tab.evaluate("seen")
    assert [one["id"] for one in seen] == [str(one["data"]["seq"]) for one in seen]
    return [one["data"] for one in seen]


@in_a_browser
def test_a_browser_follows_a_live_job(
    chromium: Browser, jobs: str, job: ck.Job, gate: Path
) -> None:
    """It sees each event once and, told 204 when it comes back, stops."""
    tab = blank_page(chromium, jobs)
    tab.evaluate(FOLLOW, f"{jobs}/{job.id}/events?token={TOKEN}")
    tab.wait_for_function("seen.length > 0")
    assert not job.settled
    gate.touch()
    tab.wait_for_function("end !== null")
    tab.wait_for_function("source.readyState === EventSource.CLOSED")
    assert seen_by(tab) == [asdict(event) for event in job.events()]
    assert tab.evaluate("end") == {"job_id": job.id, "status": "completed"}
    tab.close()


@in_a_browser
def test_a_browser_comes_back_to_where_it_was(
    chromium: Browser, workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """Over connections that break while the job goes on."""
    job = workspace.create(flow, add_papers(workspace, "ok"))
    with LocalServer(workspace.path) as server:
        tab = blank_page(chromium, server.jobs)
        tab.evaluate(FOLLOW, f"{server.jobs}/{job.id}/events?token={TOKEN}")
        for _ in range(3):
            job.pause()
            workspace._store.resume(job.id)
            tab.wait_for_function(f"seen.at(-1)?.data.seq === {job.last_seq()}")
            server.drop()
        job.cancel()
        tab.wait_for_function("source.readyState === EventSource.CLOSED")
        assert seen_by(tab) == [asdict(event) for event in job.events()]
        tab.close()
