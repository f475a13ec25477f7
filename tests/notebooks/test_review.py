"""Reviewing in a real browser: by keyboard, and what the files say then."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from dashboards import BROWSER, answered, complaints

import curation_kit as ck
from curation_kit.jobs import Outcome, Status
from curation_kit.records import GeneExpressionRecord, Ledger
from curation_kit.samples import write_sample_papers

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = BROWSER

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def job(tmp_path: Path) -> ck.Job:
    """A job over two papers in the workspace that is served."""
    workspace = ck.Workspace(tmp_path / "ws")
    papers = [item.path for item in write_sample_papers(tmp_path / "papers", count=2)]
    documents = workspace.documents.add(papers)
    return workspace.run("Gene Expression Extraction", documents, backend="sequential")


def rows_of(content: str) -> list[dict[str, str]]:
    """Rows of a CSV."""
    return list(csv.DictReader(io.StringIO(content)))


def test_a_record_is_edited_by_keyboard_and_found_in_the_files(  # noqa: PLR0915 - one walk
    page: Page, job: ck.Job, address: str, tmp_path: Path
) -> None:
    """Accept, edit and reject; the table, a reload and both downloads agree."""
    from playwright.sync_api import expect

    page.goto(f"{address}?job={job.id}&tab=results")
    page.get_by_role("button", name="Evidence of record 1", exact=True).click()
    panel = page.get_by_role("region", name="Review")
    panel.get_by_text(f"0 of {job.total_records} reviewed").wait_for()
    answered(page)

    # The second record: another gene, which takes the old identifier away.
    page.keyboard.press("a")
    panel.get_by_text("1 of").wait_for()
    page.get_by_text("Record 2 of").wait_for()
    answered(page)
    page.keyboard.press("e")
    gene = panel.get_by_label("Gene", exact=True)
    page.wait_for_function("document.activeElement.id.endsWith('-gene_symbol')")
    was = gene.input_value()
    gene.fill(HOSTILE)  # letters typed are no commands
    panel.get_by_text(f"machine: {was}").wait_for()
    panel.get_by_text("cleared: it belongs to").wait_for()
    # What a name may stand for is offered, and fills the form.
    place = panel.get_by_label("Cellular component", exact=True)
    place.fill("nuclei")
    panel.get_by_role("button", name="nucleus GO:0005634").click()
    expect(place).to_have_value("nucleus")
    expect(panel.get_by_label("Cellular component id")).to_have_value("GO:0005634")
    assert complaints(page) == []
    page.keyboard.press("Enter")
    page.get_by_text("Record 3 of").wait_for()
    answered(page)

    # The third: rejected with a note, undone, and rejected again.
    page.keyboard.press("n")
    page.keyboard.type("of another paper")
    page.keyboard.press("Enter")
    page.keyboard.press("r")
    page.get_by_text("Record 4 of").wait_for()
    page.keyboard.press("u")
    page.get_by_text("Record 3 of").wait_for()
    panel.get_by_text("Not reviewed yet").wait_for()
    answered(page)
    page.keyboard.press("r")
    page.get_by_text("Record 4 of").wait_for()
    panel.get_by_text(f"3 of {job.total_records} reviewed").wait_for()
    answered(page)

    # An error is told above the form, which keeps what was typed.
    page.keyboard.press("e")
    gene.fill(" ")
    page.keyboard.press("Enter")
    sheet = page.locator(".ck-sheet")
    sheet.get_by_text("gene_symbol needs a value").wait_for()
    page.keyboard.press("Escape")
    gene.wait_for(state="detached")
    page.keyboard.press("Escape")
    panel.wait_for(state="hidden")

    page.reload()
    table = page.get_by_role("region", name="Table of results")
    table.get_by_text(HOSTILE).wait_for()
    assert table.locator(".ck-rejected").count() == 1
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("button", name="Review ▾").click()
    page.get_by_role("checkbox", name="not reviewed").wait_for()
    page.get_by_role("checkbox", name="edited").check()
    page.get_by_text(f"1 of {job.total_records} records").wait_for()

    # The files on disk stay; what is downloaded has the curator's values.
    page.get_by_role("tab", name="Documents").click()
    with page.expect_download() as started:
        page.get_by_role("button", name="Download results of").first.click()
    started.value.save_as(tmp_path / "one.csv")
    with page.expect_download() as started:
        page.get_by_role("button", name="Download All Results").click()
    started.value.save_as(tmp_path / "all.zip")
    [first, *_] = job.result_files()
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        zipped = archive.read(first.name).decode()
    for text in ((tmp_path / "one.csv").read_text(encoding="utf-8"), zipped):
        one, edited, rejected, *_ = rows_of(text)
        assert (edited["gene_symbol"], edited["gene_id"]) == (HOSTILE, "")
        said = [row["review"] for row in (one, edited, rejected)]
        assert said == ["accepted", "edited", "rejected"]
    assert HOSTILE not in first.read_text(encoding="utf-8")
    assert job.review_of(job.key_at(2)).note == "of another paper"


def test_an_offered_reading_may_keep_the_identifier(
    page: Page, tmp_path: Path, address: str
) -> None:
    """It is no longer that of the old name; it is saved, and offered no more."""
    from playwright.sync_api import expect

    workspace = ck.Workspace(tmp_path / "ws")
    [paper] = write_sample_papers(tmp_path / "papers", count=1)
    job = workspace.create(
        "Gene Expression Extraction", workspace.documents.add([paper.path])
    )
    claim = workspace._store.claim()
    assert claim is not None
    record = GeneExpressionRecord(
        gene_symbol="Sox9",
        taxon="NCBITaxon:10090",
        anatomy_label="cortex of the gonad",
        anatomy_id="UBERON:0000991",
    )
    outcome = Outcome.of(Status.COMPLETED, 1.0, [record], Ledger())
    workspace._store.finish(claim, outcome, [])

    page.goto(f"{address}?job={job.id}&tab=results")
    page.get_by_role("button", name="Evidence of record 1", exact=True).click()
    panel = page.get_by_role("region", name="Review")
    panel.wait_for()
    answered(page)
    panel.get_by_role("button", name="Edit").click()
    page.wait_for_function("document.activeElement.id.endsWith('-gene_symbol')")
    place = panel.get_by_label("Anatomy", exact=True)
    lost = panel.get_by_text("cleared: it belongs to")
    offered = panel.get_by_role("button", name="gonad UBERON:0000991")
    # Two names one right after the other, of the species that the form has.
    panel.get_by_label("Taxon", exact=True).fill("NCBITaxon:6239")
    place.fill("gonad")
    panel.get_by_label("Stage", exact=True).fill("adult")
    panel.get_by_role("button", name="adult Ce WBls:0000041").wait_for()
    panel.get_by_role("button", name="gonad WBbt:0005175").wait_for()
    panel.get_by_label("Taxon", exact=True).fill("NCBITaxon:10090")
    lost.wait_for()
    offered.click()
    lost.wait_for(state="detached")
    assert offered.count() == 0
    page.wait_for_function("document.activeElement.id.startsWith('ck-save-')")
    place.fill("gonads")  # another name: what was taken is lost again
    lost.wait_for()
    place.fill("gonad")
    offered.click()
    expect(panel.get_by_label("Anatomy id")).to_have_value("UBERON:0000991")
    panel.get_by_role("button", name="Save").click()
    panel.get_by_text("1 of 1 reviewed").wait_for()
    place.wait_for(state="detached")
    answered(page)
    panel.get_by_role("button", name="Edit").click()
    page.wait_for_function("document.activeElement.id.endsWith('-gene_symbol')")
    panel.get_by_label("Assay", exact=True).fill("in situ")  # the name stays as edited
    panel.get_by_role("button", name="Save").click()
    place.wait_for(state="detached")
    edited = job.record(*job.key_at(0))
    assert (edited.anatomy_label, edited.assay) == ("gonad", "in situ")
    assert edited.anatomy_id == "UBERON:0000991"


def test_a_missed_record_is_added_by_keyboard(
    page: Page, job: ck.Job, address: str
) -> None:
    """With its words in the paper, looked up; what is refused stays in the form."""
    from playwright.sync_api import expect

    page.goto(f"{address}?job={job.id}&tab=results")
    page.get_by_role("button", name="Evidence of record 1", exact=True).click()
    panel = page.get_by_role("region", name="Review")
    panel.get_by_text(f"0 of {job.total_records} reviewed").wait_for()
    first = job.results.iloc[0]
    answered(page)

    page.keyboard.press("m")
    page.wait_for_function("document.activeElement.id == 'ck-add-quote'")
    page.keyboard.type("It is on the moon.")
    gene = panel.get_by_label("Gene", exact=True)
    gene.fill("abc-1")
    gene.press("Enter")
    sheet = page.locator(".ck-sheet")
    sheet.get_by_text("does not say this: “It is on the moon.”").wait_for()
    assert complaints(page) == []
    # Who looks at another record for the words finds the form as it was.
    page.get_by_role("button", name="Next record").click()
    page.get_by_text("Record 2 of").wait_for()
    expect(gene).to_have_value("abc-1")
    # An identifier goes with the name that it was offered with.
    page.set_viewport_size({"width": 1280, "height": 800})
    gene.fill("unc-54")
    offered = panel.get_by_role("button", name="unc-54 WB:")
    offered.wait_for()
    expect(panel.get_by_label("Note")).to_be_in_viewport(ratio=1)  # below the form
    offered.click()
    gene.fill("zzz-99")
    expect(panel.get_by_label("Gene id")).to_have_value("")
    gene.press("Escape")
    expect(panel.get_by_role("button", name="Add missed")).to_be_focused()
    # Words that are selected on the page are in the form.
    line = page.locator(".ck-printed").first
    line.evaluate("line => getSelection().selectAllChildren(line)")
    panel.get_by_role("button", name="Add missed").click()
    words = panel.get_by_label("Words of the paper that say so")
    expect(words).to_have_value(line.inner_text())
    expect(gene).to_have_value("")
    gene.fill("abc-1")
    words.fill(first.quote)
    panel.get_by_label("Anatomy", exact=True).press("Enter")

    page.locator(".ck-evidence-panel").get_by_text("abc-1").wait_for()
    panel.get_by_role("button", name="remove").wait_for()
    [key] = job.table("reviewed").index
    assert job.results.loc[key, ["gene_symbol", "quote", "review"]].tolist() == [
        *("abc-1", first.quote, "added")
    ]
    page.keyboard.press("u")
    panel.get_by_text("Not reviewed yet").wait_for()
    assert job.review_rows() == []


def test_a_dropped_candidate_is_made_a_record(
    page: Page, job: ck.Job, address: str
) -> None:
    """In a form, with what is known of it; until that is saved there is none."""
    from playwright.sync_api import expect

    before = job.total_records
    row = job.dropped_rows()[0]
    page.goto(f"{address}?job={job.id}&tab=completeness")
    page.get_by_role("button", name="Show the page of").first.click()
    panel = page.get_by_role("region", name="Review")
    adds = panel.get_by_role("button", name="Add as a record")
    form = panel.get_by_role("form", name="A record that the flow missed")
    adds.click()
    page.wait_for_function("document.activeElement.id.endsWith('-gene_symbol')")
    words = panel.get_by_label("Words of the paper that say so")
    expect(words).to_have_value(row["quote"])
    expect(panel.get_by_label("Taxon")).not_to_have_value("")
    for leave in [
        lambda: page.keyboard.press("Escape"),
        panel.get_by_role("button", name="Cancel").click,
    ]:
        leave()
        form.wait_for(state="detached")
        expect(adds).to_be_focused()  # and the candidate is still on screen
        page.keyboard.press("m")
        expect(words).to_have_value(row["quote"])
    assert job.total_records == before

    panel.get_by_label("Anatomy", exact=True).fill("gonad")
    page.keyboard.press("Enter")
    page.get_by_text("1 of").first.wait_for()
    form.wait_for(state="detached")
    [added] = job.table("reviewed").itertuples()
    assert (added.anatomy_label, added.review) == ("gonad", "added")
    assert added.quote == row["quote"]
    assert added.gene_symbol == row["gene_symbol"].split("|")[0]
    assert complaints(page) == []


def test_a_paper_without_records_gets_its_first_one(
    page: Page, tmp_path: Path, address: str
) -> None:
    """From its row among the documents, where the sentence is looked up."""
    workspace = ck.Workspace(tmp_path / "ws")
    [paper] = write_sample_papers(tmp_path / "papers", count=1)
    documents = workspace.documents.add([paper.path])
    nothing = ck.Flow(
        name="Nothing",
        steps=[
            ck.Step(agent="pdf"),
            ck.Step(agent="gene_expression", options={"species": ["yeast"]}),
            ck.Step(agent="csv"),
        ],
    )
    job = workspace.run(nothing, documents, backend="sequential")
    assert job.total_records == 0
    full = workspace.run("Gene Expression Extraction", documents, n_jobs=1)
    quote = full.results.iloc[0].quote

    page.goto(f"{address}?job={job.id}")
    page.get_by_role("button", name="Attempts and reading of").click()
    form = page.get_by_role("form", name="Add a record of")
    form.get_by_label("gene symbol").fill("abc-1")
    form.get_by_label("Words of the paper that say so").fill(quote)
    form.get_by_role("button", name="Add a record").click()
    page.wait_for_function("document.activeElement.id.endsWith('-gene_symbol')")
    page.get_by_text("Record 1 of 1").wait_for()
    assert complaints(page) == []
    assert job.results[["gene_symbol", "review"]].to_numpy().tolist() == [
        ["abc-1", "added"]
    ]
