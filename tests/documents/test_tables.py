from __future__ import annotations

import pytest

from curation_kit.documents.tables import read_tables


@pytest.fixture
def paper(make_pdf):
    """A page of text and a page with a ruled table."""

    def draw(page):
        for row in range(4):
            page.draw_line((60, 100 + 20 * row), (260, 100 + 20 * row))
        for column in range(3):
            page.draw_line((60 + 100 * column, 100), (60 + 100 * column, 160))
        for row in range(3):
            page.insert_text((65, 114 + 20 * row), f"gene {row}", fontsize=9)
            page.insert_text((165, 114 + 20 * row), f"tissue {row}", fontsize=9)

    return make_pdf([(60, 100, "Only words.")], draw)


def test_a_ruled_table(paper):
    """Cells come row by row, with page and place."""
    (table,) = read_tables(paper)
    assert table.page == 2
    assert table.rows == tuple((f"gene {row}", f"tissue {row}") for row in range(3))
    assert table.box == pytest.approx((60, 100, 260, 160), abs=2)


def test_pages_may_be_chosen(paper):
    """Only the pages asked for are searched; one that is not there is an error."""
    assert read_tables(paper, pages=[1]) == []
    with pytest.raises(ValueError, match="no page 3"):
        read_tables(paper, pages=[3])
