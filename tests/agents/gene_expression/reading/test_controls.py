"""What a sentence about mutants tells of where their controls express a gene."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    "said",
    [
        "was reduced in the lung of Shh mutants",
        "was no longer detectable in the lung of Shh mutants",
        "was unaffected in the lung of Shh mutants",
        "was still detected in the lung of Shh mutants",
        "was lower in mutant than in control lung",
        "is normally seen in Shh mutant lung",
    ],
)
def test_less_or_as_much_in_mutants_is_seen_in_controls(places, said):
    """The figure that is cited shows both."""
    assert places(f"Expression of Nkx2-1 {said} (Figure 2).") == {
        ("Nkx2-1", "lung", False)
    }


@pytest.mark.parametrize(
    "text",
    [
        "Expression of Nkx2-1 was increased in the lung of Shh mutants (Figure 2).",
        "Expression of Nkx2-1 was reduced in the lung of treated mice (Figure 2).",
        "Expression of Nkx2-1 was reduced in the lung of Shh mutants.",
        "Nkx2-1 was lower in mutant lung than in that of ob/ob mice (Figure 2).",
    ],
)
def test_nothing_is_said_of_controls_that_are_not_shown_or_may_have_none(places, text):
    """More in the mutants, other treatment, no figure, and no normal animals."""
    assert places(text) == set()


def test_what_both_express_controls_express(places):
    """A control is named beside the mutant."""
    text = "Nkx2-1 was detected in both Shh+/− and Shh−/− lungs (Figure 2)."
    assert places(text) == {("Nkx2-1", "lungs", False)}


@pytest.mark.parametrize(
    "text",
    [
        "Nkx2-1 was detected in wild-type, but not Shh-null, lungs.",
        "Nkx2-1 was detected in WT but not mutant lungs.",
        "Both wild-type and Shh null lungs showed strong Nkx2-1 expression.",
    ],
)
def test_control_shares_the_place_that_only_the_mutant_is_said_to_have(places, text):
    """The noun stands once, after the mutant."""
    assert places(text) == {("Nkx2-1", "lungs", False)}


@pytest.mark.parametrize(
    "text",
    [
        "Nkx2-1 was detected in neither wild-type nor Shh-null lungs (Figure 2).",
        "Nkx2-1 was not detected in control lungs or Shh−/− lungs (Figure 2).",
    ],
)
def test_what_neither_expresses_controls_lack(places, text):
    """The denial holds for both."""
    assert places(text) == {("Nkx2-1", "lungs", True)}


def test_method_on_both_does_not_deny_a_gene_of_controls(places):
    """The denial is of the mutants."""
    text = "Nkx2-1 was undetectable in mutant lungs, by PCR of mutants and controls."
    assert places(text) == set()


def test_last_gene_of_a_list_may_be_unknown(places):
    """No vocabulary has it, and the place stands after it."""
    text = (
        "PCR revealed decreased expression of Nkx2-1, Fgf10, and wibblin in lungs of "
        "Shh mutants compared with those of controls (Figure 2)."
    )
    assert places(text) == {("Nkx2-1", "lungs", False), ("Fgf10", "lungs", False)}


def test_what_only_mutants_express_controls_lack(places):
    """It is denied where the mutants have it."""
    text = (
        "Nkx2-1 was expressed in the lens of Shh mutants, but not in that of controls."
    )
    assert places(text) == {("Nkx2-1", "lens", True)}


def test_levels_that_are_reduced_have_their_place_before_the_gene(places):
    """Authors leave "in" out."""
    text = "Shh−/− mice have reduced levels of serum Igf1 (Figure 2)."
    assert places(text) == {("Igf1", "serum", False)}
