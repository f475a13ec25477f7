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


def marked(*rows, species=("mouse",)):
    """Flags of each record."""
    mark_doubtful(rows, species)
    return [one.evidence[0].flags if one.evidence else [] for one in rows]


NO_STAGE = ["no stage, though most rows of the paper have one"]


@pytest.mark.parametrize(
    ("stages", "species", "expected"),
    [
        (["E10.5", "P7", None], ["mouse", "human"], [[], [], NO_STAGE]),
        (["E10.5", None], ["mouse"], [[], []]),
        (["E10.5", "P7", None], ["worm"], [[], [], []]),
        ([None, None], ["mouse"], [[], []]),
    ],
)
def test_a_stage_is_missed_where_most_have_one(stages, species, expected):
    """Not where the paper gives none, nor in species that need none."""
    rows = [row(f"place {number}", stage) for number, stage in enumerate(stages)]
    assert marked(*rows, species=species) == expected


@pytest.mark.parametrize("species", [["mouse", "worm"], ["worm", "mouse"]])
@pytest.mark.parametrize(
    ("gene", "expected"),
    [("Fgf8", NO_STAGE), ("mec-4", []), ("mec-4p::gfp", []), ("Qwxz1", [])],
)
def test_in_a_paper_on_others_too_mammals_need_a_stage(gene, species, expected):
    """Genes of the worm do not, nor those of which nobody knows whose they are."""
    staged = [row("limb bud", "E10.5"), row("somites", "E9.5")]
    found = row("pharynx", gene=gene)
    assert marked(*staged, found, species=species)[-1] == expected
    found = row("pharynx", gene=gene)
    assert marked(*staged, found, species=["mouse", "rat"])[-1] == NO_STAGE


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
