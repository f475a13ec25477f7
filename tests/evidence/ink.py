"""Whose ink is where on a page: each glyph drawn in the colour of its owner.

Boxes play no part in it. In a generated paper each sentence is printed in its own
colour; in a real one the glyphs of a quote are found by its letters, one after the
other, and their outlines are drawn anew.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from torture import color_of

from curation_kit.documents._pymupdf import pymupdf
from curation_kit.records import Box, Evidence

#: Pixels per point.
SCALE = 3

#: Owner of glyphs that belong to no quote.
NOBODY = 255

#: Share of a line's height, above and below, into which other lines may reach: the
#: descenders of the line above, the ascenders and accents of the one below.
RIM = 0.2

_GLYPH = re.compile(
    r'<use data-text="[^"]*" xlink:href="([^"]*)" transform="matrix\(([^)]*)\)"[^>]*/>'
)


#: Lines and pictures.
_OTHER = re.compile(r"<(?:path|image)\b[^>]*>")


@dataclass(slots=True)
class Shares:
    """How the ink of a quote lies to its boxes, each as a share of that ink.

    Attributes
    ----------
    outside
        Ink of the quote that no box covers (but for a pixel at their edges).
    foreign
        Ink of other text in the boxes.
    middle
        That of it which is not at the upper or lower rim of a box.
    """

    outside: float
    foreign: float
    middle: float

    @property
    def good(self) -> bool:
        """Whether the boxes hold the quote and nothing of other lines."""
        return self.outside <= 0.01 and self.middle <= 0.005 and self.foreign <= 0.03


@contextmanager
def without_smoothing() -> Iterator[None]:
    """Draw every pixel in one colour."""
    pymupdf.TOOLS.set_aa_level(0)
    try:
        yield
    finally:
        pymupdf.TOOLS.set_aa_level(8)


def owners(page: Any) -> np.ndarray:
    """Number of the owner of each pixel of a page in `color_of`; 0 for none."""
    with without_smoothing():
        picture = page.get_pixmap(
            matrix=pymupdf.Matrix(SCALE, SCALE), colorspace=pymupdf.csRGB
        )
    pixels = np.frombuffer(picture.samples, np.uint8).astype(np.int32)
    pixels = pixels.reshape(picture.height, picture.width, 3)
    codes = (pixels[..., 0] << 16) + (pixels[..., 1] << 8) + pixels[..., 2]
    numbers = np.zeros(1 << 24, np.int32)
    for number in range(1, 1024):
        red, green, blue = color_of(number)
        numbers[(red << 16) + (green << 8) + blue] = number
    return numbers[codes]


def shares(evidence: Evidence, number: int, pages: dict[int, np.ndarray]) -> Shares:
    """Compare the boxes of a quote with the ink that it owns."""
    total = sum(int(np.count_nonzero(ink == number)) for ink in pages.values())
    covered = foreign = middle = 0
    for page, ink in pages.items():
        boxes = [box for box in evidence.boxes if box.page == page]
        if not boxes:
            continue
        left, top = (int(SCALE * min(box[at] for box in boxes)) - 2 for at in (1, 2))
        left, top = max(left, 0), max(top, 0)
        right, bottom = (
            int(SCALE * max(box[at] for box in boxes)) + 3 for at in (3, 4)
        )
        part = ink[top:bottom, left:right]
        own, other = part == number, (part != number) & (part > 0)
        covered += int((own & _mask(part.shape, boxes, (left, top), 1)).sum())
        foreign += int((other & _mask(part.shape, boxes, (left, top), 0)).sum())
        middle += int((other & _mask(part.shape, boxes, (left, top), 0, RIM)).sum())
    whole = max(total, 1)
    outside = (total - covered) / whole if total else 1.0
    return Shares(outside, foreign / whole, middle / whole)


def _mask(
    shape: tuple[int, ...],
    boxes: Sequence[Box],
    corner: tuple[int, int],
    margin: int,
    rim: float = 0.0,
) -> np.ndarray:
    """Pixels of boxes in a part of a page that begins at a corner."""
    found = np.zeros(shape, dtype=bool)
    for _, *sides in boxes:
        x0, y0, x1, y1 = (round(side * SCALE) for side in sides)
        if x1 - x0 >= y1 - y0:
            y0, y1 = y0 + round(rim * (y1 - y0)), y1 - round(rim * (y1 - y0))
        else:  # a line that runs up the page, or a single letter
            x0, x1 = x0 + round(rim * (x1 - x0)), x1 - round(rim * (x1 - x0))
        x0, x1 = max(x0 - margin - corner[0], 0), x1 + margin - corner[0]
        y0, y1 = max(y0 - margin - corner[1], 0), y1 + margin - corner[1]
        found[y0 : max(y1, 0), x0 : max(x1, 0)] = True
    return found


# ---- real papers


def letters(text: str) -> str:
    """Letters and digits alone, as they would be without ligatures."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))


@dataclass(slots=True)
class Glyphs:
    """The characters of a page as MuPDF has them, and where each is set."""

    characters: list[str]
    origins: list[tuple[float, float]]

    @classmethod
    def of(cls, page: Any) -> Glyphs:
        """Read a page."""
        characters, origins = [], []
        for block in page.get_text("rawdict", flags=67)["blocks"]:
            for line in block.get("lines", []):
                for span in line["spans"]:
                    for item in span["chars"]:
                        point = pymupdf.Point(item["origin"]) * page.rotation_matrix
                        characters.append(item["c"])
                        origins.append((round(point.x, 1), round(point.y, 1)))
        return cls(characters, origins)

    def find(self, quote: str) -> list[int] | None:
        """Indices of a quote's characters, None unless they occur just once."""
        text, owner = [], []
        for index, character in enumerate(self.characters):
            for letter in letters(character):
                text.append(letter)
                owner.append(index)
        whole, wanted = "".join(text), letters(quote)
        at = whole.find(wanted)
        if not wanted or at < 0 or whole.find(wanted, at + 1) >= 0:
            return None
        first, last = owner[at], owner[at + len(wanted) - 1]
        tail = re.search(r"[\W_]*$", quote)
        for mark in tail[0] if tail else "":
            if last + 1 < len(self.characters) and self.characters[last + 1] == mark:
                last += 1
        head = re.match(r"[\W_]*", quote)
        for mark in reversed(head[0] if head else ""):
            if first and self.characters[first - 1] == mark:
                first -= 1
        return list(range(first, last + 1))


def redrawn(page: Any, glyphs: Glyphs, quotes: Sequence[Sequence[int]]) -> np.ndarray:
    """Owner of each pixel of a page on which nothing but glyphs is drawn.

    The quotes, given by their characters, are numbered from 1.
    """
    owner = dict.fromkeys(glyphs.origins, NOBODY)
    for number, indices in enumerate(quotes, 1):
        owner.update((glyphs.origins[index], number) for index in indices)
    drawing = page.get_svg_image(text_as_path=True)
    start = drawing.index("</defs>")

    def color(match: re.Match[str]) -> str:
        x, y = (round(float(part), 1) for part in match[2].split(",")[4:])
        number = owner.get((x, y)) or _near(owner, x, y)
        if not number:  # clipped away, for instance what a figure was cut out of
            return ""
        red, green, blue = color_of(number)
        return (
            f'<use xlink:href="{match[1]}" transform="matrix({match[2]})" '
            f'fill="#{red:02x}{green:02x}{blue:02x}"/>'
        )

    glyphs_alone = _GLYPH.sub(color, _OTHER.sub("", drawing[start:]))
    picture = drawing[:start] + glyphs_alone
    with pymupdf.open(stream=picture.encode(), filetype="svg") as document:
        return owners(document[0])


def _near(owner: dict[tuple[float, float], int], x: float, y: float) -> int:
    """Give the owner of a place that was rounded the other way."""
    for dx in (-0.1, 0.0, 0.1):
        for dy in (-0.1, 0.0, 0.1):
            if number := owner.get((round(x + dx, 1), round(y + dy, 1))):
                return number
    return 0


def words_inside(page: Any, evidence: Evidence) -> str:
    """Letters of the words whose centre lies in a box of a quote, on one page."""
    found = []
    for word in page.get_text("words", flags=67):
        box = pymupdf.Rect(word[:4]) * page.rotation_matrix
        x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        if any(
            item.page == page.number + 1
            and item.x0 <= x <= item.x1
            and item.y0 <= y <= item.y1
            for item in evidence.boxes
        ):
            found.append(word[4])
    return letters("".join(found))


def open_pages(path: Path) -> dict[int, np.ndarray]:
    """Owners of the pixels of all pages of a paper that was printed in colours."""
    with pymupdf.open(path) as document:
        return {page.number + 1: owners(page) for page in document}
