"""Workbooks as other programs read them."""

from __future__ import annotations

import io

import openpyxl

from curation_kit.formats import Sheet, write_workbook


def opened(*sheets: Sheet, max_rows: int = 100) -> openpyxl.Workbook:
    """A workbook as another program reads it."""
    stream = io.BytesIO()
    write_workbook(stream, sheets, max_rows=max_rows)
    return openpyxl.load_workbook(io.BytesIO(stream.getvalue()))
