"""Names that share their head: "eye and antennal discs", "second and third instar"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

__all__ = ["shared_heads"]

#: The words that come before the last of such names.
_FIRST_ONES = re.compile(r"((?:[\w-]+, )*[\w-]+)(?:,? and |,? or | to | through )$")
_WORD = re.compile(r"[\w-]+")

#: As far back as such a list is looked for, in characters.
_FURTHEST = 60


def shared_heads(
    text: str, spans: Iterable[tuple[int, int]], known: Callable[[str], bool]
) -> Iterator[tuple[int, int, str]]:
    """Names whose last words only the last of the list has.

    Parameters
    ----------
    text
        A sentence.
    spans
        Names found in it.
    known
        Tells whether a name, put together, is one.

    Yields
    ------
    tuple
        Start and end of the words, and the name in full: for "eye and
        antennal discs" those of "eye", and "eye discs".
    """
    for start, end in spans:
        first, _, head = text[start:end].partition(" ")
        if not head or not first:
            continue
        offset = max(0, start - _FURTHEST)
        before = _FIRST_ONES.search(text[offset:start])
        if before is None:
            continue
        for word in _WORD.finditer(before[1]):
            name = f"{word[0]} {head}"
            if known(name):
                at = offset + before.start(1)
                yield at + word.start(), at + word.end(), name
