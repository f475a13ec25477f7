"""Tables that people keep in spreadsheets, read as text."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from curation_kit.errors import CurationKitError
from curation_kit.formats.delimited import unescape_cell

__all__ = ["MISSING", "is_mangled", "read_spreadsheet"]

#: What R and Excel write for what is missing, and people do.
MISSING = frozenset({"NA", "#N/A", "N/A"})

#: Lines that a sheet of Excel can have; a damaged one may tell of a billion.
_MOST_LINES = 1_048_576

#: 2-Sep, "02. Sep" or 02-sept, Sep-32, 2.00E+10. Names have no negative exponent,
#: which p-values have.
_MANGLED = re.compile(
    r"(?i:\d{1,2}[-./ ]+(?:jan|fe[bv]|m[aä]r|mrz|a[bpv]r|ma[iy]|ju[iln]|aug|ago|ao[uû]"
    r"|sep|o[ck]t|nov|d[eéi][cz])\w{0,2}\.?)"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d\d"
    r"|\d(?:[.,]\d+)?[Ee]\+\d{2,3}"
)

#: First bytes of a ZIP, as .xlsx is one, and of the older .xls.
_WORKBOOK, _OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def read_spreadsheet(
    path: Path, what: str, *, texts: Collection[str] = ()
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Read a table from CSV, TSV or Excel, by its file name.

    Parameters
    ----------
    path
        The first sheet of ``.xlsx``; ``.tsv``, ``.tab`` and ``.txt`` are read as
        tab-separated, all else as comma-separated, or by what the first line has
        instead: semicolons, tabs or commas; UTF-8, with or without a byte order mark.
    what
        What it is called in errors.
    texts
        Columns in which a date is an error: Excel makes dates of names such as SEPT1
        (Ziemann et al. 2016). In text it has left no date: see `is_mangled`.

    Returns
    -------
    list of str, list of (int, list of str)
        Names of the columns, and number and cells of each line below that is not
        empty: as text, without the apostrophe that keeps a cell such as ``-cells``
        from being a formula.

    Raises
    ------
    CurationKitError
        If the file is missing or is not such a table.
    """
    try:
        with path.open("rb") as file:
            begin = file.read(4)
        if begin == _OLD_WORKBOOK:
            raise _unreadable(what, "it is a workbook of an old Excel")
        lines = _sheet(path, what) if begin == _WORKBOOK else _text(path)
        return _cells(lines, what, texts)
    except FileNotFoundError as error:
        raise CurationKitError(f"There is no {what}.") from error
    except UnicodeDecodeError as error:
        raise _unreadable(what, "it is not in UTF-8") from error
    except (OSError, csv.Error) as error:
        raise _unreadable(what, str(error)) from error


def is_mangled(cell: str) -> bool:
    """Whether text is what Excel writes for a name that it took for a day or a number.

    Examples
    --------
    >>> is_mangled("2-Sep"), is_mangled("2.31E+19"), is_mangled("SEPT2")
    (True, True, False)
    """
    return bool(_MANGLED.fullmatch(cell.strip()))


def _text(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of each line of CSV or TSV."""
    separator = "\t" if path.suffix.lower() in {".tsv", ".tab", ".txt"} else ","
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = next(filter(str.strip, file), "")
        if separator not in first:  # semicolons are of spreadsheets in Europe
            separator = next((one for one in ";\t," if one in first), separator)
        file.seek(0)
        # Else a quote that is not closed takes all lines below for its cell.
        lines = csv.reader(file, delimiter=separator, strict=True)
        begin = 1
        try:
            for cells in lines:
                yield lines.line_num, cells
                begin = lines.line_num + 1
        except csv.Error as error:
            raise csv.Error(
                f"line {begin}: {error} (a double quote is not closed there, or is "
                "not doubled within a text in quotes)"
            ) from error


def _sheet(path: Path, what: str) -> Iterator[tuple[int, list[Any]]]:
    """Number and cells of each line of the first sheet of a workbook."""
    from openpyxl import load_workbook

    with path.open("rb") as file:
        try:
            book = load_workbook(file, read_only=True, data_only=True)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # some programs write others than there are
            for number, cells in enumerate(sheet.values, start=1):
                _check_number(number)
                yield number, ["" if cell is None else cell for cell in cells]
        # A broken ZIP, parts that are missing or odd, a chart that is a sheet: openpyxl
        # raises anything.
        except Exception as error:
            raise _unreadable(
                what, "it is no Excel workbook, or damaged, or has a chart as a sheet"
            ) from error


def _check_number(line: int) -> None:
    if line > _MOST_LINES:
        raise ValueError(line)


def _cells(
    lines: Iterator[tuple[int, list[Any]]], what: str, texts: Collection[str]
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Names of the columns, and the cells of each line below them."""
    names = ([str(cell).strip() for cell in cells] for _, cells in lines)
    header = next(filter(any, names), [])
    while header and not header[-1]:  # as spreadsheets leave them
        header.pop()
    if not header:
        raise _unreadable(what, "it is empty, or its first sheet is")
    if twice := [column for column in header if header.count(column) > 1]:
        raise _unreadable(what, f'it has two columns "{twice[0]}"')
    rows = []
    for number, cells in lines:
        if not any(cells):
            continue
        if any(cells[len(header) :]):
            raise _unreadable(
                what,
                f"line {number} has {len(cells)} cells, and there are "
                f"{len(header)} columns; a text with the separator in it must "
                "stand in double quotes",
            )
        padded = [*cells, *[""] * len(header)][: len(header)]
        for column, cell in zip(header, padded, strict=True):
            if column in texts and isinstance(cell, date | time):
                raise CurationKitError(
                    f"Line {number} of the {what} has the date {_as_text(cell)} in "
                    f"the column {column}: Excel makes dates of names such as SEPT1. "
                    "Make the cell one of text, and write the name into it again."
                )
        rows.append((number, [unescape_cell(_as_text(cell)) for cell in padded]))
    return header, rows


def _as_text(cell: Any) -> str:
    """Text of a cell; Excel knows days as times at midnight."""
    is_day = isinstance(cell, datetime) and cell.time() == time()
    return str(cell.date() if is_day else cell)


def _unreadable(what: str, why: str) -> CurationKitError:
    return CurationKitError(
        f"The {what} cannot be read: {why}. Save it as CSV or TSV in "
        "UTF-8, or as .xlsx, with column names in the first line."
    )
