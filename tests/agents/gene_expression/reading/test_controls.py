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


def test_what_only_mutants_express_controls_lack(places):
    """It is denied where the mutants have it."""
    text = (
        "Nkx2-1 was expressed in the lens of Shh mutants, but not in that of controls."
    )
    assert places(text) == {("Nkx2-1", "lens", True)}
