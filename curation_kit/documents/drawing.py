"""Draw the pages of a PDF, and tell their sizes.

Call it in a process that may be killed: see `PageImages`. PyMuPDF is imported there
only, by the functions.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from curation_kit.errors import DocumentFailure, FailureCategory

__all__ = [
    "MARK_OPACITY",
    "READER_HINT",
    "PageMark",
    "PageSize",
    "draw_page",
    "get_ready",
    "page_sizes",
]

#: What to do with a page that other readers may show.
READER_HINT = (
    "Open the file in a PDF reader; if it looks right there, print it to a new PDF."
)

#: Most pixels of a picture (4 bytes each); a larger one is drawn smaller.
MOST_PIXELS = 40_000_000

#: How much of the colour of a mark is seen, here and in copies of a PDF: pale enough
#: for black print on two of them.
MARK_OPACITY = 0.65

#: Level of compression of the pictures: see `_png`.
_PNG_LEVEL = 1


@dataclass(frozen=True, slots=True)
class PageSize:
    """Width and height of a page as it is shown, in points (1/72 inch)."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class PageMark:
    """A rectangle on a page, in points from its top left, and its colour.

    Print under it stays as dark as it is; `color` is ``#rrggbb``.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    color: str


def get_ready() -> None:
    """Import what draws: it takes longer than to draw a page."""
    from curation_kit.documents import _pymupdf, opening  # noqa: F401


def draw_page(
    path: Path, page: int, width_px: int, marks: Sequence[PageMark] = ()
) -> bytes:
    """Give a page as PNG, with marks on it; see `PageImages.render`."""
    from curation_kit.documents._pymupdf import pymupdf
    from curation_kit.documents.opening import PAGE_ERRORS, opened

    with opened(path) as document:
        if not 1 <= page <= document.page_count:
            raise DocumentFailure(
                FailureCategory.INPUT,
                f"There is no page {page}: the document has {document.page_count}.",
            )
        try:
            sheet = document.load_page(page - 1)
            width, height = max(sheet.rect.width, 1.0), max(sheet.rect.height, 1.0)
            scale = min(width_px / width, (MOST_PIXELS / (width * height)) ** 0.5)
            picture = sheet.get_pixmap(
                matrix=pymupdf.Matrix(scale, scale), colorspace=pymupdf.csRGB
            )
            samples = bytearray(picture.samples_mv)
            size = picture.width, picture.height
        except PAGE_ERRORS as error:
            raise DocumentFailure(
                FailureCategory.INPUT, f"Page {page} is damaged.", READER_HINT
            ) from error
    drawn = bytes(samples) if marks else b""
    for mark in marks:
        _paint(samples, drawn, size, scale, mark)
    return _png(samples, *size)


def page_sizes(path: Path) -> tuple[PageSize, ...]:
    """Give the size of every page, 0 by 0 for one that cannot be read."""
    from curation_kit.documents.opening import PAGE_ERRORS, opened

    with opened(path) as document:
        found = []
        for number in range(document.page_count):
            try:
                box = document.load_page(number).rect
                found.append(PageSize(float(box.width), float(box.height)))
            except PAGE_ERRORS:
                found.append(PageSize(0.0, 0.0))  # `render` says what is wrong
        return tuple(found)


def _paint(
    samples: bytearray,
    drawn: bytes,
    size: tuple[int, int],
    scale: float,
    mark: PageMark,
) -> None:
    """Lay a pale colour over a part of a picture as ink does: black stays black.

    `drawn` are the samples without marks: one mark hides another under it.
    """
    width, height = size
    left, right = (
        min(max(round(x * scale), 0), width) for x in sorted((mark.x0, mark.x1))
    )
    top, bottom = (
        min(max(round(y * scale), 0), height) for y in sorted((mark.y0, mark.y1))
    )
    for channel, ink in enumerate(bytes.fromhex(mark.color.removeprefix("#"))):
        pale = 255 - MARK_OPACITY * (255 - ink)
        table = bytes(int(value * pale) // 255 for value in range(256))
        for row in range(top, bottom):
            part = slice(
                3 * (row * width + left) + channel, 3 * (row * width + right), 3
            )
            samples[part] = drawn[part].translate(table)


def _png(samples: bytearray, width: int, height: int) -> bytes:
    """Give RGB samples as PNG, 8 bits each.

    MuPDF's own takes thrice the time for files that are a tenth smaller: most
    of the time that passes before a page is seen.
    """

    def chunk(name: bytes, data: bytes) -> bytes:
        checksum = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", checksum)

    stride = 3 * width
    rows = b"".join(
        b"\0" + samples[row * stride : (row + 1) * stride] for row in range(height)
    )
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", head),
            chunk(b"IDAT", zlib.compress(rows, _PNG_LEVEL)),
            chunk(b"IEND", b""),
        )
    )
