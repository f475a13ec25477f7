"""Whether the text of a page can be seen: asked for single places, on demand.

The reader takes all text of a page, as any copy and paste does. What a reader of
the page cannot see (white on white, in a hidden layer, covered, minute) is found
here for the boxes of a quote. The page is gone through once, and drawn where the
quotes stand only: about 6 ms for each page that has any.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from curation_kit.documents._pymupdf import pymupdf
from curation_kit.documents.lines import turned
from curation_kit.documents.opening import PAGE_ERRORS, check_memory, opened
from curation_kit.records import Box

__all__ = ["COVERED", "LAYER", "MINUTE", "UNDRAWN", "hidden_text"]

#: Text rendering mode 3 or no opacity: a text layer under a scan, or a trick.
LAYER = "hidden text layer"
#: Nothing but plain ground where the text should be.
COVERED = "text that cannot be seen on the page"
MINUTE = "text too small to read"
#: Nobody can tell what is to be seen there.
UNDRAWN = "page that cannot be drawn"

#: In points; the smallest print of a journal is about 4.
_SMALLEST = 1.5
#: Least difference between the lightest and the darkest pixel of text that can be
#: read, of 255. WCAG asks for far more; printed grey lettering has about 60.
_CONTRAST = 24
#: Pixels per point, and most pixels of one drawing.
_SCALE = 2.0
_MOST_PIXELS = 16_000_000
#: Opacity below which text is not seen, of 255; the text rendering mode "neither
#: fill nor stroke" counts as none.
_OPAQUE = 13
#: Letters and digits that must be hidden before a line is called so: a white full
#: stop or a hidden space is nothing, but "no" may be covered in a line that is seen.
_FEWEST = 2
#: Boxes are drawn together when they are as near as this, in points.
_NEAR = 15.0


@dataclass(slots=True)
class _Area:
    """Boxes that are drawn together."""

    x0: float
    y0: float
    x1: float
    y1: float
    members: list[int] = field(default_factory=list)


def hidden_text(path: Path, boxes: Sequence[Box]) -> list[str | None]:
    """Tell for boxes of text whether some of it cannot be seen.

    Call it in a process that may be killed, and never in two threads at once.

    Parameters
    ----------
    path
        The PDF.
    boxes
        Places of words or lines, as `DocumentText.boxes` gives them.

    Returns
    -------
    list of str or None
        For each box `LAYER`, `COVERED`, `MINUTE` or `UNDRAWN`, None where all
        can be seen. Text below a picture that shows other text counts as seen.

    Raises
    ------
    DocumentFailure, OSError, MemoryError
        As `read_document` does.
    """
    by_page: dict[int, list[Box]] = defaultdict(list)
    for box in dict.fromkeys(boxes):  # records share quotes
        by_page[box.page].append(box)
    found: dict[Box, str | None] = {}
    with opened(path) as document:
        for number, on_page in by_page.items():
            try:
                reasons = _on_page(document.load_page(number - 1), on_page)
            except PAGE_ERRORS as error:
                check_memory(error)
                reasons = [UNDRAWN] * len(on_page)
            found.update(zip(on_page, reasons, strict=True))
    return [found[box] for box in boxes]


def _on_page(page: Any, boxes: list[Box]) -> list[str | None]:
    boxes = _unturned(page, boxes)
    drawing = page.get_displaylist()
    text = pymupdf.TextPage(drawing.get_textpage(pymupdf.TEXT_PRESERVE_LIGATURES))
    reasons: list[str | None] = [None] * len(boxes)
    for area in _areas(boxes):
        pieces = list(_pieces(page, text, area))
        picture: Any = None
        for index in area.members:
            box = boxes[index]
            own = [
                (part, hidden)
                for piece, hidden in pieces
                # Most stand in other lines.
                if piece.y0 < box.y1 + 1 and piece.y1 > box.y0 - 1
                if (part := piece.within(box))
            ]
            reason = next((hidden for _, hidden in own if hidden), None)
            if reason is None and own:
                picture = picture or _drawn(drawing, area)
                if not all(_has_ink(picture, part) for part, _ in own):
                    reason = COVERED
            reasons[index] = reason
    return reasons


def _unturned(page: Any, boxes: list[Box]) -> list[Box]:
    """Have the page lie as in the file, as the reader does; give the boxes there.

    On a page that is turned MuPDF gives other boxes of a font that tells no bounds.
    """
    if not page.rotation:
        return boxes
    back, seen = 360 - page.rotation, page.rect
    page.set_rotation(0)
    return [
        Box(box.page, *turned(box[1:], back, seen.width, seen.height)) for box in boxes
    ]


@dataclass(slots=True)
class _Piece:
    """Characters of one look, or one word."""

    x0: float
    y0: float
    x1: float
    y1: float
    letters: int
    upright: bool = True

    def within(self, box: Box) -> _Piece | None:
        """The part that stands in a box, None when that is next to nothing."""
        x0, x1 = max(self.x0, box.x0 - 1), min(self.x1, box.x1 + 1)
        y0, y1 = max(self.y0, box.y0 - 1), min(self.y1, box.y1 + 1)
        if x0 >= x1 or y0 >= y1:
            return None
        middle, low, high = (
            ((self.y0 + self.y1) / 2, y0, y1)
            if self.upright
            else ((self.x0 + self.x1) / 2, x0, x1)
        )
        if not low <= middle <= high:  # of the line above or below
            return None
        share = (
            (x1 - x0) / (self.x1 - self.x0)
            if self.upright
            else (y1 - y0) / (self.y1 - self.y0)
        )
        letters = round(share * self.letters)
        if letters < _FEWEST:
            return None
        return _Piece(x0, y0, x1, y1, letters, self.upright)


def _pieces(page: Any, text: Any, area: _Area) -> Iterator[tuple[_Piece, str | None]]:
    """Runs of one look, then words, of an area, with what hides them undrawn."""
    # MuPDF gives the characters inside the bounds of a text page. They are not cut out
    # of the drawing: what has no outlines would get lost, and it cannot be seen.
    text.this.m_internal.mediabox = pymupdf.mupdf.ll_fz_make_rect(
        area.x0 - 2, area.y0 - 2, area.x1 + 2, area.y1 + 2
    )
    painted: set[tuple[float, float]] | None = None
    for block in text.extractDICT()["blocks"]:
        for line in block["lines"]:
            upright = abs(line["dir"][0]) >= abs(line["dir"][1])
            for span in line["spans"]:
                hidden = _look(span)
                if hidden == LAYER:
                    if painted is None:
                        painted = _painted(page, text, area)
                    if span["origin"] in painted:  # the drawing tells
                        hidden = _look(span | {"alpha": 255})
                x0, y0, x1, y1 = span["bbox"]
                letters = sum(map(str.isalnum, span["text"]))
                yield _Piece(x0, y0, x1, y1, letters, upright), hidden
    for x0, y0, x1, y1, word, *_ in text.extractWORDS():
        upright = x1 - x0 >= y1 - y0
        yield _Piece(x0, y0, x1, y1, sum(map(str.isalnum, word)), upright), None


def _look(span: dict[str, Any]) -> str | None:
    """What hides a run of characters, as far as that is known without drawing."""
    if span["alpha"] < _OPAQUE:
        return LAYER
    return MINUTE if span["size"] < _SMALLEST else None


def _painted(page: Any, text: Any, area: _Area) -> set[tuple[float, float]]:
    """Where characters stand in and beside an area whose glyphs are pictures.

    A glyph of a Type 3 font that takes the colour of the page (operator ``d0``) is
    drawn as a picture; MuPDF then gives its text as if nothing were drawn.
    """
    if all(kind != "Type3" for _, _, kind, *_ in page.get_fonts()):
        return set()  # a scan, as a rule: it has very many such characters
    characters = (
        character.m_internal
        for block in text.this
        for line in block
        if line.m_internal.bbox.y0 < area.y1 + 2
        if line.m_internal.bbox.y1 > area.y0 - 2
        for character in line
    )
    fonts: dict[int, bool] = {}
    places: set[tuple[float, float]] = set()
    for character in characters:
        key = int(character.font.this)
        if key not in fonts:
            fonts[key] = _has_pictures(character.font)
        if fonts[key]:
            places.add((character.origin.x, character.origin.y))
    return places


def _has_pictures(font: Any) -> bool:
    """Whether a font has such glyphs: only of these MuPDF keeps no mask."""
    mupdf = pymupdf.mupdf
    return any(not mupdf.ll_fz_glyph_cacheable(font, glyph) for glyph in range(256))


def _areas(boxes: list[Box]) -> list[_Area]:
    """Boxes that are near each other, as areas to draw."""
    areas: list[_Area] = []
    for index, box in enumerate(boxes):
        for area in areas:
            if (
                box.x0 < area.x1 + _NEAR
                and box.x1 > area.x0 - _NEAR
                and box.y0 < area.y1 + _NEAR
                and box.y1 > area.y0 - _NEAR
            ):
                area.x0, area.y0 = min(area.x0, box.x0), min(area.y0, box.y0)
                area.x1, area.y1 = max(area.x1, box.x1), max(area.y1, box.y1)
                area.members.append(index)
                break
        else:
            areas.append(_Area(box.x0, box.y0, box.x1, box.y1, [index]))
    return areas


def _drawn(drawing: Any, area: _Area) -> Any:
    """Draw an area in grey, a little wider than it is."""
    clip = pymupdf.Rect(area.x0 - 2, area.y0 - 2, area.x1 + 2, area.y1 + 2)
    scale = min(_SCALE, (_MOST_PIXELS / max(clip.width * clip.height, 1.0)) ** 0.5)
    matrix = pymupdf.Matrix(scale, scale)
    picture = drawing.get_pixmap(matrix, colorspace=pymupdf.csGRAY, clip=clip)
    return _Picture(
        picture.samples,
        picture.stride,
        picture.x,
        picture.y,
        picture.width,
        picture.height,
        scale,
    )


@dataclass(frozen=True, slots=True)
class _Picture:
    """A drawn part of a page: one byte for each pixel, and where it begins."""

    samples: bytes
    stride: int
    x: int
    y: int
    width: int
    height: int
    scale: float


def _has_ink(picture: _Picture, part: _Piece) -> bool:
    """Whether the drawn page shows anything where characters stand."""
    x0, y0, x1, y1 = part.x0, part.y0, part.x1, part.y1
    # The middle of the line: neighbours reach into its rim.
    if part.upright:
        rim = 0.2 * (y1 - y0)
        y0, y1 = y0 + rim, y1 - rim
    else:
        rim = 0.2 * (x1 - x0)
        x0, x1 = x0 + rim, x1 - rim
    left = max(int(x0 * picture.scale) - picture.x, 0)
    right = min(int(x1 * picture.scale) + 1 - picture.x, picture.width)
    top = max(int(y0 * picture.scale) - picture.y, 0)
    bottom = min(int(y1 * picture.scale) + 1 - picture.y, picture.height)
    darkest, lightest = 255, 0
    for row in range(top, bottom):
        pixels = picture.samples[
            row * picture.stride + left : row * picture.stride + right
        ]
        if pixels:
            darkest = min(darkest, min(pixels))  # noqa: PLW3301 - bytes, not numbers
            lightest = max(lightest, max(pixels))  # noqa: PLW3301 - bytes, not numbers
            if lightest - darkest >= _CONTRAST:
                return True
    return False
