"""What an agent asks a model."""

from __future__ import annotations

from dataclasses import dataclass, fields

from pydantic import BaseModel

from curation_kit.llm.answers import answer_key
from curation_kit.llm.structured import in_words, schema_of

__all__ = ["Load", "Request"]

#: Most tokens that a service puts around the texts: roles, and marks between
#: messages.
MARKS = 256


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a model: all that decides its answer, with the shape of it.

    Attributes
    ----------
    service
        Name of a service in the settings of the workspace.
    model
        Name of the model, as the service knows it.
    instructions
        What the model shall do: the only text it may take orders from.
    content
        What it shall do it with, such as a part of a paper: data.
    temperature
        0 asks for the most likely answer.
    max_tokens
        Longest answer; a longer one is cut off and cannot be used.
    """

    service: str
    model: str
    instructions: str
    content: str
    temperature: float = 0.0
    max_tokens: int = 4096

    def key(self, shape: type[BaseModel]) -> str:
        """Key of its answer in the answer cache."""
        # Not `asdict`, which copies all there is.
        own = {name: getattr(self, name) for name in _FIELDS}
        return answer_key({**own, "schema": schema_of(shape)})

    def most_tokens(self, shape: type[BaseModel]) -> int:
        """Bound of the tokens that go in: none is shorter than one UTF-8 byte."""
        texts = (self.instructions, self.content, in_words(shape))
        return sum(len(text.encode()) for text in texts) + MARKS


_FIELDS = tuple(field.name for field in fields(Request))


@dataclass(frozen=True, slots=True)
class Load:
    """What a step would ask of a model, as far as can be told before.

    Attributes
    ----------
    calls, input_tokens, output_tokens
        How much in all.
    at_once
        Calls about one document that may be under way at the same time, once the
        first was answered.
    """

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    at_once: int = 1

    def __add__(self, other: Load) -> Load:
        return Load(
            self.calls + other.calls,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            max(self.at_once, other.at_once),
        )

    def times(self, factor: int) -> Load:
        """Give so many times the load."""
        return Load(
            self.calls * factor,
            self.input_tokens * factor,
            self.output_tokens * factor,
            self.at_once,
        )
