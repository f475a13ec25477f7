"""What an agent is: one class, one step of a flow.

Write one by subclassing `Extractor`, `Validator`, `Formatter` or
`InputAgent`, and offer it under the entry-point group
``curation_kit.agents``. Agents run in worker processes: they see one paper,
keep no state between papers and write no files.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from curation_kit.agents.paper import Paper
from curation_kit.documents.text import DocumentText
from curation_kit.llm import Load, Service
from curation_kit.records import Record

__all__ = [
    "CHARACTERS_PER_TOKEN",
    "Agent",
    "Extractor",
    "Formatter",
    "InputAgent",
    "Kind",
    "ModelOptions",
    "Options",
    "Validator",
]


#: Of English prose, as common tokenizers cut it: for estimates.
CHARACTERS_PER_TOKEN = 4

#: Assumed for an estimate.
TOKENS_PER_ANSWER = 500


class Kind(StrEnum):
    """Where in a flow an agent may stand, in the order of a flow."""

    INPUT = "input"
    EXTRACTOR = "extractor"
    VALIDATOR = "validator"
    OUTPUT = "output"


class Options(BaseModel):
    """Base of an agent's options: unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ModelOptions(Options):
    """Base of the options of an agent that may ask a model.

    What is left empty is filled in when a job is made: the job keeps the names.
    """

    service: str = Field(
        default="",
        description="Model service that is asked; empty: the default one.",
        json_schema_extra={"control": "service"},
    )
    model: str = Field(
        default="",
        description="Model that is asked; empty: that of the service.",
        json_schema_extra={"control": "model"},
    )


class Agent(ABC):
    """Common part of all agents.

    Attributes
    ----------
    name
        Name used in flows, for instance ``gene_expression``.
    title, description
        What the curator reads in the list of agents.
    reasons
        For each reason for which it drops candidates (`Ledger.drop`), a
        sentence that tells the curator what it means.
    version
        Change it whenever the same paper could give another result: results
        of steps are reused while it stays. People see it in the list of agents.
    Options
        Model of the agent's options.
    reads_instructions, requires_instructions
        Whether custom instructions change what the agent does, and whether
        it cannot work without them.
    io_bound
        Whether it mostly waits for the network. Then many papers are in this
        step at once, in threads of one process: it must be thread-safe and
        must not use PyMuPDF.
    """

    kind: ClassVar[Kind]
    name: ClassVar[str]
    title: ClassVar[str]
    description: ClassVar[str] = ""
    version: ClassVar[str] = "1"
    reasons: ClassVar[Mapping[str, str]] = {}
    Options: ClassVar[type[Options]] = Options
    reads_instructions: ClassVar[bool] = False
    requires_instructions: ClassVar[bool] = False
    io_bound: ClassVar[bool] = False

    @classmethod
    def asks_model(cls, options: BaseModel) -> bool:
        """Whether a step with these options asks a model."""
        return isinstance(options, ModelOptions)

    @classmethod
    def waits(cls, options: BaseModel) -> bool:
        """Whether a step with these options mostly waits; see `io_bound`."""
        return cls.io_bound or cls.asks_model(options)

    @classmethod
    def reads(cls, options: BaseModel) -> bool:
        """Whether custom instructions change what a step with these options does."""
        del options
        return cls.reads_instructions or cls.requires_instructions

    @classmethod
    def idle_options(cls, options: BaseModel) -> frozenset[str]:
        """Names of the options that change nothing as the others are.

        Forms leave them out, and results are used again whatever they are.
        """
        if isinstance(options, ModelOptions) and not cls.asks_model(options):
            return frozenset(ModelOptions.model_fields)
        return frozenset()

    @classmethod
    def prompt(cls, options: BaseModel, instructions: str = "") -> str:
        """What a step with these options tells the model to do; "" if it asks none.

        Parameters
        ----------
        instructions
            Those of the flow and of the step, which come first.
        """
        del options, instructions
        return ""

    @classmethod
    def load(cls, options: BaseModel, characters: int, service: Service) -> Load:
        """About what a step would ask of a model, for a paper of so many characters."""
        del service
        if not cls.asks_model(options):
            return Load()
        return Load(1, characters // CHARACTERS_PER_TOKEN, TOKENS_PER_ANSWER)

    def __init__(
        self, options: Mapping[str, Any] | None = None, instructions: str = ""
    ) -> None:
        self.options = self.Options.model_validate(dict(options or {}))
        self.instructions = instructions

    def identity(self) -> dict[str, Any]:
        """What decides the agent's result besides its input, as JSON values.

        An agent whose result depends on anything else, for instance on a
        model named in the environment, adds that.
        """
        return {
            "agent": self.name,
            "version": self.version,
            "options": self.options.model_dump(
                mode="json", exclude={*self.idle_options(self.options)}
            ),
            "instructions": self.instructions if self.reads(self.options) else "",
        }


class InputAgent(Agent):
    """Reads the document; every flow starts with one."""

    kind = Kind.INPUT

    @abstractmethod
    def read(self, paper: Paper) -> DocumentText:
        """Read the paper's file; raise `DocumentFailure` when it cannot be read."""


class Extractor(Agent):
    """Finds records in the paper's text; never emits identifiers."""

    kind = Kind.EXTRACTOR
    record: ClassVar[type[Record]]

    @classmethod
    def record_for(cls, options: BaseModel) -> type[Record]:
        """Model of the records that a step with these options gives."""
        del options
        return cls.record

    @abstractmethod
    def extract(self, paper: Paper) -> Iterable[Record]:
        """Give the records found, each with evidence cut from the text."""


class Validator(Agent):
    """Turns labels into identifiers, or checks records against a source."""

    kind = Kind.VALIDATOR

    def problem(self, record: type[Record]) -> str:
        """What keeps it from checking records of a kind, as a sentence; or nothing."""
        del record
        return ""

    @abstractmethod
    def validate(self, paper: Paper, records: Sequence[Record]) -> Iterable[Record]:
        """Give the records back, checked; the order is kept."""


class Formatter(Agent):
    """Writes the records of one paper as a file.

    Attributes
    ----------
    extension
        File name extension without the dot.
    """

    kind = Kind.OUTPUT
    extension: ClassVar[str]

    @abstractmethod
    def format(
        self, paper: Paper, records: Sequence[Record], record: type[Record]
    ) -> bytes:
        """Give the bytes of the result file; `record` names the columns."""
