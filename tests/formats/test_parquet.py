from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from curation_kit.errors import CurationKitError
from curation_kit.formats import Column, Kind, columns_of, write_parquet
from curation_kit.records import GeneExpressionRecord


def test_columns_have_real_types_and_tell_what_they_mean(tmp_path: Path) -> None:
    """Also in a table without rows."""
    path = tmp_path / "t.parquet"
    columns = columns_of(GeneExpressionRecord)
    write_parquet(path, [], columns, metadata={"job": {"id": "7"}})

    schema = pq.read_schema(path)

    assert schema.field("document").type == pa.dictionary(pa.int32(), pa.string())
    assert schema.field("gene_symbol").type == pa.string()
    assert schema.field("quote").type == pa.string()
    assert schema.field("page").type == pa.int64()
    assert schema.field("negated").type == pa.bool_()
    assert b"official symbol" in schema.field("gene_symbol").metadata[b"meaning"]
    assert json.loads(schema.metadata[b"curation_kit"]) == {"job": {"id": "7"}}


def test_a_column_that_names_its_values_comes_back_in_their_order(
    tmp_path: Path,
) -> None:
    """However few of them a group of rows has, and one that is not foreseen."""
    path = tmp_path / "t.parquet"
    column = Column("review", values=("rejected", "accepted"))
    known = [{"review": "accepted"}] * 1500 + [{"review": None}]
    write_parquet(path, known, [column], metadata={})
    back = pq.read_table(path).to_pandas()["review"]

    assert back.dtype == pd.CategoricalDtype(["rejected", "accepted"], ordered=True)
    assert (back >= "accepted").sum() == 1500
    assert back.isna().sum() == 1

    write_parquet(path, [*known, {"review": "odd"}], [column], metadata={})
    assert pq.read_table(path)["review"].to_pylist()[-3:] == ["accepted", None, "odd"]


def test_many_rows_are_written_in_groups(tmp_path: Path) -> None:
    """They are in order, each group with words of its own."""
    path, column = tmp_path / "t.parquet", Column("n")
    rows = ({"n": str(number)} for number in range(4100))
    write_parquet(path, rows, [column], metadata={})

    assert pq.ParquetFile(path).num_row_groups == 5
    assert pq.read_table(path)["n"].to_pylist() == [str(n) for n in range(4100)]


def test_a_value_of_another_type_becomes_text_in_a_column_of_text(
    tmp_path: Path,
) -> None:
    """Agents of others may put anything there."""
    path = tmp_path / "t.parquet"
    rows = [{"a": True}, {"a": 7}, {"a": None}]
    write_parquet(path, rows, [Column("a", Kind.TEXT)], metadata={})

    assert pq.read_table(path)["a"].to_pylist() == ["true", "7", None]


def test_without_pyarrow_it_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command is there to copy."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(CurationKitError, match=r"pip install 'curation-kit\[parquet\]"):
        write_parquet(tmp_path / "t.parquet", [], [Column("a")], metadata={})
