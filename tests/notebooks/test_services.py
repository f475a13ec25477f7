"""Model services in a real browser: set up, try out, choose, pay, stop at the cap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from asking_agent import GENE, AskingExtractor, asking_flow
from batches import add_papers
from chat_server import Asked, ChatServer
from dashboards import BROWSER, DARK, LIGHT, Dashboard, complaints

import curation_kit as ck
from curation_kit.agents import register

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = BROWSER


def answer(asked: Asked) -> str:
    """Name a gene, or say the word that a trial asks for."""
    return '{"word": "ready"}' if "ready" in str(asked) else GENE


@pytest.fixture
def service() -> Iterator[ChatServer]:
    """A service with two models."""
    with ChatServer(answer, models=("tiny", "large")) as server:
        yield server


def assert_sound(page: Page, where: str) -> None:
    """Assert that everybody can read the page, in both themes, 800 pixels wide."""
    assert complaints(page) == [], where
    assert page.evaluate("document.documentElement.scrollWidth") <= 800, where
    page.evaluate(DARK)
    assert complaints(page) == [], f"{where}, dark"
    page.evaluate(LIGHT)


def test_from_a_new_service_to_a_job_that_stops_at_its_cap(
    page: Page, dashboard: Dashboard, service: ChatServer, fakes: None
) -> None:
    """All that a curator does once, with what is wrong on the way."""
    del fakes
    register(AskingExtractor)
    workspace = ck.Workspace(dashboard.workspace)
    workspace.flows.save(asking_flow())
    add_papers(workspace, "ok", "ok")
    page.set_viewport_size({"width": 800, "height": 900})
    page.goto(dashboard.of("page=settings"))
    set_up(page, service)
    assert "planted" not in (dashboard.workspace / "settings.yaml").read_text()
    choose(page)
    assert workspace.flows["Asking"].steps[1].options["service"] == "mine"
    spend(page)
    look_at_costs(page)
    assert workspace.jobs.get("last").costs.total.calls == 2
    workspace.close()


def set_up(page: Page, service: ChatServer) -> None:
    """Add a service; a key that is pasted in place of its name is refused."""
    page.get_by_text("No service yet.").wait_for()
    page.get_by_role("button", name="Add a service").click()
    page.locator("#ck-set-name:focus").wait_for()

    page.get_by_label("Name", exact=True).fill("mine")
    page.get_by_label("Base URL").fill(service.url)
    page.get_by_label("Key", exact=True).select_option("env")
    page.get_by_label("Name of the environment variable").fill("sk-planted")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("never the key itself").wait_for()
    assert_sound(page, "the form")
    page.get_by_label("Key", exact=True).select_option("none")
    page.get_by_label("Model", exact=True).fill("tiny")
    page.get_by_role("button", name="Add a price").click()
    page.locator("[id$='-input']:focus").wait_for()
    page.keyboard.type("0")
    page.get_by_label("Output price, row 1").fill("10000")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("“mine” is saved").wait_for()
    page.get_by_role("button", name="Test connection: mine").click()
    page.get_by_text("tiny answers").wait_for()
    page.get_by_text("tiny, large").wait_for()
    assert_sound(page, "the page")
    page.get_by_role("button", name="Edit: mine").click()
    page.locator("#ck-set-name:focus").wait_for()
    assert page.get_by_label("Output price, row 1").input_value() == "10000"
    page.get_by_role("button", name="Close without saving").click()


def choose(page: Page) -> None:
    """Have a step ask the service, which is the default one as well."""
    page.get_by_role("link", name="Flows", exact=True).click()
    page.get_by_role("button", name="Asking", exact=True).click()
    page.get_by_role("button", name="Show the settings of Asking extractor").click()
    chosen = page.locator("select[id$='-service']")
    assert chosen.locator("option").first.inner_text() == "The default one (mine)"
    assert page.locator("datalist option").evaluate_all(
        "all => all.map((one) => one.value)"
    ) == ["tiny", "large"]
    chosen.select_option("mine")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("“Asking” is saved.").wait_for()


def spend(page: Page) -> None:
    """See what a job will cost, stop at a cap, go on with a higher one.

    A call may cost a dollar.
    """
    page.get_by_role("link", name="Batch Jobs", exact=True).click()
    page.get_by_label("Flow", exact=True).select_option("Asking")
    page.get_by_role("button", name="Select Documents").click()
    page.get_by_role("button", name="select all 2").click()
    page.get_by_role("button", name="Confirm Selection").click()
    page.get_by_text("About 2 calls to models").wait_for()
    page.get_by_label("Budget of this job").fill("0.5")
    assert_sound(page, "the form of a job")
    page.get_by_role("button", name="Create Batch Job").click()
    page.get_by_label("New budget of this job").wait_for()
    # With the same one it would only pause again.
    assert page.get_by_label("New budget of this job").input_value() == ""
    assert not page.get_by_role("button", name="Resume", exact=True).count()
    assert_sound(page, "a paused job")
    page.get_by_label("New budget of this job").fill("50")
    page.get_by_role("button", name="Resume with this budget").click()
    page.get_by_role("region", name="Progress of").get_by_text("2 of 2").wait_for()


def look_at_costs(page: Page) -> None:
    """By step, by document, by job."""
    page.get_by_role("button", name="By step").click()
    steps = page.get_by_role("region", name="Cost by step")
    steps.get_by_text("2. Asking extractor").wait_for()
    cost = page.locator("#ck-part-documents tbody tr td:nth-last-child(2)").first
    cost.get_by_text("$0.").wait_for()
    assert_sound(page, "a job that has ended")
    page.get_by_role("button", name="All batch jobs").click()
    jobs = page.get_by_role("region", name="Table of jobs")
    jobs.get_by_role("columnheader", name="Cost").wait_for()
    assert_sound(page, "the jobs")
    assert jobs.evaluate("one => one.scrollWidth <= one.clientWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    # Those of the one job stand beside each other.
    page.wait_for_function(
        "() => new Set([...document.querySelectorAll('.ck-jobs .ck-actions button')]"
        ".map((one) => one.getBoundingClientRect().top)).size === 1"
    )


def test_a_server_is_chosen_with_the_arrow_keys(
    page: Page, dashboard: Dashboard
) -> None:
    """The list keeps the focus; what one choice has given goes with the next."""
    page.goto(dashboard.of("page=settings"))
    page.get_by_role("button", name="Add a service").click()
    page.locator("#ck-set-name:focus").wait_for()
    page.get_by_label("Start from").focus()
    names = set()
    for _ in range(2):
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.id") == "ck-preset"
        names.add(page.locator("#ck-set-name").input_value())
    assert len(names - {""}) == 2
    for server, calls in (("Ollama on this machine", "1"), ("OpenAI", "16")):
        page.get_by_label("Start from").select_option(server)
        assert page.get_by_label("Calls at once").input_value() == calls
    page.keyboard.press("Escape")  # leaves the form, as it leaves a dialog
    page.locator("#ck-set-name").wait_for(state="detached")
    page.locator("#ck-new-service:focus").wait_for()


def test_a_new_column_is_there_to_be_typed_into(
    page: Page, dashboard: Dashboard
) -> None:
    """And what it lacks is told at the field."""
    page.goto(dashboard.of("page=flows"))
    page.get_by_role("button", name="New flow").click()
    page.get_by_role("button", name="Add Extract a Table").click()
    page.get_by_role("button", name="Add a column").click()
    page.get_by_text("A value is needed.", exact=True).wait_for()
    page.locator("[id$='-columns-0-name']:focus").wait_for()
    page.keyboard.type("drug")
    page.get_by_text("A value is needed.", exact=True).wait_for(state="hidden")
