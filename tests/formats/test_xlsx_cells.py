from __future__ import annotations

import io

import openpyxl
import pytest
from workbooks import opened

from curation_kit.formats import Column, Kind, Sheet, write_workbook
from curation_kit.formats.xlsx_cells import MAX_CELL, cut

TEXT = Column("symbol")


@pytest.mark.parametrize(
    "text",
    ["SEPT2", "mars-2", "1e5", "007", "=1+1", "+1", "-x", "@SUM(A1)", "TRUE", "1-Mar"],
)
def test_symbols_stay_text(text: str) -> None:
    """No date, number, truth value or formula is made of them."""
    cell = opened(Sheet("S", [TEXT], [{"symbol": text}]))["S"]["A2"]

    assert (cell.value, cell.data_type, cell.number_format) == (text, "s", "@")


@pytest.mark.parametrize("letter", ["x", "é", "\U0001d4b3"])
def test_a_text_that_excel_cannot_hold_is_cut_and_says_so(letter: str) -> None:
    """Excel counts in UTF-16; half a character is none."""
    long = cut(letter * 40_000)

    assert len(long.encode("utf-16-le")) // 2 <= MAX_CELL
    assert long.startswith(letter * 16_000)
    assert long.endswith("… [cut: 40,000 characters; see CSV or JSON]")
    fits = letter * (MAX_CELL // len(letter.encode("utf-16-le")) * 2 // 2)
    assert cut(fits) == fits


def test_prose_and_numbers_share_a_column_each_as_what_it_is() -> None:
    """A text of digits stays text."""
    stream = io.BytesIO()
    rows = [{"a": 12}, {"a": "12"}]
    write_workbook(stream, [Sheet("S", [Column("a", Kind.MIXED)], rows)])

    sheet = openpyxl.load_workbook(stream)["S"]

    assert [sheet.cell(n, 1).value for n in (2, 3)] == [12, "12"]
    assert sheet.cell(3, 1).number_format == "@"
