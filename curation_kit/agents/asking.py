"""Ask a model about each part of a paper."""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from curation_kit.agents.base import CHARACTERS_PER_TOKEN, ModelOptions
from curation_kit.agents.chunks import Chunk, chunks
from curation_kit.agents.paper import Paper
from curation_kit.errors import AnswerFailure, DocumentFailure, FailureCategory
from curation_kit.llm import Load, Request, Service

__all__ = ["NOTHING", "Answer", "ChunkOptions", "Question", "Quotes"]

#: What models write for nothing, in spite of what they are told.
NOTHING = frozenset({"", "null", "n/a"})

#: What a statement stands on; models write one quote without a list.
Quotes = Annotated[
    list[str], BeforeValidator(lambda said: [said] if isinstance(said, str) else said)
]

#: What a token of a paper has at least, with its numbers, symbols and names: for
#: parts that shall fit. Estimates take `CHARACTERS_PER_TOKEN`.
_FEWEST = 3

#: Characters of a request beside prompt, schema and paper, at most.
_AROUND = 600

#: Longest answer in tokens, and its share of a context that is small.
_LONGEST_ANSWER, _ANSWER_SHARE = 4096, 4

#: Characters of a part that are worth a question, at least.
_LEAST = 500

#: Parts and halves without a usable answer after which a paper is given up, if there
#: was none yet: the halves of two parts. A model that cannot give the shape would
#: be paid for all of the paper otherwise.
_HOPELESS = 4

#: Parts of a paper that are asked about at the same time, once one was answered. The
#: service admits as many calls as it allows, of whatever paper.
_AT_ONCE = 8

#: Tokens of an answer for each token of paper: assumed, for estimates.
_ANSWER_PER_TOKEN = 0.15


class Answer(BaseModel):
    """Base of what a model is asked to answer.

    It is asked for in the strict way of JSON schemas, all fields and no others,
    and read in the lenient way: what is left out or null has its default, a number
    will do for a text, and what was not asked for, such as an identifier, is ignored.
    The list itself needs to be there: an answer about something else is none, not an
    empty one.
    """

    @staticmethod
    def _strict(schema: dict[str, Any]) -> None:
        properties = schema.get("properties", {})
        schema["required"] = list(properties)
        schema["additionalProperties"] = False
        for one in properties.values():
            one.pop("default", None)

    model_config = ConfigDict(
        extra="ignore", coerce_numbers_to_str=True, json_schema_extra=_strict
    )

    @model_validator(mode="before")
    @classmethod
    def _without_nothing(cls, said: Any) -> Any:
        if not isinstance(said, dict):
            return said
        return {name: one for name, one in said.items() if not cls._is_nothing(one)}

    @staticmethod
    def _is_nothing(said: Any) -> bool:
        return said is None


class ChunkOptions(ModelOptions):
    """Base of the options of an agent that asks about each part of a paper."""

    chunk_characters: int = Field(
        default=12_000,
        ge=_LEAST,
        description=(
            "Longest part of a paper that a model is asked about at once, in "
            "characters; shorter parts find more and cost more."
        ),
    )


A = TypeVar("A", bound=Answer)


@dataclass(frozen=True, slots=True)
class Question(Generic[A]):
    """What a model is asked about each part.

    Attributes
    ----------
    prompt
        What it shall do.
    shape
        Model of its answers.
    share
        Of the room in the context, what the paper may take; the rest is for what
        stands beside it.
    """

    options: ChunkOptions
    prompt: str
    shape: type[A]
    share: float = 1.0

    def ask(
        self,
        paper: Paper,
        kinds: Collection[str],
        beside: Callable[[Chunk], str] = lambda _: "",
    ) -> Iterator[tuple[Chunk, A]]:
        """Ask about each part of a paper; give those that were answered, in order.

        When the first one is answered, the others are asked about at the same time.
        A part without a usable answer is asked about once more, in halves. If
        these have none either, the ledger tells which part of the paper is missing.

        Parameters
        ----------
        kinds
            Kinds of sections that are read.
        beside
            Gives what stands below a part, such as what is known of it.

        Raises
        ------
        DocumentFailure
            If no part was answered, or none of the first (`_HOPELESS`): it tells
            how many were not asked about. Or the service cannot be asked at all.
        """
        ledger, text = paper.ledger, paper.text
        service = paper.models.service(self.options.service)
        parts = chunks(text, kinds, self._room(service), ledger)
        if not parts:
            ledger.notes.append(
                "The model was not asked: the paper has no text in the sections that "
                "the step reads."
            )
        waiting = deque((part, True) for part in parts)
        missing: list[tuple[Chunk, AnswerFailure]] = []
        answered = 0

        def call(chunk: Chunk) -> Callable[[], A]:
            content = "\n\n".join(filter(None, [chunk.quoted(text), beside(chunk)]))
            request = self._request(service, content)
            return partial(paper.models.ask, request, self.shape)

        threads, asked = ThreadPoolExecutor(_AT_ONCE), dict[Chunk, Future[A]]()
        try:
            while waiting:
                chunk, whole = waiting.popleft()
                ledger.chunks_sent += 1
                try:
                    answer = asked[chunk].result() if chunk in asked else call(chunk)()
                except AnswerFailure as failure:
                    halves = chunk.halves(text) if whole else []
                    if len(halves) > 1:
                        ledger.chunks_sent -= 1  # its halves are counted in its place
                        waiting.extendleft((half, False) for half in reversed(halves))
                    else:
                        ledger.chunks_unparseable += 1
                        missing.append((chunk, failure))
                        if len(missing) == _HOPELESS and not answered:
                            break
                    continue
                ledger.chunks_answered += 1
                answered += 1
                if answered == 1:
                    with suppress(RuntimeError):  # no thread can be started: in turn
                        for part in (part for part, whole in waiting if whole):
                            asked[part] = threads.submit(call(part))
                yield chunk, answer
        finally:
            # Answers under way are paid for; who presses Ctrl-C does not wait for them.
            wait = sys.exc_info()[0] is not KeyboardInterrupt
            threads.shutdown(wait, cancel_futures=True)
        if missing and not answered:
            left = sum(whole for _, whole in waiting)
            raise _failure(missing[0][1], left, len(parts))
        ledger.notes += [
            f"The model gave no usable answer about a part of the paper "
            f"({chunk.told(text)}), so what is in it is missing: {failure} "
            f"{failure.hint}".strip()
            for chunk, failure in missing
        ]

    def load(self, characters: int, service: Service) -> Load:
        """About what it takes to read so many characters."""
        calls = ceil(characters / max(self._size(service), _LEAST))
        tokens = characters / CHARACTERS_PER_TOKEN
        fixed = self._fixed() / CHARACTERS_PER_TOKEN
        return Load(
            calls,
            ceil(calls * fixed + tokens / self.share),
            ceil(tokens * _ANSWER_PER_TOKEN),
            at_once=_AT_ONCE,
        )

    def _room(self, service: Service) -> int:
        """Characters of a part; raise if the service has too little room for one."""
        size = self._size(service)
        if size < _LEAST:
            raise DocumentFailure(
                FailureCategory.FLOW,
                f'The context of the service "{self.options.service}", '
                f"{service.context:,} tokens, is too small for this step: its prompt "
                "leaves no room for the paper.",
                "Choose a model with a larger context, and give its size in the "
                "settings of the service; or shorten the instructions.",
            )
        return size

    def _request(self, service: Service, content: str) -> Request:
        return Request(
            service=self.options.service,
            model=self.options.model or service.model,
            instructions=self.prompt,
            content=content,
            max_tokens=_answer_tokens(service),
        )

    def _fixed(self) -> int:
        """Characters of a request that are the same for each part."""
        schema = json.dumps(self.shape.model_json_schema())
        return len(self.prompt) + len(schema) + _AROUND

    def _size(self, service: Service) -> int:
        """Characters of a paper that fit, beside prompt, schema and answer."""
        tokens = service.context - _answer_tokens(service) - self._fixed() // _FEWEST
        room = int(tokens * _FEWEST * self.share)
        return min(room, self.options.chunk_characters)


def _failure(first: AnswerFailure, left: int, parts: int) -> DocumentFailure:
    """Why a paper fails, by its first failure; `left` parts were not asked about."""
    if not left:
        return first
    return DocumentFailure(
        first.category,
        f"{first.message} The model was not asked about {left} of the {parts} parts "
        "of the paper.",
        f"{first.hint} With the same model a retry pays for the same parts again.",
    )


def _answer_tokens(service: Service) -> int:
    return min(_LONGEST_ANSWER, service.context // _ANSWER_SHARE)
