"""The score of a job, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from dashboards import BROWSER, complaints

import curation_kit as ck
from curation_kit.evaluation import GOLD_COLUMNS

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = BROWSER


@pytest.fixture
def workspace(tmp_path: Path, papers: list[Path]) -> ck.Workspace:
    """The workspace that is served, with two jobs: with and without validation."""
    made = ck.Workspace(tmp_path / "ws")
    documents = made.documents.add(papers)
    flow = made.flows["Gene Expression Extraction"]
    made.run(flow, documents, "Whole", backend="sequential")
    steps = [step for step in flow.steps if step.agent not in VALIDATORS]
    brief = flow.model_copy(update={"name": "Brief", "steps": steps})
    made.run(brief, documents, "Brief", backend="sequential")
    return made


VALIDATORS = {"gene_validation", "ontology"}


def test_errors_lead_to_their_pages_and_another_job_stands_beside(
    page: Page, workspace: ck.Workspace, address: str, tmp_path: Path
) -> None:
    """A gold table is added; errors are chosen by cause and opened."""
    brief, whole = (workspace.jobs.get(row["id"]) for row in workspace.jobs.page()[0])
    gold = tmp_path / "known.csv"
    whole.results[[*GOLD_COLUMNS]].to_csv(gold, index=False)
    page.goto(f"{address}?job={brief.id}&tab=score")
    page.get_by_role("tab", name="Score", selected=True).wait_for()
    page.get_by_text("There is none in the workspace yet").wait_for(state="attached")
    assert complaints(page) == []

    page.locator("#ck-gold-file").set_input_files(gold)
    page.get_by_role("status").filter(has_text="F1 1.00").wait_for()
    assert workspace.gold.names() == ["gold/known.csv"]
    page.locator("#ck-match").select_option("exact")
    result = brief.evaluate(gold, match="exact")
    page.get_by_role("status").filter(has_text=f"F1 {result.f1:.2f}").wait_for()
    page.locator("#ck-kind-wrong").click()
    page.get_by_text("Found, and wrong").wait_for()
    cause, number = next(iter(result.false["cause"].value_counts().items()))
    page.get_by_role("button", name=str(cause), exact=True).click()
    page.get_by_role("button", name="Show all").wait_for()
    assert page.locator(".ck-dropped tr.ck-has-more").count() == min(number, 20)
    assert complaints(page) == []

    page.get_by_role("button", name="Show the page").first.click()
    page.get_by_role("heading", name="Evidence", exact=True).wait_for()
    page.locator(".ck-desk img").wait_for()
    assert complaints(page) == []
    page.keyboard.press("Escape")
    page.locator(".ck-desk").wait_for(state="hidden")

    page.locator("#ck-other").select_option(whole.id)
    page.get_by_text(brief.compare(whole).summary()).wait_for()
    page.locator(".ck-beside").get_by_role("button", name="Show the page").nth(
        1
    ).click()
    page.locator(".ck-sheet .ck-id").first.wait_for()  # of the validated job
    assert complaints(page) == []

    page.locator("#ck-gold-file").set_input_files(
        {"name": "bad.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"}
    )
    told = page.get_by_text("gold table bad.csv lacks the columns")
    told.locator("visible=true").wait_for()

    # The browser cannot read one that was moved meanwhile.
    page.evaluate("() => { File.prototype.arrayBuffer = () => Promise.reject(); }")
    page.locator("#ck-gold-file").set_input_files(gold)
    page.get_by_role("alert").filter(has_text="known.csv cannot be read").wait_for()
    page.locator("#ck-gold").select_option("gold/known.csv")
    page.get_by_text("cannot be read").wait_for(state="detached")
