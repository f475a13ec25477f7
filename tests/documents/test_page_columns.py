"""Columns of pages."""

from __future__ import annotations

from curation_kit.documents._pymupdf import pymupdf
from curation_kit.documents.columns import find_gutters
from curation_kit.documents.lines import read_lines


def test_the_columns_of_a_large_table_are_not_all_searched(make_pdf, column):
    """Each search goes through all lines: thousands of cells took a minute."""
    cells = [
        cell
        for x in range(20, 600, 36)
        for cell in column(x, 40, ["a cell with words"] * 20, 3, 12)
    ]
    with pymupdf.open(make_pdf(cells)) as document:
        page = read_lines(document[0], 1)
    assert len(page.lines) == 20 * 17
    assert 1 <= len(find_gutters(page)) < 8
