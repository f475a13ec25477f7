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
