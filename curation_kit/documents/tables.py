"""Tables of a PDF, on request: finding them costs forty times the reading."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation_kit.documents.opening import opened

__all__ = ["Table", "read_tables"]


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Attributes
    ----------
    page
        Page number, from 1.
    box
        x0, y0, x1, y1 in points from the top left of the page.
    rows
        Text of the cells, row by row; an empty cell is ``""``.
    """

    page: int
    box: tuple[float, float, float, float]
    rows: tuple[tuple[str, ...], ...]


def read_tables(path: Path, pages: Iterable[int] | None = None) -> list[Table]:
    """Find the tables of a document.

    Parameters
    ----------
    path
        The PDF.
    pages
        Page numbers, from 1; all pages by default.

    Raises
    ------
    DocumentFailure
        The file cannot be used.
    ValueError
        There is no page of a number asked for.
    OSError
        If the path cannot be read.
    """
    found: list[Table] = []
    with opened(path) as document:
        count = document.page_count
        for number in range(1, count + 1) if pages is None else pages:
            if not 1 <= number <= count:
                message = f"There is no page {number}: the document has {count} pages."
                raise ValueError(message)
            page = document.load_page(number - 1)
            words = page.get_text("words")
            # The layout model is slower by a factor of four, and not loaded.
            for table in page.find_tables(use_layout=False).tables:
                rows = tuple(
                    tuple(_cell_text(cell, words) for cell in row.cells)
                    for row in table.rows
                )
                found.append(Table(number, tuple(table.bbox), rows))
    return found


def _cell_text(
    cell: tuple[float, float, float, float] | None, words: list[tuple[Any, ...]]
) -> str:
    """Words with their middle in a cell (PyMuPDF's own way drops the spaces)."""
    if cell is None:
        return ""
    x0, y0, x1, y1 = cell
    return " ".join(
        word[4]
        for word in words
        if x0 <= (word[0] + word[2]) / 2 < x1 and y0 <= (word[1] + word[3]) / 2 < y1
    )
