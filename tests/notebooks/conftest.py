"""The dashboard notebook, served to a browser."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from batches import runners
from dashboards import Dashboard
from plug_ins import install_fakes
from restraints import as_ordinary
from streams import free_port, serving

import curation_kit as ck
from curation_kit.samples import write_sample_papers
from curation_kit.server import dashboard_notebook

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TESTS = Path(__file__).parents[1]

HOSTILE = "<img src=x onerror=alert(1)>.pdf"

#: The browsers that a test has opened.
_CONTEXTS = pytest.StashKey[list[Any]]()


#: Plain Voilà, but without a parser that nothing asks for: see `server/_voila.py`.
VOILA = "import sys; sys.modules['rfc3987_syntax'] = None; from voila.app import main"


@contextmanager
def _voila(folder: Path) -> Iterator[str]:
    """Serve the notebook by plain Voilà, with the workspace in a folder."""
    port = free_port()
    with serving(
        *("-c", f"{VOILA}; main()", str(dashboard_notebook())),
        *("--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"),
        folder=folder,
        sign="is running at",
        CURATION_KIT_WORKSPACE=str(folder / "ws"),
    ):
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Address of the notebook, served by plain Voilà in an empty workspace."""
    with _voila(tmp_path) as address:
        yield address


@pytest.fixture(scope="module")
def read_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for all tests of a module, with what they only look at."""
    return tmp_path_factory.mktemp("read")


@pytest.fixture(scope="module")
def read_address(read_folder: Path) -> Iterator[str]:
    """Address of the notebook in the workspace of `read_job`."""
    with _voila(read_folder) as address:
        yield address


@pytest.fixture(scope="module")
def read_job(read_folder: Path) -> ck.Job:
    """A job over three papers, one with a hostile name, and a broken one."""
    workspace = ck.Workspace(read_folder / "ws")
    documents = workspace.documents.add(write_papers(read_folder / "papers"))
    flow = workspace.flows["Gene Expression Extraction"]
    return workspace.run(flow, documents, "Read", backend="sequential")


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
def served(dashboard: Dashboard) -> Iterator[ck.Workspace]:
    """The workspace of `dashboard`; jobs and runners of a test end with it."""
    workspace = ck.Workspace(dashboard.workspace)
    yield workspace
    for job in workspace.jobs:
        if not job.status.ended:
            job.cancel()
    for pid in runners(workspace):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    workspace.close()


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
        context.tracing.start(snapshots=True)
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
        context.tracing.start(snapshots=True)
        kept.append(f"playwright show-trace {path}")
    return "\n".join(kept)


def write_papers(folder: Path) -> list[Path]:
    """Write sample papers, one with a name that looks like markup, and a broken one."""
    paths = [paper.path for paper in write_sample_papers(folder, count=3)]
    paths[1] = paths[1].rename(paths[1].with_name(HOSTILE))
    broken = folder / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 and no more")
    return [*paths, broken]


@pytest.fixture
def papers(tmp_path: Path) -> list[Path]:
    """Three papers and a broken one: see `write_papers`."""
    return write_papers(tmp_path / "papers")
