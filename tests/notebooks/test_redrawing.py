"""What a person does while answers of the kernel are drawn: nothing of it is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dashboards import BROWSER
from fake_kernel import (
    put_on_page,
    show,
    show_real,
    stop_the_clock,
    take_off_page,
    tell,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = BROWSER


def focused(page: Page) -> str:
    """What has the focus."""
    return str(page.evaluate("document.activeElement.id"))


def test_what_comes_and_goes_leaves_its_neighbours(page: Page) -> None:
    """A sentence above a field, or none: what is typed in the field stays."""
    show(
        page,
        {"warning": "Two of them are damaged."},
        """(get) => [
          get("warning") && h("div", null, get("warning")),
          h("p", null, "One"),
          h("div", null, h("input", { id: "budget" }))]""",
    )
    page.locator("#budget").press_sequentially("2.")
    tell(page, "warning", "")
    page.keyboard.type("5")
    tell(page, "warning", "One of them is damaged.")
    page.keyboard.type("0")
    assert page.locator("#budget").input_value() == "2.50"


def test_a_choice_stays_when_others_come(page: Page) -> None:
    """A new option above the chosen one does not take its place."""
    show(
        page,
        {"flows": ["Genes", "Worms"]},
        """(get) => h("select", { id: "flow" },
          get("flows").map((name) => h("option", { value: name }, name)))""",
    )
    page.locator("#flow").select_option("Worms")
    tell(page, "flows", ["Antibodies", "Genes", "Worms"])
    assert page.locator("#flow").input_value() == "Worms"
    tell(page, "flows", ["Worms"])
    assert page.locator("#flow").input_value() == "Worms"


_ROWS = """(get) => [
  get("told") && h("p", null, get("told")),
  get("rows").map((name) => h("p", { key: name },
    h("button", { id: name, click: "open", args: [name] }, name)))]"""


@pytest.mark.parametrize("browser_age", ["new", "old"])
def test_the_focus_moves_with_its_row(page: Page, browser_age: str) -> None:
    """A row that is sorted elsewhere takes the focus along, in older browsers too."""
    show(page, {"rows": ["a", "b", "c"]}, _ROWS)
    if browser_age == "old":
        page.evaluate("() => { delete Element.prototype.moveBefore; }")
    for order in (["b", "c", "a"], ["a", "c", "b"], ["c", "b"]):
        page.locator("#b").focus()
        tell(page, "rows", order)
        assert focused(page) == "b"
        assert page.locator("button").all_inner_texts() == order


def test_the_focus_is_not_lost_with_what_has_it(page: Page) -> None:
    """The page takes it, so that Tab goes on in it."""
    show(page, {"rows": ["a", "b"]}, _ROWS)
    page.locator("#a").focus()
    tell(page, "rows", ["b"])
    page.wait_for_function("document.activeElement.id === 'page'")
    page.keyboard.press("Tab")
    assert focused(page) == "b"


def test_the_focus_goes_to_the_button_that_takes_the_place(page: Page) -> None:
    """Never to one that does something else: a second Enter would press it."""
    offers = {"id": "1", "status": "processing", "download": True}
    traits = {"offers": offers, "preparing": {}, "busy": ""}
    show_real(page, traits, "tables", "controls")
    page.locator("#ck-pause_job").focus()
    tell(page, "busy", "Working…")
    tell(page, "offers", {**offers, "status": "paused"})
    tell(page, "busy", "")
    page.locator("#ck-resume_job:focus").wait_for()
    tell(page, "offers", {**offers, "status": "cancelled"})
    page.locator("#page:focus").wait_for()


def test_no_button_moves_while_a_job_runs(page: Page) -> None:
    """What can be done with the first results and failures comes beside them."""
    offers = {"id": "1", "status": "processing"}
    traits = {"offers": offers, "preparing": {}, "busy": ""}
    show_real(page, traits, "tables", "controls")
    buttons = [page.get_by_role("button", name=name) for name in ("Pause", "Cancel")]
    before = [button.bounding_box() for button in buttons]

    tell(page, "offers", {**offers, "records": True, "download": True, "retry": True})

    page.get_by_role("button", name="Retry Failed").wait_for()
    assert [button.bounding_box() for button in buttons] == before

    counts = {"": 2, "pending": 1, "processing": 1, "completed": 0, "failed": 0}
    monitor = {
        **dict.fromkeys(("fraction", "elapsed", "rate", "created", "ended"), 0),
        **dict.fromkeys(("reason", "flow", "name"), ""),
        **offers,
        "counts": {**counts, "cancelled": 0},
        "records": 0,
        "waiting": [],
    }
    traits = {"monitor": monitor, "on_dashboard": True, "tab": "documents"}
    show_real(page, traits, "tables", "costs", "documents_of_job", "monitor")
    tab = page.get_by_role("tab", name="Event log")
    before = tab.bounding_box()["y"]
    evidence = {"verified": 3, "check": 0}

    tell(page, "monitor", {**monitor, "records": 3, "evidence": evidence})

    page.get_by_text("verified 3").wait_for()
    assert tab.bounding_box()["y"] == before


@pytest.mark.parametrize(
    ("key", "takes_it"), [("Control", "no"), ("Shift", "no"), ("x", "name")]
)
def test_who_goes_on_keeps_the_focus(page: Page, key: str, takes_it: str) -> None:
    """A key alone that writes nothing, as one that stops a reader, is no going on."""
    show(
        page,
        {"asks": ""},
        """(get) => [
          h("input", { id: "name" }), h("button", { id: "ask", click: "ask" }),
          get("asks") && h("button", { id: "no" })]""",
        """{ handlers: { ask: ({ focusOn }) => focusOn("#no") } }""",
    )
    page.locator("#ask").click()
    page.locator("#name").evaluate("(field) => field.focus()")
    page.keyboard.press(key)
    tell(page, "asks", "Delete it?")
    assert focused(page) == takes_it


def test_what_is_pressed_stays_under_the_mouse(page: Page) -> None:
    """An answer between press and release moves nothing, then it is drawn."""
    show(page, {"rows": ["a", "b"]}, _ROWS)
    page.locator("#b").hover()
    page.mouse.down()
    page.evaluate("model.tell('told', 'Adding…')")
    page.evaluate("model.tell('rows', ['a0', 'a', 'b'])")
    assert page.get_by_text("Adding…").count() == 0
    page.mouse.up()
    page.get_by_text("Adding…").wait_for()
    assert page.evaluate("model.sent") == ["open"]
    assert page.locator("button").all_inner_texts() == ["a0", "a", "b"]


def test_a_button_that_is_held_down_does_not_stop_the_page(page: Page) -> None:
    """After a moment what has come is drawn, for instance under an open menu."""
    show(page, {"rows": ["a"]}, _ROWS)
    page.locator("#a").hover()
    page.mouse.down()
    page.evaluate("model.tell('told', 'Adding…')")
    page.get_by_text("Adding…").wait_for()
    page.mouse.up()


def test_what_is_not_answered_yet_is_not_asked_twice(page: Page) -> None:
    """Of two quick clicks one counts; of a button for steps each."""
    show(
        page,
        {},
        """() => [
          h("form", { submit: "create" }, h("input", { id: "name" })),
          h("button", { id: "delete", click: "delete", args: [1] }),
          h("button", { id: "next", click: "next", again: true })]""",
    )
    page.locator("#name").press("Enter")
    page.locator("#name").press("Enter")
    page.locator("#delete").dblclick()
    page.locator("#next").dblclick()
    assert page.evaluate("model.sent") == ["create", "delete", "next", "next"]
    page.evaluate("model.emit('msg:custom', { done: 'delete' })")
    page.locator("#delete").click()
    assert page.evaluate("model.sent.slice(4)") == ["delete"]


_CREATE = """() => [
  h("button", { id: "create", click: "create", args: ["Genes"] }),
  h("button", { id: "panel", click: "open_panel" }),
  h("button", { id: "next", click: "next", again: true })]"""


def test_a_kernel_that_is_busy_is_asked_once(page: Page) -> None:
    """For a minute, whatever else is asked meanwhile; a step on is another thing."""
    stop_the_clock(page)
    show(page, {}, _CREATE)
    page.locator("#create").click()
    page.locator("#panel").click()
    page.clock.run_for(50_000)
    page.locator("#create").click()
    assert page.evaluate("model.sent") == ["create", "open_panel"]
    page.locator("#next").click()
    page.locator("#create").click()
    assert page.evaluate("model.sent.slice(2)") == ["next", "create"]
    page.clock.run_for(61_000)  # it was started again: no answer will come
    page.locator("#create").click()
    assert page.evaluate("model.sent.slice(4)") == ["create"]


def test_a_kernel_that_is_known_to_be_dead_is_told_at_once(page: Page) -> None:
    """It refuses the message; what was pressed may be pressed again later."""
    show(page, {}, _CREATE)
    page.evaluate("() => { model.send = () => { throw new Error('dead'); }; }")
    page.locator("#create").click()
    told = page.get_by_role("alert")
    told.get_by_text("No answer yet.").wait_for()
    # Our own server has a page, but no notebook that a person knows of.
    assert "What runs behind this page" in told.inner_text()
    take_off_page(page)
    page.evaluate("() => new Promise(requestAnimationFrame)")
    put_on_page(page)
    told.get_by_text("No answer yet.").wait_for()


def test_a_widget_that_was_taken_off_the_page_waits_quietly(page: Page) -> None:
    """A notebook's output is cleared; one that is shown again tells that it waits."""
    stop_the_clock(page)
    show(page, {}, _CREATE)
    page.locator("#create").click()
    take_off_page(page)
    page.clock.run_for(6_000)  # a script error fails the test
    put_on_page(page)
    page.evaluate("model.set('told', 1)")
    page.clock.run_for(100)
    page.get_by_role("alert").get_by_text("No answer yet.").wait_for()


def test_what_is_opened_before_it_is_on_the_page_takes_the_focus_there(
    page: Page,
) -> None:
    """A notebook draws a widget first, and puts it on the page when all are drawn."""
    show(
        page,
        {},
        """() => [
          h("button", { id: "open", click: "open" }),
          h("input", { id: "name" })]""",
        "{ handlers: { open: ({ focusOn }) => focusOn('#name') } }",
    )
    take_off_page(page)
    page.evaluate("() => taken.querySelector('#open').click()")
    tell(page, "told", 1)
    put_on_page(page)
    page.wait_for_function("document.activeElement.id === 'name'")
    # The same where it is drawn before the part of the page that it is in is shown.
    page.evaluate("""() => {
      document.activeElement.blur();
      taken.hidden = true;
      taken.querySelector("#open").click();
    }""")
    tell(page, "told", 2)
    page.evaluate("() => { taken.hidden = false; }")
    page.wait_for_function("document.activeElement.id === 'name'")


def test_answers_belong_to_what_was_asked_first(page: Page) -> None:
    """Of two things asked of one action, the first answer is that to the first."""
    show(page, {"rows": ["a", "b"]}, _ROWS)
    page.locator("#a").click()
    page.locator("#b").click()
    page.evaluate("model.emit('msg:custom', { done: 'open' })")
    page.locator("#b").click()
    assert page.evaluate("model.sent") == ["open", "open"]
    page.evaluate("model.emit('msg:custom', { done: 'open' })")
    page.locator("#b").click()
    assert page.evaluate("model.sent.length") == 3


def test_what_is_not_drawn_any_more_goes(page: Page) -> None:
    """Of two with one key too, and what the browser put in place of a text."""
    show(
        page,
        {"told": 0, "rows": ["a", "a"]},
        """(get) => [
          h("p", null, "Found ", h("b", null, "two"), ` papers ${get("told")}`),
          get("rows").map((name) => h("i", { key: name }, name))]""",
    )
    for told in (1, 2, 3):
        page.evaluate("""() => {
          for (const text of [...document.querySelector("p").childNodes]) {
            if (text.nodeType !== Node.TEXT_NODE) continue;
            const translated = document.createElement("font");
            translated.textContent = "Zwei";
            text.replaceWith(translated);
          }
        }""")
        tell(page, "told", told)
        assert page.locator("p").inner_text() == f"Found two papers {told}"
        assert page.locator("i").all_inner_texts() == ["a", "a"]
    tell(page, "rows", ["b"])
    assert page.locator("i").all_inner_texts() == ["b"]


_CHOICE = """(get) => [
  h("select", { id: "match", change: "match", "data-value": get("match") },
    ["exact", "close"].map((name) => h("option", { value: name }, name))),
  h("p", null, get("told"))]"""


def test_a_choice_that_the_kernel_refuses_is_not_shown(page: Page) -> None:
    """It stays while there is no answer, and with the answer is what the kernel has."""
    stop_the_clock(page)
    show(page, {"match": "exact", "told": ""}, _CHOICE)
    page.locator("#match").select_option("close")
    page.clock.run_for(5_000)
    page.evaluate("model.set('told', 'Still at work')")
    page.clock.run_for(100)
    assert page.locator("#match").input_value() == "close"
    page.evaluate("model.emit('msg:custom', { done: 'match' })")
    page.clock.run_for(100)
    assert page.locator("#match").input_value() == "exact"


def test_what_is_typed_stays_until_the_kernel_knows_something_else(page: Page) -> None:
    """A search that waits for a busy kernel is not emptied when one goes on."""
    stop_the_clock(page)
    show(
        page,
        {"search": ""},
        """(get) => [
          h("input", { id: "field", input: "find", "data-value": get("search") })]""",
    )
    page.locator("#field").press_sequentially("unc ")
    page.locator("#field").evaluate("(field) => field.blur()")
    page.evaluate("model.emit('msg:custom', { done: 'find' })")
    page.clock.run_for(5_000)
    assert page.locator("#field").input_value() == "unc "
    page.evaluate("model.set('search', 'unc')")
    page.clock.run_for(100)
    assert page.locator("#field").input_value() == "unc"


def test_show_all_documents_means_all(page: Page) -> None:
    """Words that were typed a moment ago do not come back, nor stay in the field."""
    stop_the_clock(page)
    table = {"total": 3, "found": 0, "state": "fit", "search": "", "batch": ""}
    show_real(
        page,
        {"table": table, "asking": {}, "batches": []},
        "tables",
        "deleting",
        "documents",
    )
    page.locator("input[type=search]").press_sequentially("xyz")
    page.get_by_text("Show all documents").click()
    page.clock.run_for(1_000)
    assert page.evaluate("model.given") == [["", "", ""]]
    assert page.locator("input[type=search]").input_value() == ""


def test_show_all_candidates_means_all(page: Page) -> None:
    """The same where the page keeps what it has asked for."""
    stop_the_clock(page)
    none = {"rows": [], "found": 0, "page": 0, "pages": 1, "first": 0}
    asked = {"search": "a", "reason": "", "unlisted": 0}
    told = {"told": ["One was dropped."], "reasons": [["rule", 1, "A rule."]]}
    shown = {**none, **asked, **told, "empty": none}
    traits = {"completeness": shown, "tab": "completeness"}
    show_real(page, traits, "tables", "job_completeness")
    page.locator("#ck-find-dropped").press_sequentially("bc")
    page.get_by_text("Show all").click()
    page.clock.run_for(1_000)
    assert page.evaluate("model.given") == [["", "", 0]]
    assert page.locator("#ck-find-dropped").input_value() == ""


def test_show_all_records_means_all(page: Page) -> None:
    """Search and filters go, with the words that were typed a moment ago."""
    stop_the_clock(page)
    column = {"name": "gene_symbol", "empty": False, "same": False, "names": None}
    shown = {
        "columns": [column],
        "rows": [],
        "keys": [],
        "total": 3,
        "found": 0,
        "page": 2,
        "pages": 3,
        "first": 0,
        "search": "a",
        "reading": False,
        "sort": "gene_symbol",
        "descending": True,
        "filters": {"gene_symbol": ["is", "myo-2"]},
    }
    traits = {
        "results": shown,
        "tab": "results",
        "record": {},
        "choices": {},
        "preparing": {"what": ""},
    }
    show_real(page, traits, "records", "tables", "results")
    chip = page.get_by_role("button", name="Take off the filter Gene: myo-2")
    chip.wait_for()
    page.locator("#ck-find-records").press_sequentially("bc")
    page.get_by_text("Show all").click()
    page.clock.run_for(1_000)
    assert page.evaluate("model.given") == [["", 0, "gene_symbol", True, {}]]
    assert page.locator("#ck-find-records").input_value() == ""
    everything = {**shown, "search": "", "filters": {}, "found": 3}
    page.evaluate("(shown) => model.set('results', shown)", everything)
    page.clock.run_for(100)
    assert not chip.count()
    assert not page.get_by_text("Show all").count()


def test_a_sheet_that_goes_leaves_the_page_to_be_used(page: Page) -> None:
    """What a narrow page has below the evidence takes clicks again."""
    page.set_viewport_size({"width": 800, "height": 900})
    sheet = {"document_id": "a", "page": 1, "pages": 1, "width": 600, "height": 800}
    none: dict[str, dict[str, str]] = {"picture": {}, "words": {}, "preparing": {}}
    show_real(
        page,
        {
            **none,
            "on_dashboard": True,
            "evidence": {},
            "sheet": {**sheet, "marks": [], "zoom": 1},
        },
        "records",
        "evidence",
    )
    page.evaluate(
        """() => {
          document.querySelector(".ck-place").classList.add("ck-sheet");
          document.body.insertAdjacentHTML("beforeend", "<p id=below>Results</p>");
        }"""
    )
    empty: dict[str, dict[str, str]] = {
        name: {} for name in ("row", "names", "candidates", "lookups")
    }
    shown = {"document_id": "a", "document": "a.pdf", "number": 0, "items": []}
    tell(page, "evidence", {**shown, **empty, "index": 0, "place": 0, "found": 1})
    page.wait_for_function("document.getElementById('below').inert")
    page.evaluate("leave()")
    assert not page.evaluate("document.querySelectorAll('[inert]').length")
