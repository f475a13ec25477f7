"""The whole embryo is a place where the words say so."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pax6 was expressed throughout the embryo at E9.5.", ("embryo", False)),
        ("Pax6 was ubiquitously expressed in the embryo at E9.5.", ("embryo", False)),
        ("Pax6 was not detected in whole embryos at E9.5.", ("whole embryos", True)),
    ],
)
def test_all_of_an_embryo_is_a_place(places, text, expected):
    """And so is one in which a gene is denied."""
    assert places(text) == {("Pax6", *expected)}


@pytest.mark.parametrize(
    "text",
    [
        "Pax6 was expressed in embryos at E9.5.",
        "Pax6 was not detected in embryos.",
        "Pax6 was not detected at P0 or in whole embryos.",
    ],
)
def test_embryos_that_were_looked_at_are_none(places, text):
    """Without a number for their stage, or with that of newborns, nothing is said."""
    assert places(text) == set()
