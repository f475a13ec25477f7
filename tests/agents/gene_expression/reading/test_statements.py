"""What sentences state: conjunctions, comparisons, legends, and what is left out."""

# ruff: noqa: E501 - a sentence is easier to read on one line

from __future__ import annotations

import pytest

from curation_kit.agents.gene_expression import GeneExpressionAgent


@pytest.fixture
def read(make_paper):
    """Read a text of one species; give the patterns and the reasons of drops."""

    def run(species, text, section="results"):
        paper = make_paper((section, text))
        records = GeneExpressionAgent({"species": species.split()}).extract(paper)
        patterns = {
            (
                ("not " if one.negated else "") + one.gene_symbol,
                one.anatomy_label,
                one.stage_label,
                one.cellular_component_label,
            )
            for one in records
        }
        return patterns, dict(paper.ledger.dropped)

    return run


@pytest.mark.parametrize(
    ("species", "text", "expected"),
    [
        (
            "mouse",
            "Pax6 and Sox9 were expressed in the retina, lens and cornea.",
            {
                (gene, place, None, None)
                for gene in ("Pax6", "Sox9")
                for place in ("retina", "lens", "cornea")
            },
        ),
        (
            "mouse",
            "In the eye, Pax6 was found in the retina and lens, where Sox9 expression is also observed (Figure 1).",
            {
                (gene, place, None, None)
                for gene in ("Pax6", "Sox9")
                for place in ("retina", "lens")
            },
        ),
        (
            "mouse",
            "Pax6 was detected in the lens (Smith et al., 2004) and in the retina of sham animals (Figure 1).",
            {("Pax6", "retina", None, None)},
        ),
        (
            "mouse",
            "Pax6 was detected in the lens (Smith et al., 2004, Figure 1) and in sham liver and hair bud cells.",
            {
                ("Pax6", "lens", None, None),
                ("Pax6", "liver", None, None),
                ("Pax6", "hair bud cells", None, None),
            },
        ),
        (
            "mouse",
            "Nuclear Pax6 was detected in the retina when the lens forms.",
            {("Pax6", "retina", None, "nucleus")},
        ),
        (
            "mouse",
            "Membrane-bound expression of Pax6 was seen in the lens (not shown).To pinpoint where Sox9 is expressed in the retina, we stained it.",
            {("Pax6", "lens", None, "membrane")},
        ),
        (
            "mouse",
            "Pax6 was expressed in the retina but not in the lens or cornea.",
            {
                ("Pax6", "retina", None, None),
                ("not Pax6", "lens", None, None),
                ("not Pax6", "cornea", None, None),
            },
        ),
        (
            "mouse",
            "Pax6 was detected in the retina at E10.5 (Fig. 1A) and in the lens at E11.5.",
            {("Pax6", "retina", "E10.5", None), ("Pax6", "lens", "E11.5", None)},
        ),
        (
            "mouse",
            "At E10.5 in the retina and at E11.5 in the lens, Pax6 was detected.",
            {("Pax6", "retina", "E10.5", None), ("Pax6", "lens", "E11.5", None)},
        ),
        (
            "mouse",
            "Pax6 was expressed in the retina at E10.5 and Sox9 was expressed in the lens at E11.5.",
            {("Pax6", "retina", "E10.5", None), ("Sox9", "lens", "E11.5", None)},
        ),
        (
            "mouse",
            "Pax6 was detected in the retina and Sox9 in the lens.",
            {("Pax6", "retina", None, None), ("Sox9", "lens", None, None)},
        ),
        (
            "mouse",
            "At E10.5, Pax6 was expressed in the retina, whereas Sox9 was found in the lens.",
            {("Pax6", "retina", "E10.5", None), ("Sox9", "lens", "E10.5", None)},
        ),
        (
            "zebrafish",
            "pax6a was expressed in the retina but not in the lens at 24 hpf.",
            {
                ("pax6a", "retina", "24 hpf", None),
                ("not pax6a", "lens", "24 hpf", None),
            },
        ),
        (
            "fly",
            "The H15 gene was expressed in the eye and antennal discs of second and third instar larvae.",
            {
                ("H15", place, stage, None)
                for place in ("eye discs", "antennal discs")
                for stage in ("second instar larvae", "third instar larvae")
            },
        ),
        (
            "fly",
            "H15 was expressed in the hindgut at embryonic stages 11 and 14.",
            {
                ("H15", "hindgut", "embryonic stage 11", None),
                ("H15", "hindgut", "embryonic stage 14", None),
            },
        ),
        (
            "human",
            "KRT19 is enriched in the pancreas compared with the liver.",
            {("KRT19", "pancreas", None, None)},
        ),
        (
            "human",
            "KRT19 expression was higher in the pancreas than in other tissues.",
            {("KRT19", "pancreas", None, None)},
        ),
        (
            "human",
            "KRT19 was upregulated in the lung compared with the liver.",
            {("KRT19", "lung", None, None)},
        ),
        (
            "human",
            "KRT19 staining was strong in the pancreas.",
            {("KRT19", "pancreas", None, None)},
        ),
        (
            "human",
            "KRT19+ cells were mainly located in the pancreas.",
            {("KRT19", "pancreas", None, None)},
        ),
        (
            "worm",
            "UNC-54 protein was localized to the nucleus.",
            {("UNC-54", None, None, "nucleus")},
        ),
        (
            "human",
            "Hepatocytes highly express KRT19.",
            {("KRT19", "Hepatocytes", None, None)},
        ),
        (
            "worm",
            "The unc-54 reporter expresses in the vulva.",
            {("unc-54", "vulva", None, None)},
        ),
        (
            "worm",
            "Both unc-54 and myo-3 were found in the vulva.",
            {("unc-54", "vulva", None, None), ("myo-3", "vulva", None, None)},
        ),
        (
            "worm",
            "UNC-54 appeared to be expressed in the vulva.",
            {("UNC-54", "vulva", None, None)},
        ),
        (
            "worm",
            "To identify the tissues we made unc-54p::GFP and observed expression in the vulva.",
            {("unc-54", "vulva", None, None)},
        ),
        (
            "worm",
            "UNC-54 is expressed in the vulva which is important for egg laying.",
            {("UNC-54", "vulva", None, None)},
        ),
        (
            "mouse",
            "We detected Pax6 in the lens at E10.5.",
            {("Pax6", "lens", "E10.5", None)},
        ),
        (
            "mouse",
            "The analysis did not detect Pax6 or Sox9 in the epidermis.",
            {
                ("not Pax6", "epidermis", None, None),
                ("not Sox9", "epidermis", None, None),
            },
        ),
        (
            "mouse",
            "The lens and the retina were positive for Pax6.",
            {("Pax6", "lens", None, None), ("Pax6", "retina", None, None)},
        ),
        (
            "rat",
            "Calb1 was expressed in Purkinje cells at postnatal day 7.",
            {("Calb1", "Purkinje cells", "postnatal day 7", None)},
        ),
        (
            "rat",
            "Calb1 staining was seen in lamina I and lamina II of the sections.",
            {("Calb1", "lamina I", None, None), ("Calb1", "lamina II", None, None)},
        ),
        (
            "fly",
            "Group 4 has the highest expression of Ilp6 and is therefore identified as adipocytes.",
            {("Ilp6", "adipocytes", None, None)},
        ),
        (
            "mouse",
            "Bmp4 was first expressed in the retina at embryonic day (E)10.5.",
            {("Bmp4", "retina", "embryonic day (E)10.5", None)},
        ),
        (
            "mouse",
            "Pax6 and Sox9 were expressed in the retina and the lens, respectively.",
            {("Pax6", "retina", None, None), ("Sox9", "lens", None, None)},
        ),
        (
            "mouse",
            "Pax6 was seen in the retina from E10.5 to E12.5.",
            {("Pax6", "retina", "E10.5 to E12.5", None)},
        ),
        (
            "mouse",
            "Pax6 was seen in the retina at E10.5 but not at E9.5.",
            {
                ("Pax6", "retina", "E10.5", None),
                ("not Pax6", "retina", "E9.5", None),
            },
        ),
        (
            "mouse",
            "Pax6 was not detected in the retina until E10.5.",
            {("Pax6", "retina", "E10.5", None)},
        ),
        (
            "human",
            "KRT19 was more abundant in the pancreas than in the liver.",
            {("KRT19", "pancreas", None, None), ("KRT19", "liver", None, None)},
        ),
        (
            "mouse",
            "Pax6 was found in neurons of the hippocampus.",
            {("Pax6", "neurons", None, None)},
        ),
        (
            "mouse",
            "This gene is Pax6, which is expressed in the lens.",
            {("Pax6", "lens", None, None)},
        ),
        (
            "human",
            "Hepatocytes lacked KRT19.",
            {("not KRT19", "Hepatocytes", None, None)},
        ),
        (
            "mouse",
            "In the lens we detected Pax6.",
            {("Pax6", "lens", None, None)},
        ),
        (
            "mouse",
            "Pax6 was expressed in the lens and was lost in the Sox9 mutants.",
            {("Pax6", "lens", None, None)},
        ),
        (
            "mouse",
            "Pax6 is expressed in the lens, as shown by double labelling.",
            {("Pax6", "lens", None, None)},
        ),
        (
            "mouse",
            "Pax6 was expressed in the fluffy crumple (FC), lens and retina.",
            {("Pax6", "lens", None, None), ("Pax6", "retina", None, None)},
        ),
        (
            "mouse",
            "Pax6 is expressed in the lens of the fluffy crumple (arrow), retina and cornea.",
            {("Pax6", place, None, None) for place in ("lens", "retina", "cornea")},
        ),
        ("mouse", "Pax6 RNAs were found in the lens.", {("Pax6", "lens", None, None)}),
        (
            "mouse",
            "Strong Pax6 staining occurs in the lens.",
            {("Pax6", "lens", None, None)},
        ),
        (
            "mouse",
            "Pax6 was not expressed even in the lens.",
            {("not Pax6", "lens", None, None)},
        ),
        (
            "mouse",
            "Pax6 was not detected even at E15.5 in the lens.",
            {("not Pax6", "lens", "E15.5", None)},
        ),
        (
            "mouse",
            "Pax6 expression was not detected as early as E9.5 in the lens.",
            {("not Pax6", "lens", "E9.5", None)},
        ),
        (
            "mouse",
            "Pax6 was not seen as a signal in the lens.",
            {("not Pax6", "lens", None, None)},
        ),
        (
            "mouse",
            "Pax6 is not expressed exclusively in the lens.",
            {("Pax6", "lens", None, None)},
        ),
        (
            "mouse",
            "Pax6 was seen in the lens, and little to no expression of Sox9 was seen in the retina.",
            {("Pax6", "lens", None, None), ("not Sox9", "retina", None, None)},
        ),
        (
            "mouse",
            "Pax6 was found in the lens but not in the retina, which implied that it was expressed in the cornea.",
            {("Pax6", "lens", None, None), ("not Pax6", "retina", None, None)},
        ),
        (
            "mouse",
            "Pax6, similar to other factors, was expressed in the retina.",
            {("Pax6", "retina", None, None)},
        ),
        (
            "mouse",
            "Pax6, in contrast to Sox9 in the lens, was expressed in the retina.",
            {("Pax6", "retina", None, None)},
        ),
        (
            "mouse",
            "Pax6, unlike Sox9, was expressed in the retina.",
            {("Pax6", "retina", None, None)},
        ),
        (
            "mouse",
            "In the lithium group of mice, Pax6 was detected in the retina.",
            set(),
        ),
        (
            "mouse",
            "Pax6 was detected in a small group of retinal cells in the lens.",
            {("Pax6", "retinal cells", None, None)},
        ),
        (
            "mouse",
            "Cells of the lens show high levels of Pax6 protein.",
            {("Pax6", "lens", None, None)},
        ),
        (
            "mouse",
            "Cells of the lens express the paired transcription factor Pax6.",
            {("Pax6", "lens", None, None)},
        ),
        (
            "worm",
            "unc-54 was seen in the pharynx, gonad and most nuclei.",
            {("unc-54", "pharynx", None, None), ("unc-54", "gonad", None, None)},
        ),
        ("mouse", "The sonic hedgehog (Shh) receptor was in the lens.", set()),
        (
            "mouse",
            "Pax6 was seen in the retina, adjacent to a single lens.",
            {("Pax6", "retina", None, None)},
        ),
        (
            "mouse",
            "Lateral to the lens, Pax6 was expressed in the cornea.",
            {("Pax6", "cornea", None, None)},
        ),
        (
            "mouse",
            "Pax6 was seen in the lens, derived from the ectoderm.",
            {("Pax6", "lens", None, None)},
        ),
        (
            "mouse",
            "Pax6 was seen in a distal group of cells of the retina.",
            {("Pax6", "retina", None, None)},
        ),
        (
            "rat",
            "Calb1 was first seen in Purkinje cells on embryonic day 19 (E19).",
            {("Calb1", "Purkinje cells", "embryonic day 19", None)},
        ),
        (
            "worm",
            "The rescuing unc-54::GFP fusion is expressed in the pharynx.",
            {("unc-54", "pharynx", None, None)},
        ),
        (
            "worm",
            "unc-54::GFP was expressed in all pharyngeal neurons (M4 and I1), and in the gonad.",
            {
                ("unc-54", place, None, None)
                for place in ("pharyngeal neurons", "M4", "I1", "gonad")
            },
        ),
    ],
)
def test_statement_is_read(read, species, text, expected):
    """Every gene, place and stage of a sentence goes where it belongs."""
    assert read(species, text)[0] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Expression of KRT19 in the pancreas.",
        "In situ hybridization of KRT19 in the pancreas.",
        "Immunostaining for KRT19 (green) in the pancreas.",
    ],
)
def test_noun_phrases_of_legends_are_read(read, text):
    """A legend says what is shown without a verb."""
    patterns, _ = read("human", text, "figure legend")
    assert {(gene, place.lower()) for gene, place, _, _ in patterns} == {
        ("KRT19", "pancreas")
    }


def test_what_a_legend_says_outright_is_read(read):
    """However rare such words are in legends."""
    text = "Later genes. elavl3 is expressed in the hindbrain at 24 hpf."
    patterns, _ = read("zebrafish", text, "figure legend")
    assert patterns == {("elavl3", "hindbrain", "24 hpf", None)}


@pytest.mark.parametrize(
    ("panel", "found"), [(" (arrow)", {("Pax6", "lens", None, None)}), ("", set())]
)
def test_a_legend_may_cite_others_beside_what_a_panel_shows(read, panel, found):
    """What it cites them for is then how the place is known."""
    text = f"Figure 1. Pax6 is expressed in the lens{panel} of the eye (Smith, 2001)."
    assert read("mouse", text, "figure legend")[0] == found


@pytest.mark.parametrize(
    ("species", "section", "text", "reason"),
    [
        (
            "human",
            "results",
            "KRT19 was upregulated in the lung.",
            "expression change",
        ),
        (
            "human",
            "results",
            "KRT19 expression was higher in the lung than in controls.",
            "expression change",
        ),
        (
            "human",
            "results",
            "Hypoxia enhances the expression of KRT19 in the lung.",
            "expression change",
        ),
        (
            "human",
            "results",
            "Accumulation of KRT19 in the lung is required for repair.",
            "function",
        ),
        (
            "human",
            "results",
            "The expression of KRT19 in the lung was examined by western blot.",
            "method or marker",
        ),
        (
            "mouse",
            "results",
            "In P4 skin, expression of Sox9 is extended dorsally in abc/abc animals.",
            "mutant",
        ),
        (
            "mouse",
            "results",
            "In the Jag1-cko retina, Sox9 expression was seen at E18.5.",
            "mutant",
        ),
        (
            "mouse",
            "results",
            "Pax6 is expressed in the lens, as shown by others.",
            "previously reported",
        ),
        (
            "mouse",
            "results",
            "In the absence of Sox9, expression of Pax6 in the retina was broad.",
            "manipulated expression",
        ),
        (
            "human",
            "figure legend",
            "(A) Western blot analysis of PAX6 expression in the brain.",
            "method or marker",
        ),
        (
            "human",
            "results",
            "Many KI67 proteins were detected in the liver.",
            "method or marker",
        ),
        ("human", "results", "PAX6 expression was detected in adults.", "no anatomy"),
        (
            "human",
            "results",
            "In short, we propose that PAX6 is in the lens.",
            "hypothesis",
        ),
    ],
)
def test_statement_is_dropped(read, species, section, text, reason):
    """Such statements are no patterns of normal expression, or say no place."""
    patterns, dropped = read(species, text, section)
    assert (patterns, reason in dropped) == (set(), True)


def test_place_of_a_comparison_is_not_taken(read):
    """What a pattern is complementary to lies elsewhere."""
    patterns, _ = read(
        "mouse", "Pax6 expression in the retina is complementary to that in the lens."
    )
    assert patterns == {("Pax6", "retina", None, None)}


def test_a_name_that_no_table_has_is_not_the_gene_before(read):
    """Though the clause goes on about signals."""
    text = "Pax6 was seen in the lens, whereas no signal for Zzq12 was seen there."
    assert read("mouse", text)[0] == {("Pax6", "lens", None, None)}


def test_another_subject_ends_the_statement(read):
    """A clause about a name that no table knows is not about the gene before."""
    patterns, _ = read(
        "mouse",
        "Pax6 was seen in the retina, whereas the expression of abcdin was only observed in the lens.",
    )
    assert patterns == {("Pax6", "retina", None, None)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "KRT19 was found in the pancreas. It was also seen in the liver.",
            {("KRT19", "pancreas", None, None), ("KRT19", "liver", None, None)},
        ),
        (
            "KRT19 was found in the pancreas. No expression was seen in the liver.",
            {("KRT19", "pancreas", None, None), ("not KRT19", "liver", None, None)},
        ),
        (
            "KRT19 was found in the pancreas. They were small.",
            {("KRT19", "pancreas", None, None)},
        ),
    ],
)
def test_statement_goes_on_in_the_next_sentence(read, text, expected):
    """A sentence that refers back has the gene of the one before."""
    assert read("human", text)[0] == expected


def test_quote_of_what_goes_on_holds_the_gene(make_paper):
    """It reaches back to the sentence that names the gene."""
    text = "KRT19 was found in the pancreas. It was also seen in the liver."
    agent = GeneExpressionAgent({"species": ["human"]})
    records = agent.extract(make_paper(("results", text)))
    (liver,) = (one for one in records if one.anatomy_label == "liver")
    assert liver.evidence[0].quote == text
    named = {
        one.column: text[one.start : one.end] for one in liver.evidence[0].mentions
    }
    assert named == {"gene_symbol": "KRT19", "anatomy_label": "liver"}


def test_a_long_list_of_long_names_is_read_in_time(read):
    """A pattern for lists of genes must not try all ways to part them."""
    names = " and ".join(["insulin like growth factor binding protein 1"] * 12)
    patterns, _ = read("human", f"Expression of {names} was not studied.")
    assert patterns == set()
