"""A key is sent to its service and is found nowhere else."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pytest
from batches import until
from chat_server import Asked, ChatServer, Reply
from dashboards import BROWSER, Dashboard
from streams import free_port

import curation_kit as ck
from curation_kit.llm import Price, Settings
from curation_kit.samples import write_sample_papers

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = BROWSER

#: The variable that has the key, which the settings name.
PLACE = "PLANTED_KEY"
KEY = "sk-planted-4f1c9e7a+2b8d"

#: Models that refuse, and say the key while they do.
REFUSALS = {
    "unauthorized": Reply.error(401, f"Incorrect API key provided: {KEY}."),
    "bad-request": Reply.error(400, f"Your request with {KEY} is malformed."),
    "no-json": Reply(body=f"<html>Authorization: Bearer {KEY}</html>"),
    "wrong-shape": Reply(json.dumps({"key": KEY})),
}


def answer(asked: Asked) -> str | Reply:
    """Report a gene; some models refuse."""
    row = {"quotes": ["myo-2 is expressed in pharynx"], "gene_symbol": "myo-2"}
    good = json.dumps({"rows": [row], "word": "ready"})
    return REFUSALS.get(asked.body["model"], good)


@pytest.fixture
def service() -> Iterator[ChatServer]:
    """A service with a model that answers and some that refuse."""
    with ChatServer(answer, models=("good", *REFUSALS), key=KEY) as server:
        yield server


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key, for this process and those that it starts."""
    monkeypatch.setenv(PLACE, KEY)


@pytest.fixture
def jobs(
    environment: None, workspace: ck.Workspace, service: ChatServer, tmp_path: Path
) -> dict[str, ck.Job]:
    """A job per model, done by the detached runner."""
    del environment
    prices = {"good": Price(input=1, output=2)}
    planted = service.service(key=f"env:{PLACE}", prices=prices)
    refused = planted.model_copy(update={"model": "unauthorized"})
    workspace.settings = Settings(
        services={"planted": planted, "refused": refused}, default_service="planted"
    )
    write_sample_papers(tmp_path / "papers", count=1)
    papers = workspace.documents.add(tmp_path / "papers")
    return {
        model: workspace.submit(asking(model), papers, name=model)
        for model in ("good", *REFUSALS)
    }


def asking(model: str) -> ck.Flow:
    """Give a flow that asks a model."""
    # What the other models answer shows that their service is up.
    service = "refused" if model == "unauthorized" else "planted"
    options = {"engine": "model", "service": service, "model": model}
    steps = [
        ck.Step(agent="pdf"),
        ck.Step(agent="gene_expression", options=options),
        ck.Step(agent="json"),
    ]
    return ck.Flow(name=f"Ask {model}", steps=steps)


@pytest.fixture
def dashboard(environment: None, workspace: ck.Workspace) -> Iterator[Dashboard]:
    """The dashboard of the workspace."""
    del environment
    server = Dashboard(workspace.path, free_port())
    yield server
    server.stop()


def test_a_key_stays_where_it_is(
    workspace: ck.Workspace,
    jobs: dict[str, ck.Job],
    dashboard: Dashboard,
    service: ChatServer,
    page: Page,
    tmp_path: Path,
) -> None:
    """Not in files, logs, events, exports, streams, pages or the terminal."""
    until(
        lambda: all(
            job.status in {"completed", "failed", "paused"} for job in jobs.values()
        )
    )
    assert jobs["good"].status == "completed"
    assert jobs["unauthorized"].status == "paused"
    assert jobs["bad-request"].status == jobs["wrong-shape"].status == "failed"

    told = {
        **in_the_terminal(workspace, jobs),
        **over_http(dashboard, jobs),
        **on_pages(dashboard, page, jobs),
    }
    for name, job in jobs.items():
        told[f"cells of {name}"] = "\n".join(
            [
                *(repr(part) for part in (job, job.costs, workspace.settings)),
                job.documents.to_csv(),
                job.calls.to_csv(),
                job.results.to_csv(),
            ]
        )
    jobs["good"].export_zip(tmp_path / "exports.zip", evidence=True)

    # The service has seen it; what is searched below is what can be searched.
    assert {asked.headers["authorization"] for asked in service.asked} == {
        f"Bearer {KEY}"
    }
    assert PLACE in told["page settings"]
    assert PLACE in told["curation-kit services list"]
    assert "[key]" in told["curation-kit show bad-request --attempts"]
    assert "job_completed" in told["/curation/jobs/good/events"]
    files = dict(files_of(tmp_path))
    assert any(PLACE.encode() in content for content in files.values())
    assert any("runner.log" in name for name in files)
    assert any("_run/" in name for name in files)

    assert [where for where, text in told.items() if has_key(text.encode())] == []
    assert [where for where, content in files.items() if has_key(content)] == []


def has_key(content: bytes) -> bool:
    """Whether the key is in it, in one of the ways that programs write texts."""
    core = KEY.removeprefix("sk-")
    ways = [
        *(part.encode(code) for part in (KEY, core) for code in ("utf-8", "utf-16-le")),
        quote(KEY).encode(),
        base64.b64encode(KEY.encode())[:-4],
    ]
    return any(way in content for way in ways)


def files_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    """All files of a folder, and what is in its ZIPs (workbooks are such)."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield str(path), path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as opened:
                    for name in opened.namelist():
                        yield f"{path}:{name}", opened.read(name)


def in_the_terminal(workspace: ck.Workspace, jobs: dict[str, ck.Job]) -> dict[str, str]:
    """What commands print, those among them that fail."""
    commands = [
        "services list",
        "services list --json",
        "services test planted",
        "services test refused",
        "doctor",
        "jobs --json",
        *(f"show {name} --attempts" for name in jobs),
        "events unauthorized --json",
    ]
    told = {}
    for command in commands:
        words = [jobs[word].id if word in jobs else word for word in command.split()]
        done = subprocess.run(
            [sys.executable, "-m", "curation_kit.cli", *words],
            env={**os.environ, "CURATION_KIT_WORKSPACE": str(workspace.path)},
            capture_output=True,
            text=True,
            check=False,
        )
        told[f"curation-kit {command}"] = done.stdout + done.stderr
    return told


def over_http(dashboard: Dashboard, jobs: dict[str, ck.Job]) -> dict[str, str]:
    """What programs are answered, live events among it."""
    address, _, query = dashboard.address.partition("/?")
    told = {}
    with httpx.Client(timeout=60, trust_env=False) as client:
        for name, job in jobs.items():
            for part in ("", "/documents"):
                path = f"/curation/jobs/{job.id}{part}"
                told[f"/curation/jobs/{name}{part}"] = client.get(
                    f"{address}{path}?{query}"
                ).text
            if job.status == "paused":
                continue  # its stream does not end
            path = f"/curation/jobs/{job.id}/events"
            events = client.get(f"{address}{path}?{query}").text
            told[f"/curation/jobs/{name}/events"] = events
    return told


def on_pages(
    dashboard: Dashboard, page: Page, jobs: dict[str, ck.Job]
) -> dict[str, str]:
    """The document and the fields of each page: all that a screenshot could show."""
    told = {}

    def look(name: str) -> None:
        values = page.evaluate(
            "[...document.querySelectorAll('input, textarea, select')]"
            ".map(field => field.value).join('\\n')"
        )
        told[f"page {name}"] = page.content() + values

    page.goto(dashboard.of("page=settings"))
    page.get_by_text(PLACE).first.wait_for()
    look("settings")
    for name, job in jobs.items():
        page.goto(dashboard.of(f"job={job.id}&tab=documents"))
        page.locator("#ck-part-documents").wait_for()
        look(f"documents of {name}")
        page.get_by_role("tab", name="Event log").click()
        page.locator("#ck-part-log").wait_for()
        look(f"log of {name}")
    return told
