"""The gold of papers can be read, and says each finding once."""

from __future__ import annotations

from pathlib import Path

import pytest

from curation_kit.evaluation.gold import has_gene, read_gold

TABLES = sorted((Path(__file__).parent / "papers").glob("*.tsv"))


def test_fourteen_papers_have_nothing_to_find():
    """All others have findings; a table that was emptied would be seen."""
    findings = [any(has_gene(read_gold(path))) for path in TABLES]
    assert (len(findings), sum(findings)) == (39, 25)


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_table_is_of_one_paper_and_has_each_row_once(path):
    """A table names its own PDF, and its cells are labels, not sentences."""
    table = read_gold(path)
    assert [*table["document"].unique()] == [f"{path.stem}.pdf"]
    assert not table.drop(columns="page").duplicated().any()
    rows = table[has_gene(table)]
    assert set(rows["negated"]) <= {"true", "false"}
    assert rows["page"].str.fullmatch("[1-9][0-9]*").all()
    labels = rows[["gene_symbol", "anatomy_label", "stage_label"]].to_numpy().ravel()
    assert max((len(label.split()) for label in labels), default=0) <= 8
