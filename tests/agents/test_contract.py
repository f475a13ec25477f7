from __future__ import annotations

import os
from types import MappingProxyType
from typing import Any

import pytest
from fakes import FakeExtractor, FakeInput, FakeValidator
from pydantic import ConfigDict, Field

from curation_kit.agents import (
    Agent,
    Extractor,
    Formatter,
    InputAgent,
    Options,
    agents,
    options_schema,
    register,
)
from curation_kit.agents.contract import complaint
from curation_kit.agents.formatters import CsvFormatter
from curation_kit.records import Record


class Half(Extractor):
    """Has no name and cannot extract."""


class Bare(Agent):
    """Stands at no place of a flow."""

    kind, name, title = "extractor", "bare", "Bare"


class Unnamed(FakeInput):
    """Has a name that nobody can write."""

    name = " "


class Numbered(FakeInput):
    """Has a version that is no text."""

    version = 2


class Stray(FakeInput):
    """Says that it is something else."""

    kind = "output"


class Listed(FakeInput):
    """Has reasons without sentences."""

    reasons = ["no gene"]  # noqa: RUF012 - a mistake


class Rowless(FakeExtractor):
    """Gives rows of any shape."""

    record = dict


class Paged(FakeExtractor):
    """Gives rows with columns that tables have of their own."""

    class Row(Record):
        """A row of a text, and where it is."""

        page: str
        gene: str
        evidence: str

    record = Row


class Mistyped(FakeExtractor):
    """Names an ontology of a column that its rows do not have."""

    class Row(Record):
        """A row with a place."""

        ontologies = MappingProxyType({"tisue_label": "UBERON"})
        tissue_label: str

    record = Row


class Recordless(Extractor):
    """Does not say what it gives."""

    name, title = "recordless", "Recordless"

    def extract(self, paper: Any) -> list[Any]:
        """Give nothing."""
        del paper
        return []


class Formless(Formatter):
    """Does not say what its files are called."""

    name, title = "formless", "Formless"

    def format(self, *arguments: Any) -> bytes:
        """Give nothing."""
        del arguments
        return b""


class Dotted(Formless):
    """Has an extension that makes no name of a file."""

    extension = ".txt"


class Loose(FakeValidator):
    """Has options that are no model."""

    Options = dict


class Unset(FakeValidator):
    """Reads the environment when its options are made."""

    class Options(Options):
        """Needs a variable that is not set."""

        folder: str = Field(default_factory=lambda: os.environ["NOBODY_SETS_THIS"])

    Options = Options


class Undefined(FakeValidator):
    """Has an option of a type that is not there."""

    class Options(Options):
        """Names a type that nobody wrote."""

        shape: Nowhere  # noqa: F821 - a mistake

    Options = Options


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (dict, "no subclass of Agent"),
        ("csv", "no subclass of Agent"),
        (Half, "Half does not define name, title, record, extract"),
        (Recordless, "Recordless does not define record"),
        (Formless, "Formless does not define extension"),
        (Dotted, "Dotted has the extension '.txt': give letters and digits"),
        (Bare, "Bare is no InputAgent, Extractor, Validator or Formatter"),
        (Stray, "Stray is of the kind input: it cannot have another"),
        (Unnamed, "Unnamed has an empty name"),
        (Numbered, "Numbered has the version 2, which is no text"),
        (Listed, "Listed has reasons that are no mapping"),
        (Rowless, "Rowless has the record <class 'dict'>, which is no subclass"),
        (Paged, "the record Row with evidence, page, which all tables have"),
        (Mistyped, "the record Row with an ontology for tisue_label, which is no col"),
        (Loose, "Loose has options that are no subclass of Options"),
        (Unset, "options that cannot be made: KeyError: 'NOBODY_SETS_THIS'"),
        (Undefined, "options that cannot be made: PydanticUndefinedAnnotation"),
    ],
)
def test_what_is_no_agent_is_refused(agent: object, told: str) -> None:
    """It is said what is wrong with it, and nothing is registered."""
    before = agents()

    assert told in complaint(agent)
    with pytest.raises(TypeError):
        register(agent)
    assert agents() == before


def test_agents_are_agents() -> None:
    """Ours, and those whose records depend on their options."""

    class Chooser(Recordless):
        """Makes its model of records when it knows its options."""

        name = "chooser"

        @classmethod
        def record_for(cls, options: object) -> Any:
            """Give the model."""
            del options
            return FakeExtractor.record

    assert [complaint(agent) for agent in agents().values()] == [None] * len(agents())

    class Forgetful(Recordless):
        """Has left out ``@classmethod``: what it does is told of its steps."""

        name = "forgetful"

        def record_for(self) -> Any:
            """Give nothing."""

    assert complaint(Chooser) is None
    assert complaint(Forgetful) is None
    assert complaint(CsvFormatter) is None
    assert issubclass(FakeInput, InputAgent)


def test_options_that_no_schema_can_tell_have_an_empty_one() -> None:
    """They can still be given in a flow file."""

    class Odd(FakeInput):
        """Has an option of a class of its own."""

        class Options(Options):
            """Any object is taken."""

            model_config = ConfigDict(arbitrary_types_allowed=True)
            shape: Half | None = None

        Options = Options

    assert options_schema(Odd) == {}
    assert "taxon" in options_schema(FakeValidator)["properties"]
