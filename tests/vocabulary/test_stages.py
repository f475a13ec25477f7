"""Stages given as a number or a name."""

from __future__ import annotations

import re

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
        ("human", "15 pcw", ["15th week post-fertilization stage"]),
        ("human", "GW24", ["22nd week post-fertilization stage"]),
        ("human", "14 weeks of gestation", ["12th week post-fertilization stage"]),
        ("mouse", "e14.5", ["Theiler stage 22"]),
        ("mouse", "2-cell embryos", ["Theiler stage 02"]),
        ("mouse", "two-week-old", ["2-week-old stage"]),
        ("mouse", "3 months of age", ["3-month-old stage"]),
        ("mouse", "21-day-old", ["21-day-old stage"]),
        ("mouse", "stage HH10", []),
        ("zebrafish", "22 ss", ["segmentation:20-25 somites"]),
        ("worm", "L4.4", ["L4.4 larva Ce"]),
        ("fly", "24 h APF", []),
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
        ("fly", "at stage 10.", ["stage 10"]),
        ("worm", "in late pachytene, at diakinesis", ["late pachytene", "diakinesis"]),
        ("mouse", "until meiotic prophase I", ["meiotic prophase I"]),
        ("zebrafish", "at 24–48 hpf", ["24 hpf", "48 hpf"]),
        ("zebrafish", "at 2, 3 and 5 dpf", ["2 dpf", "3 dpf", "5 dpf"]),
        ("zebrafish", "in 3 fish, 24 hpf", ["24 hpf"]),
        ("zebrafish", "at the 6-8 somite stage", ["6 somite stage", "8 somite stage"]),
        ("mouse", "at E7.5, 8.5 and 9.5", ["E7.5", "E8.5", "E9.5"]),
        ("mouse", "E10.5-E12.5", ["E10.5", "E12.5"]),
        ("mouse", "at P7–P14 and P7-14", ["P7", "P14", "P7", "P14"]),
        ("mouse", "at P7 and 3 weeks", ["P7"]),
        ("mouse", "6-8 week old mice", ["6 week old", "8 week old"]),
        ("mouse", "8\u2011week\u2011old mice", ["8-week-old"]),
        ("zebrafish", "at 24\u2010hpf", ["24-hpf"]),
        ("mouse", "stage HH10 chicks, P53-null", ["stage HH10"]),
        ("fly", "stage 5 to 8 embryos", ["stage 5 embryos", "stage 8 embryos"]),
        (
            "fly",
            "stages 9-10 egg chambers",
            ["stage 9 egg chambers", "stage 10 egg chambers"],
        ),
        ("fly", "0-2 h embryos, 24 h APF", ["0-2 h embryos", "24 h APF"]),
        ("worm", "the mature protein", []),
        ("yeast", "at stage 3", []),
    ],
)
def test_stages_are_found_in_text(species, text, found):
    """The longest name at each place; of a list, each with the unit they share."""
    assert [span.text for span in find_stages(text, species)] == found


@pytest.mark.parametrize(
    ("species", "text"),
    [
        ("zebrafish", "at 24–48 hpf and 3.5 dpf."),
        ("mouse", "from E9.5 to E11.5 and 12.5"),
        ("fly", "embryonic stages 5, 9 and 10B egg chambers"),
    ],
)
def test_offsets_are_those_of_the_text(species, text):
    """What stands there is the end of a name, or all of it."""
    spans = find_stages(text, species)
    assert spans
    for span in spans:
        words = text[span.start : span.end]
        assert words
        assert any(word in words for word in re.findall(r"[\d.]+[AB]?", span.text))
