"""Which paragraph plays which role in a paper."""

from __future__ import annotations

from curation_kit.documents.reader import read_document

FULL = "plain words that fill the line up to the right margin of the page and"


def test_the_paper_begins_behind_keywords_in_small_type(make_pdf, column):
    """With a heading no larger than that of the abstract."""
    path = make_pdf(
        [
            (60, 60, "Where genes are expressed in the worms", 18),
            (60, 100, "Abstract", 11.5),
            *column(60, 114, ["We looked. " + FULL, FULL, "so on."], 9, 11),
            (60, 160, "Key words: genes, Worms, Larvae, Adults", 8),
            (60, 190, "Introduction", 11),
            *column(60, 204, ["It is known. " + FULL, *[FULL] * 20]),
        ]
    )
    text = read_document(path, name="x.pdf")
    assert text.section_of(text.text.index("We looked")).kind == "abstract"
    assert text.section_of(text.text.index("It is known")).kind == "introduction"
