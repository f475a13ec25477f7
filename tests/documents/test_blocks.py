"""Blocks of lines: titles, captions and paragraphs apart from each other."""

from __future__ import annotations

import pytest

from curation_kit.documents.blocks import is_complete
from curation_kit.documents.reader import read_document

FULL = "plain words that fill the line up to the right margin of the page and"


def test_a_title_a_little_larger_than_its_text_stands_alone(make_pdf, column):
    """In type that no font name calls bold, without a gap below it."""
    pages = [
        [
            *column(60, 100, ["Expression in the larvae"], 10.5),
            *column(60, 112, ["We looked at the larvae. " + FULL, *[FULL] * 3]),
            (60, 160, FULL + " in the larvae it", 10),
        ],
        [
            *column(60, 100, ["is on. " + FULL, FULL + ", nowhere else."]),
            *column(60, 140, ["Immunoblots"], 10.5),
            *column(60, 152, ["We took the adults. " + FULL, *[FULL] * 3]),
        ],
    ]
    text = read_document(make_pdf(*pages), name="x.pdf").text
    parts = text.split("\n\n")
    assert parts[0] == "Expression in the larvae"
    assert parts[1].startswith("We looked")
    assert "in the larvae it is on." in parts[1]
    assert parts[2] == "Immunoblots"
    assert parts[3].startswith("We took")


def test_a_title_in_another_font_than_its_text_stands_alone(make_pdf, column):
    """As large, and of a font whose name does not say that it is bold."""

    def draw(page):
        page.insert_text((60, 100), "Genes of larvae", fontsize=10, fontname="tiro")
        lines = ["They are on in larvae. " + FULL, FULL + " in", "adults, in eyes of"]
        for x, y, line, size in column(60, 112, lines):
            page.insert_text((x, y), line, fontsize=size)
        place = (62, 148)  # a short line before it, but in a sentence
        page.insert_text(place, "Drosophila, " + FULL, fontsize=10, fontname="tiit")

    first, second = read_document(make_pdf(draw), name="x.pdf").text.split("\n\n")
    assert first == "Genes of larvae"
    assert "in eyes of Drosophila, plain" in second


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        ("in the cells.12", True),
        ("in the cells.12,13", True),
        ("in the cells. 12", True),
        ("in the cells [12].", True),
        ("in the cells.*", True),
        ("to express the human Kir6.2", False),
        ("labelled with GFP (Wan et al.,", False),
        ("in the presence of Ae.", False),
    ],
)
def test_a_sentence_is_complete_at_its_stop(text, complete):
    """Citations may follow it; a number or a name with a stop in it is none."""
    assert is_complete(text) is complete


def test_text_behind_a_title_in_its_line_goes_on_in_the_next_column(make_pdf, column):
    """Also where only a few lines of it are left in this one."""

    def draw(page):
        for x, y, line, size in column(60, 60, [FULL] * 9, 9):
            page.insert_text((x, y), line[:60], fontsize=size)
        title = "Genes that are expressed in larvae."
        page.insert_text((60, 300), title, fontname="hebo", fontsize=10)
        page.insert_text((242, 300), "We saw them", fontsize=9)
        for x, y, line, size in column(60, 312, [FULL[:60], FULL[:56] + " and"], 9):
            page.insert_text((x, y), line, fontsize=size)
        rest = ["were seen in the eyes. " + FULL[:36], *[FULL[:60]] * 9]
        for x, y, line, size in column(330, 60, rest, 9):
            page.insert_text((x, y), line, fontsize=size)

    text = read_document(make_pdf(draw), name="x.pdf").text
    assert "and were seen in the eyes" in text
