"""Real highlight annotations in a copy of a PDF.

The annotations are written as PDF objects of our own, with appearance streams:
MuPDF's own have ends that bulge into the neighbouring words, and are darker where
two lie on each other. The file is appended to where that can be done, so that its
own bytes (and a publisher's signature on them) stay as they were.

Call it in a process that may be killed: see `PageImages.highlight`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation_kit.documents.annotations import (
    AUTHOR,
    Rectangle,
    add_annotations,
    new_annotation,
    new_object,
    pdf_text,
    quad_points,
    rectangle_around,
    to_pdf,
)
from curation_kit.documents.drawing import MARK_OPACITY, READER_HINT
from curation_kit.errors import DocumentFailure, FailureCategory
from curation_kit.records import Box

__all__ = ["Highlight", "write_highlights"]

#: Side of the sheet of paper on page 1 that carries a note, in points.
_NOTE_SIZE = 16.0

ByPage = dict[int, list[tuple["Highlight", list[Rectangle]]]]


@dataclass(frozen=True, slots=True)
class Highlight:
    """One highlight, or one on each page that its boxes are on.

    Attributes
    ----------
    name
        Tells it from the others of the document, now and in later copies.
    boxes
        One per printed line.
    color
        As ``#rrggbb``.
    subject
        What it is about, in a word or two.
    text
        What a reader of the PDF shows in the highlight's note.
    """

    name: str
    boxes: tuple[Box, ...]
    color: str
    subject: str
    text: str


def write_highlights(
    path: Path, highlights: Sequence[Highlight], note: str = ""
) -> None:
    """Put highlights into a PDF, which should be a copy.

    Parameters
    ----------
    path
        The file; it is changed, or replaced by another of its name.
    highlights
        The lowest first: where they lie on each other, the colour is that of
        the later one. Restrictions and encryption of the file are kept. The same
        highlights give the same bytes.
    note
        Text of a note in the corner of page 1; none if empty.

    Raises
    ------
    DocumentFailure
        If the file cannot be opened, a page cannot be read, or the result
        does not hold all highlights.
    OSError
        If the file cannot be read or written.
    MemoryError
        The process may not use the memory that it takes.
    """
    from curation_kit.documents.opening import PAGE_ERRORS, check_memory, opened

    by_page = _by_page(highlights)
    try:
        with opened(path) as document:
            _check_pages(document, by_page)
            paint = new_object(
                document, f"<</Type/ExtGState/BM/Multiply/ca {MARK_OPACITY}>>"
            )
            for number, on_page in by_page.items():
                _annotate(document, number, on_page, paint)
            if note:
                page = document.load_page(0)
                add_annotations(document, page, [_note(document, page, note)])
            appended = document.can_save_incrementally()
            if appended:
                document.save(
                    path, incremental=True, encryption=_keep(), no_new_id=True
                )
            else:
                _save_anew(document, path)
        if appended and not _holds(path, by_page):
            # For instance where the table of objects names a wrong place.
            with opened(path) as document:
                _save_anew(document, path)
            appended = False
        if not appended and not _holds(path, by_page):
            raise _unsafe()
    except PAGE_ERRORS as error:
        check_memory(error)
        raise _unsafe() from error


def _by_page(highlights: Sequence[Highlight]) -> ByPage:
    """Sort out what goes on which page, empty boxes left out."""
    found: ByPage = {}
    for highlight in highlights:
        own: dict[int, list[Rectangle]] = {}
        for page, *box in highlight.boxes:
            x0, y0, x1, y1 = box
            if x0 < x1 and y0 < y1:
                own.setdefault(page, []).append((x0, y0, x1, y1))
        for page, boxes in own.items():
            found.setdefault(page, []).append((highlight, boxes))
    return dict(sorted(found.items()))


def _check_pages(document: Any, by_page: ByPage) -> None:
    pages = document.page_count
    for number in by_page:
        if not 1 <= number <= pages:
            raise DocumentFailure(
                FailureCategory.INPUT,
                f"There is no page {number}: the document has {pages}.",
                "The file is not the one that the records were found in.",
            )


def _unsafe() -> DocumentFailure:
    return DocumentFailure(
        FailureCategory.INPUT,
        "Highlights cannot be put into this damaged PDF.",
        READER_HINT,
    )


def _keep() -> int:
    from curation_kit.documents._pymupdf import pymupdf

    return int(pymupdf.PDF_ENCRYPT_KEEP)


def _save_anew(document: Any, path: Path) -> None:
    """Write all objects of a document to a file that takes the place of its own."""
    other = path.with_name(f"{path.name}.new")
    try:
        # Without what nothing refers to: it may be too damaged to be written.
        document.save(
            other, encryption=_keep(), deflate=True, garbage=1, no_new_id=True
        )
        os.replace(other, path)  # noqa: PTH105 - the open file keeps its bytes
    finally:
        other.unlink(missing_ok=True)


def _holds(path: Path, by_page: ByPage) -> bool:
    """Whether a file can be read as it is, with our highlights on its pages."""
    from curation_kit.documents.opening import opened

    with opened(path) as document:
        if document.is_repaired:
            return False
        for number, on_page in by_page.items():
            titles = [
                annot.info["title"] for annot in document.load_page(number - 1).annots()
            ]
            if titles.count(AUTHOR) < len(on_page):
                return False
    return True


def _annotate(
    document: Any,
    number: int,
    on_page: Sequence[tuple[Highlight, list[Rectangle]]],
    paint: int,
) -> None:
    """Put highlights on a page; what is covered by a later one is not painted."""
    page = document.load_page(number - 1)
    place = to_pdf(page)
    covered: list[Rectangle] = []
    parts: list[list[Rectangle]] = []
    for _, boxes in reversed(on_page):
        painted: list[Rectangle] = []
        for box in boxes:
            painted += _without(box, covered + painted)
        parts.append(painted)
        covered += boxes
    annots = []
    for (highlight, boxes), painted in zip(on_page, reversed(parts), strict=True):
        red, green, blue = _rgb(highlight.color)
        path = "".join(
            f"{x0:.2f} {y0:.2f} {x1 - x0:.2f} {y1 - y0:.2f} re\n"
            for x0, y0, x1, y1 in (rectangle_around(place, piece) for piece in painted)
        )
        stream = f"/H gs\n{red} {green} {blue} rg\n{path}f\n"
        bounds = rectangle_around(place, *boxes)
        annots.append(
            new_annotation(
                document,
                "Highlight",
                bounds,
                stream,
                resources=f"/ExtGState<</H {paint} 0 R>>",
                name=f"{highlight.name}-{number}",
                text=highlight.text,
                more=f"/C[{red} {green} {blue}]/CA {MARK_OPACITY}"
                f"/Subj{pdf_text(highlight.subject)}"
                f"/QuadPoints[{' '.join(quad_points(place, box) for box in boxes)}]",
            )
        )
    add_annotations(document, page, annots)


def _note(document: Any, page: Any, text: str) -> int:
    """Make the note in the corner of a page: a small sheet with lines."""
    size = _NOTE_SIZE
    x0, y0, x1, y1 = rectangle_around(to_pdf(page), (4.0, 4.0, 4.0 + size, 4.0 + size))
    lines = "".join(
        f"{x0 + 4:.2f} {y0 + h:.2f} m {x1 - 4:.2f} {y0 + h:.2f} l S\n"
        for h in (5, 8, 11)
    )
    return new_annotation(
        document,
        "Text",
        (x0, y0, x1, y1),
        f"1 .9 .54 rg .45 .38 .1 RG .8 w\n{x0 + 1:.2f} {y0 + 1:.2f} {size - 2} "
        f"{size - 2} re B\n{lines}",
        name="curation-kit-note",
        text=text,
        more="/C[1 .9 .54]/Name/Note/Subj(Curation Kit)",
    )


def _without(box: Rectangle, covers: Sequence[Rectangle]) -> list[Rectangle]:
    """Parts of a rectangle that no other one covers."""
    pieces = [box]
    for cx0, cy0, cx1, cy1 in covers:
        left: list[Rectangle] = []
        for x0, y0, x1, y1 in pieces:
            top, bottom = max(y0, cy0), min(y1, cy1)
            if top >= bottom or cx0 >= x1 or cx1 <= x0:
                left.append((x0, y0, x1, y1))
                continue
            left += [
                piece
                for piece in (
                    (x0, y0, x1, top),
                    (x0, bottom, x1, y1),
                    (x0, top, cx0, bottom),
                    (cx1, top, x1, bottom),
                )
                if piece[0] < piece[2] and piece[1] < piece[3]
            ]
        pieces = left
    return pieces


def _rgb(color: str) -> tuple[float, float, float]:
    red, green, blue = (round(int(color[at : at + 2], 16) / 255, 3) for at in (1, 3, 5))
    return red, green, blue
