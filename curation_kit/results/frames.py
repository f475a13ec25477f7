"""Results as DataFrames with the right types."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

from curation_kit.records import Record

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["frame", "record_types", "records_frame"]


def frame(
    rows: Iterable[Mapping[str, Any]], types_of_columns: Mapping[str, str]
) -> pd.DataFrame:
    """Give rows as a DataFrame with named columns and pandas types.

    An empty table has the same columns and types as a full one.
    """
    import pandas as pd

    rows = list(rows)
    return pd.DataFrame(
        {
            name: pd.Series([row.get(name) for row in rows], dtype=dtype)
            for name, dtype in types_of_columns.items()
        }
    )


def records_frame(
    records: Iterable[tuple[str, str, Record]],
    model: type[Record],
    *,
    papers: Mapping[str, str],
) -> pd.DataFrame:
    """Give records as a table.

    Parameters
    ----------
    records
        Triples of file name, document id and record, those of a document one
        after the other.
    model
        Model of the records; it names the columns.
    papers
        What each document is called in the index, by its id; unique.

    Returns
    -------
    DataFrame
        Columns of `Record.columns` and, last, ``document_id``. Text is
        ``str``, numbers and truth values are nullable (``Int64``,
        ``Float64``, ``boolean``). The index has the levels ``paper`` and
        ``record``, the record's number in its document from 0.
    """
    columns = {**record_types(model), "document_id": "str"}
    rows = (
        {**record.row(name), "document_id": document_id}
        for name, document_id, record in records
    )
    table = frame(rows, columns)
    table.index = _keys(table["document_id"], papers)
    return table


def _keys(document_ids: pd.Series[str], papers: Mapping[str, str]) -> pd.MultiIndex:
    """Index of a table of records; its papers are in the order of the table."""
    import pandas as pd

    codes, found = pd.factorize(document_ids)
    numbers = document_ids.groupby(codes).cumcount().to_numpy()
    return pd.MultiIndex(
        levels=[
            pd.Index([papers[document_id] for document_id in found], dtype="str"),
            pd.RangeIndex(numbers.max(initial=-1) + 1),
        ],
        codes=[codes, numbers],
        names=["paper", "record"],
    )


def record_types(model: type[Record]) -> dict[str, str]:
    """Pandas type of each column of a table of records."""
    found = dict.fromkeys(model.columns(), "str")
    for name in model.domain_columns():
        found[name] = _pandas_type(model.model_fields[name].annotation)
    return {**found, "page": "Int64"}


def _pandas_type(annotation: Any) -> str:
    if get_origin(annotation) in {Union, types.UnionType}:
        kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
        annotation = kinds[0] if len(kinds) == 1 else str
    return {bool: "boolean", int: "Int64", float: "Float64"}.get(annotation, "str")
