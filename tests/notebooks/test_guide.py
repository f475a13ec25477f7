"""The "Example Workflow" of the user's guide, against the server users start."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from dashboards import BROWSER, Dashboard

import curation_kit as ck

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = BROWSER

FLOW = "Gene Expression Extraction"
JOB = "January 2026 Gene Expression Batch"


def tables_in(path: Path) -> list[list[dict[str, str]]]:
    """Read the result files of a ZIP: those at its top."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return [
            list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))
            for name in archive.namelist()
            if "/" not in name
        ]


def test_the_example_workflow(
    page: Page, dashboard: Dashboard, papers: list[Path], tmp_path: Path
) -> None:
    """Build and save a flow, upload, create a job, watch it, download, import."""
    page.goto(dashboard.address)
    page.get_by_role("link", name="Flows", exact=True).click()

    # 1 and 2: PDF Agent → Gene Expression Agent → CSV Formatter, with a name.
    page.get_by_role("button", name="New flow").click()
    page.locator("#ck-flow-name").fill(FLOW)
    for number, name in ((4, "Gene Validation"), (3, "Ontology")):
        page.get_by_role("button", name=f"Remove this step: {name}").click()
        page.locator(".ck-step-card").nth(number).wait_for(state="detached")
    page.get_by_role("heading", name="Ready to run").wait_for()
    steps = page.locator(".ck-step-card h3").all_inner_texts()
    assert [" ".join(step.split()[2:-1]) for step in steps] == [
        *("PDF Agent", "Gene Expression", "CSV Formatter")
    ]
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text(f"“{FLOW}” is saved.").wait_for()

    # 3: the papers, one of them broken.
    page.get_by_role("link", name="Documents", exact=True).click()
    page.set_input_files("input[type=file]", papers)
    page.get_by_text("4 documents added · 1 of them cannot be processed").wait_for()

    # 4: the job.
    page.get_by_role("link", name="Batch Jobs").click()
    page.get_by_label("Flow", exact=True).select_option(FLOW)
    page.get_by_role("button", name="Select Documents").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="select all 4").click()
    dialog.get_by_text("4 selected").wait_for()
    dialog.get_by_role("button", name="Confirm Selection").click()
    dialog.wait_for(state="hidden")  # nothing can be typed beneath it
    page.get_by_label("Name (optional)").fill(JOB)
    page.get_by_role("button", name="Create Batch Job").click()

    # 5: the bar, to its end, and the failed document.
    monitor = page.get_by_role("region", name=f"Progress of {JOB}")
    monitor.get_by_text("4 of 4").wait_for()
    bar = monitor.get_by_role("progressbar", name="Documents processed")
    assert bar.get_attribute("aria-valuenow") == "100"
    documents = page.get_by_role("tabpanel", name="Documents")
    failed = documents.locator(".ck-failed-row")
    failed.get_by_text("broken.pdf", exact=True).wait_for()
    assert documents.locator(".ck-badge.ck-failed").count() == 1

    # One file by its icon, then the ZIP.
    name = papers[0].name
    with page.expect_download() as started:
        page.get_by_role("button", name=f"Download results of {name}").click()
    assert started.value.suggested_filename == f"{papers[0].stem}.csv"
    with page.expect_download() as started:
        page.get_by_role("button", name="Download All Results").click()
    job_id = re.search(r"job=([\w-]+)", page.url)[1]
    assert started.value.suggested_filename == f"{job_id}.zip"
    started.value.save_as(tmp_path / "results.zip")

    # 6: a table of its own for each completed document.
    tables = tables_in(tmp_path / "results.zip")
    workspace = ck.Workspace(dashboard.workspace)
    job = workspace.jobs.get(job_id)
    assert (job.name, job.flow.name) == (JOB, FLOW)
    assert len(tables) == job.progress.completed == 3
    assert sum(map(len, tables)) == job.total_records > 0
    workspace.close()

    assert_listed(page, job_id)


def assert_listed(page: Page, job_id: str) -> None:
    """Assert that the ended job is in Your Batch Jobs."""
    page.get_by_role("button", name="All batch jobs").click()
    row = page.locator(".ck-jobs tr", has_text=job_id)
    row.get_by_text(JOB, exact=True).wait_for()
    row.get_by_text("4 of 4").wait_for()
    row.get_by_text("1 failed").wait_for()
