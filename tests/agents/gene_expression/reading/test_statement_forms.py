"""Forms in which papers and legends state expression, and what they only mention."""

# ruff: noqa: E501 - a sentence is easier to read on one line

from __future__ import annotations

import pytest

from curation_kit.agents.gene_expression import GeneExpressionAgent


@pytest.fixture
def read(make_paper):
    """Give what a text of one species states: gene, place and stage or component."""

    def run(species, text, section="results"):
        paper = make_paper((section, text))
        return {
            "/".join(
                part
                for part in (
                    ("not " if one.negated else "") + one.gene_symbol,
                    one.anatomy_label,
                    one.stage_label,
                    one.cellular_component_label,
                )
                if part
            )
            for one in GeneExpressionAgent({"species": [species]}).extract(paper)
        }

    return run


@pytest.mark.parametrize(
    ("species", "text", "expected"),
    [
        # What an assay shows.
        ("mouse", "Northern blots revealed Sox9 mRNA in the testis.", {"Sox9/testis"}),
        ("mouse", "The retina shows strong Sox9 staining.", {"Sox9/retina"}),
        (
            "mouse",
            "The highest levels of Sox9 mRNA were in the testis.",
            {"Sox9/testis"},
        ),
        (
            "mouse",
            "Levels of Sox9 mRNA expression were noted in the testis.",
            {"Sox9/testis"},
        ),
        ("mouse", "The Sox9 gene is active in the testis.", {"Sox9/testis"}),
        ("rat", "Gria1 mRNA could not be detected in rat liver.", {"not Gria1/liver"}),
        # What cells are said to be.
        ("mouse", "Sertoli cells stained strongly for Sox9.", {"Sox9/Sertoli cells"}),
        ("mouse", "Hepatocytes are rich in Alb mRNA.", {"Alb/Hepatocytes"}),
        ("mouse", "The ovary was devoid of Sox9.", {"not Sox9/ovary"}),
        ("mouse", "The lung was Sox9-positive at E14.5.", {"Sox9/lung/E14.5"}),
        (
            "mouse",
            "Sox9-immunoreactive cells were numerous in the lung.",
            {"Sox9/lung"},
        ),
        (
            "mouse",
            "Groups of cells with Sox9 expression were seen in the lung.",
            {"Sox9/lung"},
        ),
        # What it is contrasted with.
        (
            "mouse",
            "In contrast to Sox9, Sox10 was not expressed in the testis.",
            {"not Sox10/testis"},
        ),
        (
            "mouse",
            "Sox9, but not Sox10, was expressed in the testis.",
            {"Sox9/testis", "not Sox10/testis"},
        ),
        (
            "mouse",
            "Chondrocytes of the growth plate, but not osteoblasts, express Sox9.",
            {"Sox9/Chondrocytes"},
        ),
        (
            "mouse",
            "In the testis, Sertoli cells expressed Sox9.",
            {"Sox9/Sertoli cells"},
        ),
        # Whose finding it is.
        (
            "mouse",
            "Consistent with earlier reports (Smith et al., 2004), Sox9 was expressed in the testis.",
            {"Sox9/testis"},
        ),
        (
            "mouse",
            "We confirmed that Sox9 is expressed in the testis as described by others.",
            {"Sox9/testis"},
        ),
        (
            "mouse",
            "Sox9 is expressed in the pituitary gland, a site not previously reported.",
            {"Sox9/pituitary gland"},
        ),
        (
            "mouse",
            "Sox9 was expressed in the testis, presumably under the control of Sry.",
            {"Sox9/testis"},
        ),
        (
            "mouse",
            "Sox9 was studied by in situ hybridization; expression was found in the testis.",
            {"Sox9/testis"},
        ),
        (
            "worm",
            "A unc-86::gfp transgene that we generated is expressed in ALM.",
            {"unc-86/ALM"},
        ),
        (
            "worm",
            "unc-86 was expressed in ALM, which might explain the touch defects of unc-86 mutants.",
            {"unc-86/ALM"},
        ),
        # Names that share a word, isoforms, sides.
        (
            "mouse",
            "Sox9 was seen in the otic placode and vesicle.",
            {"Sox9/otic placode", "Sox9/otic vesicle"},
        ),
        (
            "rat",
            "Gria1 was seen in the granular and molecular layers of the rat cerebellum.",
            {
                "Gria1/granular layers of the cerebellum",
                "Gria1/molecular layers of the cerebellum",
            },
        ),
        (
            "worm",
            "Both TSP-14A and TSP-14B are found in hypodermal cells.",
            {"TSP-14/hypodermal cells"},
        ),
        (
            "worm",
            "unc-86 is expressed in six touch neurons (ALML and PLML).",
            {"unc-86/touch neurons", "unc-86/ALML", "unc-86/PLML"},
        ),
        # Where in the cell.
        ("worm", "UNC-86 is predominantly nuclear.", {"UNC-86/nucleus"}),
        (
            "rat",
            "Gria1 was seen in the amygdala, the red nucleus and several brain stem nuclei.",
            {"Gria1/amygdala", "Gria1/red nucleus", "Gria1/brain stem"},
        ),
        # Reporters.
        (
            "zebrafish",
            "Tg(kdrl:GFP) embryos showed GFP in the intersegmental vessels.",
            {"kdrl/intersegmental vessels"},
        ),
        (
            "fly",
            "dpp-GAL4>UAS-GFP is expressed in the eye disc.",
            {"dpp/eye disc"},
        ),
        (
            "fly",
            "The dpp-lacZ line labels the optic lobes of the adult brain.",
            {"dpp/optic lobes/adult"},
        ),
        (
            "mouse",
            "Sox9LacZ mice showed β-galactosidase activity in the lung.",
            {"Sox9/lung"},
        ),
    ],
)
def test_is_stated(read, species, text, expected):
    """A gene's product is said to be somewhere."""
    assert read(species, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Figure 1. Sox9 (A, B), Sox10 (C) and Pax6 (D) expression in the head.",
            {"Sox9/head", "Sox10/head", "Pax6/head"},
        ),
        (
            "Figure 1. Staining for Sox9 (green) and Pax6 (red) in the retina.",
            {"Sox9/retina", "Pax6/retina"},
        ),
        (
            "Figure 1. Expression of: (A) Sox9 in the retina and (B) Pax6 in the lens.",
            {"Sox9/retina", "Pax6/lens"},
        ),
        (
            "Figure 1. Expression of Dll1 in caudal (G,H) and rostral (I,J) somites.",
            {"Dll1/somites"},
        ),
        (
            "Figure 1. Arrows mark Sox9-positive cells in the lung at E14.5.",
            {"Sox9/lung/E14.5"},
        ),
        (
            "Sox9 expression in embryos.\n(A) Expression in the otic vesicle (ov) and limb bud (lb).",
            {"Sox9/otic vesicle", "Sox9/limb bud"},
        ),
    ],
)
def test_a_legend_states(read, text, expected):
    """Panels and colours do not part a list, and no verb is needed."""
    assert read("mouse", text, "figure legend") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # It is in other cells, or at another time.
        (
            "Sox9 is restricted to clusters just posterior to the boundary of the lens.",
            set(),
        ),
        ("Sox9 was seen in the descendants of Sertoli cells and Leydig cells.", set()),
        (
            "Sox9 was seen in the lens before it had fused to the cornea.",
            {"Sox9/lens"},
        ),
        (
            "Sox9 expression in the limb bud begins at E10.5 and ceases at E13.5.",
            {"Sox9/limb bud/E10.5"},
        ),
        ("Sox9 was not detected in the lens before E10.5.", {"not Sox9/lens"}),
        (
            "Sox9 was seen in regions of the eye that will give rise to the retina.",
            {"Sox9/eye"},
        ),
        (
            "Sox9 was seen in Sertoli cells in the E13.5 testis.",
            {"Sox9/Sertoli cells/E13.5"},
        ),
        # Something else is said of the place.
        (
            "Sox9 is expressed in the ectoderm from which no neurons emerge.",
            {"Sox9/ectoderm"},
        ),
        (
            "Sox9 was seen in neurons that were not born in the cortex.",
            {"Sox9/neurons"},
        ),
        ("Sox9 expression was coupled to the rearrangement of chondrocytes.", set()),
        (
            "Sox9 expression was seen, followed by tests of its functions in the retina.",
            set(),
        ),
        # The animals are no normal ones.
        ("Sox9 was seen in the retina of animals lacking a lens.", set()),
        ("Sox9 was seen in the hypomorphic retina.", set()),
    ],
)
def test_is_only_mentioned(read, text, expected):
    """Nothing is read of what a sentence does not say of its gene."""
    assert read("mouse", text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Figure 1. Pancreas immunostaining with antibodies against HA to detect Sox9.",
        "Figure 1. Images of the retina stained for Sox9.",
        "Figure 1. Bar graphs of Sox9 expression in the retina.",
    ],
)
def test_a_legend_tells_what_was_done(read, text):
    """What was stained, and with what, is not what was seen."""
    assert read("mouse", text, "figure legend") == set()


def test_the_place_before_is_not_meant_where_another_is_named(read):
    """The retina of others is not the dorsal retina of the sentence before."""
    text = (
        "Sox9 was seen in the dorsal retina. Sox9 was seen in the retina of older fish."
    )
    assert read("mouse", text) == {"Sox9/dorsal retina", "Sox9/retina"}


def test_cells_that_an_abbreviation_names(read):
    """The paper defines a cell type that no vocabulary has."""
    text = "Sox9 was studied in mitochondria-dense cells (MDCs). Sox9 was expressed in MDCs."
    assert "Sox9/MDCs" in read("mouse", text)


def test_a_gene_that_tells_where_others_are_is_not_seen_there(read):
    """What indicates a place is a marker of it, whether or not another gene is there."""
    text = "Sox9 was expressed in the mesenchyme but not in the epithelium, as indicated by Pax6 expression."
    assert read("mouse", text) == {"Sox9/mesenchyme", "not Sox9/epithelium"}
