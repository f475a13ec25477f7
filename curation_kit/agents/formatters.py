"""Output agents: one result file per paper, as CSV, TSV, JSON or a workbook."""

from __future__ import annotations

from collections.abc import Sequence

from curation_kit.agents.base import Formatter
from curation_kit.agents.paper import Paper
from curation_kit.formats import FORMATS
from curation_kit.records import Record

__all__ = ["CsvFormatter", "JsonFormatter", "TsvFormatter", "XlsxFormatter"]


class _FormatsFormatter(Formatter):
    """Writes with the writer of its extension."""

    def format(
        self, paper: Paper, records: Sequence[Record], record: type[Record]
    ) -> bytes:
        """Give the bytes of the result file."""
        return FORMATS[self.extension](paper.name, paper.id, records, record)


class CsvFormatter(_FormatsFormatter):
    """Comma-separated values."""

    name = extension = "csv"
    title = "CSV Formatter"
    description = (
        "Comma-separated values: one row per record. Opens in any spreadsheet."
    )


class TsvFormatter(_FormatsFormatter):
    """Tab-separated values."""

    name = extension = "tsv"
    title = "TSV Formatter"
    description = "Tab-separated values: one row per record, for databases and scripts."


class JsonFormatter(_FormatsFormatter):
    """Structured JSON."""

    name = extension = "json"
    title = "JSON Formatter"
    description = (
        "Structured JSON: records with all their evidence, page positions and "
        "candidate identifiers."
    )


class XlsxFormatter(_FormatsFormatter):
    """A workbook for spreadsheet programs."""

    name = extension = "xlsx"
    title = "Excel Formatter"
    description = (
        "Excel workbook: one row per record, with why it was kept. Symbols such as "
        "SEPT2 stay text."
    )
