from __future__ import annotations

from pydantic import Field

from curation_kit.formats import Kind, TableRow, columns_of
from curation_kit.records import (
    Difference,
    DifferenceKind,
    Evidence,
    GeneExpressionRecord,
    Record,
)


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


def test_what_differs_from_the_paper_is_told_of_a_quote() -> None:
    """Beside the score: what was claimed, the differences, and what to look at."""
    evidence = Evidence(
        quote="myo-2 is seen in muscle",
        claimed="myo-2 is not seen in muscle",
        differences=[Difference(DifferenceKind.NEGATION, "not", "")],
        flags=["look-alike letters", "hidden text"],
    )
    row = TableRow("a.pdf", "0a", 0, Level(evidence=[evidence])).cells(wide=True)

    assert row["claimed"] == "myo-2 is not seen in muscle"
    assert row["differences"] == "negation: “not” is not in the paper"
    assert row["flags"] == "look-alike letters; hidden text"


def test_the_machines_values_are_told_in_words() -> None:
    """Of a label only what it names."""
    machine = {"anatomy_label": "pharynx", "stage_id": None, "negated": True}
    row = TableRow("a.pdf", "0a", 0, Level(), machine=machine)

    assert row.machine_text() == "anatomy: pharynx; stage id: (empty); negated: true"


def test_a_column_of_the_domain_goes_before_a_wide_one_of_its_name() -> None:
    """It is there once."""
    names = [column.name for column in columns_of(Level, why=True, curation=True)]
    row = TableRow("a.pdf", "0a", 0, Level(), reviewer="me")

    assert names.count("reviewer") == 1
    assert row.cells(wide=True)["reviewer"] == "the journal's"
