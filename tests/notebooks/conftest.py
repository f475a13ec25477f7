"""A real browser, and the dashboard notebook served to it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from curation_kit.samples import write_sample_papers
from curation_kit.server import dashboard_notebook

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HOSTILE = "<img src=x onerror=alert(1)>.pdf"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or CHROMIUM
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        found = ""
    if not Path(found).is_file():
        reason = "Chromium and playwright are needed to open the dashboard"
        if os.environ.get("CURATION_KIT_REQUIRE_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Address of the notebook, served by plain Voilà in an empty workspace."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (tmp_path / "voila.log").open("wb") as log:
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "voila", str(dashboard_notebook())),
                *("--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"),
            ],
            env={**os.environ, "CURATION_KIT_WORKSPACE": str(tmp_path / "ws")},
            stdout=log,
            stderr=log,
        )
    url = f"http://127.0.0.1:{port}/"
    deadline = time.monotonic() + 60
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5):
                break
        except OSError:
            assert time.monotonic() < deadline, (tmp_path / "voila.log").read_text()
            assert server.poll() is None, (tmp_path / "voila.log").read_text()
            time.sleep(0.1)
    yield url
    server.terminate()
    server.wait(30)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A new tab that fails the test on any script error or dialog."""
    troubles: list[str] = []
    tab = chromium.new_page(viewport={"width": 1280, "height": 900})
    tab.set_default_timeout(60_000)
    tab.on("pageerror", lambda error: troubles.append(str(error)))
    tab.on("dialog", lambda dialog: (troubles.append("dialog"), dialog.dismiss()))
    yield tab
    tab.close()
    assert troubles == []


@pytest.fixture
def papers(tmp_path: Path) -> list[Path]:
    """Sample papers, the second of them with a name that looks like markup."""
    written = write_sample_papers(tmp_path / "papers", count=3)
    paths = [paper.path for paper in written]
    paths[1] = paths[1].rename(paths[1].with_name(HOSTILE))
    broken = tmp_path / "papers" / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 and no more")
    return [*paths, broken]
