from __future__ import annotations

from pathlib import Path

import pytest
from pictures import size

from curation_kit.documents.drawing import MOST_PIXELS, PageMark
from curation_kit.documents.page_images import PageImages
from curation_kit.errors import DocumentFailure


@pytest.mark.parametrize("page", [0, 99])
def test_a_page_that_is_not_there(images: PageImages, paper: Path, page: int) -> None:
    """The number of pages is told."""
    with pytest.raises(DocumentFailure, match=f"no page {page}"):
        images.render(paper, page)


def test_huge_pages_are_drawn_smaller(images: PageImages, paper: Path) -> None:
    """A picture never has more pixels than a browser can show."""
    width, height = size(images.render(paper, 1, 20_000))
    assert width * height <= MOST_PIXELS * 1.01


def test_marks_are_drawn_like_ink(images: PageImages, paper: Path) -> None:
    """White becomes the pale colour, black stays black, the rest is as it was."""
    from curation_kit.documents._pymupdf import pymupdf

    [first, *_] = images.pages(paper)
    whole = PageMark(0, 0, first.width, first.height, "#ffe58a")
    corner = PageMark(0, 0, 20, 20, "#4c9be8")
    plain = pymupdf.Pixmap(images.render(paper, 1, 500))
    marked = pymupdf.Pixmap(images.render(paper, 1, 500, marks=[whole, corner]))
    scale = 500 / first.width
    at = round(30 * scale)
    assert plain.pixel(at, at) == (255, 255, 255)
    assert marked.pixel(at, at) == (255, 238, 178)
    assert marked.pixel(3, 3) == (138, 190, 240)  # the later mark hides the other
    assert min(plain.samples) == min(marked.samples) < 60
    outside = PageMark(-50, -50, 9_999, -1, "#ffe58a")
    same = images.render(paper, 1, 500, marks=[outside])
    assert pymupdf.Pixmap(same).samples == plain.samples
