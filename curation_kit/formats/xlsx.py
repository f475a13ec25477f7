"""Excel workbooks in which every text stays text.

Cells are written by type, never guessed: a symbol such as SEPT2, mars-2 or
1e5, an identifier such as 007, or a text that begins with ``=`` is a string
in a cell of the format "Text" (``@``), so that no spreadsheet makes a date, a
number or a formula of it, neither when it opens the file nor when a curator
edits the cell. XML has no control characters: they are written as ``_x000B_``
(ECMA-376, part 1, 22.9.2.19, ST_Xstring), which Excel reads back.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from curation_kit.formats.columns import Column, Kind, columns_of
from curation_kit.formats.xlsx_cells import (
    Formats,
    cell_of,
    cut,
    kind_of_text,
    text_cell,
)
from curation_kit.records import Record

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.url import Url
    from xlsxwriter.worksheet import Worksheet

__all__ = ["Link", "Sheet", "records_to_xlsx", "write_workbook"]

#: Limits of Excel: rows and links in a sheet.
MAX_ROWS = 1_048_576
MAX_LINKS = 65_530
#: Links of more characters are refused by Excel.
_MAX_LINK = 2_000
#: Characters of a tip, if each takes two UTF-16 units.
_MAX_TIP = 127

#: The earliest date that a ZIP, which a workbook is, can tell.
_EPOCH = dt.datetime(1980, 1, 1)  # noqa: DTZ001 - XlsxWriter wants it without a zone

_WIDTHS = {
    Kind.PROSE: 60,
    Kind.MIXED: 60,
    Kind.INTEGER: 9,
    Kind.NUMBER: 9,
    Kind.TRUTH: 9,
    Kind.DATE: 11,
}
_WIDE, _NARROW = 30, 16


class Link(NamedTuple):
    """A cell that leads somewhere.

    Attributes
    ----------
    target
        An address, or the path of a file from the folder of the workbook,
        both percent-encoded, perhaps with ``#`` and a place in it.
    tip
        What is shown when the pointer is over the cell.
    """

    value: Any
    target: str
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a workbook.

    Attributes
    ----------
    name
        At most 27 characters: a number may follow.
    rows
        Cells by column name; a value may be a `Link`.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Mapping[str, Any]]


def write_workbook(
    target: Path | BinaryIO,
    sheets: Iterable[Sheet],
    *,
    title: str = "",
    created: dt.datetime = _EPOCH,
    max_rows: int = MAX_ROWS,
) -> None:
    """Write a workbook row by row; a million rows take the memory of one.

    Parameters
    ----------
    sheets
        One after the other. What does not fit a sheet goes on in the next one,
        named with a number.
    title, created
        What the workbook says of itself; the same content gives the same bytes.
    max_rows
        Rows of a sheet, the header among them.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    place = str(target) if isinstance(target, Path) else target
    try:
        with Workbook(place, options) as workbook:
            workbook.set_properties({"title": title, "created": created})
            formats = Formats.of(workbook)
            for sheet in sheets:
                _write_sheet(workbook, sheet, formats, max_rows)
    except FileCreateError as error:  # it hides what the system said
        raise error.args[0] from error


def records_to_xlsx(
    document: str, document_id: str, records: Iterable[Record], model: type[Record]
) -> bytes:
    """Give the records of one document as a workbook, with why they were kept."""
    from curation_kit.formats.columns import TableRow

    rows = (
        TableRow(document, document_id, number, record).cells(wide=True)
        for number, record in enumerate(records)
    )
    stream = io.BytesIO()
    sheet = Sheet("Results", columns_of(model, why=True), rows)
    write_workbook(stream, [sheet], title=document)
    return stream.getvalue()


def _write_sheet(
    workbook: Workbook, sheet: Sheet, formats: Formats, max_rows: int
) -> None:
    page, number, line = _begin(workbook, sheet, formats, sheet.name), 1, 0
    links = 0
    columns = [
        (column, column.name, formats.kinds[kind_of_text(column)])
        for column in sheet.columns
    ]
    for cells in sheet.rows:
        if line + 1 == max_rows:
            _end(page, sheet, line)
            number += 1
            page = _begin(workbook, sheet, formats, f"{sheet.name} {number}")
            line = links = 0
        line += 1
        page.begin_row(line)
        for place, (column, name, look) in enumerate(columns):
            value = cells[name]
            if type(value) is str:  # most are
                if value:
                    page.write_cell(place, look, text_cell(cut(value)))
                continue
            if isinstance(value, Link):
                value, target, tip = value
                if links < MAX_LINKS and len(target) <= _MAX_LINK:
                    links += 1
                    page.write_url(line, place, _url(target, tip), formats.link)
                    page.write_number(line, place, value, formats.link)
                    continue
            if value is not None and value != "":  # else the format of the column
                page.write_cell(place, *cell_of(value, column, formats))
    _end(page, sheet, line)


@cache
def _page_class() -> type[Worksheet]:
    """Worksheets whose cells are written as they are given.

    XlsxWriter calls ten functions for each cell; here it is the third of the time,
    to the same bytes (a test compares them). And it takes a text that looks like its
    own markup for such, and overlooks the second of two escapes that share a ``_``.
    """
    from xlsxwriter.utility import xl_col_to_name
    from xlsxwriter.worksheet import Worksheet

    class Page(Worksheet):  # type: ignore[misc] # it has no types
        def begin_row(self, row: int) -> None:
            """Write the row before; what comes is of this one."""
            self._write_single_row(row)

        def write_cell(self, place: int, look: Format, content: str) -> None:
            """Write a cell of the row; the next one has a higher place."""
            row = self.previous_row
            cells = self.table[row]
            if not cells or place > self.dim_colmax:
                self._check_dimensions(row, place)
            cells[place] = (
                f'<c r="{_letters(place)}{row + 1}" s="{look._get_xf_index()}"'  # noqa: SLF001
                f"{content}</c>"
            )

        def _write_cell(self, row: int, col: int, cell: Any) -> None:
            if isinstance(cell, str):
                self.fh.write(cell)
            else:  # the cell of a link
                super()._write_cell(row, col, cell)

    _letters = cache(xl_col_to_name)
    return Page


def _begin(workbook: Workbook, sheet: Sheet, formats: Formats, name: str) -> Any:
    page = workbook.add_worksheet(name, _page_class())
    for place, column in enumerate(sheet.columns):
        width = _WIDTHS.get(column.kind) or (
            _WIDE if column.name in {"document", "ledger", "value"} else _NARROW
        )
        # The format of the column is that of its empty cells: what a curator
        # types into them is text too.
        kind = Kind.PROSE if column.kind is Kind.MIXED else column.kind
        page.set_column(place, place, width, formats.kinds[kind])
        page.write_cell(place, formats.header, text_cell(column.name))
    page.freeze_panes(1, 0)
    return page


def _end(page: Worksheet, sheet: Sheet, rows: int) -> None:
    last = max(len(sheet.columns) - 1, 0)
    page.autofilter(0, 0, rows, last)
    # No green triangles on identifiers of digits.
    page.ignore_errors({"number_stored_as_text": f"A1:XFD{rows + 1}"})


@lru_cache(maxsize=1)  # the rows of a paper come together: a link takes 1 kB
def _url(target: str, tip: str) -> Url:
    from xlsxwriter.url import Url

    web = "://" in target
    url = Url(target if web else f"external:{target}")
    url.tip = tip[:_MAX_TIP]
    if web:
        return url
    # XlsxWriter writes paths with the backslashes of Windows; in a reference of
    # a package (ECMA-376, part 2) slashes are understood everywhere.
    url._relationship_link = target.partition("#")[0]  # noqa: SLF001
    return url
