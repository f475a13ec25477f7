"""Results as DataFrames with the right types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from curation_kit.formats import plain_cell
from curation_kit.records import Record
from curation_kit.results.column_types import Categories, ColumnType, record_types

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["frame", "records_frame"]


def frame(
    rows: Iterable[Mapping[str, Any]], types_of_columns: Mapping[str, ColumnType]
) -> pd.DataFrame:
    """Give rows as a DataFrame with named columns and pandas types.

    An empty table has the same columns and types as a full one.

    Parameters
    ----------
    rows
        Values by column; what is not there is missing.
    types_of_columns
        Name of a pandas type, or `Categories`, for each column.
    """
    columns: dict[str, list[Any]] = {name: [] for name in types_of_columns}
    for row in rows:
        for name, values in columns.items():
            values.append(row.get(name))
    return _table(columns, types_of_columns)


def records_frame(
    records: Iterable[tuple[str, str, int, Record]],
    model: type[Record],
    *,
    papers: Mapping[str, str],
) -> pd.DataFrame:
    """Give records as a table.

    Parameters
    ----------
    records
        File name and id of the document, number of the record in it from 0, and
        the record. They are taken one by one and not kept.
    model
        Model of the records; it names the columns and their types.
    papers
        What each document is called in the index, by its id; unique.

    Returns
    -------
    DataFrame
        Columns of `Record.columns` and, last, ``document_id``, with the types
        of `record_types`. The index has the levels ``paper`` and ``record``
        (the number) and names each row once.
    """
    types = {**record_types(model), "document_id": Categories()}
    texts = {name for name, type_ in types.items() if type_ in ("str", Categories())}
    columns: dict[str, list[Any]] = {name: [] for name in types}
    numbers: list[int] = []
    seen: dict[str, str] = {}  # a value that is repeated is kept once
    for name, document_id, number, record in records:
        row = record.row(name)
        row["document_id"] = document_id
        for column, value in row.items():
            text = value
            if type(value) is not str and value is not None and column in texts:
                text = plain_cell(value)
            columns[column].append(
                seen.setdefault(text, text) if type(text) is str else text
            )
        numbers.append(number)
    keys = _keys([papers[i] for i in columns["document_id"]], numbers)
    return _table(columns, types).set_axis(keys)


def _table(
    columns: Mapping[str, list[Any]], types: Mapping[str, ColumnType]
) -> pd.DataFrame:
    """Give columns as a table; the lists are let go of one by one."""
    import pandas as pd

    return pd.DataFrame(
        {
            name: pd.Series(
                columns[name],
                dtype=type_.dtype(columns[name])
                if isinstance(type_, Categories)
                else type_,
            )
            for name, type_ in types.items()
        }
    )


def _keys(papers: list[str], numbers: list[int]) -> pd.MultiIndex:
    """Index of a table of records."""
    import pandas as pd

    return pd.MultiIndex.from_arrays(
        [pd.Index(papers, dtype="str"), pd.Index(numbers, dtype="int64")],
        names=["paper", "record"],
    )
