"""The models of rows, made at run time of the columns that a curator names."""

from __future__ import annotations

import re
from functools import lru_cache
from threading import Lock
from types import MappingProxyType
from typing import Annotated, Any, ClassVar

from pydantic import (
    Field,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
    create_model,
)

from curation_kit.agents.asking import NOTHING, Answer, Quotes
from curation_kit.agents.extract.columns import ExtractColumn
from curation_kit.records import Record

__all__ = ["ExtractRecord", "answer_model", "record_model", "values_of"]

#: The comma of 12,000, as papers print it.
_THOUSANDS = re.compile(r"(?<=\d),(?=(\d{3},)*\d{3}(?!\d))")

_lock = Lock()


class ExtractRecord(Record):
    """A row of columns that the curator named: `record_model` makes its models."""

    asked: ClassVar[tuple[ExtractColumn, ...]] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        # No module has the class: the other process makes it of the columns.
        return _blank, (self.asked,), self.__getstate__()


def _blank(columns: tuple[ExtractColumn, ...]) -> ExtractRecord:
    model = record_model(columns)
    return model.__new__(model)


def record_model(columns: tuple[ExtractColumn, ...]) -> type[ExtractRecord]:
    """Give the model of records with these columns.

    Equal columns have the same model: records of two steps can stand in one table.
    """
    with _lock:  # threads that ask at once would each get a model of their own
        return _record_model(columns)


# In the flow builder each key that is typed makes another one.
@lru_cache(maxsize=256)
def _record_model(columns: tuple[ExtractColumn, ...]) -> type[ExtractRecord]:
    fields: dict[str, Any] = {}
    for column in columns:
        empty = (
            {"default_factory": list} if column.type == "list" else {"default": None}
        )
        about = column.description or None
        fields[column.field] = (column.checked, Field(**empty, description=about))
        for name in column.fields[1:]:
            about = f"identifier of {column.name} in {column.ontology}, a CURIE"
            fields[name] = (str | None, Field(default=None, description=about))
    model = create_model(
        "ExtractRecord", __base__=ExtractRecord, __module__=__name__, **fields
    )
    model.asked = columns
    model.ontologies = MappingProxyType(
        {column.field: column.ontology for column in columns if column.ontology}
    )
    return model


@lru_cache(maxsize=256)
def answer_model(columns: tuple[ExtractColumn, ...]) -> type[Answer]:
    """Give the model of a model's answer: ``rows``, each with its ``quotes``.

    A cell is taken as it comes: a single one that is wrong must not cost the
    answer. `values_of` checks them.
    """
    cells: dict[str, Any] = {
        column.name: (Annotated[Any, WithJsonSchema(column.json_schema)], None)
        for column in columns
    }
    row = create_model(
        "Row",
        __base__=Answer,
        quotes=(Quotes, Field(default_factory=list)),
        **cells,
    )
    return create_model("Rows", __base__=Answer, rows=(list[row], ...))


def values_of(
    row: Answer, columns: tuple[ExtractColumn, ...]
) -> tuple[dict[str, Any], list[str]]:
    """Give the values of a row by column of the record, and what is wrong with it.

    A value that is not of its column's type is left out, and told.
    """
    values: dict[str, Any] = {}
    wrong: list[str] = []
    for column in columns:
        raw = getattr(row, column.name)
        if column.type == "list":
            items = raw if isinstance(raw, list) else [raw]
            found = [_value(column, item, column.values) for item in items]
            values[column.field] = [item for item, _ in found if item is not None]
        else:
            found = [_value(column, raw, column.values)]
            values[column.field] = found[0][0]
        wrong += filter(None, (told for _, told in found))
    return values, wrong


def _value(
    column: ExtractColumn, raw: Any, allowed: tuple[str, ...]
) -> tuple[Any, str]:
    """A value as its column has it, or None and what is wrong."""
    if isinstance(raw, str):
        raw = " ".join(raw.split())
    if raw is None or (raw in allowed and raw):
        return raw, ""
    if isinstance(raw, str) and raw.lower() in NOTHING:
        return None, ""
    told = f"{column.name}: the model gave “{raw}”, which is no {column.kind}"
    if allowed:
        known = {one.casefold(): one for one in allowed}
        found = known.get(str(raw).casefold())
        told = f"{column.name}: the model gave “{raw}”, which is no allowed value"
        return found, "" if found else told
    if column.type in {"text", "list"}:
        return (None, told) if isinstance(raw, dict | list) else (str(raw), "")
    if isinstance(raw, str) and column.type in {"integer", "number"}:
        raw = _THOUSANDS.sub("", raw).replace("\u2212", "-")
    try:
        return TypeAdapter(column.checked).validate_python(raw), ""
    except ValidationError:
        return None, told
