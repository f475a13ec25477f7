"""Choices that are made faster than the kernel answers: each counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from dashboards import BROWSER
from fake_kernel import show, show_real, tell

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = BROWSER

PAGES = {"rows": [], "found": 90, "page": 0, "pages": 3, "first": 0}

ORDER = {"sort": "name", "descending": False}


def test_no_choice_is_lost(page: Page) -> None:
    """News, and the answer to an earlier choice, know nothing of a later one."""
    told = {"state": "all", "sort": "name", "search": ""}
    show(
        page,
        {"table": told},
        """(get) => [
          ["state", "sort", "search"].map((name) =>
            h("button", { id: name, click: name, args: ["new"] }, get("table")[name])),
          h("button", { id: "turn", click: "turn" })]""",
        """(() => {
          const ask = (choose, change) => choose("show", "table", change,
            ({ state, sort, search, page }) => [state, sort, search, page]);
          const handlers = { turn: ({ choose }) => ask(choose, { page: 2 }) };
          for (const name of ["state", "sort", "search"]) {
            handlers[name] = ({ args: [to], choose }) => ask(choose, { [name]: to });
          }
          return { handlers };
        })()""",
    )
    page.locator("#state").click()
    page.locator("#state", has_text="new").wait_for()  # at once
    tell(page, "table", {**told})
    page.locator("#sort").click()
    tell(page, "table", {**told, "state": "new"})
    page.evaluate("model.emit('msg:custom', { done: 'show' })")
    page.locator("#search").click()
    page.locator("#turn").click()
    assert page.evaluate("model.given") == [
        ["new", "name", "", 0],
        ["new", "new", "", 0],
        ["new", "new", "new", 0],
        ["new", "new", "new", 2],
    ]
    # What is answered is what the kernel says, whatever was asked for.
    tell(page, "table", {**told, "sort": "new", "search": "no"})
    assert page.locator("button").all_inner_texts() == ["all", "new", "new", ""]
    for _ in range(3):
        page.evaluate("model.emit('msg:custom', { done: 'show' })")
    page.locator("#search", has_text="no").wait_for()
    assert page.locator("button").all_inner_texts() == ["all", "new", "no", ""]
    page.locator("#sort").click()
    assert page.evaluate("model.given.at(-1)") == ["all", "new", "no", 0]


JOB = {
    "id": "1",
    "name": "Worms",
    "flow": "Genes",
    "status": "completed",
    "reason": "",
    "created": 0,
    "total": 1,
    "completed": 1,
    "failed": 0,
    "cancelled": 0,
    "seconds": 1,
}
RESULT = {
    "summary": "One is missed.",
    "coverage": "",
    "scores": [],
    "documents": [["a.pdf", None, None, None, 1, 0], ["b.pdf", None, None, None, 1, 0]],
    "document": "",
    "kinds": {"missed": 2, "wrong": 1},
    "kind": "missed",
    "causes": [["no gene", 1]],
    "cause": "",
    **PAGES,
}
SCORE = {
    "golds": ["gold.csv"],
    "gold": "",
    "match": "exact",
    "within": 1,
    "problem": "",
    "result": RESULT,
    "jobs": [],
    "other": "",
    "other_problem": "",
    "comparison": {},
}
DOCUMENTS = {"status": "", "search": "", **ORDER, **PAGES}
COUNTS = {"": 90, "completed": 80, "failed": 10, "cancelled": 0}

#: Scripts of a widget, its traits, what is done in a row, and what is asked then.
QUICK: dict[str, tuple[tuple[str, ...], dict[str, Any], list[str], list[Any]]] = {
    "jobs": (
        ("tables", "costs", "jobs"),
        {
            "jobs": [JOB],
            "listing": {
                "search": "",
                "status": "",
                "sort": "created",
                "descending": True,
                "counts": {"": 90, "failed": 3},
                **PAGES,
            },
        },
        ["#ck-filter-failed", "#ck-sort-job-name", "#ck-sort-job-name"],
        [
            ["", "failed", "created", True, 0],
            ["", "failed", "name", False, 0],
            ["", "failed", "name", True, 0],
        ],
    ),
    "documents of a job": (
        ("tables", "costs", "documents_of_job", "job_documents"),
        {
            "tab": "documents",
            "monitor": {"id": "1", "status": "completed", "counts": COUNTS},
            "documents": DOCUMENTS,
            "detail": {},
            "on_dashboard": True,
        },
        ["#ck-filter-failed", "#ck-sort-records", "text=Next"],
        [
            ["failed", "", "name", False, 0],
            ["failed", "", "records", True, 0],
            ["failed", "", "records", True, 1],
        ],
    ),
    "log": (
        ("tables", "job_log"),
        {
            "tab": "log",
            "events": {
                **PAGES,
                "search": "",
                "rows": [[1, 0, "a.pdf", "completed", "document_completed"]],
            },
        },
        ["#ck-find-events", "text=Later"],
        [["worm", None], ["worm", 1]],
    ),
    "score": (
        ("tables", "records", "scores", "job_score"),
        {"tab": "score", "score": SCORE},
        ["#ck-match", "#ck-gold", "#ck-kind-wrong", "text=b.pdf"],
        [
            ["", "ontology", 1],
            ["gold.csv", "ontology", 1],
            ["wrong", "", "", 0],
            ["wrong", "b.pdf", "", 0],
        ],
    ),
    "evaluation": (
        ("tables", "records", "scores", "evaluation"),
        {"result": {**RESULT, "job": "Worms"}},
        ["#ck-kind-wrong", "text=b.pdf", "text=Next"],
        [["wrong", "", "", 0], ["wrong", "b.pdf", "", 0], ["wrong", "b.pdf", "", 1]],
    ),
    "documents": (
        ("tables", "deleting", "documents"),
        {
            "table": {
                "total": 90,
                "fit": 80,
                "unfit": 10,
                "ticked": 0,
                **PAGES,
                **ORDER,
                "search": "",
                "batch": "",
                "state": "",
            },
            "asking": {},
            "batches": [{"name": "May", "size": 9}],
        },
        ["text=cannot", ".ck-batches"],
        [["", "", "unfit"], ["", "May", "unfit"]],
    ),
}


@pytest.mark.parametrize("part", QUICK)
def test_choices_in_one_round_trip(page: Page, part: str) -> None:
    """What is chosen second does not undo what was chosen first."""
    scripts, traits, done, asked = QUICK[part]
    show_real(page, traits, *scripts)
    for number, selector in enumerate(done, start=1):
        at = page.locator(selector).first
        if at.evaluate("(field) => field.type") == "search":
            at.press_sequentially("worm")
        elif at.evaluate("(field) => field.tagName") == "SELECT":
            at.select_option(index=at.locator("option").count() - 1)
        else:
            at.click()
        page.wait_for_function(f"model.given.length === {number}")
    assert page.evaluate("model.given") == asked


def test_no_other_job_is_cancelled(page: Page) -> None:
    """A step back in the history leads to another job, of which nothing was asked."""
    running = {"id": "first", "status": "processing"}
    traits = {"offers": running, "preparing": {}, "busy": False}
    show_real(page, traits, "tables", "controls")
    page.get_by_role("button", name="Cancel Job").click()
    page.get_by_role("button", name="Yes, cancel it").wait_for()

    tell(page, "offers", {**running, "id": "second"})

    assert page.get_by_role("button", name="Yes, cancel it").count() == 0


def test_nothing_is_retried_before_it_has_stopped(page: Page) -> None:
    """While documents of a cancelled job are in work, that would be refused."""
    stopping = {
        "id": "1",
        "status": "cancelled",
        "counts": {**COUNTS, "completed": 0, "processing": 80},
    }
    rows = [{"id": "a", "document": "a.pdf", "status": "failed"}]
    traits = {
        "tab": "documents",
        "monitor": stopping,
        "documents": {**DOCUMENTS, "rows": rows},
        "detail": {},
        "on_dashboard": True,
    }
    show_real(page, traits, "tables", "costs", "documents_of_job", "job_documents")
    page.get_by_text("a.pdf").wait_for()
    assert page.get_by_role("button", name="Retry a.pdf").count() == 0

    tell(page, "monitor", {**stopping, "counts": COUNTS})

    page.get_by_role("button", name="Retry a.pdf").wait_for()


def test_a_notebook_says_what_to_type(page: Page) -> None:
    """It has no buttons that it could name."""
    monitor = {
        "id": "1",
        "name": "May",
        "flow": "F",
        "reason": "",
        "status": "cancelled",
        "counts": {**COUNTS, "processing": 2},
        "records": 0,
        "fraction": 1,
        "elapsed": 1,
        "created": 0,
        "ended": 1,
    }
    traits = {
        "monitor": monitor,
        "documents": {**DOCUMENTS, "rows": []},
        "detail": {},
        "on_dashboard": False,
    }
    show_real(page, traits, "tables", "costs", "documents_of_job", "monitor")
    page.get_by_text("Still in work, until the next step: 2 documents.").wait_for()
    failed = {"status": "failed", "counts": COUNTS, "reason": "Every document failed."}

    tell(page, "monitor", {**monitor, **failed})

    page.get_by_text("after mending it, job.retry_failed() runs it again.").wait_for()
