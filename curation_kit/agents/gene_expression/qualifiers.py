"""Words before a place that narrow it down: "the dorsal and the ventral skin"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from curation_kit.agents.gene_expression.places import Mention, What

__all__ = ["POSITION", "qualified"]

#: Where in a place, and of which sex: such words are part of its label.
POSITION = (
    r"(?:(?:antero|postero|dorso|ventro|medio)?(?:dorsal|ventral|anterior|posterior"
    r"|lateral|medial|proximal|distal|rostral|caudal)|apical|basal|inner|outer|upper"
    r"|lower|superficial|deep|central|peripheral|presumptive|XX|XY)"
)
_BEFORE = re.compile(
    rf"(?<![\w-])((?:{POSITION}(?:, (?:and |or )?(?:the )?| and (?:the )?| or (?:the )?|/))*"
    rf"{POSITION}(?: {POSITION})*) $"
)
_BREAK = re.compile(r",? (?:and|or) (?:the )?|, (?:the )?|/")

#: As far back as such words are looked for, in characters.
_FURTHEST = 60


def qualified(text: str, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Give places with the words of position before them.

    Parameters
    ----------
    text
        A sentence.
    mentions
        What it names, in order.

    Yields
    ------
    Mention
        Two for "dorsal and ventral skin": "dorsal skin" and "ventral skin".
    """
    for mention in mentions:
        offset = max(0, mention.start - _FURTHEST)
        before = _BEFORE.search(text[offset : mention.start])
        if mention.what is not What.ANATOMY or mention.adjective or not before:
            yield mention
            continue
        start = offset + before.start(1)
        words = _BREAK.split(before[1])
        for word in words[:-1]:
            at = text.index(word, start)
            label = f"{word} {mention.text}"
            key = f"{mention.key} {word.lower()}"
            yield replace(mention, start=at, end=at + len(word), text=label, key=key)
            start = at + len(word)
        start = mention.start - 1 - len(words[-1])
        yield replace(
            mention,
            start=start,
            text=text[start : mention.end],
            key=f"{mention.key} {words[-1].lower()}",
        )
