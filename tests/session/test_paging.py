from __future__ import annotations

import pytest

from curation_kit.session.paging import turned


@pytest.mark.parametrize(
    ("found", "page", "there", "pages", "first"),
    [
        (0, 0, 0, 1, 0),
        (50, 0, 0, 1, 0),
        (51, 1, 1, 2, 50),
        (51, 9, 1, 2, 50),  # some were deleted
        (51, -1, 0, 2, 0),
        (0, 3, 0, 1, 0),
    ],
)
def test_a_page_that_is_not_there_becomes_the_nearest(
    found: int, page: int, there: int, pages: int, first: int
) -> None:
    """An empty list has one page."""
    assert turned(found, page, 50) == {
        "found": found,
        "page": there,
        "pages": pages,
        "first": first,
    }
