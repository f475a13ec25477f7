"""Annotations of a PDF as objects of its own, and the coordinates that they have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = [
    "AUTHOR",
    "Rectangle",
    "add_annotations",
    "new_annotation",
    "new_object",
    "pdf_text",
    "quad_points",
    "rectangle_around",
    "to_pdf",
]

#: Who made the annotations, as readers show it.
AUTHOR = "curation_kit"

#: Annotation flag (ISO 32000-1, 12.5.3): seen on paper, too.
_PRINT = 4

Rectangle = tuple[float, float, float, float]


def new_annotation(
    document: Any,
    kind: str,
    bounds: Rectangle,
    drawing: str,
    *,
    resources: str = "",
    name: str,
    text: str,
    more: str,
) -> int:
    """Make an annotation that looks as it is drawn here, and give its number.

    Parameters
    ----------
    document : pymupdf.Document
        Where it is made; `add_annotations` puts it on a page.
    kind
        Subtype, for instance ``Highlight``.
    bounds
        In PDF's own coordinates.
    drawing, resources
        Operators of its appearance, and the entries that they refer to.
    name, text
        Its ``NM`` and its ``Contents``.
    more
        Further entries.
    """
    box = _numbers(bounds)
    look = new_object(
        document,
        f"<</Type/XObject/Subtype/Form/BBox[{box}]/Resources<<{resources}>>>>",
    )
    document.update_stream(look, drawing.encode("ascii"), new=True)
    return new_object(
        document,
        f"<</Type/Annot/Subtype/{kind}/Rect[{box}]/F {_PRINT}/AP<</N {look} 0 R>>"
        f"/NM{pdf_text(name)}/T{pdf_text(AUTHOR)}/Contents{pdf_text(text)}{more}>>",
    )


def new_object(document: Any, content: str) -> int:
    """Put an object into a document, and give its number."""
    number = int(document.get_new_xref())
    document.update_object(number, content)
    return number


def add_annotations(document: Any, page: Any, annots: Sequence[int]) -> None:
    """Add annotations to those of a page.

    Its list may be an object of its own, even one that pages share by mistake:
    the page gets a list for itself.
    """
    kind, value = document.xref_get_key(page.xref, "Annots")
    if kind == "xref":
        value = document.xref_object(int(value.split()[0]), compressed=True)
    value = value.strip()
    before = value[1:-1] if value.startswith("[") else ""
    after = " ".join(f"{number} 0 R" for number in annots)
    document.xref_set_key(page.xref, "Annots", f"[{before} {after}]")


def to_pdf(page: Any) -> Any:
    """Give the matrix from the page as seen to PDF's own coordinates.

    `Page.transformation_matrix` forgets the offset of a crop box on a page that is
    shown turned.
    """
    from curation_kit.documents._pymupdf import pymupdf

    mupdf = pymupdf.mupdf
    seen = mupdf.FzMatrix()
    mupdf.pdf_page_transform(
        mupdf.pdf_page_from_fz_page(page.this), mupdf.FzRect(), seen
    )
    return ~pymupdf.Matrix(seen.a, seen.b, seen.c, seen.d, seen.e, seen.f)


def _moved(place: Any, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = place
    return a * x + c * y + e, b * x + d * y + f


def rectangle_around(place: Any, *boxes: Rectangle) -> Rectangle:
    """Give the rectangle around boxes in PDF's own coordinates."""
    corners = [
        _moved(place, x, y) for x0, y0, x1, y1 in boxes for x, y in ((x0, y0), (x1, y1))
    ]
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def quad_points(place: Any, box: Rectangle) -> str:
    """Give the corners as readers expect them, in reading order.

    Upper left, upper right, lower left, lower right: not as the standard says, but
    as Acrobat does it, and all others after it.
    """
    x0, y0, x1, y1 = box
    return " ".join(
        f"{value:.2f}"
        for x, y in ((x0, y0), (x1, y0), (x0, y1), (x1, y1))
        for value in _moved(place, x, y)
    )


def _numbers(values: Rectangle) -> str:
    return " ".join(f"{value:.2f}" for value in values)


def pdf_text(text: str) -> str:
    """Give a text as PDF has it: UTF-16, whatever is in it."""
    return f"<feff{text.encode('utf-16-be', 'replace').hex()}>"
