"""Lines of pages: what is printed where, and what nobody can see."""

from __future__ import annotations

from curation_kit.documents.reader import read_document

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
