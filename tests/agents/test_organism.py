"""Which species a paper is about, from its own words."""

from __future__ import annotations

import pytest

from curation_kit.agents.organism import paper_species


def keys(paper):
    """Keys of the species that a paper is about."""
    return [one.key for one in paper_species(paper.text)]


@pytest.mark.parametrize(
    "reagent",
    [
        "A yeast two-hybrid screen was done. The yeast two-hybrid bait was long.",
        "Rat anti-GFP and goat anti-rat antibodies were used, and rat IgG.",
        "Chicken antibodies and chicken anti-GFP and chicken polyclonal sera helped.",
    ],
)
def test_reagents_are_not_what_a_paper_is_about(make_paper, reagent):
    """Antibodies, screens and media are named after other organisms."""
    text = f"Zebrafish were kept in tanks. {reagent}"
    assert keys(make_paper(("results", text))) == ["zebrafish"]


def test_species_that_are_named_less_often_count_too(make_paper):
    """A paper may be about several, the likeliest first."""
    text = "The mouse and the mouse and the human have it."
    assert keys(make_paper(("results", text))) == ["mouse", "human"]


def test_the_choice_of_the_curator_holds(make_paper):
    """The text is then not asked."""
    paper = make_paper(("results", "The mouse has it."))
    assert [one.key for one in paper_species(paper.text, ["fly"])] == ["fly"]
