"""Lines of pages: what is printed where, and what nobody can see."""

from __future__ import annotations

import pytest

from curation_kit.documents._pymupdf import pymupdf
from curation_kit.documents.reader import read_document
from curation_kit.documents.visibility import COVERED, hidden_text
from curation_kit.records import Box

WHITE = (1, 1, 1)


def test_white_lines_under_others_are_not_read(make_pdf):
    """Set a second time, unseen; white letters on a dark ground are read."""

    def draw(page):
        for number in range(2):
            page.insert_text((60, 300), f"Title of it, line {number}", color=WHITE)
        page.insert_text((60, 300), "Figure 1", fontname="hebo")
        page.insert_text((60, 312), "Title of it, line 0 and more")
        page.draw_rect((60, 400, 300, 420), fill=(0, 0, 0.4))
        page.insert_text((64, 414), "White on a dark ground", color=WHITE)

    text = read_document(make_pdf(draw), name="x.pdf").text
    assert text.count("Title of it") == 1
    assert "White on a dark ground" in text


def add_tall_font(page):
    """Give a page the font ``Tall``: its only letter, x, has boxes far too high."""
    document = page.parent
    glyph, font = document.get_new_xref(), document.get_new_xref()
    document.update_object(glyph, "<<>>")
    document.update_stream(glyph, b"500 0 0 0 500 500 d1 0 0 500 500 re f")
    document.update_object(
        font,
        "<</Type/Font/Subtype/Type3/FontBBox[0 -200 500 2400]"
        "/FontMatrix[.001 0 0 .001 0 0]/FirstChar 120/LastChar 120/Widths[500]"
        f"/CharProcs<</x {glyph} 0 R>>"
        "/Encoding<</Type/Encoding/Differences[120/x]>>>>",
    )
    page.clean_contents()
    document.xref_set_key(page.xref, "Resources/Font/Tall", f"{font} 0 R")


def test_a_tall_character_does_not_lift_its_line(make_pdf):
    """Of another font than the rest of its word; the box is as high as the line."""

    def draw(page):
        page.insert_text((60, 100), "We bought it from the shop", fontsize=10)
        page.insert_text((60, 124), "that is far away", fontsize=10)
        page.insert_text((60, 112), "of a company called Gibco", fontsize=10)
        add_tall_font(page)
        [contents] = page.get_contents()
        before, end, after = page.read_contents().rpartition(b"ET")
        drawn = before + b"/Tall 10 Tf (x) Tj " + end + after
        page.parent.update_stream(contents, drawn)

    text = read_document(make_pdf(draw), name="x.pdf")
    assert "the shop of a company called Gibcox that is" in text.text
    at = text.text.index("Gibcox")
    [(_, _, top, _, bottom)] = text.boxes(at, at + 6)
    assert 100 < top < bottom < 118


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_turned_page_may_have_a_unit_of_its_own(make_pdf, rotation):
    """Boxes are where the page shows the words, in points; so are hidden ones."""

    def draw(page):
        page.insert_text((60, 100), "Larvae of the worms were taken.", fontsize=10)
        page.insert_text((60, 140), "Nobody sees this of it.", fontsize=10, color=WHITE)
        page.parent.xref_set_key(page.xref, "UserUnit", "2")
        page.set_rotation(rotation)

    path = make_pdf(draw)
    text = read_document(path, name="x.pdf")
    first, second = (
        Box(*box)
        for start in (0, text.text.index("Nobody"))
        for box in text.boxes(start, start + 6)
    )
    x, y, width, height = 120, 200, 1224, 1584  # where it begins, unturned
    x, y = {90: (height - y, x), 180: (width - x, height - y), 270: (y, width - x)}[
        rotation
    ]
    assert first.x0 - 5 < x < first.x1 + 5
    assert first.y0 - 5 < y < first.y1 + 5
    assert hidden_text(path, [first, second]) == [None, COVERED]


def test_kerned_letters_are_one_word(make_pdf):
    """A typesetter has put a space between that nobody sees: they overlap."""

    def draw(page):
        end = 60 + pymupdf.get_text_length("It needs XR", fontsize=10)
        page.insert_text((60, 100), "It needs XR ", fontsize=10)
        page.insert_text((end - 0.9, 100), "CC4 there", fontsize=10)

    assert read_document(make_pdf(draw), name="x.pdf").text == "It needs XRCC4 there"
