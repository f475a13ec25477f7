"""One table of all records of a job, in any of the formats."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from curation_kit.errors import JobError
from curation_kit.formats import (
    Link,
    ParquetAside,
    Sheet,
    TableRow,
    columns_of,
    delimited_lines,
    json_pieces,
    write_parquet,
    write_workbook,
)
from curation_kit.records import Record
from curation_kit.results.files import whole_file

__all__ = [
    "TABLE_FORMATS",
    "parquet_aside",
    "table_format",
    "write_pieces",
    "write_table",
]

#: Where a link leads, and what is said of it.
Target = tuple[str, str]

#: Formats of a table of all records, by file name extension.
TABLE_FORMATS = ("csv", "tsv", "json", "xlsx", "parquet")


def table_format(path: Path, wanted: str | None = None) -> str:
    """Give the format that is meant: the one named, else by the file's name.

    Raises
    ------
    JobError
        If there is no such format.
    """
    name = str(wanted or path.suffix.removeprefix(".")).lower()
    if name not in TABLE_FORMATS:
        known = ", ".join(TABLE_FORMATS)
        raise JobError(
            f'There is no format "{name}": choose one of {known}.'
            if name
            else f"{path} does not say which format is meant: give one of {known}."
        )
    return name


def write_table(
    path: Path,
    rows: Iterable[TableRow],
    model: type[Record],
    *,
    format: str,  # noqa: A002 - as in the command
    wide: bool = False,
    link: Callable[[TableRow], Target | None] = lambda _: None,
    more: Sequence[Sheet] = (),
    metadata: Mapping[str, Any] | None = None,
    also: ParquetAside | None = None,
    title: str = "",
    time: float = 0.0,
) -> Path:
    """Write records as one table, whole or not at all.

    Parameters
    ----------
    path
        The file; an existing one is replaced.
    rows
        Taken one after the other.
    model
        Model of the records; it names the columns.
    format
        One of `TABLE_FORMATS`.
    wide
        Whether CSV, TSV and Parquet also tell why a record was kept, where its
        quote and the paper differ, and what curators said of it, as JSON and
        workbooks always do. Parquet has the keys of a record always.
    link
        Gives the address of a record's page and what to say of it, for workbooks.
    more
        Further sheets of a workbook.
    metadata
        What Parquet shall say about the table; JSON values.
    also
        Is given each row, too.
    title, time
        What a workbook says it is, and when it was made, in seconds since the
        epoch.

    Raises
    ------
    JobError
        If the file cannot be written.
    CurationKitError
        If the library for the format is not installed.
    """
    if also is not None:
        rows = _told_to(also, rows)
    columns = columns_of(model, why=wide, curation=wide, keys=format == "parquet")
    cells = (row.cells(wide=wide or format == "parquet") for row in rows)
    with whole_file(path, "table") as temporary:
        match format:
            case "xlsx":
                columns = columns_of(model, why=True, curation=True)
                sheet = Sheet("Results", columns, _linked(rows, link))
                created = dt.datetime.fromtimestamp(time, dt.UTC).replace(tzinfo=None)
                sheets = [sheet, *more]
                write_workbook(temporary, sheets, title=title, created=created)
            case "parquet":
                write_parquet(temporary, cells, columns, metadata=metadata or {})
            case "json":
                _write(temporary, json_pieces(row.nested() for row in rows))
            case _:
                names = [column.name for column in columns]
                delimiter = "\t" if format == "tsv" else ","
                _write(temporary, delimited_lines(cells, names, delimiter))
    return path


def _linked(
    rows: Iterable[TableRow], link: Callable[[TableRow], Target | None]
) -> Iterator[dict[str, Any]]:
    """Rows of a workbook; the cell of the page leads to it, where that is known."""
    for row in rows:
        cells = row.cells(wide=True)
        if "machine_values" not in type(row.record).model_fields:
            cells["machine_values"] = row.machine_text()
        if cells["page"] is not None and (target := link(row)):
            cells["page"] = Link(cells["page"], *target)
        yield cells


def _told_to(also: ParquetAside, rows: Iterable[TableRow]) -> Iterator[TableRow]:
    for row in rows:
        also.add(row.cells(wide=True))
        yield row


def parquet_aside(
    path: Path, model: type[Record], *, metadata: Mapping[str, Any]
) -> ParquetAside:
    """Begin a table in Parquet that another one of the same rows is written beside.

    The file is the one that `write_table` writes.
    """
    return ParquetAside(path, columns_of(model, keys=True), metadata=metadata)


def write_pieces(path: Path, pieces: Iterable[bytes]) -> Path:
    """Write a table whose bytes are known, whole or not at all.

    Raises
    ------
    JobError
        If the file cannot be written.
    """
    with whole_file(path, "table") as temporary:
        _write(temporary, pieces)
    return path


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        file.writelines(pieces)
