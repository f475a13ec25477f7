"""Names that share their head: "eye and antennal discs", "second and third instar"."""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

__all__ = ["UNKNOWN_ITEM", "shared_heads"]

#: Words that no name in a list begins with, or is.
_NO_NAME = (
    r"(?!(?:in|at|on|of|by|to|for|from|with|within|as|an?|the|this|these|which|that|who|where|when|but|not|no|and|n?or|is|are|was|were|has|had|its?|both|like|also|we|they"
    r"|cells?|neurons?|staining|expression|signals?|levels?|\w+(?:ed|ing|ly))\b)"
)
#: An item of a list that no vocabulary has: "G, pleiotropic factor 1 and H were seen".
UNKNOWN_ITEM = rf"(?:{_NO_NAME}[A-Za-z\d][\w-]*\s){{0,3}}{_NO_NAME}[A-Za-z\d][\w-]*(?=,? (?:and|or) |, )"

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
        # Not half a word.
        offset = text.find(" ", start - _FURTHEST) + 1 if start > _FURTHEST else 0
        before = _FIRST_ONES.search(text[offset:start])
        if before is None:
            continue
        for word in _WORD.finditer(before[1]):
            name = f"{word[0]} {head}"
            if known(name):
                at = offset + before.start(1)
                yield at + word.start(), at + word.end(), name
