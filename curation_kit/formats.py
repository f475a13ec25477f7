"""CSV, TSV and JSON of records.

Text from papers may begin like a spreadsheet formula. CSV and TSV put an
apostrophe before such a cell (OWASP, "CSV Injection") so that no spreadsheet
runs it; `unescape_cell` takes it off again.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from curation_kit.records import Record

__all__ = [
    "FORMATS",
    "delimited",
    "escape_cell",
    "plain_cell",
    "rows_to_json",
    "unescape_cell",
]

#: ``writer(document, document_id, records, model) -> bytes``
Writer = Callable[[str, str, Iterable[Record], type[Record]], bytes]

_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def escape_cell(value: Any) -> str:
    """Give the text of a table cell that no spreadsheet takes for a formula.

    Examples
    --------
    >>> escape_cell("=1+1")
    "'=1+1"
    >>> escape_cell(None), escape_cell(True), escape_cell(7)
    ('', 'true', '7')
    """
    text = plain_cell(value)
    return f"'{text}" if isinstance(value, str) and _FORMULA.match(text) else text


def plain_cell(value: Any) -> str:
    """Give the text of a table cell for programs: nothing for what is missing."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def unescape_cell(text: str) -> str:
    """Give the text as it was before `escape_cell`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def delimited(
    rows: Iterable[dict[str, Any]], columns: Sequence[str], delimiter: str
) -> bytes:
    """Give rows as delimited text: UTF-8, a header line, LF line ends.

    Tabs and line breaks inside a cell become spaces in TSV, which has no
    quoting that every reader agrees on.
    """
    lines = [_line(columns, delimiter)]
    for row in rows:
        cells = [escape_cell(row[name]) for name in columns]
        if delimiter == "\t":
            cells = [re.sub(r"[\t\r\n]+", " ", cell) for cell in cells]
        lines.append(_line(cells, delimiter))
    return "".join(lines).encode()


def _line(cells: Sequence[str], delimiter: str) -> str:
    if delimiter == "\t":  # no quotes: see above
        return "\t".join(cells) + "\n"
    # Of CR and LF, csv quotes only those in its line end (before Python 3.13).
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    return stream.getvalue().removesuffix("\r\n") + "\n"


def rows_to_json(document: str, document_id: str, records: Iterable[Record]) -> bytes:
    """Give the records of one document as JSON, evidence and candidates nested."""
    content = {
        "document": document,
        "document_id": document_id,
        "records": [record.model_dump(mode="json") for record in records],
    }
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def _table(delimiter: str) -> Writer:
    def write(
        document: str, document_id: str, records: Iterable[Record], model: type[Record]
    ) -> bytes:
        del document_id  # a table shows the file name
        rows = (record.row(document) for record in records)
        return delimited(rows, model.columns(), delimiter)

    return write


def _json(
    document: str, document_id: str, records: Iterable[Record], model: type[Record]
) -> bytes:
    del model
    return rows_to_json(document, document_id, records)


#: Writers of one document's records, by file name extension.
FORMATS: dict[str, Writer] = {"csv": _table(","), "tsv": _table("\t"), "json": _json}
