"""Pictures of pages and copies with highlights, made by one supervised process.

PyMuPDF must not run in the threads of a kernel, and a bad PDF can crash it or
keep it busy for ever: the process is killed then, and the next call starts
another.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

from curation_kit.documents.document import copy_hashed
from curation_kit.documents.drawing import (
    READER_HINT,
    PageMark,
    PageSize,
    draw_page,
    get_ready,
    page_sizes,
)
from curation_kit.documents.highlights import Highlight, write_highlights
from curation_kit.errors import DocumentFailure, FailureCategory
from curation_kit.processes import Worker, WorkerDied, WorkerTimedOut, WorkerTooLarge

__all__ = ["PageImages"]

#: Longest time that one page may take, in seconds: a dense map takes two.
TIME_LIMIT = 20.0

#: Longest time that a copy with highlights may take, in seconds.
COPY_TIME_LIMIT = 120.0

#: Bytes of memory that the process may use.
MEMORY_LIMIT = 2_000_000_000

#: Bytes of pictures that are kept: about a hundred pages at reading size.
KEPT_BYTES = 32 << 20

#: Documents of which the sizes of the pages are kept.
KEPT_SIZES = 32

T = TypeVar("T")


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
        self._worker = Worker()
        self._pictures: _Recent[bytes] = _Recent(kept_bytes, len)
        self._sizes: _Recent[tuple[PageSize, ...]] = _Recent(KEPT_SIZES)

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
        self._call("The page", "drawn", self._time_limit, get_ready)

    def kept(self, path: Path, page: int = 1, width_px: int = 1000) -> bytes | None:
        """Give a picture that `render` has drawn and that is still there."""
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
        return self._pictures.get(key) or self._pictures.put(
            key,
            self._call(
                f"Page {page}",
                "drawn",
                self._time_limit,
                draw_page,
                path,
                page,
                width_px,
                marks,
            ),
        )

    def kept_pages(self, path: Path) -> tuple[PageSize, ...] | None:
        """Give the sizes of the pages if `pages` was asked for them before."""
        return self._sizes.get(_version(path))

    def pages(self, path: Path) -> tuple[PageSize, ...]:
        """Give the size of every page; their number is the number of pages.

        Raises
        ------
        DocumentFailure, OSError
            As `render` does.
        """
        key = _version(path)
        return self._sizes.get(key) or self._sizes.put(
            key,
            self._call("The document", "drawn", self._time_limit, page_sizes, path),
        )

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
            with temporary.open("wb") as copy:
                digest = copy_hashed(path, copy)
            if sha256 and digest != sha256:
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
                READER_HINT,
            ) from error
        except (WorkerTooLarge, MemoryError) as error:
            raise DocumentFailure(
                FailureCategory.RESOURCE, f"{what} takes too much memory.", READER_HINT
            ) from error
        except WorkerDied as error:
            raise DocumentFailure(
                FailureCategory.CRASHED,
                f"{what} could not be {done}: {error}.",
                READER_HINT,
            ) from error


class _Recent(Generic[T]):
    """What was made last, as much as may be kept; any thread may ask."""

    def __init__(self, most: int, size: Callable[[T], int] = lambda _: 1) -> None:
        self._most, self._size = most, size
        self._lock = threading.Lock()
        self._values: OrderedDict[tuple[Any, ...], T] = OrderedDict()

    def get(self, key: tuple[Any, ...]) -> T | None:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: tuple[Any, ...], value: T) -> T:
        with self._lock:
            self._values[key] = value
            while sum(map(self._size, self._values.values())) > self._most:
                self._values.popitem(last=False)
        return value


def _version(path: Path) -> tuple[Any, ...]:
    """What changes when the file does."""
    state = path.stat()
    return str(path), state.st_mtime_ns, state.st_size
