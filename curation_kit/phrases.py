"""Phrases that people read, the same wherever they read them, and what they type."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

__all__ = [
    "composed",
    "counted",
    "fold",
    "listed",
    "meant",
    "searchable",
    "shown",
    "whole_characters",
]

#: Names told of a long list; the others are counted.
TOLD = 3

#: Longest value, in characters, that a message shows as it is.
LONGEST_SHOWN = 100


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


def meant(name: str, known: Iterable[str]) -> str:
    """Ask whether a known name was meant that begins so, whatever the case, if any.

    Examples
    --------
    >>> meant("first", ["First batch", "Second"]), meant("third", ["First"])
    ('Did you mean "First batch"?', '')
    """
    begun = searchable(name).strip()
    alike = [f'"{it}"' for it in known if begun and searchable(it).startswith(begun)]
    return f"Did you mean {listed(alike)}?" if alike else ""


def shown(value: object) -> str:
    """Give what a message shows of a value that was not expected: not a whole table.

    Examples
    --------
    >>> shown("x"), shown([*range(1000)])
    ("'x'", 'a list')
    """
    text = repr(value)
    if len(text) <= LONGEST_SHOWN and "\n" not in text:
        return text
    name = type(value).__name__
    return f"{'an' if name[0] in 'AEIOUaeiou' else 'a'} {name}"


def whole_characters(text: object) -> str:
    """Give a text with a question mark for each half of a character.

    A browser may send those, and names of files hold bytes that are no UTF-8; no file
    and no table can.
    """
    return str(text).encode(errors="replace").decode()


def composed(text: str) -> str:
    """Give a text with each letter and its accent as one character.

    Names of files from a Mac often have them apart, and look the same.
    """
    return unicodedata.normalize("NFC", text)


def searchable(text: str) -> str:
    """Give a text as words are searched in it: composed, no case."""
    return composed(text).casefold()


def fold(value: object) -> str:
    """Text for comparison: NFKC, one space between words, no case."""
    return " ".join(unicodedata.normalize("NFKC", str(value)).split()).casefold()
