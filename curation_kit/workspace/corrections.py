"""What a curator puts in place of a record's values: checked, by column."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any, Union, get_args, get_origin

from pydantic import ValidationError

from curation_kit.errors import JobError
from curation_kit.phrases import shown, whole_characters
from curation_kit.records import (
    EVIDENCE_COLUMNS,
    LIST_SEPARATOR,
    Record,
    id_column,
    unfit,
    value_types,
)
from curation_kit.workspace.identifiers import check_identifier, identifier_columns

__all__ = ["changed_values", "column_kind", "known", "whole_text"]

#: What a value should be, by pydantic's type of error.
_EXPECTED = {
    **dict.fromkeys(("bool_parsing", "bool_type"), "it should be true or false"),
    "string_type": "it should be text",
    **dict.fromkeys(("int_parsing", "int_from_float"), "it should be a whole number"),
    **dict.fromkeys(("float_parsing", "finite_number"), "it should be a number"),
    **dict.fromkeys(
        ("date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
        "it should be a date, written as YYYY-MM-DD",
    ),
}


def changed_values(machine: Record, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Check the changes to a record; give those that are other values than it has.

    The identifier of a name that changed is cleared.

    Parameters
    ----------
    machine
        The record as the flow made it.
    changes
        The right values by column, also as text that somebody typed.

    Returns
    -------
    dict
        JSON values by column.

    Raises
    ------
    JobError
        If a column is not there or not to be edited, or cannot hold its value.
    """
    columns = machine.domain_columns()
    if unknown := [name for name in changes if name not in columns]:
        if {*unknown} & {*EVIDENCE_COLUMNS, "evidence", "why", "candidates", "lookups"}:
            raise JobError(
                f"{unknown[0]} cannot be edited: it tells where the record comes "
                "from. Reject a record that its evidence does not bear out."
            )
        raise JobError(
            f"{unknown[0]} is no column of these records; they have "
            f"{', '.join(columns)}."
        )
    before = machine.model_dump(mode="json", warnings=False)  # may lack its values
    wanted = {name: _value(machine, name, value) for name, value in changes.items()}
    for name in changes:
        identifier = id_column(name)
        if identifier in columns and wanted[name] != before[name]:
            wanted.setdefault(identifier, None)
    after = _made(type(machine), before, wanted).model_dump(mode="json")
    changed = {name: after[name] for name in columns if after[name] != before[name]}
    for name in identifier_columns(columns) & {*changed}:
        value = changed[name]
        for part in value if isinstance(value, list) else [value]:
            if part is not None:
                check_identifier(name, str(part))
    return changed


def _made(
    model: type[Record], before: Mapping[str, Any], wanted: Mapping[str, Any]
) -> Record:
    """Make the changed record, or say which value cannot be."""
    try:
        made = model.model_validate({**before, **wanted})
    except ValidationError as error:
        [first, *_] = error.errors()
        name = str(first["loc"][0]) if first["loc"] else "record"
        told = _EXPECTED.get(
            first["type"], first["msg"][:1].lower() + first["msg"][1:]
        ).removeprefix("value error, ")
        if wanted.get(name) is None and name in wanted:
            raise JobError(f"{name} needs a value: it cannot be empty.") from None
        raise JobError(f"{name} cannot be {wanted.get(name)!r}: {told}.") from None
    if wrong := unfit(made):
        raise JobError(f"{wrong.column} cannot be {shown(wrong.value)}: {wrong.why}.")
    return made


def _value(machine: Record, name: str, value: Any) -> Any:
    """A value as it was typed: without spaces around it, lists taken apart."""
    if isinstance(value, list | tuple):
        return [part for part in map(known, value) if part is not None]
    value = known(value)
    if not isinstance(value, str):
        return value
    value = whole_text(value)
    if _holds_list(type(machine).model_fields[name].annotation):
        return [part.strip() for part in value.split(LIST_SEPARATOR) if part.strip()]
    if not value and type(machine).model_fields[name].default == "":
        return ""
    return value or None


def known(value: Any) -> Any:
    """A value, or None where a table has none: NA, NaN or NaT."""
    if value is None or isinstance(value, str | bool | int | list):
        return value  # without pandas
    import pandas as pd

    return None if pd.api.types.is_scalar(value) and pd.isna(value) else value


def whole_text(typed: object) -> str:
    """A text as it was typed, without spaces around it and halves of characters."""
    typed = known(typed)
    return "" if typed is None else whole_characters(typed).strip()


def column_kind(model: type[Record], name: str) -> str:
    """Kind of the values of a column: ``text``, ``number``, ``truth`` or ``list``."""
    annotation = model.model_fields[name].annotation
    if _holds_list(annotation):
        return "list"
    kinds = {*value_types(annotation)}
    if kinds == {bool}:
        return "truth"
    return "number" if kinds <= {int, float} else "text"


def _holds_list(annotation: Any) -> bool:
    if get_origin(annotation) in {Union, types.UnionType}:
        return any(map(_holds_list, get_args(annotation)))
    lists = {list, tuple, set, frozenset}
    return get_origin(annotation) in lists or annotation in lists
