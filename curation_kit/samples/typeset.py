"""Setting a manuscript as a PDF that looks like a small journal article."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from curation_kit.samples.drawings import draw_figure
from curation_kit.samples.lines import Line, Word, break_lines, plain, words_of
from curation_kit.samples.manuscript import Figure, Heading, Manuscript, Sentence

__all__ = ["NOTE", "Typeset", "pdf_bytes", "typeset"]

#: Stands at the foot of every page.
NOTE = "Sample paper written for curation_kit; not a real study"

_WIDTH, _HEIGHT = 595.0, 842.0  # A4 in points
_MARGIN, _TOP, _BOTTOM, _GUTTER = 54.0, 64.0, 784.0, 20.0
_DRAWING_HEIGHT = 140.0
#: PyMuPDF's names of the Times family and of Helvetica bold.
_FONTS = {"roman": "tiro", "italic": "tiit", "bold": "tibo", "sans": "hebo"}
_LIGATURES = {"fi": "\ufb01", "fl": "\ufb02"}
_DATE = "D:20240101000000Z"  # fixed: the same paper must give the same bytes


@dataclass(frozen=True, slots=True)
class Typeset:
    """A PDF and the page (from 1) on which each sentence with facts starts."""

    pdf: bytes
    pages: tuple[tuple[Sentence, int], ...]


class _Setter:
    """Places lines down the columns of a growing document."""

    def __init__(self, manuscript: Manuscript) -> None:
        from curation_kit.documents._pymupdf import pymupdf

        self.pymupdf = pymupdf
        self.manuscript = manuscript
        self.columns = manuscript.columns
        self.size = 10.5 if self.columns > 1 else 11.5
        self.fonts = {style: _font(style) for style in _FONTS}
        self.document = pymupdf.open()
        self.marked: list[Sentence] = []
        self.pages: dict[int, int] = {}
        self.printed_lines = 0
        self.page: Any = None
        self.writer: Any = None
        self.column, self.y, self.top = 0, 0.0, _TOP
        self.new_page()

    # Where things go ------------------------------------------------------

    @property
    def measure(self) -> float:
        inner = _WIDTH - 2 * _MARGIN
        return (inner - _GUTTER * (self.columns - 1)) / self.columns

    @property
    def left(self) -> float:
        return _MARGIN + self.column * (self.measure + _GUTTER)

    @property
    def room(self) -> float:
        return _BOTTOM - self.y

    def new_page(self) -> None:
        self.finish_page()
        self.page = self.document.new_page(width=_WIDTH, height=_HEIGHT)
        self.writer = self.pymupdf.TextWriter(self.page.rect)
        self.column, self.top = 0, _TOP
        self.y = self.top
        number = self.document.page_count
        head = f"{self.manuscript.authors.split(',')[0]} et al."
        if number > 1:
            self.text((_MARGIN, 40), head, "italic", 8.5)
            title = plain(self.manuscript.head)
            self.text((_WIDTH - _MARGIN, 40), title, "italic", 8.5, align=1.0)
        self.text((_WIDTH / 2, 806), str(number), "roman", 9, align=0.5)
        self.text((_WIDTH / 2, 822), NOTE, "roman", 7, align=0.5)

    def finish_page(self) -> None:
        if self.page is not None:
            self.writer.write_text(self.page)

    def advance(self) -> None:
        """Go to the next column, or to the next page after the last."""
        if self.column + 1 < self.columns:
            self.column += 1
            self.y = self.top
        else:
            self.new_page()

    # Setting text ---------------------------------------------------------

    def text(
        self,
        at: tuple[float, float],
        text: str,
        style: str,
        size: float,
        *,
        align: float = 0.0,
    ) -> float:
        """Print text on a baseline; `align` is 0 left, 0.5 centre, 1 right.

        Gives the x where the text ends.
        """
        x, y = at
        width = _width(text, style, size)
        x -= align * width
        # TextWriter.append() measures all that the page has so far, each time.
        show = self.pymupdf.mupdf
        place = show.fz_make_matrix(size, 0, 0, size, x, _HEIGHT - y)
        font = self.fonts[style].this
        show.fz_show_string(self.writer.this, font, place, text, 0, 0, 0, 0)
        return x + width

    def sentences(
        self, sentences: tuple[Sentence, ...], size: float, *, lead: str = ""
    ) -> None:
        """Set a paragraph; `lead` is printed in bold before it."""
        words = words_of(lead, style="bold")
        for sentence in sentences:
            mark = -1
            if sentence.facts:
                mark = len(self.marked)
                self.marked.append(sentence)
            words += words_of(sentence.text, mark=mark)
        self.lines(words, size)

    def lines(self, words: list[Word], size: float) -> None:
        space = 0.22 * size
        ligated = [_with_ligatures(word) for word in words]

        def width(word: Word) -> float:
            return sum(_width(text, style, size) for text, style in word.pieces)

        lines = break_lines(ligated, measure=self.measure, width=width, space=space)
        leading = 1.34 * size
        for line in lines:
            if self.room < leading:
                self.advance()
            self.y += leading
            self.line(line, size, space)

    def line(self, line: Line, size: float, space: float) -> None:
        justify = self.columns > 1 and not line.last and len(line.words) > 1
        if justify:
            space += (self.measure - line.width) / (len(line.words) - 1)
        if self.manuscript.line_numbers:
            self.printed_lines += 1
            number = str(self.printed_lines)
            self.text((_MARGIN - 14, self.y), number, "roman", 7, align=1.0)
        x = self.left
        for word in line.words:
            if word.mark >= 0:
                self.pages[word.mark] = self.document.page_count
            for text, style in word.pieces:
                x = self.text((x, self.y), text, style, size)
            x += space

    # The parts of a paper -------------------------------------------------

    def front(self) -> None:
        """Set title, authors and abstract over the full width."""
        columns, self.columns = self.columns, 1
        paper = self.manuscript
        issue = f"Journal of Sample Papers 1 (2024), article {paper.number}"
        self.text((_MARGIN, 40), issue, "roman", 8.5)
        self.y += 8
        title = [
            Word(tuple((text, "bold") for text, _ in word.pieces))
            for word in words_of(paper.title)
        ]
        self.lines(title, 16)
        self.y += 6
        self.lines(words_of(paper.authors), 10.5)
        address = "Department of Invented Studies, University of Placeholder"
        self.lines(words_of(address, style="italic"), 9)
        self.y += 10
        self.heading("Abstract")
        self.sentences(paper.abstract.sentences, self.size)
        self.y += 4
        self.sentences((Sentence(paper.keywords),), 8.5, lead="Keywords:")
        self.y += 10
        self.columns, self.top = columns, self.y

    def heading(self, text: str) -> None:
        if self.room < 5 * self.size:
            self.advance()
        if self.y > self.top:
            self.y += 0.8 * self.size
        self.lines(words_of(text, style="bold"), self.size + 1.5)
        self.y += 0.2 * self.size

    def body(self) -> None:
        """Set the sections; a figure waits until it fits between paragraphs."""
        waiting: list[Figure] = []
        after_heading = False
        for block in self.manuscript.blocks:
            if not after_heading:
                waiting = [figure for figure in waiting if not self.figure(figure)]
            after_heading = isinstance(block, Heading)
            if isinstance(block, Heading):
                self.heading(block.text)
            elif isinstance(block, Figure):
                waiting.append(block)
            else:
                self.sentences(block.sentences, self.size - block.small)
                self.y += 0.3 * self.size
        for figure in waiting:
            if not self.figure(figure):
                self.advance()
                self.figure(figure)

    def figure(self, figure: Figure) -> bool:
        """Draw a figure with its legend here, if there is room for both."""
        if self.room < _DRAWING_HEIGHT + 80:
            return False
        self.y += 8
        box = (self.left, self.y, self.left + self.measure, self.y + _DRAWING_HEIGHT)
        rng = random.Random(f"{self.manuscript.number}:{figure.number}")  # noqa: S311
        draw_figure(self.page, figure.drawing, box, rng)
        if figure.drawing == "bars":
            self.text((box[0], self.y + 8), "a.u.", "sans", 7)
        elif any("(A)" in sentence.text for sentence in figure.legend):
            self.text((box[0], self.y + 8), "A", "sans", 9)
            self.text(((box[0] + box[2]) / 2, self.y + 8), "B", "sans", 9)
        self.y = box[3] + 2
        lead = f"Figure {figure.number}."
        self.sentences(figure.legend, self.size - 1, lead=lead)
        self.y += 8
        return True

    def finish(self) -> Typeset:
        self.finish_page()
        self.document.set_metadata(
            {
                "title": plain(self.manuscript.title),
                "author": self.manuscript.authors,
                "subject": NOTE,
                "producer": "curation_kit",
                "creationDate": _DATE,
                "modDate": _DATE,
            }
        )
        self.document.subset_fonts()
        pages = tuple(
            (sentence, self.pages[mark]) for mark, sentence in enumerate(self.marked)
        )
        pdf = pdf_bytes(self.document)
        self.document.close()
        return Typeset(pdf, pages)


@cache
def _font(style: str) -> Any:
    from curation_kit.documents._pymupdf import pymupdf

    return pymupdf.Font(_FONTS[style])


@cache
def _advance(style: str, character: str) -> float:
    """Width of a character in ems."""
    advance: float = _font(style).text_length(character, fontsize=1)
    return advance


@lru_cache(maxsize=50_000)
def _width(text: str, style: str, size: float) -> float:
    return size * sum(_advance(style, character) for character in text)


def typeset(manuscript: Manuscript) -> Typeset:
    """Set a manuscript: running heads, columns, hyphens, ligatures, figures.

    The same manuscript gives the same bytes with the same PyMuPDF.
    """
    setter = _Setter(manuscript)
    setter.front()
    setter.body()
    return setter.finish()


def pdf_bytes(document: Any) -> bytes:
    """Bytes of an open `pymupdf.Document`, nothing random in them."""
    data: bytes = document.tobytes(garbage=3, deflate=True, no_new_id=True)
    return data


def _with_ligatures(word: Word) -> Word:
    pieces = []
    for text, style in word.pieces:
        printed = text
        for letters, ligature in _LIGATURES.items():
            printed = printed.replace(letters, ligature)
        pieces.append((printed, style))
    return Word(tuple(pieces), word.mark)
