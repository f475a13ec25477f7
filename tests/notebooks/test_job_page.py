"""Batch jobs in a real browser: create, watch, look into, repeat, delete."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from dashboards import BROWSER

import curation_kit as ck

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = BROWSER

FLOW = "Gene Expression to CSV, TSV and JSON"


@pytest.fixture
def workspace(tmp_path: Path, papers: list[Path]) -> ck.Workspace:
    """The workspace that is served, with three papers and a broken one."""
    made = ck.Workspace(tmp_path / "ws")
    made.documents.add(papers)
    return made


def test_the_form(page: Page, workspace: ck.Workspace, address: str) -> None:
    """Choose, leave out what will fail, correct an option, start."""
    from playwright.sync_api import expect

    assert len(workspace.documents.list()) == 4
    page.goto(address)
    flow = page.get_by_label("Flow", exact=True)
    workspace.flows.save(workspace.flows[FLOW].model_copy(update={"name": "Mine"}))
    flow.select_option("Mine")  # which the page has found by itself
    workspace.flows.delete("Mine")
    expect(flow).to_have_value("")  # no other one is chosen without a word
    flow.get_by_text("That flow is gone").wait_for(state="attached")
    flow.select_option(FLOW)
    page.get_by_role("button", name="Select Documents").click()
    page.get_by_role("button", name="select all 4").click()
    page.get_by_text("4 selected").wait_for()
    page.keyboard.press("Escape")  # the draft is dropped, the focus comes back
    page.get_by_text("None selected yet.").wait_for()
    page.wait_for_function("document.activeElement.id === 'ck-select-documents'")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="select all 4").click()
    page.get_by_text("4 selected").wait_for()
    page.get_by_role("button", name="Confirm Selection").click()
    page.get_by_role("button", name="Leave it out").click()
    page.get_by_text("3 documents selected").wait_for()
    page.get_by_text("assumed: this flow is not timed on 3 new papers yet").wait_for()
    page.get_by_role("button", name="Select Documents").click()
    page.get_by_role("button", name="select all 4").click()
    page.get_by_text("4 selected").wait_for()
    page.get_by_role("button", name="Confirm Selection").click()

    page.get_by_role("button", name="Advanced options").click()
    page.get_by_label("Documents at the same time").fill("0")
    page.get_by_role("button", name="Create Batch Job").click()
    page.get_by_text("give a whole number from 1 to 256").wait_for()
    page.get_by_label("Documents at the same time").fill("1")
    where = page.get_by_label("Where papers are processed")
    where.select_option("A Dask cluster")
    page.get_by_label("Address of the cluster").fill("head-node")
    page.get_by_role("button", name="Create Batch Job").click()
    page.get_by_text("such as tcp://10.0.0.5:8786").wait_for()
    where.select_option("This computer")
    page.get_by_role("button", name="Create Batch Job").click()
    page.get_by_role("region", name="Progress of").get_by_text("4 of 4").wait_for()
    assert workspace.jobs.get("last").row.options.n_jobs == 1
    page.wait_for_function("document.activeElement.matches('.ck-place, .ck-place *')")


@pytest.fixture
def job(workspace: ck.Workspace) -> ck.Job:
    """A job that has ended, with one failed document."""
    documents = workspace.documents.list()
    return workspace.run(FLOW, documents, "Ended", backend="sequential")


def test_the_page_of_a_job(
    page: Page, job: ck.Job, address: str, tmp_path: Path
) -> None:
    """Files, attempts and log of a document; results; gone with its job."""
    page.goto(f"{address}?job={job.id}")
    page.get_by_role("region", name="Progress of Ended").wait_for()

    # A document: its files one by one, its attempts, another try.
    page.get_by_role("button", name="Choose a result file of").first.click()
    with page.expect_download() as started:
        page.get_by_role("button", name="JSON", exact=True).click()
    assert started.value.suggested_filename.endswith(".json")
    page.get_by_role("button", name="Attempts and reading of broken.pdf").click()
    page.get_by_role("heading", name="Attempts").wait_for()
    page.get_by_role("button", name="Retry broken.pdf").click()
    page.get_by_text("1 document put back, to be processed again.").wait_for()
    page.locator(".ck-inner tbody tr:nth-child(2) .ck-badge.ck-failed").wait_for()
    page.get_by_role("button", name="Records", exact=True).click()
    page.locator(".ck-tall th[aria-sort=descending]").wait_for()

    # The log of one document, then all of it.
    page.get_by_role("button", name="Show its events in the log").click()
    page.get_by_text("step 1 of 7, PDF Agent").first.wait_for()
    page.get_by_label("Show events of documents").fill("")
    page.get_by_text("Job ended: 3 completed, 1 failed").first.wait_for()

    page.get_by_role("tab", name="Event log").press("ArrowRight")
    page.get_by_text("Flow as it was run").wait_for()

    # Results: filter, unfold, download what is shown.
    page.get_by_role("tab", name="Results").click()
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("button", name="Not expressed ▾").click()
    page.get_by_role("checkbox", name="yes").check()
    page.get_by_role("button", name="Filters (1)").wait_for()
    rows = page.locator(".ck-results .ck-tag-not")
    page.get_by_role("button", name="Evidence of record 1", exact=True).click()
    page.get_by_text("Why it was kept:").wait_for()
    with page.expect_download() as started:
        page.get_by_role("button", name="Download", exact=True).click()
        page.get_by_role("button", name="CSV", exact=True).click()
    started.value.save_as(tmp_path / "shown.csv")
    with (tmp_path / "shown.csv").open(encoding="utf-8") as file:
        negated = [row["negated"] for row in csv.DictReader(file)]
    assert negated == ["true"] * rows.count()

    page.keyboard.press("Escape")  # the evidence covers the buttons
    # Another window deletes the job: the page says so and leads back.
    page.get_by_role("button", name="Duplicate").click()
    page.get_by_text("The form is filled with").wait_for()
    assert page.get_by_label("Name (optional)").input_value().endswith("(copy)")
    assert page.get_by_label("Flow", exact=True).input_value() == FLOW
    page.get_by_text("4 documents selected").wait_for()
    page.get_by_role("button", name="Ended", exact=True).click()
    page.get_by_role("region", name="Progress of Ended").wait_for()
    job.delete()
    page.get_by_text("was deleted in another window").wait_for()
    page.get_by_role("button", name="See all batch jobs").click()
    page.get_by_text("No jobs yet").wait_for()


def test_jobs_are_found_and_deleted(
    page: Page, workspace: ck.Workspace, address: str
) -> None:
    """Search, sort, a question before anything is lost; what is told is in sight."""
    from playwright.sync_api import expect

    [first, *_] = workspace.documents.list()
    flow = workspace.flows[FLOW]
    for name in ("<b>first</b>", "second"):
        job = workspace.create(flow, first, name)
        job.cancel()
    page.goto(address)
    page.get_by_text("<b>first</b>").wait_for()
    page.get_by_label("Search jobs").fill("FIRST")
    page.get_by_text("second", exact=True).wait_for(state="detached")
    page.get_by_role("button", name="Delete <b>first</b>").click()
    page.wait_for_function("document.activeElement.textContent === 'Keep it'")
    page.keyboard.press("Escape")
    page.get_by_role("alertdialog").wait_for(state="detached")
    page.get_by_role("button", name="Delete <b>first</b>").click()
    page.set_viewport_size({"width": 1280, "height": 300})
    page.get_by_role("button", name="Yes, delete it").click()
    expect(page.get_by_text("<b>first</b> is deleted.")).to_be_in_viewport()
    page.get_by_text("No job has all of these words").wait_for()
    assert [job.name for job in workspace.jobs] == ["second"]
