"""Pages drawn from one thread: what is wanted now, then what may be wanted next."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from curation_kit.documents.drawing import PageSize
from curation_kit.documents.page_images import PageImages
from curation_kit.errors import DocumentFailure

__all__ = ["Drawing", "PageDrawer", "Wish"]


@dataclass(frozen=True, slots=True)
class Wish:
    """A page of a PDF, and how wide in pixels."""

    path: Path
    page: int
    width: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """What became of a wish: a picture (PNG), or what is wrong and what to do.

    `sizes` are those of all pages, empty when they are not known.
    """

    png: bytes | None = None
    sizes: tuple[PageSize, ...] = ()
    problem: str = ""
    hint: str = ""


_MISSING = Drawing(
    problem="The PDF is no longer in the workspace.",
    hint="Add the same file again to see the page; the records are kept.",
)


class PageDrawer:
    """Draws what is wanted last; a newer wish supersedes an older one.

    Parameters
    ----------
    images
        What draws, in a process of its own.
    drawn
        Called, from a thread, with a wish and what became of it.
    failed
        Called, from a thread, with an error that no document is to blame for.
    """

    def __init__(
        self,
        images: PageImages,
        drawn: Callable[[Wish, Drawing], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._images = images
        self._drawn = drawn
        self._failed = failed
        self._lock = threading.Lock()
        self._starting = False
        self._wanted: Wish | None = None
        self._ahead: Callable[[], Iterable[Wish]] | None = None
        self._queue: list[Wish] = []
        self._thread: threading.Thread | None = None

    def kept(self, wish: Wish) -> Drawing | None:
        """Give what is there already."""
        try:
            png = self._images.kept(wish.path, wish.page, wish.width)
            sizes = self._images.kept_pages(wish.path)
        except FileNotFoundError:
            return _MISSING
        return None if png is None or sizes is None else Drawing(png, sizes)

    def sizes(self, path: Path) -> tuple[PageSize, ...]:
        """Sizes of the pages of a document that was opened before, else none."""
        try:
            return self._images.kept_pages(path) or ()
        except FileNotFoundError:
            return ()

    def start(self) -> None:
        """Make ready to draw: then the first page takes no longer than others."""
        with self._lock:
            self._starting = True
            self._begin()

    def want(
        self,
        wish: Wish | None,
        ahead: Callable[[], Iterable[Wish]] | None = None,
    ) -> None:
        """Draw a page, then others.

        Parameters
        ----------
        wish
            The page that is told to `drawn`; None if it is there already.
        ahead
            Gives, when it is called from the thread, what to draw then.
        """
        with self._lock:
            self._wanted, self._ahead, self._queue = wish, ahead, []
            self._begin()

    def join(self, timeout: float | None = None) -> None:
        """Wait until all is drawn."""
        if (thread := self._thread) is not None:
            thread.join(timeout)

    def close(self) -> None:
        """Want nothing any more."""
        self.want(None)
        self.join()

    def _begin(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, daemon=True)
            self._thread.start()

    # ---- in the thread

    def _work(self) -> None:
        while (task := self._task()) is not None:
            try:
                task()
            except Exception as error:  # noqa: BLE001 - shown on the page
                self._failed(error)

    def _task(self) -> Callable[[], object] | None:
        """What to do next; the thread ends when there is nothing."""
        with self._lock:
            if self._wanted is not None:
                wish, self._wanted = self._wanted, None
                return partial(self._tell, wish)
            if self._starting:
                self._starting = False
                return self._images.start
            if self._ahead is not None:
                ahead, self._ahead = self._ahead, None
                return partial(self._plan, ahead)
            if self._queue:
                return partial(self._draw, self._queue.pop(0))
            self._thread = None
            return None

    def _tell(self, wish: Wish) -> None:
        try:
            drawing = self._draw(wish)
        except Exception:
            self._drawn(wish, Drawing(problem="The page could not be drawn."))
            raise
        self._drawn(wish, drawing)

    def _plan(self, ahead: Callable[[], Iterable[Wish]]) -> None:
        wishes = list(dict.fromkeys(ahead()))
        with self._lock:
            if self._wanted is None and self._ahead is None:  # nothing newer
                self._queue = wishes

    def _draw(self, wish: Wish) -> Drawing:
        sizes: tuple[PageSize, ...] = ()
        try:
            sizes = self._images.pages(wish.path)
            png = self._images.render(wish.path, wish.page, wish.width)
        except DocumentFailure as error:
            return Drawing(sizes=sizes, problem=error.message, hint=error.hint)
        except FileNotFoundError:
            return _MISSING
        return Drawing(png, sizes)
