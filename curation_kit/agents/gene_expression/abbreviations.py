"""Abbreviations that a paper defines: "sonic hedgehog (Shh)".

The algorithm of Schwartz and Hearst (Pacific Symposium on Biocomputing 2003,
451-462): the letters of the short form are looked for from its end, right to left,
in the words before the bracket; its first letter must begin a word.
"""

from __future__ import annotations

import re
from collections import defaultdict

__all__ = ["defined_abbreviations"]

_BRACKET = re.compile(r"\(([^\W_][^\s();,]{0,9}(?: [^\s();,]{1,9})?)(?=[);,])")
#: Characters before the bracket that can hold the words of a short form.
_FURTHEST = 160


def defined_abbreviations(text: str) -> dict[str, set[str]]:
    """Short forms that a text defines, each with its long forms.

    Parameters
    ----------
    text
        The whole paper: a definition counts everywhere in it.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for bracket in _BRACKET.finditer(text):
        short = bracket[1]
        if not any(letter.isalpha() for letter in short) or not 2 <= len(short) <= 10:  # noqa: PLR2004 - the authors' limits
            continue
        before = text[max(0, bracket.start() - _FURTHEST) : bracket.start()].rstrip()
        before = re.split(r"[.;:()]\s|\n\n", before)[-1]
        # At most min(|A| + 5, 2 |A|) words, as the authors have it.
        words = before.split()[-min(len(short) + 5, 2 * len(short)) :]
        if long := _long_form(short, " ".join(words)):
            found[short].add(long)
    return dict(found)


def _long_form(short: str, before: str) -> str | None:
    """Shortest end of some words that a short form abbreviates, or None."""
    at = len(before)
    for index in range(len(short) - 1, -1, -1):
        letter = short[index].lower()
        if not letter.isalnum():
            continue
        at -= 1
        while at >= 0 and (
            before[at].lower() != letter
            or (index == 0 and at > 0 and before[at - 1].isalnum())
        ):
            at -= 1
        if at < 0:
            return None
    start = max(before.rfind(" ", 0, at), before.rfind("-", 0, at)) + 1
    long = before[start:]
    if len(long) <= len(short) or short.lower() in long.lower().split():
        return None
    return long
