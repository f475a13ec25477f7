"""Stages given as a number or a name."""

from __future__ import annotations

import pytest

from curation_kit.vocabulary import find_stages, resolve_stage


@pytest.mark.parametrize(
    ("species", "name", "labels"),
    [
        ("zebrafish", "24 hpf", ["pharyngula:prim-5"]),
        ("zebrafish", "24-hpf", ["pharyngula:prim-5"]),
        ("zebrafish", "2 dpf", ["hatching:long-pec"]),
        ("zebrafish", "29 h.p.f.", ["pharyngula:prim-5"]),
        ("zebrafish", "20-somite stage", ["segmentation:20-25 somites"]),
        ("zebrafish", "shield stage", ["gastrula:shield"]),
        ("mouse", "E10.5", ["Theiler stage 17"]),
        ("mouse", "10.5 dpc", ["Theiler stage 17"]),
        ("mouse", "embryonic day 14.5", ["Theiler stage 22"]),
        ("mouse", "E12.5", ["Theiler stage 20", "Theiler stage 21"]),
        ("mouse", "E18.5", ["Theiler stage 26"]),
        ("mouse", "P0", ["Theiler stage 27"]),
        ("mouse", "P21", ["21-day-old stage"]),
        ("mouse", "postnatal day 10", ["1-week-old stage"]),
        ("mouse", "8-week-old", ["8-week-old stage"]),
        ("mouse", "adults", ["mature stage"]),
        ("fly", "stage 10B egg chambers", ["oogenesis stage S10B"]),
        ("fly", "stage 14 embryos", ["embryonic stage 14"]),
        ("fly", "stage 9", ["embryonic stage 9", "oogenesis stage S9"]),
        ("fly", "stage 16", ["embryonic stage 16"]),
        ("fly", "third-instar larvae", ["third instar larval stage"]),
        ("worm", "L1", ["L1 larva Ce"]),
        ("worm", "young adults", ["newly molted young adult hermaphrodite Ce"]),
        ("worm", "day 3 adults", ["3-days post-L4 adult hermaphrodite Ce"]),
        ("human", "Carnegie stage 14", ["Carnegie stage 14"]),
        ("rat", "E10.5", []),
        ("yeast", "adult", []),
        ("worm", "E10.5", []),
    ],
)
def test_stage_means_these_terms(species, name, labels):
    """One term where the name decides, several where it does not."""
    assert [match.label for match in resolve_stage(name, species)] == labels


@pytest.mark.parametrize(
    ("species", "text", "found"),
    [
        ("zebrafish", "at 24 hpf and 3.5 dpf", ["24 hpf", "3.5 dpf"]),
        ("mouse", "from E9.5 to E11.5, but E2 and IE7b", ["E9.5", "E11.5"]),
        ("worm", "in L1 larvae and young adults", ["L1 larvae", "young adults"]),
        ("fly", "in stage 10B egg chambers", ["stage 10B egg chambers"]),
        ("worm", "the mature protein", []),
        ("yeast", "at stage 3", []),
    ],
)
def test_stages_are_found_in_text(species, text, found):
    """The longest name at each place, with offsets of the text."""
    spans = find_stages(text, species)
    assert [span.text for span in spans] == found
    assert all(text[span.start : span.end] == span.text for span in spans)
