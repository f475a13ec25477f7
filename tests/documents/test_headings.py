"""What headings and captions say, and what only looks like them."""

from __future__ import annotations

import pytest

from curation_kit.documents.headings import caption_label
from curation_kit.documents.reader import read_document

FULL = "plain words that fill the line up to the right margin of the page and"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Figure 1—figure supplement 2. Cells are apart.", "Figure 1"),
        ("Figure 1—video 2: Cells are apart.", "Figure 1"),
        ("Figure 1—figure supplement 2", "Figure 1"),
        ("Figure 1—figure supplement 2B), the cells are", None),
        ("Figure 1—source data 2 and the cells are", None),
        ("Figure 1). Cells are apart.", None),
        ("Figure 1) and cells are apart.", None),
        ("Figure 1) Cells are apart.", "Figure 1"),
    ],
)
def test_a_figure_in_brackets_of_a_sentence_is_no_caption(text, label):
    """A link in bold type at the start of a line looks like one."""
    assert caption_label(text, marked=True) == label


def test_a_link_to_a_figure_in_bold_type_does_not_end_a_sentence(make_pdf, column):
    """A caption starts behind a sentence, or behind a line that is not full."""

    def draw(page):
        for x, y, line, size in column(60, 100, [FULL] * 3):
            page.insert_text((x, y), line, fontsize=size)
        page.insert_text((60, 136), "Figure 4.", fontsize=10, fontname="hebo")
        page.insert_text((110, 136), "Thus the gene is not on there.", fontsize=10)

    text = read_document(make_pdf(draw), name="x.pdf")
    assert not text.captions
    assert "page and Figure 4. Thus" in text.text
