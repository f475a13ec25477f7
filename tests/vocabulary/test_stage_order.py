from __future__ import annotations

import math

import pytest

from curation_kit.vocabulary import resolve_stage, stage_ontology, stage_rank

#: Stages as papers write them, in the order of development.
STAGES = {
    "worm": "1-cell embryo, 8-cell embryo, 28-cell embryo, comma stage, L1, L2, dauer, "
    "L4, young adult, day 1 adult, day 10 adult",
    "fly": "oogenesis stage S9, embryonic stage 5, embryonic stage 11, "
    "third instar larva, late L3, wandering L3, prepupa, pupa, adult, day 2 adult, "
    "day 10 adult",
    "zebrafish": "1-cell stage, cleavage stage, sphere stage, shield stage, 5 somites, "
    "24 hpf, 48 hpf, larva, 5 dpf, juvenile stage, adult",
    "mouse": "E7.5, E9.5, E14, P0, P7, P21, adult, 6-week-old, 3-months-old",
    "human": "CS10, CS23, fetus, newborn, infant, child, adult, 30-year-old",
}


@pytest.mark.parametrize("species", STAGES)
def test_stages_come_in_the_order_of_development(species: str) -> None:
    """Of each species, from the egg to the aged."""
    found = {name: resolve_stage(name, species) for name in STAGES[species].split(", ")}
    assert all(found.values()), found

    ranks = [min(stage_rank(term.id) for term in found[name]) for name in found]

    assert ranks == sorted(ranks), list(zip(ranks, found, strict=True))
    assert len(set(ranks)) == len(ranks)
    assert all(map(math.isfinite, ranks))


@pytest.mark.parametrize("species", STAGES)
def test_what_has_no_known_place_comes_last(species: str) -> None:
    """As does what is no stage."""
    prefix = stage_ontology(species)

    assert stage_rank(f"{prefix}:9999999") == math.inf
    assert stage_rank("UBERON:0000955") == stage_rank("adult") == math.inf
    assert stage_rank(f"{prefix}:x") == math.inf
