"""Places, components and stages are found by every way to write them."""

from __future__ import annotations

import pytest

from curation_kit.agents.gene_expression.places.finder import PlaceFinder, What
from curation_kit.vocabulary import ontology


def named(species, text, what=What.ANATOMY, paper=""):
    """Words and label of each term that a text names."""
    found = []
    for mention in PlaceFinder([species], paper).named(text, what):
        prefix, _, term = mention.key.partition(":")
        found.append((mention.text, ontology(prefix).label(term)))
    return found


@pytest.mark.parametrize(
    ("species", "text", "expected"),
    [
        ("mouse", "retinal lesions", [("retinal", "retina")]),
        ("mouse", "hepatic and cardiac defects", ["liver", "heart"]),
        ("mouse", "renal cortex", [("renal cortex", "cortex of kidney")]),
        ("mouse", "lens epithelium", ["epithelium of lens"]),
        (
            "mouse",
            "the epithelium of the bronchus",
            [("epithelium of the bronchus", "epithelium of bronchus")],
        ),
        ("mouse", "branchial arches", [("branchial arches", "pharyngeal arch")]),
        ("mouse", "rods and cones", ["retinal rod cell", "retinal cone cell"]),
        ("mouse", "a trophoblast cell", [("trophoblast cell", "trophoblast cell")]),
        ("mouse", "Müller glia", [("Müller glia", "Mueller cell")]),
        ("mouse", "dorsal root ganglia", ["dorsal root ganglion"]),
        ("mouse", "spermatogonia", [("spermatogonia", "spermatogonium")]),
        ("worm", "the CAN neurons can", [("CAN neurons", "CAN")]),
        ("worm", "AVA, ASI and HSNs", ["AVA", "ASI", "HSN"]),
        (
            "worm",
            "the neurons (M4, I1 and MC)",
            ["neuron", "M4 neuron", "I1 neuron", "MC neuron"],
        ),
        ("worm", "M4 and I1 of the legend", []),
        ("worm", "VPCs and P3.p", ["vulval precursor cell", "P3.p"]),
        ("worm", "the M lineage", [("M lineage", "M lineage cell")]),
        ("fly", "R8 photoreceptors", [("R8 photoreceptors", "photoreceptor cell R8")]),
        ("fly", "wing disc pouch", [("wing disc pouch", "wing pouch")]),
        ("fly", "eye and antennal discs", ["eye disc", "antennal disc"]),
        ("zebrafish", "gills and the optic tectum", ["gill", "optic tectum"]),
    ],
)
def test_words_name_these_terms(species, text, expected):
    """Adjectives, compounds, plurals, names in capitals and shared heads."""
    found = named(species, text)
    if expected and isinstance(expected[0], str):
        found = [label for _, label in found]
    assert found == expected


@pytest.mark.parametrize(
    ("species", "text"),
    [
        ("mouse", "on the other hand, zinc finger proteins"),
        ("mouse", "fetal bovine serum and tail biopsies"),
        ("mouse", "a rod-shaped growth cone"),
        ("mouse", "the PHS domain and AFA"),
        ("worm", "it can be the base of a region"),
        ("mouse", "fibroblast growth factor 9"),
    ],
)
def test_words_that_mean_something_else(species, text):
    """Turns of phrase, reagents and abbreviations that nobody defined."""
    assert named(species, text) == []


def test_abbreviation_means_what_the_paper_says():
    """Only then is it a place, and in the plural too."""
    paper = "We saw it in hair follicles (HFs) and by polymerase chain reaction (PCR)."
    text = "HFs were seen after PCR."
    assert named("mouse", text, paper=paper) == [("HFs", "hair follicle")]
    assert named("mouse", text) == []


def test_abbreviation_that_the_paper_takes_for_something_else_is_no_place():
    """CNS is the nervous system unless the paper says what else it is."""
    text = "The CNS was seen."
    assert named("mouse", text) == [("CNS", "central nervous system")]
    paper = "Conserved noncoding sequences (CNS) were found."
    assert named("mouse", text, paper=paper) == []


def test_general_words_are_named_but_are_no_place():
    """The rules use what tells where, adjectives beside expression only."""
    text = "Retinal defects, a tissue, an embryo, cardiac expression, renal failure"
    assert [words for words, _ in named("mouse", text)] == [
        *("Retinal", "tissue", "embryo", "cardiac", "renal")
    ]
    found = PlaceFinder(["mouse"]).find(text)
    assert [m.text for m in found if m.what is What.ANATOMY] == ["cardiac"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("at the bud tip", ["cellular bud tip"]),
        ("in mitochondria and nuclei", ["mitochondrion", "nucleus"]),
        ("single-nucleus RNA-seq of the complex", []),
        (
            "in inner segments, boutons and a growth cone",
            ["photoreceptor inner segment", "terminal bouton", "growth cone"],
        ),
        ("at cell-cell borders", ["cell-cell junction"]),
    ],
)
def test_components_are_those_of_go(text, expected):
    """Methods that are named after a component are none."""
    assert [label for _, label in named("yeast", text, What.COMPONENT)] == expected


def test_places_stages_and_components_do_not_overlap():
    """The longest wins; a stage goes before a place of the same name."""
    text = "in nuclei of 2-cell embryos and dorsal root ganglion neurons at E10.5"
    found = [(m.text, m.what.value) for m in PlaceFinder(["mouse"]).find(text)]
    assert found == [
        ("nuclei", "component"),
        ("2-cell embryos", "stage"),
        ("dorsal root ganglion neurons", "anatomy"),
        ("E10.5", "stage"),
    ]
