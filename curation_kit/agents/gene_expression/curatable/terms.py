"""Terms of a sentence that are counted: its words, and the kinds of its words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curation_kit.agents.gene_expression.curatable.cues import CUES, starts

__all__ = ["BLOCKS", "terms"]

#: Kinds in whose place any word of the kind stands, the first that fits.
_REPLACED = {
    "PLACE": (CUES["place"], CUES["cell"]),
    "COMPONENT": (CUES["component"],),
    "STAGE": (CUES["stage"],),
    "MARKER": (CUES["marker"],),
    "GENE": (re.compile(r"(?:promoter )?\b(?:gene|protein)\b"),),
}
_REPEATED = re.compile(rf"\b({'|'.join(_REPLACED)})(?: \1\b)+")
_ORDERED = (
    *("place", "cell", "component", "stage", "marker", "stated", "not", "rescue"),
    *("perturbed", "cited", "supposed", "done", "gene"),
)
#: How many kinds further the second of a pair may stand.
_REACH = 4


def _runs(words: list[str], longest: int) -> Iterator[str]:
    for length in range(1, longest + 1):
        for at in range(len(words) - length + 1):
            yield " ".join(words[at : at + length])


def _words(text: str) -> Iterator[str]:
    return _runs(text.lower().split(), 2)


def _typed(text: str) -> Iterator[str]:
    for kind, patterns in _REPLACED.items():
        for pattern in patterns:
            text = pattern.sub(kind, text)
    words = _REPEATED.sub(r"\1", text).split()
    return _runs([word if word in _REPLACED else word.lower() for word in words], 3)


def _order(text: str) -> Iterator[str]:
    at: dict[int, str] = {}
    for name in _ORDERED:
        for start in starts(text)[name]:
            at.setdefault(start, "place" if name == "cell" else name)
    kinds = ["^"]
    for _, kind in sorted(at.items()):
        if kind != kinds[-1]:
            kinds.append(kind)
    kinds.append("$")
    yield from kinds
    for first, kind in enumerate(kinds):
        for other in kinds[first + 1 : first + 1 + _REACH]:
            yield f"{kind}>{other}"


#: Name of each block of terms, whose weights have length 1 together.
BLOCKS = {"words": _words, "typed": _typed, "order": _order}


def terms(text: str, block: str) -> list[str]:
    """Give the terms of one block of a sentence's wording.

    ``words`` are words and pairs of neighbours, ``typed`` runs of up to three in which
    places, stages, markers and genes are replaced by their kind, ``order`` the kinds
    and which of them stands before which.
    """
    return [f"{block}:{term}" for term in BLOCKS[block](text)]
