"""Tables of records as CSV, TSV, JSON, Excel workbooks and Parquet.

The writers take rows one after the other, so that a table need not fit the
memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from curation_kit.formats.columns import (
    SHARED_COLUMNS,
    Column,
    Kind,
    TableRow,
    columns_of,
)
from curation_kit.formats.delimited import (
    delimited,
    delimited_lines,
    escape_cell,
    plain_cell,
    unescape_cell,
)
from curation_kit.formats.nested import json_pieces, rows_to_json
from curation_kit.formats.parquet import has_parquet, write_parquet
from curation_kit.formats.parquet_aside import ParquetAside
from curation_kit.formats.spreadsheets import MISSING, is_mangled, read_spreadsheet
from curation_kit.formats.xlsx import Link, Sheet, records_to_xlsx, write_workbook
from curation_kit.records import Record

__all__ = [
    "FORMATS",
    "MISSING",
    "SHARED_COLUMNS",
    "Column",
    "Kind",
    "Link",
    "ParquetAside",
    "Sheet",
    "TableRow",
    "columns_of",
    "delimited",
    "delimited_lines",
    "escape_cell",
    "has_parquet",
    "is_mangled",
    "json_pieces",
    "plain_cell",
    "read_spreadsheet",
    "records_to_xlsx",
    "rows_to_json",
    "unescape_cell",
    "write_parquet",
    "write_workbook",
]

#: ``writer(document, document_id, records, model) -> bytes``
Writer = Callable[[str, str, Iterable[Record], type[Record]], bytes]


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
FORMATS: dict[str, Writer] = {
    "csv": _table(","),
    "tsv": _table("\t"),
    "json": _json,
    "xlsx": records_to_xlsx,
}
