"""The page as a whole: help, themes, keyboard, lost connections, hostile names."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from dashboards import BROWSER, DARK, LIGHT, complaints, wait_in_vain

import curation_kit as ck

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = BROWSER

#: Text at the top of each page, by the query of its address.
PAGES = {
    "": "Create New Batch Job",
    "page=documents": "Documents",
    "page=flows": "Flows",
    "page=settings": "Model services",
    "page=help&topic=available-agents": "Available Agents",
    "page=help&topic=python": "For Python Users",
}


def server_of(address: str) -> psutil.Process:
    """The process that serves an address."""
    port = re.search(r":(\d+)/", address)[1]
    [server] = [
        child
        for child in psutil.Process().children()
        if f"--port={port}" in child.cmdline()
    ]
    return server


@pytest.fixture
def hostile_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> tuple[str, str]:
    """A job in which every name is an attack, and the address of the notebook.

    The agent is a plug-in in the notebook's kernel, so that the help lists it.
    """
    from hostile import fill

    plugins = tmp_path / "plugins"
    info = plugins / "hostile-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: hostile\nVersion: 1\n")
    (info / "entry_points.txt").write_text(
        "[curation_kit.agents]\nhostile = hostile:HostileExtractor\n"
    )
    earlier = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    path = os.pathsep.join([str(plugins), str(Path(__file__).parents[1]), *earlier])
    monkeypatch.setenv("PYTHONPATH", path)
    workspace = ck.Workspace(tmp_path / "ws")
    job = fill(workspace, tmp_path / "papers")
    workspace.close()
    return job.id, request.getfixturevalue("address")


def test_every_page_with_hostile_names(
    page: Page, hostile_job: tuple[str, str]
) -> None:
    """Names are text: nothing runs, nothing breaks, and axe has no complaint.

    In both themes, and 800 pixels wide.
    """
    job_id, address = hostile_job
    page.set_viewport_size({"width": 800, "height": 900})
    for query, heading in PAGES.items():
        page.goto(f"{address}?{query}")
        page.get_by_role("heading", name=heading, exact=True).first.wait_for()
        if not query:
            page.get_by_role("button", name="Select Documents").click()
            page.get_by_text("3 documents", exact=True).first.wait_for()
            assert complaints(page) == [], "in the dialog"
            page.keyboard.press("Escape")
        assert_sound(page, query)
    page.goto(f"{address}?job={job_id}")
    for tab in ("Documents", "Results", "Event log", "Settings"):
        page.get_by_role("tab", name=tab).click()
        page.get_by_role("tabpanel", name=tab).wait_for()
        assert_sound(page, tab)
    assert "<script>" in page.locator(".ck-dashboard").inner_text()


#: What shows when the mouse rests on something, or is read aloud.
HINTS = """() => {
    const names = ["title", "aria-label", "placeholder", "alt"];
    return [...document.querySelectorAll(".ck-dashboard *")].flatMap(
        (part) => names.map((name) => part.getAttribute(name) ?? ""));
}"""


def assert_sound(page: Page, where: str) -> None:
    """Assert that a page shows names as text, and can be read by everybody."""
    assert complaints(page) == [], where
    assert page.locator("img, .ck script").count() == 0
    assert page.evaluate("window.owned === undefined")
    shown = page.locator(".ck-dashboard").inner_text()
    hints = page.evaluate(HINTS)
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", shown + "".join(hints))
    assert page.evaluate(WIDEST) <= 800, where
    page.evaluate(DARK)
    assert complaints(page) == [], f"{where}, dark"
    page.evaluate(LIGHT)


def ink(page: Page) -> str:
    """Colour of the text of a page."""
    return page.locator(".ck h2").first.evaluate("(e) => getComputedStyle(e).color")


#: The right end of the longest line that does not scroll in a box of its own.
WIDEST = """() => {
  const SCROLLS = ".ck-scroll, .ck-hidden, pre, option, style";
  const walker = document.createTreeWalker(
    document.querySelector(".ck-dashboard"), NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let widest = 0;
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest(SCROLLS)) continue;
    range.selectNodeContents(node);
    widest = Math.max(widest, range.getBoundingClientRect().right);
  }
  return widest;
}"""


def test_help_by_link_search_and_keyboard(page: Page, address: str) -> None:
    """A link opens a section, the search finds one, back returns to it."""
    from playwright.sync_api import expect

    page.goto(f"{address}?page=help&topic=batch-processing/statuses-of-a-job")
    section = page.get_by_role("heading", name="Statuses of a job")
    section.wait_for()
    page.wait_for_function("document.activeElement.id === 'ck-help-statuses-of-a-job'")
    expect(page).to_have_title("Batch Processing – Curation Kit")
    assert ink(page) == "rgb(29, 37, 48)"

    page.get_by_label("Search the help").fill("runner.log")
    found = page.get_by_role("link", name="Troubleshooting: Where to look further")
    found.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Where to look further").wait_for()
    page.wait_for_url("**troubleshooting*")
    expect(page.get_by_label("Search the help")).to_have_value("")
    page.go_back()
    section.wait_for()

    page.get_by_role("link", name="Documents", exact=True).first.click()
    page.get_by_text("0 documents in the workspace").wait_for()
    page.reload()
    page.get_by_role("heading", name="Add documents").wait_for()
    page.get_by_text("0 documents in the workspace").wait_for()
    page.keyboard.press("Tab")
    skip = page.get_by_role("button", name="Skip to the content")
    assert skip.evaluate("(element) => element === document.activeElement")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Upload PDFs", exact=True)).to_be_focused()


def test_a_lost_connection_is_told(page: Page, address: str) -> None:
    """A banner comes, and goes by itself where it can; see `test_trouble.py`."""
    page.clock.install()
    page.goto(f"{address}?page=documents")
    page.get_by_text("0 documents in the workspace").wait_for()

    banner = page.get_by_text("The connection is lost.")
    server = server_of(address)
    [kernel] = [
        child
        for child in server.children(recursive=True)
        if "ipykernel_launcher" in " ".join(child.cmdline())
    ]
    kernel.suspend()
    wait_in_vain(page)
    banner.wait_for()
    assert complaints(page) == []
    kernel.resume()
    banner.wait_for(state="detached")

    server.terminate()
    server.wait(30)
    wait_in_vain(page)
    page.get_by_text("The dashboard's server does not answer.").wait_for()
    page.get_by_role("button", name="Reload").click()
    page.get_by_text("It still does not answer.").wait_for()


def test_a_workspace_that_cannot_be_opened(
    page: Page, address: str, tmp_path: Path
) -> None:
    """The page says why, and opens it once that is mended."""
    place = tmp_path / "ws"
    place.write_text("a file where the folder should be")
    page.goto(address)
    page.get_by_role("heading", name="The workspace cannot be opened").wait_for()
    page.get_by_text(re.compile("cannot be used")).wait_for()
    assert complaints(page) == []
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("It still cannot be opened.").wait_for()
    place.unlink()
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("heading", name="Create New Batch Job").wait_for()


def test_the_dark_theme_of_voila(page: Page, address: str) -> None:
    """The address asks for it, and keeps it from page to page."""
    page.goto(f"{address}?theme=dark")
    page.get_by_role("heading", name="Create New Batch Job").wait_for()
    page.get_by_role("link", name="Help", exact=True).click()
    page.get_by_role("heading", name="Getting Started").wait_for()
    page.wait_for_url("**theme=dark*")
    assert ink(page) == "rgb(228, 232, 237)"
