"""What was read and dropped, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from dashboards import BROWSER, complaints

import curation_kit as ck

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = BROWSER


@pytest.fixture
def workspace(tmp_path: Path, papers: list[Path]) -> ck.Workspace:
    """The workspace that is served, with a job that has ended."""
    made = ck.Workspace(tmp_path / "ws")
    documents = made.documents.add(papers)
    flow = made.flows["Gene Expression Extraction"]
    made.run(flow, documents, "Ended", backend="sequential")
    return made


def test_reasons_and_dropped_candidates(
    page: Page, workspace: ck.Workspace, address: str
) -> None:
    """A click on a reason shows its sentences; a click on one its page."""
    job = workspace.jobs.get("last")
    (reason, number), *_ = job.completeness.by_reason()
    page.goto(f"{address}?job={job.id}&tab=completeness")
    page.get_by_role("tab", name="Completeness", selected=True).wait_for()
    page.get_by_text(f"verified {job.total_records}").wait_for()
    assert complaints(page) == []

    page.get_by_role("button", name=reason, exact=True).click()
    page.get_by_role("heading", name=f"Dropped candidates: {reason}").wait_for()
    sentences = page.locator(".ck-dropped .ck-quote")
    assert sentences.count() == min(number, 25)
    row = job.dropped_rows(reason=reason, limit=1)[0]
    assert row["quote"][:20] in sentences.first.text_content()
    page.get_by_label("Search the dropped candidates").fill("no such word")
    page.get_by_text("No dropped candidate fits.").wait_for()
    page.get_by_role("button", name="Show all").click()

    page.get_by_role("button", name="Show the page of").first.click()
    page.get_by_role("heading", name="Dropped candidate", exact=True).wait_for()
    page.keyboard.press("Escape")

    page.goto(f"{address}?page=flows&flow=Gene+Expression+Extraction")
    page.get_by_role("button", name="Duplicate to edit").click()
    page.locator("#ck-gate").select_option("drop")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("is saved.").wait_for()
    [own] = {*workspace.flows.names()} - workspace.flows.built_in()
    assert workspace.flows[own].evidence_gate == "drop"
