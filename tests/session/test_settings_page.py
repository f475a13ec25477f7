"""The page Settings, without a browser."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from overtaking import Slow, overtake

import curation_kit as ck
from curation_kit.errors import NotFound, WorkspaceError
from curation_kit.llm import SETTINGS, Price, Service, Settings
from curation_kit.session import SettingsPage

GIVEN = {"base_url": "http://localhost:8080/v1/", "key": "env:MY_KEY", "model": "tiny"}


class Page:
    """A page, what it told, and what its tests of connections will say."""

    def __init__(self, workspace: ck.Workspace) -> None:
        self.told: list[str] = []
        self.failed: list[Exception] = []
        self.go_on = threading.Event()
        self.page = SettingsPage(
            workspace,
            noted=self.told.append,
            failed=self.failed.append,
            check=self._check,
        )

    def _check(self, settings: Settings, name: str) -> dict[str, Any]:
        assert self.go_on.wait(30)
        if settings.services[name].model == "broken":
            raise OSError("broken")
        return {"ok": True, "summary": f"{name} answers.", "models": ["a", "tiny"]}


@pytest.fixture
def made(workspace: ck.Workspace) -> Page:
    """The page of an empty workspace."""
    return Page(workspace)


def save(page: SettingsPage, name: str = "local", **given: Any) -> None:
    """Add a service as the form does."""
    page.new()
    page.save(name, {**GIVEN, **given})


def test_a_service_is_added_edited_and_removed(
    workspace: ck.Workspace, made: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file holds what was typed; empty fields have their defaults."""
    monkeypatch.delenv("MY_KEY", raising=False)
    page = made.page
    prices = {"tiny": {"input": "0.5", "output": "2"}}
    save(page, " local ", requests_per_minute="60", timeout="", prices=prices)
    assert page.form == {}
    [row] = page.services
    assert (row["name"], row["is_default"], row["key_found"]) == ("local", True, False)
    assert workspace.settings.services["local"] == Service(
        base_url="http://localhost:8080/v1",
        key="env:MY_KEY",
        model="tiny",
        requests_per_minute=60,
        prices={"tiny": Price(input=0.5, output=2)},
    )
    save(page, "other")
    page.make_default("local")
    monkeypatch.setenv("MY_KEY", "secret")
    page.edit("local")
    assert page.form["values"]["requests_per_minute"] == 60
    page.save("renamed", {**GIVEN, "requests_per_minute": ""})
    assert [row["name"] for row in page.services] == ["renamed", "other"]
    assert page.services[0]["key_found"]
    assert workspace.settings.default_service == "renamed"
    page.remove("renamed")
    assert list(workspace.settings.services) == ["other"]
    assert workspace.settings.default_service == ""
    assert "“renamed” is removed" in made.told[-1]


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("base_url", "", "This is needed"),
        ("base_url", "api.openai.com", "Give an address such as https://"),
        ("base_url", "https://me:secret@host/v1", "without user name, password"),
        ("base_url", "https://host/v1?key=secret", "without user name, password"),
        ("proxy", "http://me:secret@host:3128", "without user name, password"),
        ("key", "env:sk-proj-secret", "never the key itself"),
        ("key", "keyring:sk-proj-0123456789secret0123456789", "never the key itself"),
        ("context", "many", "Give a whole number."),
        ("in_flight", "0", "from 1 on"),
        ("prices.tiny.input", "-1", "from 0 on"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(
    workspace: ck.Workspace, made: Page, field: str, value: str, told: str
) -> None:
    """And nothing is written; a secret that was typed is not repeated."""
    given: dict[str, Any] = {field: value}
    if field.startswith("prices"):
        field, given = (
            "prices.tiny.input",
            {"prices": {"tiny": {"input": value, "output": 1}}},
        )
    save(made.page, **given)
    wrong = made.page.form["wrong"]
    assert told in wrong.pop(field)
    assert wrong == {}
    assert "secret" not in str(made.page.form["wrong"])
    assert not (workspace.path / SETTINGS).exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("env:env:MY_KEY", "env:MY_KEY"),
        ("keyring:env:MY_KEY", "env:MY_KEY"),
        ("env:keyring:lab", "keyring:lab"),
    ],
)
def test_a_place_may_be_typed_as_in_a_terminal(
    workspace: ck.Workspace, made: Page, typed: str, kept: str
) -> None:
    """What is typed counts, not what was chosen beside it."""
    save(made.page, key=typed)
    assert workspace.settings.services["local"].key == kept


def test_a_wrong_place_is_told_in_the_words_of_the_form(made: Page) -> None:
    """The form asks for a name, and has no prefix."""
    save(made.page, key="env:my key")
    assert made.page.form["wrong"]["key"].startswith("Give the name of the variable")
    assert "env:" not in made.page.form["wrong"]["key"]


def test_names_are_needed_and_unique(made: Page) -> None:
    """Two services of one name could not be told apart."""
    save(made.page, "  ")
    assert made.page.form["wrong"]["name"] == "Give the service a name."
    for odd in ("two\nlines", "turned \u202e round", "a" * 61):
        save(made.page, odd)
        assert "one line of at most 60" in made.page.form["wrong"]["name"]
    save(made.page, "one")
    save(made.page, "one")
    assert "already" in made.page.form["wrong"]["name"]
    made.page.close()
    with pytest.raises(NotFound, match="begin again"):
        made.page.save("one", GIVEN)


def test_a_connection_is_tested_in_a_thread(made: Page) -> None:
    """The page is told that it runs; then what came of it, and the models."""
    page = made.page
    save(page)
    page.test("local")
    page.test("local")  # runs already
    assert page.checks == {"local": {"running": True}}
    made.go_on.set()
    page.join(30)
    assert page.checks["local"]["summary"] == "local answers."
    assert page.services[0]["models"] == ["tiny", "a"]
    page.edit("local")
    page.save("local", GIVEN)
    assert page.checks == {}, "it may be another service now"


def test_a_test_that_breaks_is_told(made: Page) -> None:
    """And the button can be pressed again."""
    made.go_on.set()
    save(made.page, model="broken")
    made.page.test("local")
    made.page.join(30)
    assert made.page.checks == {"local": {}}
    assert [str(error) for error in made.failed] == ["broken"]


def test_a_service_that_was_edited_meanwhile_has_no_old_result(made: Page) -> None:
    """What the test says is about another one."""
    page = made.page
    save(page)
    page.test("local")
    page.edit("local")
    page.save("local", GIVEN)
    made.go_on.set()
    page.join(30)
    assert page.checks.get("local", {}) == {}


def test_the_budget_of_a_day(workspace: ck.Workspace, made: Page) -> None:
    """Empty is no cap; what is no amount is refused."""
    page = made.page
    page.set_general({"daily_budget": "2.5", "answers_megabytes": "200"})
    assert workspace.settings.daily_budget == 2.5
    assert page.general == {
        "daily_budget": 2.5,
        "answers_megabytes": 200,
        "spent_today": 0,
    }
    page.set_general({"daily_budget": "", "answers_megabytes": "200"})
    assert workspace.settings.daily_budget is None
    with pytest.raises(WorkspaceError, match=r"^Budget of a day: Give a number"):
        page.set_general({"daily_budget": "much", "answers_megabytes": "200"})


def test_what_was_saved_last_is_shown(
    workspace: ck.Workspace, made: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when a test that has just ended reads the settings of before."""
    added, slow = workspace.spending.of_day, Slow()

    def late() -> object:
        slow.hold()
        return added()

    monkeypatch.setattr(workspace.spending, "of_day", late)
    given = {"daily_budget": "5", "answers_megabytes": 64}
    overtake(slow, made.page.refresh, lambda: made.page.set_general(given))
    assert made.page.general["daily_budget"] == 5


def test_settings_that_cannot_be_read_are_told_on_the_page(
    workspace: ck.Workspace, made: Page
) -> None:
    """The file is named; mended, it is there again."""
    save(made.page)
    path = workspace.path / SETTINGS
    good = path.read_text()
    path.write_text("a: b\nservices: [")
    made.page.refresh()
    assert "is not valid YAML in line 2: expected" in made.page.problem
    path.write_text("services: 7")
    made.page.refresh()
    assert str(path) in made.page.problem
    assert made.page.services == []
    path.write_text(good)
    made.page.refresh()
    assert made.page.problem == ""
    assert len(made.page.services) == 1
