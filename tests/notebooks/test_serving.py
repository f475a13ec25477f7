"""The dashboard as its own server serves it: confined, quiet, and gone when left."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.cookiejar import CookieJar
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from batches import until
from dashboards import BROWSER
from streams import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = BROWSER

CODE = (
    "import sys, pathlib; from curation_kit.server import serve_dashboard; "
    "serve_dashboard(pathlib.Path(sys.argv[1]), port=int(sys.argv[2]), "
    "open_browser=False, cull_after=int(sys.argv[3]), cull_interval=1)"
)

KERNEL = r'"kernelId": "([\w-]+)"'

#: Text at the top of each page, by the query of its address.
PAGES = {
    "": "Create New Batch Job",
    "page=documents": "Documents",
    "page=flows": "Flows",
    "page=help": "Getting Started",
}


class Server:
    """A dashboard server, its address, and what it prints."""

    def __init__(self, process: psutil.Popen, log: Path) -> None:
        self._process, self._log = process, log
        until(lambda: "?token=" in self.printed)
        self.address = re.search(r"http://\S+", self.printed)[0]

    @property
    def printed(self) -> str:
        """What the person at the terminal sees."""
        return self._log.read_text()

    def kernels(self) -> set[str]:
        """Ids of the kernels that live."""
        found = set()
        for child in self._process.children():
            with suppress(psutil.Error):  # it ends
                match = re.search(r"kernel-([\w-]{36})", " ".join(child.cmdline()))
                found |= {match[1]} if match else set()
        return found

    def stop(self) -> int:
        """Press Ctrl-C."""
        self._process.send_signal(2)
        return self._process.wait(30)


@contextmanager
def serving(folder: Path, cull_after: int = 600) -> Iterator[Server]:
    """Serve a workspace until the block ends."""
    log = folder / "terminal.log"
    arguments = map(str, (folder / "ws", free_port(), cull_after))
    command = [sys.executable, "-c", CODE, *arguments]
    with log.open("wb") as file:
        process = psutil.Popen(command, stdout=file, stderr=subprocess.STDOUT)
    server = Server(process, log)
    try:
        yield server
    finally:
        if process.is_running():
            assert server.stop() == 0


def test_the_page_is_confined(page: Page, tmp_path: Path) -> None:
    """It asks only its own server, and runs only scripts that come from there."""
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on(
        "console",
        lambda line: line.type == "error" and complaints.append(line.text),
    )
    with serving(tmp_path) as server:
        for query, heading in PAGES.items():
            answer = page.goto(f"{server.address}&{query}")
            page.get_by_role("heading", name=heading, exact=True).first.wait_for()
            assert page.locator("h1").count() == 1
            assert page.locator("nav").first.bounding_box()["y"] < 60
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        ours = re.match(r"http://[^/]+/", server.address)[0]
        elsewhere = [
            url for url in asked if not url.startswith((ours, "data:", "blob:"))
        ]
        assert (elsewhere, complaints) == ([], [])

        page.evaluate(INJECT)
        page.wait_for_function("window.refused >= 4")
        assert page.evaluate("window.owned") is None
        page.close()


#: What markup that slipped through could try: three scripts, and a message home.
INJECT = """() => {
  window.refused = 0;
  document.addEventListener("securitypolicyviolation", () => { window.refused += 1; });
  const add = (name, fill) =>
    document.body.append(Object.assign(document.createElement(name), fill));
  add("script", { textContent: "window.owned = 1" });
  add("script", { src: "https://example.org/owned.js" });
  add("div", { innerHTML: '<img src="data:," onerror="window.owned = 2">' });
  fetch("https://example.org/", { mode: "no-cors" }).catch(() => {});
}"""


def kernel_of(page: Page) -> str:
    """Id of the kernel of a page that has its widgets."""
    page.get_by_role("heading", name="Create New Batch Job").wait_for()
    data = page.locator("#jupyter-config-data").first.text_content()
    return re.search(KERNEL, data)[1]


def test_a_closed_page_takes_its_kernel_along(page: Page, tmp_path: Path) -> None:
    """A reload has a new one; who stays after all keeps the one there is."""
    with serving(tmp_path) as server:
        page.goto(server.address)
        first = kernel_of(page)
        page.reload()
        second = kernel_of(page)
        until(lambda: first not in server.kernels())
        assert second in server.kernels()

        page.evaluate("window.dispatchEvent(new Event('beforeunload'))")  # and stays
        page.get_by_role("link", name="Documents", exact=True).click()
        page.get_by_text("0 documents in the workspace").wait_for()

        page.close()
        until(lambda: second not in server.kernels())
        assert server.stop() == 0
        assert len(server.printed.splitlines()) == 2, server.printed


def test_twenty_visits_leave_no_kernels(tmp_path: Path) -> None:
    """Pages that say goodbye, and pages that vanish: culling ends those."""

    def visit(number: int) -> None:
        browser = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(jar := CookieJar())
        )
        with browser.open(server.address, timeout=60) as answer:
            page = answer.read().decode()
        if number % 2:
            kernel = re.search(KERNEL, page)[1]
            [token] = [cookie.value for cookie in jar if cookie.name == "_xsrf"]
            root = server.address.partition("?")[0]
            browser.open(
                f"{root}voila/api/shutdown/{kernel}",
                f"_xsrf={token}".encode(),
                timeout=60,
            ).close()

    with serving(tmp_path, cull_after=2) as server, ThreadPoolExecutor(4) as visitors:
        list(visitors.map(visit, range(20)))
        until(lambda: len(server.kernels()) <= 1)  # one is kept ready
        assert server.stop() == 0
        assert len(server.printed.splitlines()) == 2, server.printed
