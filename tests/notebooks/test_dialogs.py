"""Dialogs and the evidence sheet: no click is lost, and the keyboard leads out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from dashboards import BROWSER
from fake_kernel import put_on_page, show_real, take_off_page, tell

import curation_kit as ck
from curation_kit.samples import write_sample_papers
from curation_kit.session import CurationSession
from curation_kit.widgets._documents import DocumentDialog
from curation_kit.widgets._evidence import EvidencePanel
from curation_kit.widgets._leaf import Leaf
from curation_kit.widgets._picker import DocumentPicker
from curation_kit.widgets._review import ReviewPanel

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = BROWSER


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CurationSession]:
    """What a page shows: a record of a job, a document, the open picker."""
    folder = tmp_path_factory.mktemp("dialogs")
    workspace = ck.Workspace(folder / "ws")
    papers = [paper.path for paper in write_sample_papers(folder / "papers", count=3)]
    documents = workspace.documents.add(papers, upload_batch="May")
    job = workspace.run(
        "Gene Expression Extraction", documents, "Read", backend="sequential"
    )
    made = CurationSession(workspace, query=f"?job={job.id}&tab=results")
    made.view.records.select(*job.key_at(0))
    made.documents.open(documents[1].id)
    made.selection.open_panel()
    yield made
    made.close()
    workspace.close()


#: By the scripts of a widget: the widget, and a change that moves what it shows.
WIDGETS: dict[tuple[str, ...], tuple[Any, str, str]] = {
    ("dialogs", "picker"): (
        DocumentPicker,
        "panel",
        """(panel) => ({ ...panel, rows: [{ id: "new", name: "moved.pdf", pages: 1 },
          ...panel.rows] })""",
    ),
    ("dialogs", "deleting", "preview"): (
        DocumentDialog,
        "document",
        """(item) => ({ ...item, title: "moved ".repeat(80), number: 2 })""",
    ),
    ("records", "evidence"): (
        EvidencePanel.of_session,
        "evidence",
        """(shown) => ({ ...shown, why: "moved ".repeat(200),
          items: [shown.items[0], ...shown.items] })""",
    ),
    ("tables", "records", "review"): (
        ReviewPanel,
        "review",
        """(review) => ({ ...review, verdict: "accepted", time: 1,
          reviewer: "moved ".repeat(80) })""",
    ),
}

PRESSABLE = ":is(button, a, input, textarea, label):visible:not(:disabled)"


def traits_of(leaf: Leaf) -> dict[str, Any]:
    """What a page knows of a widget; a picture without its bytes."""
    return {
        name: {**value, "png": None} if isinstance(value, dict) and "png" in value
        else value
        for name in leaf.shown()
        for value in [getattr(leaf, name)]
    }  # fmt: skip


def press(page: Page, element: Locator, trait: str, change: str) -> bool:
    """Press an element, let things move, release; give whether it was clicked."""
    element.hover()
    page.mouse.down()
    page.evaluate(f"model.tell({trait!r}, ({change})(model.get({trait!r})))")
    page.mouse.up()
    page.get_by_text("moved").first.wait_for(state="attached")
    return bool(element.evaluate("(element) => element.contains(window.clicked)"))


@pytest.mark.parametrize("names", WIDGETS, ids="-".join)
def test_no_click_is_lost_when_things_move(
    page: Page, session: CurationSession, names: tuple[str, ...]
) -> None:
    """Every element of the dialog is pressed, redrawn, released."""
    make, trait, change = WIDGETS[names]
    traits = traits_of(make(session))
    show_real(page, traits, *names)
    number = page.locator(PRESSABLE).count()
    assert number >= 5
    lost = []
    for place in range(number):
        show_real(page, traits, *names)
        page.evaluate(
            "addEventListener('click', ({ target }) => { clicked = target; }, true)"
        )
        # What is there now, not what is there once it has moved.
        element = page.locator(PRESSABLE).nth(place).element_handle()
        if not press(page, element, trait, change):
            lost.append(element.evaluate("(element) => element.outerHTML"))
    assert lost == []
    page.evaluate("leave()")
    assert page.evaluate("Object.values(model.heard).flat().length") == 0


def test_a_dialog_that_is_open_when_a_notebook_is_loaded_again(
    page: Page, session: CurationSession
) -> None:
    """A notebook draws it first and puts it on the page later: then it is opened."""
    traits = traits_of(DocumentPicker(session)) | {"is_open": True}
    show_real(page, traits, "dialogs", "picker", on_page=False)
    put_on_page(page)
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    page.wait_for_function("document.activeElement.type === 'search'")
    # One that is scrolled away and back is a dialog as before, with what was typed.
    field = dialog.get_by_role("searchbox")
    field.evaluate("(field) => { field.value = 'unc'; }")
    take_off_page(page)
    page.evaluate("() => new Promise(requestAnimationFrame)")
    put_on_page(page)
    page.locator("dialog:modal").wait_for()
    assert field.input_value() == "unc"


@pytest.mark.parametrize("way", ["Escape", "Close without changes", "Close"])
def test_who_leaves_a_dialog_does_not_wait_for_the_kernel(
    page: Page, session: CurationSession, way: str
) -> None:
    """It is closed at once, also when something is drawn before the kernel knows."""
    show_real(page, traits_of(DocumentPicker(session)), "dialogs", "picker")
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    if way == "Escape":
        page.keyboard.press("Escape")
    else:
        dialog.get_by_role("button", name=way, exact=True).click()
    dialog.wait_for(state="hidden")
    tell(page, "total", 5)
    assert dialog.is_hidden()
    page.wait_for_function("model.sent.length > 0")
    assert page.evaluate("model.sent") == ["dismiss"]
    tell(page, "is_open", value=False)
    tell(page, "is_open", value=True)
    assert dialog.is_visible()
    # What Escape does: the kernel is told before of what is pressed next.
    page.evaluate("""() => {
      model.sent.length = 0;
      document.querySelector("dialog").requestClose();
      told = [...model.sent];
    }""")
    assert page.evaluate("told") == ["dismiss"]


@pytest.fixture
def job(tmp_path: Path, papers: list[Path]) -> ck.Job:
    """A job over three papers and a broken one, in the workspace that is served."""
    workspace = ck.Workspace(tmp_path / "ws")
    documents = workspace.documents.add(papers)
    flow = workspace.flows["Gene Expression Extraction"]
    return workspace.run(flow, documents, "Read", backend="sequential")


#: What has the focus: its id, its name, or that nothing has.
FOCUS = """() => {
  const at = document.activeElement;
  if (at === document.body) return "nothing";
  const name = at.getAttribute("aria-label") ?? (at.labels?.[0] ?? at).innerText;
  return at.id || name.split("\\n")[0];
}"""

#: Which element has the focus.
PLACE = "() => [...document.all].indexOf(document.activeElement)"


def walk(page: Page, key: str) -> set[str]:
    """Press a key until the focus is back where it was; give where it has been.

    Asserts that it never leaves the open dialog, but to the browser's own bar.
    """
    been: dict[int, str] = {}  # two may have one name
    while (place := page.evaluate(PLACE)) not in been:
        been[place] = at = page.evaluate(FOCUS)
        page.keyboard.press(key)
        assert page.evaluate(
            "document.activeElement.matches('body, dialog[open], dialog[open] *')"
        ), f"from {at} to {page.evaluate(FOCUS)}"
        assert len(been) < 100
    return {*been.values()} - {"nothing"}


def focus_is(page: Page, selector: str) -> None:
    """Wait until an element has the focus."""
    page.locator(f"{selector}:focus").wait_for()


def test_the_picker_by_keyboard(page: Page, job: ck.Job, address: str) -> None:
    """The focus stays in it, and goes back to its button however it is left."""
    page.goto(address)
    opener = page.locator("#ck-select-documents")
    dialog = page.get_by_role("dialog", name="Select Documents")
    leave = [
        ("Close without changes", "Enter"),
        ("Close", "Enter"),
        ("Confirm Selection", "Enter"),
        ("Search file names, titles, DOIs", "Escape"),
    ]
    for name, key in leave:
        opener.focus()
        page.keyboard.press("Enter")
        dialog.wait_for()
        focus_is(page, "dialog input[type=search]")
        if key == "Escape":
            there = walk(page, "Tab")
            assert {"Confirm Selection", "Close", "broken.pdf"} < there
            assert walk(page, "Shift+Tab") == there
        dialog.get_by_label(name, exact=True).or_(
            dialog.get_by_role("button", name=name, exact=True)
        ).focus()
        page.keyboard.press(key)
        dialog.wait_for(state="hidden")
        focus_is(page, "#ck-select-documents")
    assert job.total_records > 0


def test_the_preview_by_keyboard(page: Page, job: ck.Job, address: str) -> None:
    """A question and a name are left first; a deleted paper leaves a place to go on."""
    page.goto(f"{address}?page=documents")
    opener = page.get_by_role("button", name="zebrafish_sox10_neural_crest.pdf")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog.ck-preview[open]")
    dialog.get_by_role("img").wait_for()
    there = walk(page, "Tab")
    assert {"Rename…", "Delete…", "Close", "About this document"} < there
    assert walk(page, "Shift+Tab") == there
    dialog.get_by_role("button", name="Rename…").focus()
    page.keyboard.press("Enter")
    focus_is(page, "#ck-new-name")
    page.keyboard.press("Escape")
    focus_is(page, "[data-click=begin_rename]")
    dialog.get_by_role("button", name="Delete…").focus()
    page.keyboard.press("Enter")
    focus_is(page, "#ck-keep-documents")
    page.keyboard.press("Escape")
    focus_is(page, "[data-click=ask_to_delete]")
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert opener.evaluate("(opener) => opener === document.activeElement")

    # To the last document: its button can no more be pressed.
    page.keyboard.press("Enter")
    dialog.wait_for()
    following = dialog.get_by_role("button", name="Next document")
    place = int(dialog.get_by_text(" of 4").inner_text().split()[0])
    for number in range(place + 1, 5):
        following.press("Enter")
        dialog.get_by_text(f"{number} of 4").wait_for()
    assert following.is_disabled()
    page.wait_for_function("document.activeElement.closest('dialog')")
    dialog.get_by_role("button", name="Delete…").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Yes, delete it").press("Enter")
    page.get_by_text("3 documents in the workspace").wait_for()
    page.keyboard.press("Escape")
    page.locator("dialog[open]").wait_for(state="detached")
    page.wait_for_function("document.activeElement.matches('.ck-place, .ck-place *')")
    assert job.total_records > 0


@pytest.mark.parametrize("width", [1280, 800])
def test_the_sheet_by_keyboard(
    page: Page, job: ck.Job, address: str, width: int
) -> None:
    """Into the evidence and out of it again, to the row from where one came."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}?job={job.id}&tab=results")
    opener = page.get_by_role("button", name="Evidence of record 2", exact=True)
    for way in ("Escape", "button"):
        opener.focus()
        page.keyboard.press("Enter")
        page.locator(".ck-desk img").wait_for()
        reached = [page.evaluate(FOCUS)]
        while not page.evaluate("document.activeElement.matches('.ck-review *')"):
            page.keyboard.press("Tab")
            reached.append(page.evaluate(FOCUS))
            assert len(reached) < 80, reached
        if width == 800:  # nothing that lies below the sheet
            assert reached[0] == "What is recorded, and its quotes"
            assert not page.locator(".ck-place > :not([inert]) .ck-section").count()
        else:
            assert "Close the evidence" in reached
        if way == "Escape":
            page.keyboard.press("Escape")
        else:
            page.get_by_role("button", name="Close the evidence").press("Enter")
        page.locator(".ck-desk").wait_for(state="detached")
        page.wait_for_function(
            "document.activeElement.getAttribute('aria-label') === "
            "'Evidence of record 2'"
        )


def show_sheet(page: Page, session: CurationSession) -> None:
    """Show evidence in its sheet beside the button that opens it."""
    traits = traits_of(EvidencePanel.of_session(session))
    shown = traits["evidence"]
    show_real(page, traits, "records", "evidence", on_page=False)
    page.evaluate(
        """(id) => {
          document.body.innerHTML = `<div class=ck-place tabindex=-1>
            <button id="${id}">Evidence</button></div><div class=ck-sheet></div>`;
          document.querySelector(".ck-sheet").append(taken);
        }""",
        f"ck-fold-{shown['document_id']}-{shown['number']}",
    )
    page.locator(".ck-sheet:popover-open .ck-desk").wait_for()


def test_the_focus_goes_back_also_when_another_part_of_the_sheet_goes_first(
    page: Page, session: CurationSession
) -> None:
    """What had the focus is gone, so the page has it when the evidence goes."""
    show_sheet(page, session)
    page.get_by_role("button", name="Close the evidence").press("Enter")
    page.evaluate("document.querySelector('.ck-place').focus()")
    tell(page, "evidence", {"document_id": ""})
    page.wait_for_function("document.activeElement.textContent === 'Evidence'")


def test_the_sheet_comes_back_with_what_was_scrolled_away(
    page: Page, session: CurationSession
) -> None:
    """A notebook takes an output off the page, and puts it there again."""
    show_sheet(page, session)
    take_off_page(page, ".ck-sheet")
    page.evaluate("() => new Promise(requestAnimationFrame)")
    put_on_page(page)
    page.locator(".ck-sheet:popover-open .ck-desk").wait_for()


def test_a_note_belongs_to_its_job(page: Page, session: CurationSession) -> None:
    """Another job may have a record with the same number in the same paper."""
    traits = traits_of(ReviewPanel(session))
    show_real(page, traits, "tables", "records", "review")
    note = page.get_by_label("Note")
    note.fill("Of this job")
    tell(page, "review", traits["review"] | {"job": "another"})
    assert page.get_by_label("Note").input_value() == ""
    tell(page, "review", traits["review"])
    assert page.get_by_label("Note").input_value() == "Of this job"
