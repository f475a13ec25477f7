"""Cells that we write are byte for byte those of XlsxWriter's own methods."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import openpyxl
import pytest
from xlsxwriter import Workbook

from curation_kit.formats import Column, Kind, Sheet, write_workbook

CELLS: list[tuple[Kind, Any]] = [
    (Kind.TEXT, "SEPT2"),
    (Kind.TEXT, " a & b < c > \"d\" 'e' \n"),
    (Kind.TEXT, "tab\tand \x00 \x0b \x1f \uffff µ 🧬"),
    (Kind.TEXT, "_x0041_"),
    (Kind.TEXT, 7),
    (Kind.PROSE, "a long sentence\nof two lines"),
    (Kind.INTEGER, 12_345_678),
    (Kind.INTEGER, 2**60),  # not the same as a float: text
    (Kind.NUMBER, 0.1),
    (Kind.NUMBER, 1e300),
    (Kind.TRUTH, True),
    (Kind.TRUTH, False),
    (Kind.MIXED, 3),
    (Kind.MIXED, "three"),
    *((Kind.DATE, dt.date(*day)) for day in ((1900, 2, 28), (1900, 3, 1))),
    (Kind.DATE, dt.date(2024, 2, 29)),
    (Kind.DATE, dt.datetime(2024, 2, 29, 13, 5, 7)),  # noqa: DTZ001
    (Kind.DATE, dt.date(1899, 1, 1)),  # before Excel's dates: text
]


def written_by_the_library() -> bytes:
    """A sheet with these cells, each by a method of XlsxWriter."""
    stream = io.BytesIO()
    with Workbook(stream, {"constant_memory": True}) as book:
        book.set_properties({"title": "", "created": dt.datetime(1980, 1, 1)})  # noqa: DTZ001
        top = {"valign": "top"}
        text = {**top, "num_format": "@"}
        head = book.add_format({**text, "bold": True, "bottom": 1})
        looks = {
            Kind.TEXT: book.add_format(text),
            Kind.PROSE: book.add_format({**text, "text_wrap": True}),
            Kind.INTEGER: book.add_format({**top, "num_format": "0"}),
            Kind.NUMBER: book.add_format(top),
            Kind.TRUTH: book.add_format({**top, "align": "left"}),
            Kind.DATE: book.add_format({**top, "num_format": "yyyy-mm-dd"}),
            Kind.MIXED: book.add_format({**top, "num_format": "0", "align": "left"}),
        }
        page = book.add_worksheet("S")
        for place in range(len(CELLS)):
            page.write_string(0, place, f"c{place}", head)
        for row in (1, 2):
            for place, (kind, value) in enumerate(CELLS):
                if isinstance(value, bool):
                    page.write_boolean(row, place, value, looks[kind])
                elif isinstance(value, dt.date) and value.year >= 1900:
                    page.write_datetime(row, place, value, looks[kind])
                elif isinstance(value, int | float) and kind is not Kind.TEXT:
                    if value < 2**53 or isinstance(value, float):
                        page.write_number(row, place, value, looks[kind])
                    else:
                        page.write_string(row, place, str(value), looks[Kind.TEXT])
                else:
                    long = kind in {Kind.PROSE, Kind.MIXED}
                    look = looks[Kind.PROSE if long else Kind.TEXT]
                    page.write_string(row, place, str(value), look)
    return sheet_of(stream)


def sheet_of(stream: io.BytesIO) -> bytes:
    """The cells of the first sheet as XML."""
    with zipfile.ZipFile(stream) as archive:
        whole = archive.read("xl/worksheets/sheet1.xml")
    return whole[whole.index(b"<sheetData>") : whole.index(b"</sheetData>")]


def test_cells_are_those_of_the_library() -> None:
    """Numbers of styles, references, types, escapes."""
    stream = io.BytesIO()
    columns = [Column(f"c{place}", kind) for place, (kind, _) in enumerate(CELLS)]
    row = {f"c{place}": value for place, (_, value) in enumerate(CELLS)}
    write_workbook(stream, [Sheet("S", columns, [row, row])])
    ours, theirs = sheet_of(stream), written_by_the_library()
    # The numbers of styles are given as they are first used: with the columns here.
    assert without_styles(ours) == without_styles(theirs)


def without_styles(cells: bytes) -> list[bytes]:
    """Cells without the numbers of their styles."""
    return [part.partition(b'"')[2] for part in cells.split(b' s="')]


@pytest.mark.parametrize(
    "text", ["<r>a</r>", "<r><t>x</t></r>", "<r>&</r>", "</t></is></c>"]
)
def test_text_that_looks_like_markup_stays_text(text: str) -> None:
    """A paper may say what it likes: the workbook opens, and shows that."""
    stream = io.BytesIO()
    write_workbook(stream, [Sheet("S", [Column("a")], [{"a": text}])])
    book = openpyxl.load_workbook(io.BytesIO(stream.getvalue()))
    assert book["S"]["A2"].value == text
