"""How a paper's sentences speak of a name: as of a gene, says the tagger, or not."""

from __future__ import annotations

import re
from functools import lru_cache

from curation_kit.agents.gene_expression.gene_tagger import tag_genes

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
        self._known: dict[str, tuple[int, float]] = {}

    def of(self, name: str) -> tuple[int, float]:
        """Times the paper uses a name, and share of them where it is a gene.

        Some of many uses are asked about.
        """
        if name not in self._known:
            self._known[name] = self._asked(name)
        return self._known[name]

    def _asked(self, name: str) -> tuple[int, float]:
        uses = [
            (found.start(), found.end())
            for found in re.finditer(
                rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", self._text
            )
        ]
        asked = uses[:: max(1, -(-len(uses) // _ASKED))]
        for_gene = sum(self._is_tagged(start, end) for start, end in asked)
        return len(uses), for_gene / len(asked) if asked else 0.0

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
