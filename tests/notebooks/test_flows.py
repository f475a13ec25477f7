"""Build, test and save a flow in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from dashboards import BROWSER

import curation_kit as ck

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = BROWSER


@pytest.fixture
def flows(tmp_path: Path, papers: list[Path]) -> ck.FlowLibrary:
    """Flows of the workspace that is served, which has some papers."""
    workspace = ck.Workspace(tmp_path / "ws")
    workspace.documents.add(papers)
    workspace.flows.save(
        ck.Flow(
            name="<img src=x onerror=alert(1)>",
            steps=[ck.Step(agent=agent) for agent in ("pdf", "gene_expression", "csv")],
        )
    )
    library = workspace.flows
    workspace.close()
    return library


def test_from_an_empty_form_to_a_tested_flow(
    page: Page,
    flows: ck.FlowLibrary,
    address: str,
) -> None:
    """A curator builds a flow with the keyboard, tests it, saves it, finds it."""
    page.goto(address)
    page.get_by_role("button", name="Build or edit flows").click()
    page.get_by_role(
        "button", name="<img src=x onerror=alert(1)>", exact=True
    ).wait_for()
    page.get_by_role("button", name="New flow").click()

    name = page.locator("#ck-flow-name")
    page.get_by_text("The flow has no name: give it one.").wait_for()
    name.press_sequentially("Worms", delay=60)  # the checks come while one types
    page.get_by_role("heading", name="Ready to run").wait_for()
    assert name.input_value() == "Worms"
    assert name.evaluate("field => field === document.activeElement")

    cards = page.locator(".ck-step-card")
    for number, name in ((4, "Gene Validation"), (3, "Ontology")):
        page.get_by_role("button", name=f"Remove this step: {name}").press("Enter")
        cards.nth(number).wait_for(state="detached")
    page.get_by_role("button", name="Add Ontology").press("Enter")
    steps = page.locator(".ck-step-card h3")
    cards.nth(3).wait_for()
    assert [text.split()[2] for text in steps.all_inner_texts()] == [
        *("PDF", "Gene", "Ontology", "CSV")
    ]
    up = page.get_by_role("button", name="Move up: Ontology")
    up.press("Enter")
    page.get_by_text("The steps are out of order").wait_for()
    assert up.evaluate("button => button === document.activeElement")
    page.get_by_role("button", name="Move down: Ontology").press("Enter")
    page.get_by_role("heading", name="Ready to run").wait_for()

    page.get_by_role("button", name="Show the settings of Gene Expression").click()
    worm = page.get_by_role("checkbox", name="worm")
    worm.press("Space")
    page.get_by_text("Species: worm").wait_for()
    assert worm.evaluate("box => box === document.activeElement")
    page.get_by_label("Custom instructions").press_sequentially("Be brief.", delay=60)
    page.get_by_text("Species: worm · custom instructions").wait_for()
    assert page.get_by_label("Custom instructions").input_value() == "Be brief."

    page.get_by_role("link", name="Documents", exact=True).click()
    question = page.get_by_role("alertdialog")
    question.get_by_text("“Worms” has changes that are not saved.").wait_for()
    question.get_by_role("button", name="Stay here").click()
    question.wait_for(state="detached")

    page.get_by_role("button", name="Run test").click()
    trial = page.get_by_role("region", name="Test this flow")
    trial.locator("q").first.wait_for()
    trial.get_by_text("What was read:").wait_for()

    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("“Worms” is saved.").wait_for()
    assert flows["Worms"].steps[1].options == {"species": ["worm"]}
    page.reload()
    page.get_by_text("Species: worm").wait_for()
    assert page.url.endswith("page=flows&flow=Worms")


def test_a_step_that_was_moved_does_not_take_the_focus_back(
    page: Page,
    flows: ck.FlowLibrary,
    address: str,
) -> None:
    """An answer that comes while the button of the mouse is down loses no click."""
    [own] = [name for name in flows.names() if name.startswith("<img")]
    page.goto(f"{address}?page=flows&flow={quote(own)}")
    page.get_by_role("button", name="Move up: Gene Expression").press("Enter")
    page.get_by_text("The steps are out of order").wait_for()
    page.get_by_role("button", name="Move down: Gene Expression").press("Enter")
    page.get_by_role("heading", name="Ready to run").wait_for()
    page.get_by_role("button", name="Show the settings of Gene Expression").click()
    page.get_by_label("Custom instructions").press_sequentially("Be brief.")

    documents = page.get_by_role("link", name="Documents", exact=True)
    documents.hover()
    page.mouse.down()  # what is typed goes to the kernel
    page.get_by_text("custom instructions", exact=True).wait_for()
    assert documents.evaluate("link => link === document.activeElement")
    page.mouse.up()
    page.get_by_role("alertdialog").wait_for()


def test_the_back_button_asks_too(
    page: Page,
    flows: ck.FlowLibrary,
    address: str,
) -> None:
    """The address stays with the flow until the question is answered."""
    page.goto(f"{address}?page=flows")
    page.get_by_role("button", name="<img src=x onerror=alert(1)>", exact=True).click()
    instructions = page.get_by_label("Initial instructions")
    instructions.fill("Only what is new.")
    page.get_by_role("button", name="Save", exact=True).wait_for()
    page.get_by_text("not saved").wait_for()
    page.go_back()
    question = page.get_by_role("alertdialog")
    question.get_by_text("They would be lost.").wait_for()
    page.wait_for_url("**flow=*")
    question.get_by_role("button", name="Save and go on").click()
    page.get_by_role("heading", name="Flows").wait_for()
    page.wait_for_url("**page=flows")
    [flow] = [flow for flow in flows.all() if flow.instructions]
    assert flow.instructions == "Only what is new."

    with page.expect_download() as started:
        page.get_by_role("button", name="Export Gene Expression to TSV").click()
    page.get_by_role("button", name="Import").click()
    page.set_input_files("input[type=file][accept*=yaml]", started.value.path())
    page.get_by_text("Imported as a draft").wait_for()
    assert page.locator("#ck-flow-name").input_value() == "Gene Expression to TSV copy"


def test_the_columns_of_a_table_are_filled_in_a_form(
    page: Page, flows: ck.FlowLibrary, address: str
) -> None:
    """Added, typed, moved and removed with the keyboard; the prompt follows."""
    from playwright.sync_api import expect

    page.goto(address)
    page.get_by_role("button", name="Build or edit flows").click()
    page.get_by_role("button", name="New flow").click()
    page.locator("#ck-flow-name").fill("Drugs")
    page.get_by_role("button", name="Remove this step: Gene Expression").press("Enter")
    page.get_by_role("button", name="Add Extract a Table").press("Enter")
    for number, name in enumerate(("drug", "dose", "outcome"), start=1):
        page.get_by_role("button", name="Add a column").press("Enter")
        column = page.get_by_role("group", name=f"Column {number}")
        column.get_by_text("A value is needed.").wait_for()  # where it is needed
        assert column.get_by_label("Values").count() == 0, "it is no choice"
        column.get_by_label("Name").press_sequentially(name, delay=40)
    column.get_by_label("Type").select_option("choice")
    column.get_by_text("give its allowed values").wait_for()
    column.get_by_label("Values").press_sequentially("good\nbad", delay=40)
    page.get_by_label("Custom instructions").fill("One row per treatment.")
    page.get_by_role("button", name="Move up: column 3").press("Enter")
    moved = page.get_by_role("group", name="Column 2").get_by_label("Values")
    expect(moved).to_have_value("good\nbad", timeout=60_000)  # and takes the focus
    page.get_by_role("button", name="Remove: column 1").press("Enter")
    page.get_by_role("group", name="Column 3").wait_for(state="detached")

    names = page.get_by_role("group", name="Columns").get_by_label("Name")
    assert [names.nth(at).input_value() for at in range(2)] == ["outcome", "dose"]
    page.get_by_role("button", name="Show what the model is told").click()
    told = page.get_by_label("What the model is told").inner_text()
    assert told.startswith("# Instructions of the curator\n\nOne row per treatment.")
    assert '- `outcome` (one of "good", "bad")\n- `dose` (text)' in told
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Duplicate", exact=True).wait_for()
    assert flows["Drugs"].steps[1].options == {
        "columns": [
            {"name": "outcome", "type": "choice", "values": ["good", "bad"]},
            {"name": "dose"},
        ]
    }
