"""Blocks of lines: titles, captions and paragraphs apart from each other."""

from __future__ import annotations

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
