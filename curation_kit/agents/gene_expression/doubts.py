"""Records to be looked at first: those that say less than others of their paper.

`tests/quality` tells how many of them are right, and how many of the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from curation_kit.agents.grounding import flag
from curation_kit.records import GeneExpressionRecord
from curation_kit.vocabulary import canonical

__all__ = ["mark_doubtful"]


def mark_doubtful(
    records: Sequence[GeneExpressionRecord], *, stages_matter: bool
) -> None:
    """Flag the records of a paper that are likely to be incomplete or too general.

    One without a stage where most have one: often a remark, or its stage stands where
    the rules do not look. One whose place is a part of the name of another place of
    the same gene ("gonad" and "XY gonad"): the paper mostly says the closer of both.

    Parameters
    ----------
    records
        All of a paper.
    stages_matter
        Whether its species are curated with a stage.
    """
    staged = sum(one.stage_label is not None for one in records)
    most_have_a_stage = stages_matter and 2 * staged > len(records)
    places: dict[tuple[str, bool], dict[str, str]] = defaultdict(dict)
    for one in records:
        if one.anatomy_label:
            named = places[one.gene_symbol.casefold(), one.negated]
            named[canonical(one.anatomy_label)] = one.anatomy_label
    for one in records:
        if most_have_a_stage and one.stage_label is None:
            flag(one, "no stage, though most rows of the paper have one")
        place = canonical(one.anatomy_label or "")
        named = places[one.gene_symbol.casefold(), one.negated]
        closer = (
            label for key, label in named.items() if place and _within(place, key)
        )
        if label := next(closer, None):
            flag(one, f"the paper also says “{label}”")


def _within(place: str, name: str) -> bool:
    """Whether a name has all words of another, and more."""
    return place != name and f" {place} " in f" {name} "
