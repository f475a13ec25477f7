"""Abbreviations are taken from where a paper defines them."""

from __future__ import annotations

import pytest

from curation_kit.agents.gene_expression.language.abbreviations import abbreviations


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "cells of the central nervous system (CNS) and the",
            {"CNS": "central nervous system"},
        ),
        (
            "in the outer\nnuclear layer (ONL; Fig. 2)",
            {"ONL": "outer nuclear layer"},
        ),
        (
            "dorsal root ganglia (DRGs) were",
            {"DRGs": "dorsal root ganglia"},
        ),
        (
            "the RPE (retinal pigment epithelium) was",
            {"RPE": "retinal pigment epithelium"},
        ),
        (
            "the retinal pigmented epithelium [RPE] and the RPE (Rapid Eye)",
            {"RPE": "retinal pigmented epithelium"},
        ),
        (
            "Mouse neural folds (NFs) express sex-determining region 9 (Sdr9).",
            {"NFs": "neural folds", "Sdr9": "sex-determining region 9"},
        ),
    ],
)
def test_defined_names_are_found(text, expected):
    """Whichever of the two forms stands in the brackets."""
    assert abbreviations(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "was expressed in the retina (Fig. 2A)",
        "as published (Smith, 2004)",
        "the liver (weakly) and the kidney (KX)",
        "wild type mice (n = 5) in three litters (WT)",
        "One sentence ends with nervous. System (NS)",
    ],
)
def test_other_brackets_define_nothing(text):
    """Citations, numbers, remarks and letters that do not fit."""
    assert abbreviations(text) == {}


def test_first_definition_counts():
    """A second one of the same letters does not replace it."""
    text = "anterior commissure (AC) was seen. The anchor cell (AC) was not."
    assert abbreviations(text) == {"AC": "anterior commissure"}
