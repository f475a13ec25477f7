"""Which pandas type each column of a table of records has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from curation_kit.formats import SHARED_COLUMNS, Column, Kind
from curation_kit.records import Record, cell, value_types

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Categories", "ColumnType", "record_types"]


@dataclass(frozen=True, slots=True)
class Categories:
    """A column with few different values, which are often repeated.

    Attributes
    ----------
    values
        All that there should be, in their order. Without them, those that there
        are, sorted, so that sorting by the column is sorting by its text.
    ordered
        Whether one value is less than another: ``column >= value`` works.
    """

    values: tuple[Any, ...] | None = None
    ordered: bool = False

    def dtype(self, column: Iterable[Any] = ()) -> pd.CategoricalDtype:
        """Type of a column with these values."""
        import pandas as pd

        known = self.values or ()
        found = sorted({value for value in column if value is not None} - {*known})
        categories = [*found, *known]  # what is not among the values comes before them
        return pd.CategoricalDtype(
            pd.Index(categories, dtype=None if categories else "str"), self.ordered
        )


#: Name of a pandas type, or `Categories`.
ColumnType = str | Categories

_PLAIN = {
    frozenset({bool}): "boolean",
    frozenset({int}): "Int64",
    frozenset({float}): "Float64",
    frozenset({int, float}): "Float64",
    frozenset({dt.datetime}): "datetime64[us]",
    frozenset({dt.date}): "datetime64[s]",
}


def record_types(model: type[Record]) -> dict[str, ColumnType]:
    """Type of each column of a table of records.

    Parameters
    ----------
    model
        The annotations of its fields decide: truth values are ``boolean``,
        numbers ``Int64`` or ``Float64``, dates ``datetime64`` (times that tell
        their zone are in UTC), all of which may be missing. The values of a
        ``Literal`` or an ``Enum``, and the columns of text that
        `Record.repeated_columns` names, are `Categories`. All else is text,
        ``str``.

    Returns
    -------
    dict
        In the order of `Record.columns`.
    """
    shared = {column.name: _of_column(column) for column in SHARED_COLUMNS}
    own: dict[str, ColumnType] = {}
    for name in model.domain_columns():
        type_ = _type(model.model_fields[name].annotation)
        repeated = type_ == "str" and name in model.repeated_columns
        own[name] = Categories() if repeated else type_
    return {name: (own | shared)[name] for name in model.columns()}


def _of_column(column: Column) -> ColumnType:
    if values := column.values:  # noqa: PD011 - no DataFrame
        return Categories(values, ordered=True)
    if column.repeated:
        return Categories()
    return "Int64" if column.kind is Kind.INTEGER else "str"


def _type(annotation: Any) -> ColumnType:
    kinds = list(value_types(annotation))
    if all(get_origin(kind) is Literal for kind in kinds):
        return _choice(value for kind in kinds for value in get_args(kind))
    if len(kinds) == 1 and isinstance(kinds[0], type) and issubclass(kinds[0], Enum):
        return _choice(kinds[0])
    try:
        return _PLAIN.get(frozenset(kinds), "str")
    except TypeError:  # what cannot be hashed is no plain type
        return "str"


def _choice(values: Iterable[Any]) -> ColumnType:
    """Type of a column with some values only: text, if they have no order."""
    plain = [cell(value) for value in values if value is not None]
    alike = len({type(value) for value in plain}) == 1
    return Categories(tuple(dict.fromkeys(plain))) if alike else "str"
