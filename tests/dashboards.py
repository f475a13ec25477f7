"""The dashboard as users start it, and the processes behind its pages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: Marks of a module whose tests drive a browser. Playwright and its child leave
#: sockets to the garbage collector.
BROWSER = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

#: What a dark theme of JupyterLab does.
DARK = """() => {
  document.body.dataset.jpThemeLight = "false";
  document.querySelector(".ck-dashboard").style.background = "#111";
}"""

LIGHT = """() => {
  document.body.dataset.jpThemeLight = "true";
  document.querySelector(".ck-dashboard").style.background = "";
}"""

_START = "from curation_kit.cli import main; main()"


class Dashboard:
    """A running ``curation-kit --workspace FOLDER dashboard``.

    Parameters
    ----------
    workspace
        Its folder.
    environment
        Variables besides those of the tests.
    prefix
        Command that runs the command, for instance with fewer rights.

    Attributes
    ----------
    address
        What it printed: the address of the page, with the token.
    """

    def __init__(
        self,
        workspace: Path,
        port: int,
        *,
        environment: Mapping[str, str] | None = None,
        prefix: Sequence[str] = (),
    ) -> None:
        self.workspace, self.port = workspace, port
        self._environment = {**os.environ, **(environment or {})}
        self._prefix = prefix
        self.start()

    def start(self) -> None:
        """Start it, on the same port each time."""
        log = self.workspace.with_name(f"{self.workspace.name}-dashboard.log")
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [
                    *(*self._prefix, sys.executable, "-c", _START),
                    *("--workspace", str(self.workspace)),
                    *("dashboard", "--no-browser", "--port", str(self.port)),
                ],
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert "?token=" in line, log.read_text()
        self.address = line.split()[-1]

    def stop(self) -> None:
        """Stop it like ``kill`` does, and its kernels with it."""
        kernels = self.kernels()
        self.process.terminate()
        self.process.communicate(timeout=60)
        psutil.wait_procs(kernels, timeout=60)

    def of(self, query: str) -> str:
        """Address of a place."""
        return f"{self.address}&{query}"

    def kernels(self) -> list[psutil.Process]:
        """The kernels of its pages, and the one that is kept ready."""
        return [
            child
            for child in psutil.Process(self.process.pid).children(recursive=True)
            if "ipykernel_launcher" in " ".join(child.cmdline())
        ]

    def kernel_of(self, page: Page) -> psutil.Process:
        """The kernel of a page; its id is in the name of its connection file."""
        kernel_id = re.search(r'"kernelId": ?"([\w-]+)"', page.content())[1]
        [found] = [k for k in self.kernels() if kernel_id in " ".join(k.cmdline())]
        return found


def kernels_of(workspace: Path) -> list[psutil.Process]:
    """The kernels of a workspace's pages, whatever has started them."""
    return [
        process
        for process in psutil.process_iter(["cmdline", "environ"])
        if (process.info["environ"] or {}).get("CURATION_KIT_WORKSPACE")
        == str(workspace)
        and "ipykernel" in str(process.info["cmdline"])
    ]


def kill_kernels(workspace: Path) -> None:
    """End them."""
    for process in kernels_of(workspace):
        process.kill()


@contextmanager
def held(workspace: Path) -> Iterator[None]:
    """Within it the kernels of a workspace's pages answer nothing."""
    kernels = kernels_of(workspace)
    assert kernels
    for process in kernels:
        with suppress(psutil.NoSuchProcess):  # that of a page which was just closed
            process.suspend()
    try:
        yield
    finally:
        for process in kernels:
            with suppress(psutil.NoSuchProcess):
                process.resume()


def answered(page: Page) -> None:
    """Wait until the kernel has answered all that the page has asked."""
    from playwright.sync_api import expect

    waiting = "[data-asked]:not([data-asked='']), .ck-unanswered"
    expect(page.locator(waiting)).to_have_count(0)


def wait_in_vain(page: Page) -> None:
    """Let the page ask its kernel now, and be eleven seconds older than that."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.clock.fast_forward(11_000)


def complaints(page: Page) -> list[str]:
    """What axe finds serious or worse on a page."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{item['id']}: {[node['target'] for node in item['nodes']]}"
        for item in found
        if item["impact"] in {"serious", "critical"}
    ]
