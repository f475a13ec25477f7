"""Records to be looked at first: those that say less than others of their paper.

`tests/quality` tells how many of them are right, and how many of the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from curation_kit.agents.gene_validation import genes_meant
from curation_kit.agents.grounding import flag
from curation_kit.records import GeneExpressionRecord
from curation_kit.vocabulary import canonical

__all__ = ["mark_doubtful"]

#: Species that are curated with a stage. Of a worm "in embryos" tells enough.
_STAGED = frozenset({"human", "mouse", "rat"})


def mark_doubtful(
    records: Sequence[GeneExpressionRecord], species: Sequence[str]
) -> None:
    """Flag the records of a paper that are likely to be incomplete or too general.

    One of a mammal without a stage where most rows have one: often a remark, or its
    stage stands where the rules do not look. One whose place is a part of the name of
    another place of the same gene ("gonad" and "XY gonad"): the paper mostly says the
    closer of both.

    Parameters
    ----------
    records
        All of a paper.
    species
        Keys of `GENE_SPECIES`, the paper's main species first.
    """
    staged = sum(one.stage_label is not None for one in records)
    most_have_a_stage = 2 * staged > len(records)
    places: dict[tuple[str, bool], dict[str, str]] = defaultdict(dict)
    for one in records:
        if one.anatomy_label:
            named = places[one.gene_symbol.casefold(), one.negated]
            named[canonical(one.anatomy_label)] = one.anatomy_label
    for one in records:
        if (
            most_have_a_stage
            and one.stage_label is None
            and _wants_stage(one.gene_symbol, species)
        ):
            flag(one, "no stage, though most rows of the paper have one")
        place = canonical(one.anatomy_label or "")
        named = places[one.gene_symbol.casefold(), one.negated]
        closer = (
            label for key, label in named.items() if place and _within(place, key)
        )
        if label := next(closer, None):
            flag(one, f"the paper also says “{label}”")


def _wants_stage(gene: str, species: Sequence[str]) -> bool:
    """Whether a gene is of a mammal, as far as its paper and its name tell."""
    if _STAGED.issuperset(species):
        return True
    return any(key in _STAGED for key, _ in genes_meant(gene, species))


def _within(place: str, name: str) -> bool:
    """Whether a name has all words of another, and more."""
    return place != name and f" {place} " in f" {name} "
