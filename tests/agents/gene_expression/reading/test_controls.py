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


@pytest.mark.parametrize(
    "text",
    [
        "Control and Shh-null lungs lacked Nkx2-1 (Figure 2).",
        "Neither control nor mutant lungs expressed Nkx2-1 (Figure 2).",
        "Nkx2-1 was undetectable in both control and mutant lungs (Figure 2).",
    ],
)
def test_both_may_lack_a_gene_in_other_words(places, text):
    """The denial may stand before both or behind them."""
    assert places(text) == {("Nkx2-1", "lungs", True)}


@pytest.mark.parametrize(
    "text",
    [
        "Nkx2-1 was absent neither in wild-type nor in mutant lungs (Figure 2).",
        "Nkx2-1 was missing in neither control nor null lungs (Figure 2).",
        "Neither control nor mutant lungs lacked Nkx2-1 (Figure 2).",
        "Nkx2-1 was never absent in control and mutant lungs (Figure 2).",
        "Nkx2-1 was not reduced in lungs in wild-type or mutant mice (Figure 2).",
        "No Nkx2-1 was lost in lungs of wild-type and mutant mice (Figure 2).",
    ],
)
def test_absence_or_loss_that_is_denied_in_both_is_presence(places, text):
    """What is denied twice is there."""
    assert places(text) == {("Nkx2-1", "lungs", False)}


@pytest.mark.parametrize(
    "text",
    [
        "Pax6 was not seen in the lens, and control and mutant lungs had Nkx2-1 stain.",
        "Nkx2-1 was not seen in the lens, and control and mutant lungs expressed Shh.",
        "Cells lacking Nkx2-1 in control and mutant lungs expressed Pax6.",
        "Mutant lungs expressed Nkx2-1 and control lens did not.",
    ],
)
def test_denial_of_something_else_is_none_for_both(places, text):
    """It stands with a verb of its own."""
    assert not any(denied for *_, denied in places(text))


@pytest.mark.parametrize(
    "text",
    [
        "Nkx2-1 was expressed in wild-type lungs and Shh null liver (Figure 2).",
        "Nkx2-1 was detected in wild-type lungs and Shh-null retina (Figure 2).",
        "Nkx2-1 was seen in wild-type lungs as well as in the null heart (Figure 2).",
    ],
)
def test_place_of_the_mutant_alone_is_not_that_of_a_control_with_its_own(places, text):
    """Each has its noun."""
    assert places(text) == {("Nkx2-1", "lungs", False)}


@pytest.mark.parametrize(
    "rest",
    [
        "apoptosis in the lens was seen",
        "thickening of the lens was observed",
        "proliferation in the cornea was normal",
        "defects in lens and cornea were seen",
        "cells of the lens were lost",
    ],
)
@pytest.mark.parametrize(
    "said",
    ["Nkx2-1 was reduced in Shh mutant lungs", "Shh mutant lungs had less Nkx2-1"],
)
def test_another_finding_on_mutants_has_places_of_its_own(places, said, rest):
    """It names no gene."""
    found = places(f"{said}, and {rest} (Figure 2).")
    assert found <= {("Nkx2-1", "lungs", False)}


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
