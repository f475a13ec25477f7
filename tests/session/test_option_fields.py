from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any, ClassVar, Literal

import pytest
from fakes import FakeValidator
from pydantic import BaseModel, Field

from curation_kit.agents import Options, get_agent
from curation_kit.errors import FlowError
from curation_kit.session.option_fields import fields_of, read_yaml


class Colour(StrEnum):
    """Of a stain."""

    RED = "red"
    GREEN = "green"


class Inner(BaseModel):
    """A nested model."""

    depth: int = 1


class Item(BaseModel):
    """One of several."""

    label: str = Field(description="What it is called.")
    colour: Colour = Colour.RED
    tags: list[str] = Field(default_factory=list)
    on: bool = False


class Opaque:
    """A type that no JSON schema knows."""


class Many(Options):
    """One option of each kind."""

    model_config: ClassVar[dict[str, Any]] = {"arbitrary_types_allowed": True}

    flag: bool = False
    text: str = "a"
    number: int = Field(default=3, ge=1, le=9)
    share: float | None = None
    stain: Colour = Colour.RED
    mode: Literal["fast", "slow"] | None = None
    level: Literal[1, 2] = 1
    several: list[Colour] = Field(default_factory=list)
    words: list[str] = Field(default_factory=lambda: ["b"])
    numbers: list[int] = Field(default=[1], min_length=1)
    items: list[Item] = Field(default_factory=list)
    mixed: list[Inner | str] = Field(default_factory=list)
    inner: Inner = Inner()
    table: dict[str, int] = Field(default_factory=dict)
    either: int | str = 1
    day: dt.date = dt.date(2026, 1, 2)
    needed: str = Field(title="What is needed", description="Say it.")


class Agent(FakeValidator):
    """Has one option of each kind."""

    name = "many"
    Options = Many


class Strange(FakeValidator):
    """Has an option of a type that no schema knows."""

    class Options(Options):
        """Takes anything."""

        model_config: ClassVar[dict[str, Any]] = {"arbitrary_types_allowed": True}

        thing: Opaque = Opaque()
        flag: bool = True
        other: Opaque = Field(default_factory=lambda data: data["thing"])


@pytest.mark.parametrize(
    ("name", "control"),
    [
        ("flag", "check"),
        ("text", "text"),
        ("number", "number"),
        ("share", "number"),
        ("stain", "choice"),
        ("mode", "choice"),
        ("level", "choice"),
        ("several", "choices"),
        ("words", "list"),
        ("numbers", "list"),
        ("items", "rows"),
        ("mixed", "yaml"),
        ("inner", "yaml"),
        ("table", "yaml"),
        ("either", "yaml"),
        ("day", "text"),
        ("needed", "text"),
    ],
)
def test_each_type_has_its_control(name: str, control: str) -> None:
    """The form follows from the model."""
    fields = {field.name: field for field in fields_of(Agent)}
    assert fields[name].control == control


def test_what_a_field_tells() -> None:
    """Label, description, default, limits and choices come from the model."""
    fields = {field.name: field for field in fields_of(Agent)}
    needed = fields["needed"]
    assert (needed.label, needed.description) == ("What is needed", "Say it.")
    assert needed.required
    assert fields["number"].limits == (1, 9)
    assert fields["stain"].choices == ["red", "green"]
    assert fields["level"].choices == [1, 2]
    assert fields["mode"].optional
    assert fields["inner"].default == {"depth": 1}
    assert fields["inner"].row()["default"] == "depth: 1"
    assert fields["day"].default == "2026-01-02"


@pytest.mark.parametrize(
    ("name", "shown", "value"),
    [
        ("number", "4", 4),
        ("number", "four", "four"),
        ("number", "inf", "Infinity"),
        ("share", " ", None),
        ("share", "0.5", 0.5),
        ("text", "", ""),
        ("words", "a\n\n b ", ["a", "b"]),
        ("numbers", "1\nx", [1, "x"]),
        ("inner", "depth: 2", {"depth": 2}),
        ("flag", True, True),
        ("level", 2, 2),
    ],
)
def test_what_is_typed_becomes_a_value(name: str, shown: object, value: object) -> None:
    """What does not fit is left for the model to complain of."""
    fields = {field.name: field for field in fields_of(Agent)}
    assert fields[name].parse(shown) == value


def test_a_type_that_no_form_knows_is_yaml() -> None:
    """A strange option of a plug-in breaks no page."""
    assert [field.control for field in fields_of(Strange)] == ["yaml"] * 3
    assert [field.default for field in fields_of(Strange)][1:] == [True, None]


def test_an_item_has_fields_of_its_own() -> None:
    """Named, described, needed or not, as those of the option's model are."""
    (items,) = [field for field in fields_of(Agent) if field.name == "items"]

    assert items.item == "Item"
    assert [(one.name, one.control) for one in items.fields] == [
        ("label", "text"),
        ("colour", "choice"),
        ("tags", "list"),
        ("on", "check"),
    ]
    label, colour, *_ = items.fields
    assert (label.required, label.description) == (True, "What it is called.")
    assert (colour.required, colour.choices, colour.default) == (
        False,
        ["red", "green"],
        "red",
    )
    assert items.shown([{"label": "a"}, "b"]) == [{"label": "a"}, {}]
    assert items.row()["fields"][0]["name"] == "label"


def test_options_of_the_model_come_last() -> None:
    """An agent's own options are what it is about."""
    names = [field.name for field in fields_of(get_agent("gene_expression"))]

    assert names[0] == "engine"
    assert {*names[-3:]} == {"service", "model", "chunk_characters"}


@pytest.mark.parametrize(
    "name", ["pdf", "extract", "gene_expression", "gene_validation", "csv"]
)
def test_our_own_agents_need_no_yaml(name: str) -> None:
    """A curator never has to know YAML for them."""
    assert all(field.control != "yaml" for field in fields_of(get_agent(name)))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: [", "not valid YAML in line 1"),
        ("a: &x [1]\nb: *x", "references"),
        ("a: !!python/object:os.system x", "not valid YAML"),
        ("[" * 5000, "nested too deeply"),
        ("x" * 300_000, "too long"),
    ],
)
def test_yaml_from_outside_is_read_with_care(text: str, problem: str) -> None:
    """What would hang, run or explode is refused in words."""
    with pytest.raises(FlowError, match=problem):
        read_yaml(text)


def test_yaml_gives_json_values() -> None:
    """Dates and infinity travel to the browser as text."""
    assert read_yaml("[2026-01-02, .inf, {1: a}]") == [
        "2026-01-02",
        "Infinity",
        {"1": "a"},
    ]
