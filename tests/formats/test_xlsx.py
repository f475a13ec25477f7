from __future__ import annotations

import io
from pathlib import Path

import openpyxl
from workbooks import opened

from curation_kit.formats import Column, Kind, Link, Sheet, write_workbook
from curation_kit.formats.xlsx import records_to_xlsx
from curation_kit.records import Evidence, GeneExpressionRecord

TEXT = Column("symbol")
PAGE = Column("page", Kind.INTEGER)


def test_an_empty_cell_is_text_for_who_fills_it() -> None:
    """The column has the format, not only its cells."""
    sheet = opened(Sheet("S", [TEXT], [{"symbol": None}]))["S"]

    assert sheet.column_dimensions["A"].number_format == "@"


def test_the_header_is_frozen_and_filters() -> None:
    """As far as the rows go."""
    rows = [{"symbol": "a", "page": 1}, {"symbol": "b", "page": None}]
    sheet = opened(Sheet("S", [TEXT, PAGE], rows))["S"]

    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:B3"
    assert (sheet["B2"].value, sheet["B2"].data_type) == (1, "n")


def test_a_page_leads_to_the_paper() -> None:
    """To a file beside the workbook, or to an address; the cell stays a number."""
    rows = [
        {"page": Link(3, "../evidence/a%20%C3%A9.pdf#page=3")},
        {"page": Link(4, "https://doi.org/10.1/x")},
        {"page": Link(5, "https://doi.org/" + "x" * 3000)},
    ]
    sheet = opened(Sheet("S", [PAGE], rows))["S"]

    first, second = sheet["A2"].hyperlink, sheet["A3"].hyperlink
    assert (first.target, first.location) == ("../evidence/a%20%C3%A9.pdf", "page=3")
    assert second.target == "https://doi.org/10.1/x"
    assert sheet["A4"].hyperlink is None
    assert [sheet[f"A{row}"].value for row in (2, 3, 4)] == [3, 4, 5]


def test_what_does_not_fit_a_sheet_goes_on_in_the_next() -> None:
    """Each of them has the header."""
    rows = [{"symbol": str(number)} for number in range(7)]
    book = opened(Sheet("S", [TEXT], rows), max_rows=4)

    assert book.sheetnames == ["S", "S 2", "S 3"]
    assert [[cell.value for cell in sheet["A"]] for sheet in book] == [
        ["symbol", "0", "1", "2"],
        ["symbol", "3", "4", "5"],
        ["symbol", "6"],
    ]


def test_the_same_records_give_the_same_workbook() -> None:
    """Whenever it is made."""
    records = [
        GeneExpressionRecord(
            gene_symbol="SEPT2", evidence=[Evidence(quote="q", page=2)], why="so"
        )
    ]

    first, second = (
        records_to_xlsx("a.pdf", "0a", records, GeneExpressionRecord) for _ in range(2)
    )

    assert first == second
    sheet = openpyxl.load_workbook(io.BytesIO(first))["Results"]
    header, row = ([cell.value for cell in line] for line in sheet.iter_rows())
    assert dict(zip(header, row, strict=True))["why"] == "so"
    assert header[-6:] == [
        "why", "verification_score", "claimed", "differences", "flags",
        "evidence_count",
    ]  # fmt: skip


def test_scores_are_shown_to_three_places_and_a_workbook_has_a_title() -> None:
    """A number of another column is as its maker gave it."""
    stream = io.BytesIO()
    columns = [Column("score", Kind.NUMBER, rounded=True), Column("tpm", Kind.NUMBER)]
    rows = [{"score": 0.98765, "tpm": 1.23456789}]
    write_workbook(stream, [Sheet("S", columns, rows)], title="My job")

    book = openpyxl.load_workbook(stream)

    score, tpm = book["S"][2]
    assert (score.value, score.number_format) == (0.988, "0.000")
    assert tpm.value == 1.23456789
    assert book.properties.title == "My job"


def test_a_workbook_is_written_to_a_path_too(tmp_path: Path) -> None:
    """Even without a row."""
    write_workbook(tmp_path / "a.xlsx", [Sheet("S", [TEXT], [])])

    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == ["S"]
