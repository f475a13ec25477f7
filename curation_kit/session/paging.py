"""A list that is shown page by page."""

from __future__ import annotations

__all__ = ["turned"]


def turned(found: int, page: int, size: int) -> dict[str, int]:
    """Turn to a page of a list; one that is not there becomes the nearest.

    Parameters
    ----------
    found
        Length of the list.
    page
        Number of the page, from 0.
    size
        Items of a page.

    Returns
    -------
    dict
        ``found``, ``page``, ``pages`` (an empty list has one) and ``first``, the place
        of the page's first item.
    """
    pages = max(-(-found // size), 1)
    page = min(max(page, 0), pages - 1)
    return {"found": found, "page": page, "pages": pages, "first": page * size}
