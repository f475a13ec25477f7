"""The review panel alone: of which record it speaks, and what it does with notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from dashboards import BROWSER
from fake_kernel import show_real, stop_the_clock, tell

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = BROWSER

GENE = {"name": "gene_symbol", "kind": "text", "value": "a", "machine": "a", "id": ""}


def seen(number: int) -> dict[str, Any]:
    """How a message names a record."""
    return {"job": "one", "document_id": "paper", "number": number}


def review(number: int, **said: object) -> dict[str, Any]:
    """What the kernel tells of a record."""
    unsaid = {"verdict": "", "note": "", "reviewer": "", "time": 0, "fresh": False}
    return {**seen(number), **unsaid, "fields": [GENE], **said}


def accepted(number: int, note: str = "") -> dict[str, Any]:
    """What the kernel tells of a record with a verdict."""
    return review(number, verdict="accepted", note=note, time=1)


@pytest.fixture
def panel(page: Page) -> Page:
    """A page with the panel, which shows a record without a verdict."""
    traits = {
        "review": review(0),
        "progress": {"total": 9, "left": 9, "verified": 3},
        "undoable": "",
        "suggestions": {},
        "tab": "results",
        "lost": "",
        "error": "",
    }
    show_real(page, traits, "tables", "records", "review")
    return page


def answer(page: Page, action: str) -> None:
    """Tell that the kernel has done something."""
    page.evaluate("(done) => model.emit('msg:custom', { done })", action)


def sent(page: Page) -> list[list[Any]]:
    """What was asked of the kernel since this was last asked: action and arguments."""
    asked = "model.sent.splice(0).map((action, at) => [action, ...model.given[at]])"
    found: list[list[Any]] = page.evaluate(asked)
    page.evaluate("model.given.splice(0)")
    return found


def test_all_that_is_said_names_its_record(panel: Page) -> None:
    """The one on the page, by its job, its paper and its number there."""
    panel.keyboard.press("n")
    panel.keyboard.type("clear")
    panel.keyboard.press("Enter")
    for key, action in [("a", "accept_record"), ("r", "reject_record")]:
        panel.keyboard.press(key)
        assert sent(panel) == [[action, seen(0), "clear"]]
        answer(panel, action)
    panel.keyboard.press("e")
    panel.get_by_label("Gene", exact=True).fill("b")
    panel.keyboard.press("Enter")
    assert sent(panel) == [["edit_record", seen(0), {"gene_symbol": "b"}, "clear"]]
    answer(panel, "edit_record")
    panel.locator("#ck-review-edit:focus").wait_for()
    panel.keyboard.press("m")
    panel.locator("#ck-add-quote").fill("It is in b.")
    panel.get_by_label("Gene", exact=True).fill("b")
    panel.keyboard.press("Enter")
    assert sent(panel) == [["add_record", seen(0), {"gene_symbol": "b"}, "It is in b."]]
    answer(panel, "add_record")
    tell(panel, "review", accepted(1))
    panel.get_by_label("Note").fill("why?")
    panel.get_by_label("Note").blur()
    panel.get_by_role("button", name="take back").click()
    panel.get_by_role("button", name="Accept all 3 verified").click()
    panel.get_by_role("button", name="Yes, accept them").click()
    assert sent(panel) == [
        ["annotate_record", seen(1), "why?"],
        ["take_back_review", seen(1)],
        ["accept_verified", "one", 3],
    ]


def test_a_record_that_nobody_has_seen_is_not_judged(panel: Page) -> None:
    """One that came while the mouse was down; nor is another one instead of it."""
    accept = panel.locator("#ck-review-accept")
    accept.hover()
    panel.mouse.down()
    panel.evaluate("(review) => model.tell('review', review)", review(1))
    panel.mouse.up()
    told = panel.get_by_text("“Accept” was not taken")
    told.wait_for()
    assert sent(panel) == []
    accept.click()
    assert sent(panel) == [["accept_record", seen(1), ""]]
    told.wait_for(state="detached")
    for key, name in [("r", "Reject"), ("e", "Edit"), ("m", "Add missed")]:
        panel.keyboard.press(key)  # the record after that is on its way
        panel.get_by_text(f"“{name}” was not taken").wait_for()
    assert sent(panel) == []
    assert not panel.get_by_role("form").count()
    answer(panel, "accept_record")
    tell(panel, "review", review(2))
    panel.keyboard.press("r")
    assert sent(panel) == [["reject_record", seen(2), ""]]


def test_an_answer_that_was_lost_does_not_hold_up_the_keys(panel: Page) -> None:
    """When the page says that there is none, a verdict is about what is seen."""
    stop_the_clock(panel)
    panel.keyboard.press("g")
    panel.clock.run_for(4_000)
    panel.keyboard.press("a")
    panel.clock.run_for(100)
    assert panel.get_by_text("“Accept” was not taken").count()
    panel.clock.run_for(1_000)
    assert panel.get_by_text("No answer yet.").count()
    panel.keyboard.press("a")
    assert sent(panel)[1:] == [["accept_record", seen(0), ""]]


def test_a_form_that_was_refused_stays(panel: Page) -> None:
    """One that was taken goes, whichever record comes then."""
    gene = panel.get_by_label("Gene", exact=True)
    panel.keyboard.press("e")
    gene.fill("b")
    gene.press("Enter")
    tell(panel, "error", "The disk is full.")
    answer(panel, "edit_record")
    tell(panel, "review", review(1))
    tell(panel, "review", review(0))
    assert gene.input_value() == "b"
    tell(panel, "error", "")
    gene.press("Enter")
    answer(panel, "edit_record")
    panel.locator("#ck-review-edit:focus").wait_for()
    assert not gene.count()


def test_a_note_that_is_undone_goes(panel: Page) -> None:
    """What was typed of other records stays, and so does what was refused."""
    note = panel.get_by_label("Note")

    def write(text: str) -> None:
        note.fill(text)
        tell(panel, "suggestions", {})  # something is drawn while one types
        note.press("Enter")

    write("typed, no verdict yet")
    tell(panel, "review", accepted(1))
    write("kept")
    tell(panel, "review", accepted(1, "kept"))
    answer(panel, "annotate_record")
    tell(panel, "undoable", "note")
    panel.keyboard.press("u")
    assert [action for action, *_ in sent(panel)] == ["annotate_record", "undo_review"]
    tell(panel, "review", accepted(1))
    assert note.input_value() == ""
    answer(panel, "undo_review")
    write("refused")
    tell(panel, "error", "The disk is full.")
    answer(panel, "annotate_record")
    tell(panel, "review", review(0))
    assert note.input_value() == "typed, no verdict yet"
    tell(panel, "review", accepted(1))
    assert note.input_value() == "refused"
