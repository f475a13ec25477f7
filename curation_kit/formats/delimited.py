"""CSV and TSV.

Text from papers may begin like a spreadsheet formula. CSV and TSV put an
apostrophe before such a cell (OWASP, "CSV Injection") so that no spreadsheet
runs it; `unescape_cell` takes it off again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from curation_kit.records import plain_cell

__all__ = [
    "delimited",
    "delimited_lines",
    "escape_cell",
    "plain_cell",
    "unescape_cell",
]

_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def escape_cell(value: Any) -> str:
    """Give the text of a table cell that no spreadsheet takes for a formula.

    Examples
    --------
    >>> escape_cell("=1+1"), escape_cell(-1)
    ("'=1+1", '-1')
    """
    text = plain_cell(value)
    return f"'{text}" if isinstance(value, str) and _FORMULA.match(text) else text


def unescape_cell(text: str) -> str:
    """Give the text as it was before `escape_cell`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def delimited(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], delimiter: str
) -> bytes:
    """Give rows as delimited text, whole: see `delimited_lines`."""
    return b"".join(delimited_lines(rows, columns, delimiter))


def delimited_lines(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], delimiter: str
) -> Iterator[bytes]:
    """Give rows as lines of delimited text: UTF-8, a header line, LF line ends.

    Tabs and line breaks inside a cell become spaces in TSV, which has no
    quoting that every reader agrees on. Only a cell that begins with a double quote
    is quoted there: most readers would take it for one that is, and the lines
    below it with it.
    """
    yield _line(columns, delimiter)
    for row in rows:
        cells = [escape_cell(row[name]) for name in columns]
        if delimiter == "\t":
            cells = [_quoted(re.sub(r"[\t\r\n]+", " ", cell)) for cell in cells]
        yield _line(cells, delimiter)


def _quoted(cell: str) -> str:
    """A cell of TSV, in quotes where it begins with one."""
    if not cell.startswith('"'):
        return cell
    doubled = cell.replace('"', '""')
    return f'"{doubled}"'


def _line(cells: Sequence[str], delimiter: str) -> bytes:
    if delimiter == "\t":  # no other quotes: see above
        return ("\t".join(cells) + "\n").encode()
    # Of CR and LF, csv quotes only those in its line end (before Python 3.13).
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    return (stream.getvalue().removesuffix("\r\n") + "\n").encode()
