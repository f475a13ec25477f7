"""Which species a paper is about, the same for every agent of a flow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from curation_kit.documents.text import DocumentText
from curation_kit.species import SPECIES, Species, mentions

__all__ = ["SpeciesKey", "paper_species"]

#: Names of the species in options.
SpeciesKey = Literal["human", "mouse", "rat", "zebrafish", "fly", "worm", "yeast"]

#: A mention in the title or abstract says more than one in the body.
_WEIGHT = {"title": 10, "abstract": 5, "references": 0, "acknowledgements": 0}

#: A species counts with at least this share of the leading one's mentions.
_SHARE = 0.3

_MOST = 3


def paper_species(text: DocumentText, forced: Sequence[str] = ()) -> list[Species]:
    """Species whose genes a paper may report, the likeliest first.

    Parameters
    ----------
    text
        The paper.
    forced
        Keys of `SPECIES` chosen by the curator; the text is then not asked.

    Returns
    -------
    list of Species
        At most three, empty when the paper names no species known here.
    """
    if forced:
        return [SPECIES[key] for key in forced]
    counts: Counter[str] = Counter()
    for section in text.sections:
        weight = _WEIGHT.get(section.kind, 1)
        if weight:
            for key, count in mentions(text.text[section.start : section.end]).items():
                counts[key] += weight * count
    if not counts:
        return []
    leading = counts.most_common(_MOST)
    enough = _SHARE * leading[0][1]
    return [SPECIES[key] for key, count in leading if count >= enough]
