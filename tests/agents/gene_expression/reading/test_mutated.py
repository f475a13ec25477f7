"""Of a gene in animals that lack it nothing is concluded."""

from __future__ import annotations

import pytest

MUTANTS = "We made Pax6−/− mice. The Pax6−/− mice were blind. "


def test_a_denial_of_the_mutated_gene_shows_that_the_mutation_works(places):
    """No wild-type animal is named."""
    assert places(MUTANTS + "No Pax6 protein was detected in the lens.") == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pax6 was not detected in the lens.", {("Pax6", "lens", True)}),
        (
            MUTANTS + "In wild-type mice, Pax6 was not detected in the lens.",
            {("Pax6", "lens", True)},
        ),
        (
            MUTANTS + "Pax6 was seen in the retina but not in the lens.",
            {("Pax6", "retina", False), ("Pax6", "lens", True)},
        ),
        (MUTANTS + "No Sox2 was detected in the lens.", {("Sox2", "lens", True)}),
    ],
)
def test_other_denials_are_kept(places, text, expected):
    """Of wild-type animals, beside where the gene is, and of other genes."""
    assert places(text) == expected


def test_half_a_gene_is_not_its_normal_expression(places):
    """The mutants of a gene are no animals to see it in."""
    text = "In Pax6+/− embryos, Pax6 was expressed in the lens."
    assert places(text) == set()
