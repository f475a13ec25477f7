"""Which records of a paper a curator should look at first."""

from __future__ import annotations

import pytest

from curation_kit.agents.gene_expression.doubts import mark_doubtful
from curation_kit.records import GeneExpressionRecord


def row(place, stage=None, gene="Sox9", *, negated=False):
    """Make a record."""
    return GeneExpressionRecord(
        gene_symbol=gene, anatomy_label=place, stage_label=stage, negated=negated
    )


def marked(*rows, stages_matter=True):
    """Flags of each record."""
    mark_doubtful(rows, stages_matter=stages_matter)
    return [one.evidence[0].flags if one.evidence else [] for one in rows]


NO_STAGE = ["no stage, though most rows of the paper have one"]


@pytest.mark.parametrize(
    ("stages", "stages_matter", "expected"),
    [
        (["E10.5", "P7", None], True, [[], [], NO_STAGE]),
        (["E10.5", None], True, [[], []]),
        (["E10.5", "P7", None], False, [[], [], []]),
        ([None, None], True, [[], []]),
    ],
)
def test_a_stage_is_missed_where_most_have_one(stages, stages_matter, expected):
    """Not where the paper gives none, nor in species that need none."""
    rows = [row(f"place {number}", stage) for number, stage in enumerate(stages)]
    assert marked(*rows, stages_matter=stages_matter) == expected


def test_a_place_that_is_named_more_closely_elsewhere():
    """Of the same gene and polarity, whatever the number of the noun."""
    told = marked(row("gonads"), row("XY gonad"))
    assert told == [["the paper also says “XY gonad”"], []]


@pytest.mark.parametrize(
    "other",
    [
        row("XY gonads", gene="Fgf9"),
        row("XY gonads", negated=True),
        row("gonad"),
        row("gonadotropes"),
        row(None),
    ],
)
def test_other_places_leave_it_as_it_is(other):
    """Another gene, a denial, the same place, other words, no place."""
    assert marked(row("gonads"), other)[0] == []
