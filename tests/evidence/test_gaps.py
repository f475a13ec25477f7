from __future__ import annotations

import pytest

from curation_kit.evidence.gaps import same_gap


@pytest.mark.parametrize(
    ("paper", "claimed", "left", "right"),
    [
        ("-", " ", "mec", "4"),
        ("-", "", "mec", "4"),
        ("", "-", "trans", "cription"),
        ("", "- ", "trans", "cription"),
        ("-", "- ", "cell", "cycle"),
        ("-", " -", "t", "test"),
        ("", "-", "in", "active"),
        (" ", "", "of", "the"),
        (" - ", ", ", "here", "there"),
        (". ", "", "end", "next"),
        (",", "", "1", "234"),
        ("-", " - ", "10", "15"),
        ("- ", "-", "cd4", "t"),
        (" (", ", ", "gene", "5"),
    ],
)
def test_gaps_that_say_the_same(paper, claimed, left, right) -> None:
    """Spaces, punctuation, hyphens of compounds and of line ends."""
    assert same_gap(paper, claimed, left, right)
    assert same_gap(claimed, paper, left, right)


@pytest.mark.parametrize(
    ("paper", "claimed", "left", "right"),
    [
        ("- ", " ", "4", "cells"),
        (" -", " ", "of", "5"),
        ("-", "", "10", "15"),
        (".", "", "1", "5"),
        (".", ",", "1", "5"),
        ("^", "", "10", "5"),
        (" ", "", "10", "5"),
        (" .", " ", "p", "5"),
        (" ", "", "not", "able"),
        ("-", " ", "in", "active"),
        ("(-) ", " ", "12", "worms"),
        ("(-) ", "(+) ", "12", "worms"),
        (" ", " -", "=", "5"),
        ("-", "", "/", "x"),
    ],
)
def test_gaps_that_matter(paper, claimed, left, right) -> None:
    """Signs, numbers, and spaces that make another word."""
    assert not same_gap(paper, claimed, left, right)
    assert not same_gap(claimed, paper, left, right)
