from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from curation_kit.records import Evidence, GeneExpressionRecord, Record
from curation_kit.results import Categories, frame, records_frame

if TYPE_CHECKING:
    from collections.abc import Sequence


def _table(
    papers: dict[str, Sequence[Record]], model: type[Record] = GeneExpressionRecord
) -> pd.DataFrame:
    """Table of the records of some papers; the id of a paper is its name with "id"."""
    return records_frame(
        (
            (name, f"id {name}", number, record)
            for name, records in papers.items()
            for number, record in enumerate(records)
        ),
        model,
        papers={f"id {name}": name for name in papers},
    )


def _gene(symbol: str, verification: str = "verified", **values: object) -> Record:
    evidence = Evidence(quote="q", page=2, section="results", verification=verification)
    return GeneExpressionRecord(gene_symbol=symbol, evidence=[evidence], **values)


@pytest.fixture
def table() -> pd.DataFrame:
    """Records of two papers, of which the first is the later in the alphabet."""
    return _table(
        {
            "z.pdf": [
                _gene("a", assay="reporter gene", review="accepted"),
                _gene("b", "approximate", negated=True, review="rejected"),
            ],
            "b.pdf": [
                _gene("a", "unsupported", assay="antibody", review="edited"),
                _gene("c", anatomy_label="gonad", review="check"),
                _gene("d"),
            ],
        }
    )


def test_an_empty_table_has_the_columns_and_types_of_a_full_one(
    table: pd.DataFrame,
) -> None:
    """Code that works on results works on none."""
    empty = _table({})

    assert list(table.columns) == [*GeneExpressionRecord.columns(), "document_id"]
    assert table.dtypes.astype("str").equals(empty.dtypes.astype("str"))
    assert (len(empty), empty.index.names) == (0, table.index.names)
    assert empty["document"].str.upper().tolist() == []
    assert empty.groupby(["document", "gene_symbol"]).size().empty
    assert empty[empty["verification"] >= "approximate"].empty
    assert pd.concat([empty, table])["gene_symbol"].tolist() == list("abacd")


def test_each_row_has_a_key(table: pd.DataFrame) -> None:
    """Paper, and number in it: of one record, of a paper, and in any order."""
    assert table.index.names == ["paper", "record"]
    assert table.index.is_unique
    assert table.loc[("b.pdf", 1), "gene_symbol"] == "c"
    assert table.loc["b.pdf", "gene_symbol"].tolist() == ["a", "c", "d"]
    assert table.xs(0, level="record")["gene_symbol"].tolist() == ["a", "a"]
    assert table.sample(frac=1, random_state=1).loc[("z.pdf", 1), "gene_symbol"] == "b"
    assert table.sort_index().index[0] == ("b.pdf", 0)
    assert table.query("paper == 'z.pdf'").equals(table.loc[["z.pdf"]])
    again = table.reset_index().set_index(["paper", "record"])
    assert again.index.equals(table.index)


def test_a_row_keeps_its_number_when_others_are_left_out() -> None:
    """The key does not depend on which rows are asked for."""
    rows = [("a.pdf", "0a", 3, _gene("d")), ("a.pdf", "0a", 7, _gene("h"))]

    table = records_frame(rows, GeneExpressionRecord, papers={"0a": "a.pdf"})

    assert table.index.tolist() == [("a.pdf", 3), ("a.pdf", 7)]


def test_categories_behave_like_text(table: pd.DataFrame) -> None:
    """Search, comparison, groups, order, joins: as of any column of text."""
    documents = table["document"]

    assert isinstance(documents.dtype, pd.CategoricalDtype)
    assert documents.str.removesuffix(".pdf").tolist() == ["z", "z", "b", "b", "b"]
    assert (documents == "z.pdf").sum() == 2
    assert not (documents == "another").any()
    assert table.sort_values("document")["document"].iloc[0] == "b.pdf"
    one = table[documents == "z.pdf"]
    assert one.groupby("document").size().to_dict() == {"z.pdf": 2}
    assert one.groupby("paper").size().to_dict() == {"z.pdf": 2}
    other = _table({"b.pdf": [_gene("a"), _gene("new")], "c.pdf": [_gene("a")]})
    both = pd.concat([table, other])
    assert both["document"].dtype == "str"
    assert isinstance(both["verification"].dtype, pd.CategoricalDtype)
    joined = table.merge(other, on=["document", "gene_symbol"], how="outer")
    assert joined["document"].tolist() == ["b.pdf"] * 4 + ["c.pdf"] + ["z.pdf"] * 2
    counted = pd.crosstab(table["document"], table["assay"])
    assert counted.loc["b.pdf"].to_dict() == {"antibody": 1, "reporter gene": 0}


def test_the_better_is_more_than_the_worse(table: pd.DataFrame) -> None:
    """Verification and review have an order, and all their values."""
    at_least = table[table["verification"] >= "approximate"]
    curated = table[table["review"] >= "edited"]

    assert at_least["gene_symbol"].tolist() == ["a", "b", "c", "d"]
    assert curated["gene_symbol"].tolist() == ["a", "a"]
    assert table.sort_values("verification")["gene_symbol"].iloc[0] == "a"
    assert at_least["verification"].value_counts()["unsupported"] == 0
    assert list(table["review"].cat.categories) == [
        "rejected", "check", "edited", "added", "accepted",
    ]  # fmt: skip


def test_missing_values_are_missing_and_gene_names_are_text() -> None:
    """None is NA, and SEPT2 is no date."""
    row = _table({"a.pdf": [GeneExpressionRecord(gene_symbol="SEPT2")]}).iloc[0]

    assert row["gene_symbol"] == "SEPT2"
    assert row[["gene_id", "page", "assay", "review"]].isna().all()


def test_an_unknown_value_is_kept() -> None:
    """An agent may write a word of its own into ``review``."""
    table = _table({"a.pdf": [_gene("a", review="later"), _gene("b", review="edited")]})

    assert table["review"].tolist() == ["later", "edited"]
    assert table[table["review"] >= "edited"]["gene_symbol"].tolist() == ["b"]


def test_rows_may_lack_a_column() -> None:
    """What is not there is missing."""
    table = frame([{"a": 1}, {}], {"a": "Int64", "b": "str", "c": Categories()})

    assert table["a"].isna().tolist() == [False, True]
    assert table[["b", "c"]].isna().all(axis=None)
