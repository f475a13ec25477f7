"""Pictures of pages and copies with highlights, made by one supervised process.

PyMuPDF must not run in the threads of a kernel, and a bad PDF can crash it or
keep it busy for ever: the process is killed then, and the next call starts
another.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation_kit.documents.highlights import Highlight, write_highlights
from curation_kit.errors import DocumentFailure, FailureCategory
from curation_kit.processes import Worker, WorkerDied, WorkerTimedOut, WorkerTooLarge

__all__ = ["PageImages", "PageMark", "PageSize"]

#: Longest time that one page may take, in seconds: a dense map takes two.
TIME_LIMIT = 20.0

#: Longest time that a copy with highlights may take, in seconds.
COPY_TIME_LIMIT = 120.0

#: Bytes of memory that the process may use.
MEMORY_LIMIT = 2_000_000_000

#: Bytes of pictures that are kept: about a hundred pages at reading size.
KEPT_BYTES = 32 << 20

#: Most pixels of a picture (4 bytes each); a larger one is drawn smaller.
MOST_PIXELS = 40_000_000

#: How much of the colour of a mark is seen.
_OPACITY = 0.65

#: Level of compression of the pictures: see `_png`.
_PNG_LEVEL = 1

_HINT = "Open the file in a PDF reader; if it looks right there, print it to a new PDF."


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


class PageImages:
    """Draws pages of PDFs as PNG, and writes copies; any thread may ask.

    The process is started at the first call, or before it by `start`, as the
    first one waits about a second for it. `close` ends it.

    Parameters
    ----------
    time_limit, copy_time_limit
        Seconds that one page, and one copy, may take.
    kept_bytes
        Bytes of recent pictures to keep.
    """

    def __init__(
        self,
        *,
        time_limit: float = TIME_LIMIT,
        copy_time_limit: float = COPY_TIME_LIMIT,
        kept_bytes: int = KEPT_BYTES,
    ) -> None:
        self._time_limit = time_limit
        self._copy_time_limit = copy_time_limit
        self._kept_bytes = kept_bytes
        self._worker = Worker()
        self._lock = threading.Lock()
        self._pictures: OrderedDict[tuple[Any, ...], bytes] = OrderedDict()
        self._sizes: OrderedDict[tuple[Any, ...], tuple[PageSize, ...]] = OrderedDict()

    @property
    def pid(self) -> int | None:
        """Id of the process that draws, None when there is none."""
        return self._worker.pid

    def start(self) -> None:
        """Have the process there, and ready to draw, before a page is asked for.

        Raises
        ------
        DocumentFailure
            If the process ends by itself or does not become ready.
        """
        self._call("The page", "drawn", self._time_limit, _ready)

    def kept(self, path: Path, page: int = 1, width_px: int = 1000) -> bytes | None:
        """Give a picture that `render` has drawn and that is still there."""
        with self._lock:
            return self._pictures.get((*_version(path), page, width_px))

    def render(
        self,
        path: Path,
        page: int = 1,
        width_px: int = 1000,
        *,
        marks: Sequence[PageMark] = (),
    ) -> bytes:
        """Draw a page and give it as PNG.

        Parameters
        ----------
        path
            The PDF.
        page
            Page number, from 1.
        width_px
            Width of the picture in pixels; the height follows. To zoom, ask
            for a wider one: the scale is ``width_px / PageSize.width``.
        marks
            What is marked on it; the later ones lie on the earlier ones.

        Raises
        ------
        DocumentFailure
            If the document or the page cannot be drawn, with what to do.
        OSError
            The file is missing or cannot be read.
        """
        key = (*_version(path), page, width_px, *marks)
        with self._lock:
            if key in self._pictures:
                self._pictures.move_to_end(key)
                return self._pictures[key]
        picture: bytes = self._call(
            f"Page {page}",
            "drawn",
            self._time_limit,
            _render,
            path,
            page,
            width_px,
            marks,
        )
        with self._lock:
            self._pictures[key] = picture
            while sum(map(len, self._pictures.values())) > self._kept_bytes:
                self._pictures.popitem(last=False)
        return picture

    def kept_pages(self, path: Path) -> tuple[PageSize, ...] | None:
        """Give the sizes of the pages if `pages` was asked for them before."""
        with self._lock:
            return self._sizes.get(_version(path))

    def pages(self, path: Path) -> tuple[PageSize, ...]:
        """Give the size of every page; their number is the number of pages.

        Raises
        ------
        DocumentFailure, OSError
            As `render` does.
        """
        key = _version(path)
        with self._lock:
            if key in self._sizes:
                self._sizes.move_to_end(key)
                return self._sizes[key]
        sizes: tuple[PageSize, ...] = self._call(
            "The document", "drawn", self._time_limit, _sizes, path
        )
        with self._lock:
            self._sizes[key] = sizes
            while len(self._sizes) > _KEPT_SIZES:
                self._sizes.popitem(last=False)
        return sizes

    def highlight(
        self,
        path: Path,
        target: Path,
        highlights: Sequence[Highlight],
        note: str = "",
        *,
        sha256: str | None = None,
    ) -> None:
        """Write a copy of a PDF with highlight annotations, whole or not at all.

        Parameters
        ----------
        path
            The PDF, which is not changed.
        target
            The copy; an existing file is replaced.
        highlights, note
            See `write_highlights`.
        sha256
            What the digest of the PDF should be, in hex.

        Raises
        ------
        DocumentFailure
            If no highlights can be put into the document, or its bytes are
            not those expected.
        OSError
            A file cannot be read or written.
        """
        temporary = target.with_name(f".{os.getpid()}-{threading.get_ident()}.tmp")
        try:
            if _copied(path, temporary) != sha256 and sha256:
                raise DocumentFailure(
                    FailureCategory.INPUT,
                    "The file in the workspace is no longer the paper that was read.",
                    "Add the paper again, then make the copy again.",
                )
            self._call(
                "The copy with highlights",
                "written",
                self._copy_time_limit,
                write_highlights,
                temporary,
                list(highlights),
                note,
            )
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
            temporary.with_name(f"{temporary.name}.new").unlink(missing_ok=True)

    def close(self) -> None:
        """End the process; whoever waits for a picture gets an error."""
        self._worker.close()

    def _call(
        self, what: str, done: str, limit: float, function: Any, *arguments: Any
    ) -> Any:
        try:
            return self._worker.call(
                function, *arguments, timeout=limit, memory=MEMORY_LIMIT
            )
        except WorkerTimedOut as error:
            raise DocumentFailure(
                FailureCategory.TIMEOUT,
                f"{what} could not be {done} within {limit:g} s.",
                _HINT,
            ) from error
        except (WorkerTooLarge, MemoryError) as error:
            raise DocumentFailure(
                FailureCategory.RESOURCE, f"{what} takes too much memory.", _HINT
            ) from error
        except WorkerDied as error:
            raise DocumentFailure(
                FailureCategory.CRASHED, f"{what} could not be {done}: {error}.", _HINT
            ) from error


#: Documents of which the sizes of the pages are kept.
_KEPT_SIZES = 32


def _version(path: Path) -> tuple[Any, ...]:
    """What changes when the file does."""
    state = path.stat()
    return str(path), state.st_mtime_ns, state.st_size


def _copied(path: Path, target: Path) -> str:
    """Copy a file and give the SHA-256 of its bytes, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as source, target.open("wb") as copy:
        while block := source.read(1 << 20):
            digest.update(block)
            copy.write(block)
    return digest.hexdigest()


# ---- in the process


def _ready() -> None:
    """Import what draws: it takes longer than to draw a page."""
    from curation_kit.documents import _pymupdf, opening  # noqa: F401


def _render(
    path: Path, page: int, width_px: int, marks: Sequence[PageMark] = ()
) -> bytes:
    from curation_kit.documents._pymupdf import pymupdf
    from curation_kit.documents.opening import PAGE_ERRORS, opened

    with opened(path) as document:
        if not 1 <= page <= document.page_count:
            raise DocumentFailure(
                FailureCategory.INPUT,
                f"There is no page {page}: the document has {document.page_count}.",
            )
        try:
            sheet = document[page - 1]
            width, height = max(sheet.rect.width, 1.0), max(sheet.rect.height, 1.0)
            scale = min(width_px / width, (MOST_PIXELS / (width * height)) ** 0.5)
            picture = sheet.get_pixmap(
                matrix=pymupdf.Matrix(scale, scale), colorspace=pymupdf.csRGB
            )
            samples = bytearray(picture.samples_mv)
            size = picture.width, picture.height
        except PAGE_ERRORS as error:
            raise DocumentFailure(
                FailureCategory.INPUT, f"Page {page} is damaged.", _HINT
            ) from error
    drawn = bytes(samples) if marks else b""
    for mark in marks:
        _paint(samples, drawn, size, scale, mark)
    return _png(samples, *size)


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
        pale = 255 - _OPACITY * (255 - ink)
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
    import struct
    import zlib

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


def _sizes(path: Path) -> tuple[PageSize, ...]:
    from curation_kit.documents.opening import PAGE_ERRORS, opened

    with opened(path) as document:
        found = []
        for number in range(document.page_count):
            try:
                box = document[number].rect
                found.append(PageSize(float(box.width), float(box.height)))
            except PAGE_ERRORS:
                found.append(PageSize(0.0, 0.0))  # `render` says what is wrong
        return tuple(found)
