"""Drive the dashboard notebook in a real browser, served by plain Voilà."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from dashboards import BROWSER

from curation_kit.server import dashboard_notebook

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = BROWSER


def test_from_upload_to_zip(
    page: Page, address: str, papers: list[Path], tmp_path: Path
) -> None:
    """A curator uploads, selects, runs, reads the results and downloads them."""
    page.goto(address)
    page.get_by_role("heading", name="Create New Batch Job").wait_for()
    page.get_by_role("link", name="Documents", exact=True).click()
    page.get_by_text("0 documents in the workspace").wait_for()

    page.set_input_files("input[type=file]", [*papers, dashboard_notebook()])
    page.get_by_text(
        "4 documents added · 1 of them cannot be processed · 1 refused"
    ).wait_for()
    page.get_by_text("batch_processing.ipynb is not a PDF.").wait_for()

    page.get_by_role("link", name="Batch Jobs").click()
    page.get_by_role("button", name="Select Documents").click()
    page.get_by_label("Search file names").fill("onerror")
    page.get_by_text("1 of 4 documents found").wait_for()
    page.get_by_role("checkbox", name=papers[1].name).check()
    page.get_by_text("1 selected").wait_for()
    page.get_by_label("Search file names").fill("")
    page.get_by_role("button", name="select all 4").click()
    page.get_by_text("4 selected").wait_for()
    page.get_by_role("button", name="Confirm Selection").click()
    page.get_by_text("1 of 4 will fail: 1 corrupt.").wait_for()

    page.get_by_label("Name (optional)").fill("From the browser")
    page.get_by_role("button", name="Create Batch Job").click()
    monitor = page.get_by_role("region", name="Progress of From the browser")
    monitor.get_by_text("4 of 4").wait_for()
    page.wait_for_url(f"**job={monitor.locator('h2 + div code').inner_text()}*")
    documents = page.get_by_role("region", name="Table of documents")
    documents.get_by_text(papers[1].name, exact=True).wait_for()
    assert "broken.pdf" in documents.locator(".ck-failed-row").first.inner_text()

    page.get_by_role("tab", name="Results").click()
    page.locator(".ck-results q").first.wait_for()
    page.get_by_label("Search the results").fill("no such words here")
    page.get_by_text("No record contains all of these words.").wait_for()

    with page.expect_download() as started:
        page.get_by_role("button", name="Download All Results").click()
    job_id = re.search(r"job=([\w-]+)", page.url)[1]
    assert started.value.suggested_filename == f"{job_id}.zip"
    started.value.save_as(tmp_path / "results.zip")
    with zipfile.ZipFile(tmp_path / "results.zip") as archive:
        assert archive.testzip() is None
        assert sum("/" not in name for name in archive.namelist()) == 3

    page.reload()  # the page of the job is found again
    page.get_by_role("region", name="Progress of From the browser").wait_for()
    page.get_by_role("button", name="All batch jobs").click()
    page.get_by_role("button", name="From the browser", exact=True).wait_for()
    page.wait_for_url(lambda url: "job=" not in url)
    page.go_back()  # the history leads back to the job
    page.get_by_role("region", name="Progress of From the browser").wait_for()
    assert f"job={job_id}" in page.url
    page.go_forward()
    page.get_by_role("heading", name="Your Batch Jobs").wait_for()
