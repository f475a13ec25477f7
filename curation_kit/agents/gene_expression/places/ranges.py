"""Ranges of stages: "from E9.5 to E12.5" is one stage of a record, as written."""

from __future__ import annotations

import re
from collections.abc import Sequence

from curation_kit.agents.gene_expression.places.finder import Mention, What

__all__ = ["with_ranges"]

_TO = re.compile(r"\s*(?:to|through|until|till|up to|[-–—])\s*(?:the\s+)?")
_AND = re.compile(r"\s+and\s+")
_BETWEEN = re.compile(r"\bbetween\s+$", re.IGNORECASE)


def with_ranges(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Join two stages that are the ends of a range.

    Parameters
    ----------
    text
        A sentence.
    mentions
        What it names, in order.

    Returns
    -------
    list of Mention
        The same, with one mention for each range.
    """
    joined: list[Mention] = []
    for mention in mentions:
        first = joined[-1] if joined else None
        if first and first.what is mention.what is What.STAGE:
            between = text[first.end : mention.start]
            if _TO.fullmatch(between) or (
                _AND.fullmatch(between) and _BETWEEN.search(text[: first.start])
            ):
                words = text[first.start : mention.end]
                key = f"{first.key}–{mention.key}"
                joined[-1] = Mention(first.start, mention.end, words, What.STAGE, key)
                continue
        joined.append(mention)
    return joined
