"""How a paper's sentences speak of a name: as of a gene, says the tagger, or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from curation_kit.agents.gene_expression.genes.tagger import tag_genes

__all__ = ["TaggerVotes"]

#: Sentences asked per name, spread over the paper.
_ASKED = 6
#: A sentence is cut where it goes on further than so many characters.
_FURTHEST = 250
_STOP = re.compile(r"[.;:!?]\s+(?=[A-Z(])|\n")


class TaggerVotes:
    """Asks the tagger of gene names about names of one paper.

    Parameters
    ----------
    text
        The whole paper.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._used: dict[str, list[tuple[int, int]]] = {}
        self._shares: dict[str, float] = {}

    def uses(self, name: str) -> int:
        """Times the paper uses a name."""
        return len(self._all_uses(name))

    def share(self, name: str) -> float:
        """Share of its uses where a name is a gene; some of many are asked about."""
        if name not in self._shares:
            uses = self._all_uses(name)
            asked = uses[:: max(1, -(-len(uses) // _ASKED))]
            for_gene = sum(self._is_tagged(start, end) for start, end in asked)
            self._shares[name] = for_gene / len(asked) if asked else 0.0
        return self._shares[name]

    def _all_uses(self, name: str) -> list[tuple[int, int]]:
        if name not in self._used:
            self._used[name] = list(self._uses(name))
        return self._used[name]

    def _uses(self, name: str) -> Iterator[tuple[int, int]]:
        # Ten times as fast as a pattern, and asked for each word that may be a gene.
        start = self._text.find(name)
        while start >= 0:
            end = start + len(name)
            beside = self._text[max(0, start - 1) : start] + self._text[end : end + 1]
            if not any(map(str.isalnum, beside)):
                yield start, end
            start = self._text.find(name, end)

    def _is_tagged(self, start: int, end: int) -> bool:
        first, last = max(0, start - _FURTHEST), end + _FURTHEST
        for stop in _STOP.finditer(self._text, first, start):
            first = stop.end()
        following = _STOP.search(self._text, end, last)
        if following:
            last = following.start() + 1
        spans = _tagged(self._text[first:last])
        return any(a <= start - first and b >= end - first for a, b in spans)


@lru_cache(maxsize=2_000)
def _tagged(sentence: str) -> list[tuple[int, int]]:
    return tag_genes(sentence)
