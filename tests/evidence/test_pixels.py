"""The boxes of a quote, compared with the ink of its words on the drawn page."""

from __future__ import annotations

import random
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from ink import Glyphs, open_pages, redrawn, shares, words_inside
from ink import letters as letters_of
from torture import torture

from curation_kit.documents._pymupdf import pymupdf
from curation_kit.documents.reader import read_document
from curation_kit.evidence import Aligner, cut_evidence
from curation_kit.records import Box, Evidence

PAPERS = [
    {"columns": 2},
    {"columns": 1},
    {"columns": 2, "rotation": 90},
    {"columns": 2, "rotation": 180},
    {"columns": 1, "rotation": 270},
    {"columns": 2, "cropped": True},
    {"columns": 2, "rotation": 90, "cropped": True},
]

#: Every fifth real paper, and of each so many pages with so many quotes.
EVERY, PAGES, QUOTES = 5, 3, 6

_SENTENCE = re.compile(
    r"(?<=[.!?] )[A-Z][^\n]{40,400}?[a-z)\]]\.(?= [A-Z]|\n)",
)


@pytest.mark.parametrize("number", range(len(PAPERS)))
def test_boxes_hold_the_ink_of_the_quote_alone(tmp_path: Path, number: int) -> None:
    """In columns, over line ends, in captions and cells, on turned and cut pages."""
    paper = torture(
        tmp_path / "paper.pdf", seed=number + 1, colored=True, **PAPERS[number]
    )
    aligner = Aligner(read_document(paper.path, name="paper.pdf"))
    pages = open_pages(paper.path)

    wrong = []
    for owner, evidence in enumerate(
        aligner.align_all([placed.text for placed in paper.sentences]), 1
    ):
        found = shares(evidence, owner, pages)
        if not found.good:
            wrong.append((evidence.quote, found))

    assert len(wrong) <= 0.02 * len(paper.sentences), wrong


@pytest.mark.parametrize("shift", [(0, -4), (0, 4), (-6, 0), (6, 0)])
def test_boxes_that_are_off_are_noticed(tmp_path: Path, shift: tuple[int, int]) -> None:
    """By a third of a line, or by a letter."""
    paper = torture(tmp_path / "paper.pdf", seed=2, colored=True, columns=1)
    aligner = Aligner(read_document(paper.path, name="paper.pdf"))
    [evidence] = aligner.align_all([paper.sentences[5].text])
    pages = open_pages(paper.path)
    across, down = shift
    assert shares(evidence, 6, pages).good

    evidence.boxes = [
        Box(box.page, box.x0 + across, box.y0 + down, box.x1 + across, box.y1 + down)
        for box in evidence.boxes
    ]

    assert not shares(evidence, 6, pages).good


def quotes_of(path: Path, rng: random.Random) -> dict[int, list[Evidence]]:
    """Some sentences of some pages, each on one page."""
    text = read_document(path, name=path.name)
    found: dict[int, list[Evidence]] = {}
    for match in _SENTENCE.finditer(text.text):
        evidence = cut_evidence(text, *match.span())
        if len({box.page for box in evidence.boxes}) == 1:
            found.setdefault(evidence.boxes[0].page, []).append(evidence)
    pages = rng.sample(sorted(found), min(PAGES, len(found)))
    return {
        page: rng.sample(found[page], min(QUOTES, len(found[page]))) for page in pages
    }


def judged(path: Path) -> tuple[int, list[str]]:
    """Quotes of a real paper that were compared, and those that are off."""
    tried, wrong = 0, []
    with pymupdf.open(path) as document:
        for number, quotes in quotes_of(path, random.Random(path.name)).items():  # noqa: S311
            page = document[number - 1]
            glyphs = Glyphs.of(page)
            places = [(quote, glyphs.find(quote.quote)) for quote in quotes]
            sure = [(quote, place) for quote, place in places if place]
            ink = {number: redrawn(page, glyphs, [place for _, place in sure])}
            for owner, (quote, _) in enumerate(sure, 1):
                tried += 1
                found = shares(quote, owner, ink)
                words = words_inside(page, quote) == letters_of(quote.quote)
                if not (found.good and words):
                    wrong.append(
                        f"{path.name} p. {number} {found} {words}: {quote.quote}"
                    )
    return tried, wrong


def test_boxes_in_real_papers(shared_data: Path) -> None:
    """At least 98 of 100 hold the quote's words and nothing else."""
    tried, wrong = 0, []
    for path in sorted((shared_data / "papers").glob("*.pdf"))[::EVERY]:
        count, off = judged(path)
        tried += count
        wrong += off
    assert tried >= 50
    assert len(wrong) <= max(0.02 * tried, 1), "\n".join(wrong)
