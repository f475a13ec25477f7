"""The values of a record: their types, what a table shows of them, what it cannot."""

from __future__ import annotations

import datetime as dt
import math
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import is_dataclass
from enum import Enum
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    NamedTuple,
    Union,
    get_args,
    get_origin,
)

from pydantic import BaseModel
from pydantic_core import PydanticSerializationError, to_json

from curation_kit.phrases import fold, shown, whole_characters

if TYPE_CHECKING:
    from curation_kit.records.record import Record

__all__ = [
    "LIST_SEPARATOR",
    "Unfit",
    "cell",
    "plain_cell",
    "truth_value",
    "unfit",
    "value_types",
]

#: Joins the values of a list in one cell of a table.
LIST_SEPARATOR = "|"

#: Whole numbers that columns of numbers hold.
_LEAST, _MOST = -(2**63), 2**63 - 1

#: What tables show as it is.
_PLAIN = frozenset({str, bool, int, float, dt.date})

#: How people and programs write true and false.
_TRUE = frozenset({"true", "1", "1.0", "yes", "y"})
_FALSE = frozenset({"false", "0", "0.0", "no", "n", ""})

_TOO_LARGE = (
    "a whole number beyond 64 bits, which no column of numbers can hold",
    "give the column text, or numbers with a decimal point (str or float)",
)
_HALF = (
    "a text with half a character in it, which no file can hold",
    'put another in its place: text.encode(errors="replace").decode()',
)


class Unfit(NamedTuple):
    """A value that some table cannot hold, or no file.

    Attributes
    ----------
    why
        What it is, as the end of a sentence about it.
    advice
        What its maker should do instead.
    """

    column: str
    value: Any
    why: str
    advice: str

    def __str__(self) -> str:
        return f"{self.column} is {shown(self.value)}, {self.why}"


def value_types(annotation: Any) -> Iterator[Any]:
    """Give the types that the annotation of a field allows beside None."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from value_types(get_args(annotation)[0])
    elif origin in {Union, types.UnionType}:
        for part in get_args(annotation):
            yield from value_types(part)
    elif annotation is not type(None):
        yield annotation


def cell(value: Any) -> Any:
    """Give what a table shows of a value: text, a number, true or false, a date.

    Lists are joined with ``|``, sets in the order of their texts; what has names
    inside is JSON. Times are in UTC where they tell their zone, as tables have no
    zones.

    Examples
    --------
    >>> cell(["a", None]), cell({2, 1}), cell({"n": 1}), cell(b"x"), cell(7)
    ('a|', '1|2', '{"n":1}', 'x', 7)
    """
    if value is None or type(value) in _PLAIN:  # most are
        return value
    if isinstance(value, Enum):
        return cell(value.value)
    if isinstance(value, dt.datetime) and value.utcoffset() is not None:
        return value.astimezone(dt.UTC).replace(tzinfo=None)
    if isinstance(value, str | int | float | dt.date):
        return value
    return _as_text(value)


def _as_text(value: Any) -> str:
    """Text of a value that no column has a type for."""
    if isinstance(value, bytes | bytearray):
        return value.decode(errors="backslashreplace")
    if isinstance(value, Sequence):
        return LIST_SEPARATOR.join(_items(value))
    if isinstance(value, AbstractSet):
        return LIST_SEPARATOR.join(sorted(_items(value)))
    if isinstance(value, Mapping | BaseModel) or is_dataclass(value):
        return to_json(value, fallback=str).decode()
    return str(value)


def _items(values: Iterable[Any]) -> Iterator[str]:
    return (plain_cell(cell(value)) for value in values)


def plain_cell(value: Any) -> str:
    """Give the text of a cell; nothing for a missing value.

    Examples
    --------
    >>> plain_cell(None), plain_cell(True), plain_cell(7)
    ('', 'true', '7')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def truth_value(value: object) -> bool | None:
    """Read true or false, false where nothing is written; None if it is neither.

    Examples
    --------
    >>> truth_value("TRUE"), truth_value(0.0), truth_value("maybe")
    (True, False, None)
    """
    text = fold(value)
    return True if text in _TRUE else False if text in _FALSE else None


def unfit(record: Record) -> Unfit | None:
    """Find the first value of a record that some table or file cannot hold."""
    for column in record.domain_columns():
        value = record.__dict__.get(column)
        if value is None or (type(value) is str and value.isascii()):  # most are
            continue
        if told := _unfit(record, column, value):
            return Unfit(column, value, *told)
    return None


def _unfit(record: Record, column: str, value: Any) -> tuple[str, str] | None:
    """Why a value cannot be held, and what to do instead."""
    if isinstance(value, int):
        return None if _LEAST <= value <= _MOST else _TOO_LARGE
    if isinstance(value, str):
        return None if value == whole_characters(value) else _HALF
    try:
        record.model_dump_json(include={column})
        cell(value)
    except OverflowError:
        return (
            "a time outside of the years 1 to 9999 in UTC, which no table can hold",
            "leave it empty",
        )
    except PydanticSerializationError as error:
        return (
            f"which cannot be stored as JSON ({error})",
            "give text in whole characters, and bytes as text",
        )
    if not _is_finite(record.model_dump(include={column})):
        return (
            "which has a number in it that JSON does not have (NaN or infinity)",
            "leave it empty",
        )
    return None


def _is_finite(value: Any) -> bool:
    """Whether all numbers in a value are."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, Mapping):
        return all(map(_is_finite, value.values()))
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return all(map(_is_finite, value))
    return True
