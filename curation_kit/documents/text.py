"""The text of one paper in reading order, with the place of every character.

Nothing here needs PyMuPDF: agents, tests and viewers use a `DocumentText`
without opening the PDF.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TypeVar

__all__ = ["READER_VERSION", "Caption", "DocumentText", "Page", "Section"]

#: Change it whenever the reader could give another text of the same file: cached
#: texts of other versions are then not used.
READER_VERSION = "5"


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its part of the text and its size in points, as seen."""

    number: int
    start: int
    end: int
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the text with one role in the paper.

    Attributes
    ----------
    kind
        ``title``, ``abstract``, ``introduction``, ``results``,
        ``discussion``, ``results and discussion``, ``methods``,
        ``references``, ``figure legend``, ``figure text`` (lettering in a
        figure), ``table``, ``acknowledgements`` (also funding, competing
        interests, data availability), ``supplement`` or ``body`` (no heading
        said which). ``title`` has authors, addresses and notes as well.
    heading
        The paper's own words, empty where there are none.
    start, end
        Character offsets, ``end`` exclusive. Sections follow each other and
        do not overlap; together they cover the text.
    """

    kind: str
    heading: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Caption:
    """A figure legend or table caption: its label and its stretch of text."""

    label: str
    start: int
    end: int


S = TypeVar("S", Section, Caption)


@dataclass(slots=True)
class DocumentText:
    """Text in reading order with a map from characters to word boxes.

    Attributes
    ----------
    text
        The whole paper. Lines of a paragraph are joined by a space (or by
        nothing where a line-break hyphen was removed); paragraphs are
        separated by a blank line.
    pages, sections, captions
        Stretches of `text`, in order.
    word_starts, word_ends
        Offsets of each printed word piece in `text`, shape (n,), growing. A
        word that was hyphenated over two lines is two pieces side by side.
    word_pages
        Page number of each piece, from 1, shape (n,).
    word_boxes
        x0, y0, x1, y1 of each piece in points from the top left of the page
        as seen, flattened, shape (4 n,); in single precision, as MuPDF has them.
    pages_without_text
        Numbers of the pages that have no text layer.
    """

    text: str
    pages: list[Page]
    sections: list[Section]
    captions: list[Caption]
    word_starts: array[int]
    word_ends: array[int]
    word_pages: array[int]
    word_boxes: array[float]
    pages_without_text: list[int] = field(default_factory=list)

    def page_of(self, offset: int) -> int:
        """Page number (from 1) of a character."""
        index = bisect_right(self.word_starts, offset) - 1
        return self.word_pages[max(index, 0)] if self.word_pages else 1

    def section_of(self, offset: int) -> Section | None:
        """Section that holds a character, or None."""
        return _holding(self.sections, offset)

    def caption_of(self, offset: int) -> Caption | None:
        """Figure legend or table caption that holds a character, or None."""
        return _holding(self.captions, offset)

    def words_in(self, start: int, end: int) -> range:
        """Indices of the word pieces that a stretch of text touches."""
        first = bisect_right(self.word_ends, start)
        return range(first, max(first, bisect_left(self.word_starts, end)))

    def boxes(
        self, start: int, end: int
    ) -> list[tuple[int, float, float, float, float]]:
        """Rectangles that cover a stretch of text, one per printed line.

        Returns
        -------
        list of (page, x0, y0, x1, y1)
            Pages from 1, points from the top left of the page as seen.
        """
        lines: list[tuple[int, float, float, float, float]] = []
        for index in self.words_in(start, end):
            page = self.word_pages[index]
            x0, y0, x1, y1 = self.word_boxes[4 * index : 4 * index + 4]
            if lines and _same_line(lines[-1], page, x0, y0, y1):
                _, left, top, right, bottom = lines[-1]
                lines[-1] = (
                    page,
                    min(left, x0),
                    min(top, y0),
                    max(right, x1),
                    max(bottom, y1),
                )
            else:
                lines.append((page, x0, y0, x1, y1))
        return lines


def _holding(stretches: list[S], offset: int) -> S | None:
    """The stretch, of some in order, that holds a character."""
    index = bisect_right(stretches, offset, key=_start) - 1
    return stretches[index] if index >= 0 and offset < stretches[index].end else None


def _start(stretch: Section | Caption) -> int:
    return stretch.start


def _same_line(
    line: tuple[int, float, float, float, float],
    page: int,
    x0: float,
    y0: float,
    y1: float,
) -> bool:
    line_page, left, top, _, bottom = line
    overlap = min(bottom, y1) - max(top, y0)
    return (
        line_page == page and x0 >= left and overlap > 0.5 * min(bottom - top, y1 - y0)
    )
