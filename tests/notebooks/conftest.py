"""The dashboard notebook, served to a browser."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from dashboards import Dashboard
from plug_ins import install_fakes
from restraints import as_ordinary
from streams import free_port, serving

from curation_kit.samples import write_sample_papers
from curation_kit.server import dashboard_notebook

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TESTS = Path(__file__).parents[1]

HOSTILE = "<img src=x onerror=alert(1)>.pdf"

#: The browsers that a test has opened.
_CONTEXTS = pytest.StashKey[list[Any]]()


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Address of the notebook, served by plain Voilà in an empty workspace."""
    port = free_port()
    with serving(
        *("-m", "voila", str(dashboard_notebook())),
        *("--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"),
        folder=tmp_path,
        sign="is running at",
        CURATION_KIT_WORKSPACE=str(tmp_path / "ws"),
    ):
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """Our own server, with its token, for all tests of a module.

    In its workspace are no documents and no jobs but those of the tests; its
    kernels and runners know the fake agents, and file permissions count for it.
    """
    folder = tmp_path_factory.mktemp("dashboard")
    install_fakes(folder / "plugins")
    earlier = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    path = os.pathsep.join([str(folder / "plugins"), str(TESTS), *earlier])
    server = Dashboard(
        folder / "ws",
        free_port(),
        environment={"PYTHONPATH": path},
        prefix=as_ordinary(),
    )
    yield server
    server.stop()


@pytest.fixture
def new_browser(
    chromium: Browser, request: pytest.FixtureRequest
) -> Iterator[Callable[[], Page]]:
    """Open a browser of another person, with one tab.

    A script error or a dialog in it fails the test. When a test fails, what
    was on screen and how it came to that is kept: see `_keep`.
    """
    troubles: list[str] = []
    contexts = request.node.stash.setdefault(_CONTEXTS, [])

    def open_tab() -> Page:
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        context.tracing.start(snapshots=True, screenshots=True)
        context.set_default_timeout(60_000)
        contexts.append(context)
        tab = context.new_page()
        tab.on("pageerror", lambda error: troubles.append(str(error)))
        tab.on("dialog", lambda dialog: (troubles.append("dialog"), dialog.dismiss()))
        return tab

    yield open_tab
    kept = _keep(request.node) if troubles else ""
    for context in contexts:
        context.close()
    contexts.clear()
    assert troubles == [], kept


@pytest.fixture
def page(new_browser: Callable[[], Page]) -> Page:
    """A new tab that fails the test on any script error or dialog."""
    return new_browser()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep what the browsers of a failed test show, while they are there."""
    report = yield
    if report.failed and item.stash.get(_CONTEXTS, []):
        report.sections.append(("Browser", _keep(item)))
    return report


def _keep(item: pytest.Item) -> str:
    """Write screenshots and traces of a test; give where they are.

    To ``test-artifacts`` in the checkout, or the folder that
    ``CURATION_KIT_TEST_ARTIFACTS`` names.
    """
    from playwright.sync_api import Error

    parent = os.environ.get("CURATION_KIT_TEST_ARTIFACTS", "test-artifacts")
    folder = item.config.rootpath / parent / re.sub(r"[^\w.-]+", "-", item.nodeid)
    shutil.rmtree(folder, ignore_errors=True)
    kept = []
    for number, context in enumerate(item.stash[_CONTEXTS], start=1):
        for tab, page in enumerate(context.pages, start=1):
            path = folder / f"browser-{number}-tab-{tab}.png"
            try:
                page.screenshot(path=path, full_page=True, timeout=10_000)
                kept.append(f"{path}: {page.title()}")
            except Error as error:  # a page that hangs: its trace says more
                kept.append(f"no picture of tab {tab} of browser {number}: {error}")
        path = folder / f"browser-{number}.zip"
        context.tracing.stop(path=path)
        context.tracing.start(snapshots=True, screenshots=True)
        kept.append(f"playwright show-trace {path}")
    return "\n".join(kept)


@pytest.fixture
def papers(tmp_path: Path) -> list[Path]:
    """Sample papers, the second of them with a name that looks like markup."""
    written = write_sample_papers(tmp_path / "papers", count=3)
    paths = [paper.path for paper in written]
    paths[1] = paths[1].rename(paths[1].with_name(HOSTILE))
    broken = tmp_path / "papers" / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 and no more")
    return [*paths, broken]
