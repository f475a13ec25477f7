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
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from curation_kit.formats.columns import Column, Kind, columns_of
from curation_kit.formats.delimited import plain_cell
from curation_kit.records import Record

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.url import Url
    from xlsxwriter.worksheet import Worksheet

__all__ = ["MAX_CELL", "Link", "Sheet", "cut", "records_to_xlsx", "write_workbook"]

#: Limits of Excel: UTF-16 units in a cell, rows and links in a sheet.
MAX_CELL = 32_767
MAX_ROWS = 1_048_576
MAX_LINKS = 65_530
#: Links of more characters are refused by Excel.
_MAX_LINK = 2_000
#: Characters of a tip, if each takes two UTF-16 units.
_MAX_TIP = 127

#: Beyond it a whole number is no longer the same as a 64-bit float.
_EXACT = 2**53
#: Excel's largest number.
_LARGEST = 9.99999999999999e307

#: Excel's dates begin with this year; earlier ones are text.
_FIRST_YEAR = 1900

#: The earliest date that a ZIP, which a workbook is, can tell.
_EPOCH = dt.datetime(1980, 1, 1)  # noqa: DTZ001 - XlsxWriter wants it without a zone

#: Days are counted from here; there are fewer before a day that Excel's 1900 has.
_DAY_0 = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - without a zone, as in a workbook
_FEBRUARY_29 = 60

_NUMBERS = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.MIXED})

#: What XML escapes, and what ST_Xstring does.
_MARKUP = re.compile("[&<>]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")

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
            formats = _Formats.of(workbook)
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


def cut(text: str) -> str:
    """Shorten a text that Excel cannot hold, and say so at its end."""
    if len(text) <= MAX_CELL // 2:  # however many units a character takes
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MAX_CELL:
        return text
    mark = f" … [cut: {len(text):,} characters; see CSV or JSON]"
    # Half a character at the end is dropped.
    return units[: 2 * (MAX_CELL - len(mark))].decode("utf-16-le", "ignore") + mark


class _Formats(NamedTuple):
    """How cells look."""

    header: Format
    kinds: dict[Kind, Format]
    rounded: Format
    link: Format

    @classmethod
    def of(cls, workbook: Workbook) -> _Formats:
        top = {"valign": "top"}
        text = {**top, "num_format": "@"}
        return cls(
            workbook.add_format({**text, "bold": True, "bottom": 1}),
            {
                Kind.TEXT: workbook.add_format(text),
                Kind.PROSE: workbook.add_format({**text, "text_wrap": True}),
                Kind.INTEGER: workbook.add_format({**top, "num_format": "0"}),
                Kind.NUMBER: workbook.add_format(top),
                Kind.TRUTH: workbook.add_format({**top, "align": "left"}),
                Kind.DATE: workbook.add_format({**top, "num_format": "yyyy-mm-dd"}),
                # A whole number among prose stands where the words begin.
                Kind.MIXED: workbook.add_format(
                    {**top, "num_format": "0", "align": "left"}
                ),
            },
            workbook.add_format({**top, "num_format": "0.000"}),
            workbook.add_format(
                {**top, "num_format": "0", "font_color": "#0563C1", "underline": 1}
            ),
        )


def _write_sheet(
    workbook: Workbook, sheet: Sheet, formats: _Formats, max_rows: int
) -> None:
    page, number, line = _begin(workbook, sheet, formats, sheet.name), 1, 0
    links = 0
    columns = [
        (column, column.name, formats.kinds[_of_text(column)])
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
                    page.write_cell(place, look, _text(cut(value)))
                continue
            if isinstance(value, Link):
                value, target, tip = value
                if links < MAX_LINKS and len(target) <= _MAX_LINK:
                    links += 1
                    page.write_url(line, place, _url(target, tip), formats.link)
                    page.write_number(line, place, value, formats.link)
                    continue
            if value is not None and value != "":  # else the format of the column
                page.write_cell(place, *_cell(value, column, formats))
    _end(page, sheet, line)


def _cell(value: Any, column: Column, formats: _Formats) -> tuple[Format, str]:
    """Format and content of a cell, by the type of its value."""
    kind = column.kind
    if column.rounded and _is_number(value):
        return formats.rounded, f"><v>{round(value, 3):.16G}</v>"
    if isinstance(value, bool) and kind is Kind.TRUTH:
        return formats.kinds[kind], f' t="b"><v>{value:d}</v>'
    if kind in _NUMBERS and _is_number(value):
        return formats.kinds[kind], f"><v>{value:.16G}</v>"
    if kind is Kind.DATE and isinstance(value, dt.date) and value.year >= _FIRST_YEAR:
        return formats.kinds[kind], f"><v>{_day(value):.16G}</v>"
    return formats.kinds[_of_text(column)], _text(cut(plain_cell(value)))


def _of_text(column: Column) -> Kind:
    return Kind.PROSE if column.kind in {Kind.PROSE, Kind.MIXED} else Kind.TEXT


def _text(text: str) -> str:
    """Content of a cell with a text, in which XML and ST_Xstring are escaped."""
    if _CONTROL.search(text):
        text = _CONTROL.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
    around = text[:1].isspace() or text[-1:].isspace()
    space = ' xml:space="preserve"' if around else ""
    if _MARKUP.search(text):
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f' t="inlineStr"><is><t{space}>{text}</t></is>'


def _day(day: dt.date) -> float:
    """A date as Excel counts it: its 1900 has a 29th of February."""
    if isinstance(day, dt.datetime):
        passed = day.replace(tzinfo=None) - _DAY_0
        days = passed.days + passed.seconds / 86_400
    else:
        days = (day - _DAY_0.date()).days
    return days if days > _FEBRUARY_29 else days - 1


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


def _begin(workbook: Workbook, sheet: Sheet, formats: _Formats, name: str) -> Any:
    page = workbook.add_worksheet(name, _page_class())
    for place, column in enumerate(sheet.columns):
        width = _WIDTHS.get(column.kind) or (
            _WIDE if column.name in {"document", "ledger", "value"} else _NARROW
        )
        # The format of the column is that of its empty cells: what a curator
        # types into them is text too.
        kind = Kind.PROSE if column.kind is Kind.MIXED else column.kind
        page.set_column(place, place, width, formats.kinds[kind])
        page.write_cell(place, formats.header, _text(column.name))
    page.freeze_panes(1, 0)
    return page


def _end(page: Worksheet, sheet: Sheet, rows: int) -> None:
    last = max(len(sheet.columns) - 1, 0)
    page.autofilter(0, 0, rows, last)
    # No green triangles on identifiers of digits.
    page.ignore_errors({"number_stored_as_text": f"A1:XFD{rows + 1}"})


def _is_number(value: Any) -> bool:
    """Whether a value is the same as a number of Excel."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= (_EXACT if isinstance(value, int) else _LARGEST)


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
