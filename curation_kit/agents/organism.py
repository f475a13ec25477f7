"""Which species a paper is about, the same for every agent of a flow."""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import BeforeValidator

from curation_kit.documents.text import DocumentText, Section
from curation_kit.species import SPECIES, Species, mentions, mentions_of_others

__all__ = ["SpeciesKeys", "other_organisms", "paper_species"]

#: Names of the species in options.
SpeciesKey = Literal["human", "mouse", "rat", "zebrafish", "fly", "worm", "yeast"]

#: Several species, or one without brackets.
SpeciesKeys = Annotated[
    list[SpeciesKey],
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
]

#: Reagents and methods that are named after an organism the paper is not about.
_REAGENTS = re.compile(
    r"\byeast (?:(?:two|one|three|[123])-?hybrid|extract|tRNA|artificial chromosome)"
    r"|\b(?:goat|donkey|rabbit|mouse|rat|chicken|sheep|guinea pig|hamster|horse)[- ]anti\b|\banti[- ](?:mouse|rat|rabbit|chicken|human)\b"
    r"|\b(?:mouse|rat|rabbit|chicken) (?:(?:mono|poly)clonal|antibod(?:y|ies)|antiser(?:um|a)|IgG\d?)\b",
    re.IGNORECASE,
)

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
        At most three, empty when the paper names no species known here, or
        names other organisms more often (`other_organisms`).
    """
    if forced:
        return [SPECIES[key] for key in forced]
    counts, others = _counts(text)
    if not counts or max(others.values(), default=0) > max(counts.values()):
        return []
    leading = counts.most_common(_MOST)
    enough = _SHARE * leading[0][1]
    return [SPECIES[key] for key, count in leading if count >= enough]


def other_organisms(text: DocumentText) -> str:
    """Organisms without vocabulary that a paper is about, or an empty string.

    Parameters
    ----------
    text
        The paper.

    Returns
    -------
    str
        For instance ``plants``, if they are named more often than any
        supported species.
    """
    counts, others = _counts(text)
    if not others:
        return ""
    name, count = others.most_common(1)[0]
    return name if count > max(counts.values(), default=0) else ""


def _counts(text: DocumentText) -> tuple[Counter[str], Counter[str]]:
    """Weighted mentions of the supported species, and of other organisms."""
    return _counted(text.text, tuple(text.sections))


# Every agent of a flow asks this about the same paper.
@lru_cache(maxsize=1)
def _counted(
    text: str, sections: tuple[Section, ...]
) -> tuple[Counter[str], Counter[str]]:
    counts: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for section in sections:
        weight = _WEIGHT.get(section.kind, 1)
        if not weight:
            continue
        body = _REAGENTS.sub(" ", text[section.start : section.end])
        for key, count in mentions(body).items():
            counts[key] += weight * count
        for name, count in mentions_of_others(body).items():
            others[name] += weight * count
    return counts, others
