from __future__ import annotations

from pydantic import Field

from curation_kit.formats import Kind, TableRow, columns_of
from curation_kit.records import GeneExpressionRecord, Record


class Level(Record):
    """Columns of another domain, one with the name of a wide one."""

    level: float | None = Field(default=None, description="counts per million")
    replicates: int = 1
    genes: list[str] = []  # noqa: RUF012 - pydantic copies it
    reviewer: str = "the journal's"


def test_columns_are_those_of_the_records_in_their_order() -> None:
    """Wide ones come after them."""
    plain = [column.name for column in columns_of(GeneExpressionRecord)]
    wide = columns_of(GeneExpressionRecord, why=True, curation=True)

    assert tuple(plain) == GeneExpressionRecord.columns()
    assert [column.name for column in wide][: len(plain)] == plain
    assert all(column.meaning for column in wide)


def test_kinds_come_from_the_model() -> None:
    """A description of a field is the meaning of its column."""
    columns = {column.name: column for column in columns_of(Level, curation=True)}

    assert columns["level"].kind is Kind.NUMBER
    assert columns["level"].meaning == "counts per million"
    assert columns["replicates"].kind is Kind.INTEGER
    assert columns["genes"].kind is Kind.TEXT


def test_a_column_of_the_domain_goes_before_a_wide_one_of_its_name() -> None:
    """It is there once."""
    names = [column.name for column in columns_of(Level, why=True, curation=True)]
    row = TableRow("a.pdf", "0a", 0, Level(), reviewer="me")

    assert names.count("reviewer") == 1
    assert row.cells(wide=True)["reviewer"] == "the journal's"
