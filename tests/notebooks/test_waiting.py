"""What is pressed while the kernel is busy: it shows that it was taken, and waits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from dashboards import (
    BROWSER,
    Dashboard,
    answered,
    complaints,
    held,
    wait_in_vain,
)

import curation_kit as ck

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = BROWSER


@pytest.fixture
def job(served: ck.Workspace, papers: list[Path]) -> ck.Job:
    """A job over three papers and a broken one, and a flow to be changed.

    The first test has the papers read, the others find what the steps gave.
    """
    steps = [
        ck.Step(agent="pdf"),
        ck.Step(agent="gene_expression"),
        ck.Step(agent="csv"),
    ]
    served.flows.save(ck.Flow(name="Mine", steps=steps))
    documents = served.documents.add(papers)
    flow = served.flows["Gene Expression Extraction"]
    return served.run(flow, documents, "Read", backend="sequential")


def choose(page: Page) -> None:
    """Choose all documents for a new job."""
    page.get_by_role("button", name="Select Documents").click()
    page.get_by_role("button", name="Select all 4").click()
    page.get_by_text("4 selected", exact=True).wait_for()


def create(page: Page) -> None:
    """Fill the form of a new job."""
    choose(page)
    page.get_by_role("button", name="Confirm Selection").click()
    page.get_by_text("4 documents selected").wait_for()


def rename(page: Page) -> None:
    """Change a flow."""
    page.get_by_label("Name", exact=True).fill("Mine again")
    page.get_by_text("not saved").wait_for()


def look(page: Page) -> None:
    """Open the evidence of a record."""
    page.get_by_role("button", name="Evidence of record 1", exact=True).click()
    page.locator(".ck-desk img").wait_for()


#: By the name of a button: the query of its page, and what is done there before.
PLACES: dict[str, tuple[str, Callable[[Page], None] | None]] = {
    "Confirm Selection": ("", choose),
    "Create Batch Job": ("", create),
    "Save and rename": ("page=flows&flow=Mine", rename),
    "Retry Failed": ("job={job}", None),
    "Download All Results": ("job={job}", None),
    "Accept": ("job={job}&tab=results", look),
}

#: Where everything on the page is that can be pressed.
LAYOUT = """() => [...document.querySelectorAll("button, a, input")].map((one) => {
  const { left, top, width, height } = one.getBoundingClientRect();
  return [left, top, width, height].map(Math.round).join();
})"""

#: What stands in place of the words of a button: its text, and what moves it.
RING = """(button) => {
  const { content, animationName } = getComputedStyle(button, "::after");
  return [content, animationName.split(",")[0]];
}"""


def waits(button: Locator) -> bool:
    """Whether a button shows that it waits for the kernel."""
    return button.get_attribute("aria-busy") == "true"


@pytest.mark.parametrize("name", PLACES)
def test_a_button_waits_for_a_busy_kernel(
    page: Page, job: ck.Job, dashboard: Dashboard, name: str
) -> None:
    """At once, in its place; after some seconds a sentence says why."""
    from playwright.sync_api import expect

    query, before = PLACES[name]
    page.clock.install()
    page.goto(dashboard.of(query.format(job=job.id)))
    button = page.get_by_role("button", name=name, exact=True)
    if before:
        before(page)
    expect(button).to_be_enabled()
    told = page.get_by_role("alert").get_by_text("No answer yet.")
    with held(dashboard.workspace):
        layout = page.evaluate(LAYOUT)
        # No time passes but what the test says, on a slow machine too.
        page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)
        button.click()
        assert waits(button)
        assert button.evaluate(RING) == ['""', "ck-turn"]
        assert page.evaluate(LAYOUT) == layout
        page.emulate_media(reduced_motion="reduce")
        assert button.evaluate(RING) == ['"…" / ""', "none"]
        assert not told.count()
        page.clock.run_for(5_100)
        told.wait_for()
        page.clock.resume()
        # Nothing lies over it: neither the backdrop of a dialog nor a sheet.
        assert told.evaluate(
            """(told) => {
              const { left, top } = told.getBoundingClientRect();
              return told.contains(document.elementFromPoint(left + 4, top + 4));
            }"""
        )
        assert waits(button)
        assert complaints(page) == []
    told.wait_for(state="detached")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def test_a_lost_connection_is_told_over_a_dialog(
    page: Page, job: ck.Job, dashboard: Dashboard
) -> None:
    """Which takes all clicks: the banner offers none till it is closed."""
    del job
    page.clock.install()
    page.goto(dashboard.of(""))
    choose(page)
    banner = page.get_by_role("alert").get_by_text("The connection is lost.")
    reload = page.get_by_role("button", name="Reload")
    with held(dashboard.workspace):
        wait_in_vain(page)
        page.locator(".ck-lost:popover-open").wait_for()  # it came after the dialog
        assert not reload.is_visible()
        # It lies over nothing that can be pressed.
        page.get_by_role("button", name="Confirm Selection").click(trial=True)
        page.keyboard.press("Escape")
        banner.wait_for()
        reload.focus()
        assert complaints(page) == []
    banner.wait_for(state="detached")
    page.locator(".ck-place:focus").wait_for()


def test_a_lost_connection_leaves_the_review_in_sight(
    page: Page, job: ck.Job, dashboard: Dashboard
) -> None:
    """A note that is being typed, and the verdicts."""
    page.clock.install()
    page.goto(dashboard.of(f"job={job.id}&tab=results"))
    look(page)
    with held(dashboard.workspace):
        wait_in_vain(page)
        page.locator(".ck-lost:popover-open").wait_for()
        for width in (1280, 800):
            page.set_viewport_size({"width": width, "height": 900})
            page.get_by_label("Note").click(trial=True)
            for name in ("Accept A", "Edit", "Reject", "Next unreviewed"):
                page.get_by_role("button", name=name).click(trial=True)


def test_a_verdict_is_not_of_a_record_that_nobody_has_seen(
    page: Page, job: ck.Job, dashboard: Dashboard
) -> None:
    """Nor of the one that was left: who was too fast is told so, and says it again."""
    page.goto(dashboard.of(f"job={job.id}&tab=results"))
    look(page)
    told = page.get_by_text("“Accept” was not taken")
    with held(dashboard.workspace):
        for key in "jajaa":
            page.keyboard.press(key)
        told.wait_for()
        assert complaints(page) == []
    page.get_by_text("Record 3 of").wait_for()
    answered(page)
    assert told.is_visible()
    page.keyboard.press("a")
    page.get_by_text("Record 4 of").wait_for()
    told.wait_for(state="detached")
    assert job.reviewed_keys() == {job.key_at(2)}


def test_a_kernel_that_is_gone_leaves_no_button_waiting(
    page: Page, job: ck.Job, dashboard: Dashboard
) -> None:
    """After a minute it can be pressed again; that nothing answers stays written."""
    from playwright.sync_api import expect

    page.clock.install()
    page.goto(dashboard.of(f"job={job.id}"))
    button = page.get_by_role("button", name="Retry Failed")
    button.wait_for()
    with held(dashboard.workspace):
        button.click()
        page.clock.fast_forward(61_000)
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        page.get_by_text("The connection is lost.").or_(
            page.get_by_text("No answer yet.")
        ).first.wait_for()
