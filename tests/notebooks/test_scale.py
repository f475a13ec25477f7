"""Large jobs and many documents in a real browser."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from batches import fake_flow, until
from dashboards import BROWSER
from large import add_many_papers, large_job
from traffic import Traffic

import curation_kit as ck

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = BROWSER

#: What the page of a job may send, in bytes per second.
MOST = 30_000

#: Count how often the rows of the table are changed.
WATCH = """() => {
  window.changes = 0;
  const table = document.querySelector(".ck-tall tbody");
  new MutationObserver((list) => { window.changes += list.length; }).observe(
    table, { childList: true, subtree: true, characterData: true, attributes: true });
}"""

#: Where the page stands: scrolled to, focused, selected.
STATE = """() => [
  document.scrollingElement.scrollTop, document.querySelector(".ck-tall").scrollTop,
  document.activeElement.id, window.getSelection().toString(),
]"""


def test_the_page_of_a_large_job(
    page: Page,
    plugins: Path,  # noqa: ARG001 - agents for the kernel and the runner
    workspace: ck.Workspace,
    address: str,
) -> None:
    """Little traffic, and nothing moves under the hand while the job runs."""
    papers = add_many_papers(workspace, 10_000)
    job = large_job(workspace, papers, done=6_000, records=4)
    job.pause()
    traffic = Traffic(page)
    page.goto(f"{address}?job={job.id}")
    page.get_by_role("region", name="Progress of Large").wait_for()

    # Every way to look at the documents.
    table = page.get_by_role("region", name="Table of documents")
    page.locator("#ck-filter-failed").click()
    page.get_by_text("1–50 of 120 documents").wait_for()
    page.get_by_role("button", name="Next page of documents").click()
    page.get_by_text("51–100 of 120 documents").wait_for()
    for column in ("Document", "Status", "Step", "Records", "Seconds", "Attempts"):
        heading = table.get_by_role("columnheader", name=column, exact=True)
        heading.get_by_role("button").click()
        heading.and_(page.locator("[aria-sort]")).wait_for()
    page.locator("#ck-filter-all").click()
    page.get_by_label("Search file names of the job").fill("paper 99")
    found = sum("paper" in paper.name and "99" in paper.name for paper in papers)
    page.get_by_text(f"1–50 of {found} documents").wait_for()
    page.get_by_label("Search file names of the job").fill("")
    page.get_by_text("1–50 of 10,000 documents").wait_for()

    # The job runs on: what is on screen stays as it is.
    table.get_by_role("button", name="Document", exact=True).click()
    table.get_by_text("paper 0.pdf").wait_for()
    job.resume()
    until(lambda: job.progress.completed > 5_890)
    table.evaluate("table => { table.scrollTop = 200; window.scrollTo(0, 260); }")
    fold = table.locator(".ck-fold").nth(7)
    fold.focus()
    table.locator("bdi").nth(7).select_text()
    before = page.evaluate(STATE)
    page.evaluate(WATCH)
    sent, messages = traffic.during(5)
    assert 0 < sent < MOST
    assert messages < 50
    assert page.evaluate(STATE) == before
    assert page.evaluate("window.changes") == 0

    # A page on which every row changes.
    page.locator("#ck-filter-pending").click()
    sent, _ = traffic.during(3)
    assert 0 < sent < MOST

    # All results, live.
    page.get_by_role("tab", name="Results").click()
    page.get_by_text("reading …").wait_for(state="detached")
    sent, _ = traffic.during(4)
    assert sent < MOST  # nothing, where a quick machine has done all by now
    assert job.status in {"processing", "completed"}


def test_results_of_a_large_job(
    page: Page,
    plugins: Path,  # noqa: ARG001
    workspace: ck.Workspace,
    address: str,
    tmp_path: Path,
) -> None:
    """Filter by values with their counts, by keyboard; download everything."""
    papers = add_many_papers(workspace, 1_000)
    job = large_job(workspace, papers, done=1_000, records=9)
    folder = workspace.path / "results" / job.id
    folder.mkdir(parents=True)
    for row in workspace._store.result_files(job.id):
        (folder / row["name"]).write_text("gene_symbol\n")
    results = job.results
    page.goto(f"{address}?job={job.id}")
    page.get_by_role("tab", name="Results").click()
    page.get_by_text("reading …").wait_for(state="detached")
    page.get_by_role("button", name="Filters").press("Enter")
    page.get_by_role("button", name="Stage ▾").press("Enter")
    values = page.get_by_role("group", name="Values of Stage")
    adults = int((results["stage_label"] == "adult").sum())
    embryos = int((results["stage_label"] == "embryo").sum())
    values.get_by_role("checkbox", name="adult").press("Space")
    page.get_by_text(f"{adults:,} of {len(results):,} records").wait_for()
    values.get_by_role("checkbox", name="embryo").press("Space")
    page.get_by_text(f"{adults + embryos:,} of {len(results):,} records").wait_for()
    page.get_by_role("button", name="Gene ▾").click()
    page.get_by_label("Find values of Gene").fill("alx-1")
    page.get_by_role("button", name="all that contain “alx-1”").click()
    found = results[
        results["stage_label"].isin(["adult", "embryo"])
        & results["gene_symbol"].str.contains("alx-1", regex=False)
    ]
    page.get_by_text(f"{len(found):,} of {len(results):,} records").wait_for()
    page.get_by_role("button", name="Take off the filter Stage").click()
    page.get_by_role("button", name="Take off the filter Gene").click()
    page.get_by_role("button", name="Gene", exact=True).click()
    first = results.sort_values(
        "gene_symbol", key=lambda column: column.str.casefold(), kind="stable"
    ).iloc[0]
    page.get_by_text(first["quote"]).first.wait_for()
    page.get_by_role("button", name="Evidence of record 1", exact=True).press("Enter")
    page.get_by_text("Why it was kept:").wait_for()
    page.keyboard.press("Escape")
    page.locator(".ck-desk").wait_for(state="detached")

    with page.expect_download() as started:
        page.get_by_role("button", name="Download All Results").click()
    started.value.save_as(tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        files = [name for name in archive.namelist() if "/" not in name]
        assert len(files) == job.progress.completed


def test_thousands_of_documents(
    page: Page, workspace: ck.Workspace, plugins: Path, address: str
) -> None:
    """Select all for a job, then delete all."""
    assert plugins.is_dir()
    add_many_papers(workspace, 10_000)
    workspace.flows.save(fake_flow("csv"))
    page.goto(f"{address}?page=jobs")
    page.get_by_role("button", name="Select Documents").click()
    page.get_by_role("button", name="select all 10,000").click()
    page.get_by_text("10,000 selected").wait_for()
    page.get_by_role("button", name="Confirm Selection").click()
    page.get_by_text("10,000 documents selected").wait_for()

    page.get_by_role("link", name="Documents", exact=True).click()
    page.get_by_role("button", name="select all 10,000").click()
    page.get_by_role("button", name="Delete selected…").click()
    page.get_by_role("button", name="Yes, delete 10,000 documents").click()
    page.get_by_text("0 documents in the workspace", exact=True).wait_for()
    assert workspace.documents.list() == []
