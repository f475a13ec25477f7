"""What an agent is: one class, one step of a flow.

Write one by subclassing `Extractor`, `Validator`, `Formatter` or
`InputAgent`, and offer it under the entry-point group
``curation_kit.agents``. Agents run in worker processes: they see one paper,
keep no state between papers and write no files.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from curation_kit.documents.text import DocumentText
from curation_kit.evidence import Aligner, cut_evidence, cut_mention
from curation_kit.llm import Calls, Load, Models, NoCalls, NoModels, Service
from curation_kit.records import Evidence, Ledger, Mention, Record

__all__ = [
    "Agent",
    "Extractor",
    "Formatter",
    "InputAgent",
    "Kind",
    "ModelOptions",
    "Options",
    "Paper",
    "Validator",
    "joined",
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


def joined(*instructions: str) -> str:
    """Instructions of a flow and of its step as one text."""
    return "\n\n".join(filter(None, map(str.strip, instructions)))


@dataclass(slots=True)
class Paper:
    """One document on its way through a flow.

    Attributes
    ----------
    id
        SHA-256 of the file's bytes, in hex.
    name
        File name as the curator knows it.
    path
        Where the worker finds the PDF.
    flow_instructions
        The flow's initial instructions, for agents that read them.
    ledger
        Each agent adds what it read and judged.
    answers
        Answers of services other than models: an agent looks here before it
        asks one, and puts each valid answer here as soon as it arrives.
    models
        The models of the workspace, with pacing, budget and kept answers.
    read_text
        Reads the text when it is first asked for, if no step has.
    """

    id: str
    name: str
    path: Path
    flow_instructions: str = ""
    ledger: Ledger = field(default_factory=Ledger)
    answers: Calls = field(default_factory=NoCalls)
    models: Models = field(default_factory=NoModels)
    read_text: Callable[[], DocumentText] | None = None
    _text: DocumentText | None = None
    _aligner: Aligner | None = None

    @property
    def text(self) -> DocumentText:
        """The paper's text, once an input step has read it."""
        if self._text is None and self.read_text is not None:
            self._text = self.read_text()
        if self._text is None:
            message = (
                f"{self.name} was not read: the flow has no input step before this one."
            )
            raise RuntimeError(message)
        return self._text

    @text.setter
    def text(self, text: DocumentText) -> None:
        self._text, self._aligner = text, None

    def instructions(self, of_step: str) -> str:
        """Instructions for a step: those of the flow, then its own."""
        return joined(self.flow_instructions, of_step)

    def evidence(self, start: int, end: int) -> Evidence:
        """Cut a quote out of the paper, with page, section and boxes."""
        return cut_evidence(self.text, start, end)

    def align(
        self, quote: str, *, section: str | None = None, after: int = 0
    ) -> Evidence:
        """Find a quote that somebody claims to be in the paper.

        For agents whose quotes come from a model; see `Aligner.align`.

        Parameters
        ----------
        quote
            What is said to be in the paper.
        section
            Of several places as good, take one in a section of this kind.
        after
            Of several places as good, take the first from this offset on.
        """
        return self._aligned().align(quote, section=section, after=after)

    def align_all(
        self, quotes: Iterable[str], *, section: str | None = None
    ) -> list[Evidence]:
        """Find quotes that were taken from the paper in its order.

        See `Aligner.align_all`.
        """
        return self._aligned().align_all(quotes, section=section)

    def _aligned(self) -> Aligner:
        """The paper's aligner, made when it is first asked for."""
        if self._aligner is None:
            self._aligner = Aligner(self.text)
        return self._aligner

    def mention(self, column: str, start: int, end: int) -> Mention:
        """Where a value of a record stands, for `Evidence.mentions`, with boxes."""
        return cut_mention(self.text, column, start, end)


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
