"""Phrases that people read, the same wherever they read them."""

from __future__ import annotations

__all__ = ["counted"]


def counted(number: int, one: str, many: str = "") -> str:
    """Give a number with its noun.

    Examples
    --------
    >>> counted(1, "paper"), counted(4_000, "paper"), counted(2, "is", "are")
    ('1 paper', '4,000 papers', '2 are')
    """
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
