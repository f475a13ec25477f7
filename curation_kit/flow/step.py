"""One step of a flow, and the records that steps give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import to_jsonable_python

from curation_kit.agents import Agent, Extractor, ModelOptions, Options, get_agent
from curation_kit.errors import FlowError
from curation_kit.phrases import shown
from curation_kit.records import Record

__all__ = ["Step", "Written", "record_models", "sentences"]


class Written(BaseModel):
    """What people write: an error of theirs is a `FlowError`, in sentences."""

    if not TYPE_CHECKING:  # to type checkers the parameters are the fields

        def __init__(self, **given: Any) -> None:
            try:
                super().__init__(**given)
            except ValidationError as error:
                raise FlowError(sentences(error, type(self))) from error

        # Pydantic then validates what is nested without it, and tells the place.
        __init__.__pydantic_base_init__ = True

    @model_validator(mode="before")
    @classmethod
    def _without_empty_keys(cls, given: Any) -> Any:
        """Take a key of YAML with nothing behind it for one that is left out."""
        if not isinstance(given, dict):
            return given
        left_out = {name for name in cls.model_fields if given.get(name, "") is None}
        return {name: one for name, one in given.items() if name not in left_out}


class Step(Written):
    """One step of a flow.

    Attributes
    ----------
    agent
        Name of the agent, as `curation_kit.agents.agents` lists it.
    options
        The agent's options; those left out have their default.
    instructions
        Custom instructions, for agents that read them.
    """

    model_config = ConfigDict(extra="forbid")

    agent: str
    options: dict[str, Any] = Field(default_factory=dict)
    instructions: str = ""

    @field_validator("options", mode="before")
    @classmethod
    def _storable(cls, options: Any) -> Any:
        """Give options that JSON and YAML can hold: a loop may give NumPy's numbers."""
        return to_jsonable_python(options, fallback=_plain)

    def prepared(self) -> tuple[type[Agent], Options]:
        """Give its agent, and its options as the agent has them."""
        agent = get_agent(self.agent)
        return agent, agent.Options.model_validate(self.options)

    def model_options(self) -> ModelOptions | None:
        """Give its options if it asks a model, None if it does not."""
        agent, options = self.prepared()
        if isinstance(options, ModelOptions) and agent.asks_model(options):
            return options
        return None


def _plain(value: Any) -> Any:
    """Give what `to_jsonable_python` does not know."""
    if isinstance(value, PathLike):
        return fspath(value)
    if hasattr(value, "tolist"):
        return value.tolist()
    raise ValueError(f"{shown(value)} cannot be written down as JSON or YAML")


def record_models(
    steps: Sequence[Step], agents: Sequence[type[Agent]]
) -> Iterator[tuple[type[Record], str]]:
    """Give the model of each extractor's records, and the extractor's name."""
    for step, agent in zip(steps, agents, strict=True):
        if issubclass(agent, Extractor):
            options = agent.Options.model_validate(step.options)
            yield agent.record_for(options), agent.name


def sentences(error: ValidationError, model: type[BaseModel]) -> list[str]:
    """What is wrong with a flow or a step, in the words of who wrote it."""
    found = []
    for item in error.errors():
        place = [*item["loc"]]
        where, known = f"The {model.__name__.lower()}", model.model_fields
        if place[:1] == ["steps"] and len(place) > 1:
            where, known = f"Step {int(place[1]) + 1}", Step.model_fields
            place = place[2:]
        key = ".".join(str(part) for part in place)
        match item["type"]:
            case "extra_forbidden":
                told = f'has no key "{key}". Its keys: {", ".join(known)}.'
            case "missing":
                told = f'needs the key "{key}".'
            case "model_type" | "dict_type" if not key:
                told = f"has no keys. Its keys: {', '.join(known)}."
            case _:
                said = item["msg"].removeprefix("Value error, ")
                told = f'has a wrong "{key}": {said}.'
        found.append(f"{where} {told}")
    return found
