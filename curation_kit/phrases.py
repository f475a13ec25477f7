"""Phrases that people read, the same wherever they read them."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["counted", "listed", "whole_characters"]

#: Names told of a long list; the others are counted.
TOLD = 3


def counted(number: int, one: str, many: str = "") -> str:
    """Give a number with its noun.

    Examples
    --------
    >>> counted(1, "paper"), counted(4_000, "paper"), counted(2, "is", "are")
    ('1 paper', '4,000 papers', '2 are')
    """
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def listed(names: Iterable[object]) -> str:
    """Give the first names of a list, and how many more there are.

    Examples
    --------
    >>> listed("abc"), listed("abcde")
    ('a, b, c', 'a, b, c and 2 more')
    """
    told = [str(name) for name in names]
    more = len(told) - TOLD
    return ", ".join(told[:TOLD]) + (f" and {more:,} more" if more > 0 else "")


def whole_characters(text: str) -> str:
    """Give a text with a question mark for each half of a character.

    A browser may send those, and names of files hold bytes that are no UTF-8; no file
    and no table can.
    """
    return text.encode(errors="replace").decode()
