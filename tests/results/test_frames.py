from __future__ import annotations

import pandas as pd
from pydantic import Field

from curation_kit.records import Evidence, GeneExpressionRecord, Record
from curation_kit.results import frame, record_types, records_frame


class Measurement(Record):
    """A record with numbers."""

    name: str
    count: int | None = None
    weight: float | None = None
    tags: list[str] = Field(default_factory=list)


def test_an_empty_table_has_the_columns_and_types_of_a_full_one() -> None:
    """Code that works on results works on none."""
    record = GeneExpressionRecord(
        gene_symbol="a", evidence=[Evidence(quote="q", page=2)]
    )

    full = records_frame([("a.pdf", "0a", record)], GeneExpressionRecord)
    empty = records_frame([], GeneExpressionRecord)

    assert list(full.columns) == [*GeneExpressionRecord.columns(), "document_id"]
    assert full.dtypes.to_dict() == empty.dtypes.to_dict()
    assert len(empty) == 0
    assert full.loc[0, "page"] == 2
    assert not full.loc[0, "negated"]


def test_types_follow_the_model() -> None:
    """Numbers may be missing without becoming floats; lists are text."""
    table = records_frame(
        [("a", "0", Measurement(name="x")), ("b", "1", Measurement(name="y", count=3))],
        Measurement,
    )

    types = {name: str(dtype) for name, dtype in table.dtypes.items()}
    assert types["count"] == types["page"] == "Int64"
    assert types["weight"] == "Float64"
    assert types["tags"] == types["name"] == types["document"] == "str"
    assert table["count"].isna().tolist() == [True, False]
    assert record_types(GeneExpressionRecord)["negated"] == "boolean"


def test_missing_values_are_missing_and_gene_names_are_text() -> None:
    """None is NA, and SEPT2 is no date."""
    record = GeneExpressionRecord(gene_symbol="SEPT2")

    row = records_frame([("a.pdf", "0", record)], GeneExpressionRecord).loc[0]

    assert row["gene_symbol"] == "SEPT2"
    assert pd.isna(row["gene_id"])
    assert pd.isna(row["page"])


def test_rows_may_lack_a_column() -> None:
    """What is not there is missing."""
    table = frame([{"a": 1}, {}], {"a": "Int64", "b": "str"})

    assert table["a"].isna().tolist() == [False, True]
    assert table["b"].isna().all()
