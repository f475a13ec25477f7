"""Answers of a given shape: how they are asked for, and how they are read.

Servers differ in what they can promise, so what comes is always validated.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

__all__ = [
    "Mode",
    "NotOfShape",
    "correction",
    "in_words",
    "read",
    "response_format",
    "schema_of",
]

Shape = TypeVar("Shape", bound=BaseModel)

#: Models that think aloud do so before they answer.
_THOUGHTS = re.compile(r"\A.*</think(?:ing)?>", re.DOTALL)
_FENCED = re.compile(r"```[a-zA-Z]*\s*\n(.*?)```", re.DOTALL)
#: How an object begins; other braces, such as "{daf-2}", are talk.
_OBJECT = re.compile(r"""\{\s*["']""")
#: What is in an answer as often before and after slips in it are mended, unless
#: part of it is lost: a row, or rows that the model only hints at.
_KEPT = ("{", "}", "[", "]", "...", "…")
#: What is wrong with an answer is told up to so many mistakes.
_MOST_MISTAKES = 5


class Mode(StrEnum):
    """What a service is asked to promise of its answer, most first."""

    JSON_SCHEMA = "json_schema"
    JSON_OBJECT = "json_object"
    TEXT = "text"

    @property
    def next(self) -> Mode | None:
        """What to ask for where that is refused."""
        return dict(pairwise(Mode)).get(self)


class NotOfShape(Exception):  # noqa: N818 - data: it goes back to the model
    """An answer is not of the shape that was asked for.

    Attributes
    ----------
    mistakes
        What is wrong, for people and for the model.
    is_json
        Whether it is JSON at all.
    """

    def __init__(self, mistakes: str, *, is_json: bool) -> None:
        super().__init__(mistakes)
        self.mistakes = mistakes
        self.is_json = is_json


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON; of two values of one key, one would be lost."""
    found = dict(pairs)
    # NaN is not equal to itself.
    if lost := [k for k, v in pairs if found[k] is not v and found[k] != v]:
        raise NotOfShape(
            f'The key "{lost[0]}" stands twice in one object, with other values.',
            is_json=True,
        )
    return found


_DECODER = json.JSONDecoder(strict=False, object_pairs_hook=_object)


@lru_cache(maxsize=64)
def schema_of(shape: type[BaseModel]) -> dict[str, Any]:
    """Give the JSON Schema of a shape, made once; it is not to be changed."""
    return shape.model_json_schema()


@lru_cache(maxsize=64)
def _demanded(shape: type[BaseModel]) -> tuple[dict[str, Any], bool, str]:
    """Schema of a shape, whether it can be demanded strictly, and its text."""
    schema = copy.deepcopy(schema_of(shape))
    closed = [_close(part) for part in _parts(schema)]
    return schema, all(closed), json.dumps(schema, ensure_ascii=False)


def _parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Give the objects in a schema."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for part in schema.values():
            yield from _parts(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _parts(part)


def _close(part: dict[str, Any]) -> bool:
    """Demand all fields of an object and no others, as strict services do.

    False for an object whose fields have no names beforehand.
    """
    if part.get("additionalProperties") or "properties" not in part:
        return False
    part["additionalProperties"] = False
    part["required"] = list(part["properties"])
    for field in part["properties"].values():
        field.pop("default", None)
    return True


@lru_cache(maxsize=64)
def response_format(shape: type[BaseModel], mode: Mode) -> dict[str, Any] | None:
    """Give what a request says of the form of its answer; it is not to be changed."""
    if mode is Mode.TEXT:
        return None
    if mode is Mode.JSON_OBJECT:
        return {"type": "json_object"}
    schema, strict, _ = _demanded(shape)
    name = re.sub(r"\W", "_", shape.__name__, flags=re.ASCII)[:64]
    return {
        "type": "json_schema",
        "json_schema": {"name": name, "schema": schema, "strict": strict},
    }


def in_words(shape: type[BaseModel]) -> str:
    """Say the form of the answer in the prompt, where no schema can be demanded."""
    return (
        "Answer with one JSON object and nothing else, no comments. "
        f"It must be valid under this JSON Schema:\n{_demanded(shape)[2]}"
    )


def correction(shape: type[BaseModel], mistakes: str) -> str:
    """Ask for the answer again, of the right shape."""
    return f"That answer cannot be used. {mistakes}\n{in_words(shape)}"


def read(content: str, shape: type[Shape]) -> tuple[str, Shape]:
    """Read what a model said.

    Fences, thoughts and slips in the JSON are forgiven; what is cut off is not.

    Returns
    -------
    tuple
        The JSON that is valid, and its value.

    Raises
    ------
    NotOfShape
        If it is of another shape: what is wrong is said.
    """
    try:
        value = shape.model_validate_json(content)
    except ValidationError as error:
        if error.errors(include_url=False)[0]["type"] != "json_invalid":
            raise _not_of_shape(error) from None
    else:
        _DECODER.decode(content)
        return content, value
    said = _THOUGHTS.sub("", content)
    fenced = [one for one in _FENCED.findall(said) if "{" in one]
    try:
        text = _object_in(fenced[-1] if fenced else said)
    except (RecursionError, ValueError):
        raise NotOfShape("It is nested too deeply.", is_json=False) from None
    try:
        return text, shape.model_validate_json(text)
    except ValidationError as error:
        raise _not_of_shape(error) from None


def _object_in(said: str) -> str:
    """Give the JSON object in a text; slips in it are mended if nothing is lost."""
    first = _OBJECT.search(said)
    said = said[first.start() if first else said.find("{") :]
    try:
        value, end = _DECODER.raw_decode(said)
    except ValueError:
        pass
    else:
        if _OBJECT.search(said, end):  # which one counts, nobody can tell
            raise NotOfShape("It holds more than one JSON object.", is_json=True)
        return json.dumps(value, ensure_ascii=False)
    import json_repair

    said = said[: said.rfind("}") + 1]
    text = json.dumps(json_repair.loads(said), ensure_ascii=False)
    if not said or any(said.count(mark) != text.count(mark) for mark in _KEPT):
        raise NotOfShape("It holds no complete JSON object.", is_json=False)
    return text


def _not_of_shape(error: ValidationError) -> NotOfShape:
    mistakes = [
        f"{'.'.join(map(str, mistake['loc'])) or 'answer'}: {mistake['msg']}."
        for mistake in error.errors(include_url=False, include_input=False)
    ]
    more = len(mistakes) - _MOST_MISTAKES
    if more > 0:
        mistakes[_MOST_MISTAKES:] = [f"And {more} more."]
    return NotOfShape(" ".join(mistakes), is_json=True)
