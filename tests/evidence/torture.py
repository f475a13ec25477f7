"""Papers that are hard to quote from, set so that every word's place is known.

Two columns, words broken at line ends, ligatures, Greek, raised numbers, sentences
that occur again, that run over columns and pages, in captions, in table cells, on
turned pages.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from curation_kit.documents._pymupdf import pymupdf

WIDTH, HEIGHT, MARGIN, GUTTER, SIZE, STEP = 612, 792, 60, 24, 10, 12.5
COLUMN = (WIDTH - 2 * MARGIN - GUTTER) / 2

GENES = ["mec-4", "unc-86", "TGF-β", "Wnt5a", "lin-12(−)", "IL-2Rα", "Shh", "κB-Ras"]
VERBS = ["is expressed", "was first detected", "is not expressed", "was upregulated"]
PLACES = [
    "the efficient touch receptor neurons",
    "the differentiating hypodermis",
    "the floor plate of the neural tube",
    "the “anchor” cell of the gonad",
    "posterior oligodendrocytes",
    "the pharyngeal musculature",
]
TIMES = [
    "at 10.5 days post fertilization",
    "in 12–15 animals (p < 0.05)",
    "after transfection with 5 μg of plasmid",
    "from the four-cell stage onwards",
    "at 37 °C in half of the specimens",
    "throughout embryonic development",
]
REPEATED = "Signals were quantified as described for the other reporter lines."


@dataclass(slots=True)
class Placed:
    """A sentence and the centres of its printed words, as the page is seen.

    Attributes
    ----------
    interrupted
        Whether raised numbers stand in its middle, which `text` leaves out.
    """

    text: str
    page: int
    words: list[tuple[int, float, float]] = field(default_factory=list)
    interrupted: bool = False


@dataclass(slots=True)
class Torture:
    """A PDF, its sentences, and the centres of all printed words by sentence."""

    path: Path
    sentences: list[Placed]


def sentence(rng: random.Random, number: int) -> str:
    """A sentence that occurs once."""
    gene, verb = rng.choice(GENES), rng.choice(VERBS)
    return (
        f"In line {number} the gene {gene} {verb} in {rng.choice(PLACES)} "
        f"{rng.choice(TIMES)}, and {rng.choice(GENES)} in {rng.choice(PLACES)}."
    )


def color_of(number: int) -> tuple[int, int, int]:
    """Colour of a sentence, from 1, that no other one has; 0 is black."""
    return number % 16 * 11, number // 16 % 16 * 11, number // 256 * 40


class Setter:
    """Sets words down the columns of a growing document."""

    def __init__(self, columns: int, *, colored: bool = False) -> None:
        self.colored = colored
        self.document = pymupdf.open()
        self.font = pymupdf.Font("tiro")
        self.measure = COLUMN if columns == 2 else WIDTH - 2 * MARGIN
        self.columns = columns
        self.placed: list[Placed] = []
        self.page: Any = None
        self.new_page()

    def new_page(self) -> None:
        """Begin a page."""
        self.finish()
        self.page = self.document.new_page(width=WIDTH, height=HEIGHT)
        self.writers: dict[int, Any] = {}
        self.column, self.y = 0, MARGIN + SIZE
        self.x = self.left

    def finish(self) -> None:
        """Write what was set on the page."""
        if self.page is not None:
            for number, writer in self.writers.items():
                color = tuple(part / 255 for part in color_of(number))
                writer.write_text(self.page, color=color)

    @property
    def left(self) -> float:
        """Where the lines of the column begin."""
        return MARGIN + self.column * (self.measure + GUTTER)

    def length(self, text: str, size: float = SIZE) -> float:
        """Width of a text in points."""
        return float(self.font.text_length(text, fontsize=size))

    def line(self) -> None:
        """Go to the next line, column or page."""
        self.y += STEP
        if self.y > HEIGHT - MARGIN:
            self.column += 1
            self.y = MARGIN + SIZE
            if self.column == self.columns:
                self.new_page()
        self.x = self.left

    def put(
        self, text: str, placed: Placed, *, size: float = SIZE, rise: float = 0
    ) -> None:
        """Set a piece of a word where the pen is."""
        ink = len(self.placed) if self.colored else 0
        writer = self.writers.setdefault(ink, pymupdf.TextWriter(self.page.rect))
        writer.append((self.x, self.y - rise), text, font=self.font, fontsize=size)
        wide = self.length(text, size)
        number = self.page.number + 1
        if not placed.words:
            placed.page = number
        placed.words.append((number, self.x + wide / 2, self.y - rise - 0.3 * size))
        self.x += wide

    def word(self, word: str, placed: Placed) -> None:
        """Set a word, broken at the line's end when it is long."""
        printed = word.replace("fi", "\ufb01").replace("fl", "\ufb02")
        room = self.left + self.measure - self.x
        if self.length(printed) > room:
            cut = len(word) // 2
            head = word[:cut].replace("fi", "\ufb01").replace("fl", "\ufb02")
            broken = re.fullmatch(r"[a-z]{9,}[.,]?", word) and word[
                cut - 1 : cut + 1
            ] not in {"fi", "fl"}
            if broken and self.length(head + "-") <= room:
                self.put(head + "-", placed)
                printed = word[cut:].replace("fi", "\ufb01").replace("fl", "\ufb02")
            self.line()
        self.put(printed, placed)
        self.x += self.length(" ")

    def sentence(self, text: str, *, raised: str = "") -> Placed:
        """Set a sentence, with numbers raised after its commas and its full stop."""
        placed = Placed(text, 0, interrupted=bool(raised) and "," in text)
        self.placed.append(placed)
        for word in text.split():
            self.word(word, placed)
            if raised and word.endswith((",", ".")):
                self.x -= self.length(" ")
                self.put(raised, placed, size=6, rise=3.5)
                self.x += self.length(" ")
        return placed

    def paragraph(self, sentences: list[str]) -> None:
        """Set sentences and a blank line; every fifth has a raised citation."""
        for text in sentences:
            place = len(self.placed)
            cited = place % 5 == 3 and text != REPEATED
            self.sentence(
                text, raised=f"{place % 90},{place % 90 + 2}" if cited else ""
            )
        self.line()
        self.line()


def torture(
    path: Path,
    *,
    seed: int,
    columns: int = 2,
    rotation: int = 0,
    colored: bool = False,
    cropped: bool = False,
) -> Torture:
    """Set a paper of four pages or so.

    Parameters
    ----------
    path
        Where the PDF goes.
    seed
        Decides the sentences.
    columns
        One or two.
    rotation
        By which every second page is shown turned, in degrees.
    colored
        Print each sentence in its own colour: see `color_of`.
    cropped
        Show every page without a margin that differs on its sides.
    """
    rng = random.Random(seed)  # noqa: S311
    setter = Setter(columns, colored=colored)
    number = 100 * seed
    for heading in ("Introduction", "Results", "Discussion"):
        setter.paragraph([heading])
        for _ in range(9):
            texts = []
            for _ in range(rng.randint(3, 5)):
                number += 1
                texts.append(sentence(rng, number))
            if rng.random() < 0.5:
                texts.insert(rng.randint(1, len(texts)), REPEATED)
            setter.paragraph(texts)
    setter.new_page()
    setter.page.draw_rect((MARGIN, MARGIN, WIDTH - MARGIN, 300))
    setter.measure, setter.columns, setter.y = WIDTH - 2 * MARGIN, 1, 320
    setter.paragraph(
        [
            "Figure 1. Expression of the reporter genes in late larvae.",
            sentence(rng, number + 1),
        ]
    )
    setter.y = 450
    setter.paragraph(["Table 1. Reporter lines used in this study."])
    cells = rng.sample(PLACES, 5)
    for row in range(5):
        setter.y = 490 + 20 * row
        for place, cell in (
            (0, f"line {row + 31}"),
            (130, f"unc-{row + 70} reporter"),
            (260, cells[row]),
        ):
            setter.x = MARGIN + place
            placed = Placed(cell, 0)
            setter.placed.append(placed)
            for word in cell.split():
                setter.put(word, placed)
                setter.x += setter.length(" ")
    setter.finish()
    if cropped:
        for page in setter.document:
            page.set_cropbox(pymupdf.Rect(30, 20, WIDTH - 10, HEIGHT - 40))
    _turn(setter, rotation, (30, 20) if cropped else (0, 0))
    setter.document.save(path)
    setter.document.close()
    return Torture(path, setter.placed)


def _turn(setter: Setter, rotation: int, corner: tuple[int, int]) -> None:
    for page in setter.document.pages(1, None, 2) if rotation else ():
        page.set_rotation(rotation)
    for placed in setter.placed:
        seen: list[Any] = []
        for number, x, y in placed.words:
            point = pymupdf.Point(x - corner[0], y - corner[1])
            point *= setter.document[number - 1].rotation_matrix
            seen.append((number, point.x, point.y))
        placed.words = seen
