"""What is said of a gene, and is no finding of where it is expressed."""

# ruff: noqa: E501 - a sentence is easier to read on one line

from __future__ import annotations

import pytest

from curation_kit.agents.gene_expression import GeneExpressionAgent

METHOD = "method or marker"
NO_STATEMENT = "no expression statement"


@pytest.fixture
def read(make_paper):
    """Genes, places and polarity that a mouse paper states, and why it drops."""

    def run(text):
        paper = make_paper(("results", text))
        records = GeneExpressionAgent({"species": ["mouse"]}).extract(paper)
        found = {(r.gene_symbol, r.anatomy_label, r.negated) for r in records}
        return found, dict(paper.ledger.dropped)

    return run


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "Increased Pax6 protein was observed in the retina after injury.",
            "manipulated expression",
        ),
        ("Retinoic acid enhanced Pax6 expression in the retina.", "expression change"),
        (
            "Two enhancers are essential for Pax6 expression in the retina.",
            "expression change",
        ),
        (
            "Six3 is involved in the regulation of Pax6 expression in the retina.",
            "expression change",
        ),
        ("Pax6 mRNA was absent from the retina of a patient.", "mutant"),
        (
            "Once Pax6 was expressed, cells of the retina stopped dividing.",
            "hypothesis",
        ),
        (
            "Restoring Pax6 expression in the retina rescued vision.",
            "manipulated expression",
        ),
        (
            "The first exon of Pax6 was detected in the retina.",
            "no expression statement",
        ),
        ("Pax6 was expressed in ES cells and in the retina.", "cell line"),
        ("Pax6 is expressed in the retina (12, 14).", "previously reported"),
        ("Wnt1 signaling was detected in the retina.", "no expression statement"),
        # What a treatment or a disease does to it.
        (
            "The expression of Pax6 was significantly increased in the retina.",
            "expression change",
        ),
        ("Pax6 was expressed in the retina of treated mice.", "disease or treatment"),
        ("Pax6 was seen in the lens of the high-dose group.", "disease or treatment"),
        # What was asked or done.
        ("The present study examined Pax6 expression in the retina.", METHOD),
        ("Pax6 and Six3 expression was also assessed in the retina.", METHOD),
        ("Effects of light on Pax6 expression in the retina", METHOD),
        ("In situ hybridization of Pax6 on sections of the retina.", METHOD),
        ("The expression of Pax6 in the lens has never been explored.", "hypothesis"),
        # What is known of a gene.
        ("Pax6 is a regulator that is expressed in the retina.", "previously reported"),
        (
            "Pax6 is expressed in the retina and plays an important role in vision.",
            "previously reported",
        ),
        (
            "Cells of the lens bound Pax6 expressed on macrophages.",
            "no expression statement",
        ),
        # What its expression does.
        ("Pax6 expression in the retina caused blindness.", "function"),
        ("Pax6 expression in the retina correlated with age.", "function"),
        (
            "Pax6 was undetectable in mutants, by PCR of the retina of mutants and controls.",
            "mutant",
        ),
        ("The level of Pax6 was high in HEC1-B cells.", "no anatomy"),
        ("Different Pax6 receptors are expressed in the retina.", NO_STATEMENT),
    ],
)
def test_a_sentence_gives_no_record_and_its_reason(read, text, reason):
    """The ledger tells it."""
    found, dropped = read(text)
    assert found == set()
    assert reason in dropped


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Pax6 was expressed in the retina, which might explain the defects of the lens.",
            {("Pax6", "retina", False)},
        ),
        (
            "Pax6 was detected in the retina, but its role is not well understood.",
            {("Pax6", "retina", False)},
        ),
        (
            "Pax6 was detected in the lens and not follicles at E14.5.",
            {("Pax6", "lens", False)},
        ),
        ("Pax6 begins to be expressed in the retina.", {("Pax6", "retina", False)}),
        (
            "Pax6 was expressed in skeletal muscle, and adipose tissue.",
            {("Pax6", "skeletal muscle", False), ("Pax6", "adipose tissue", False)},
        ),
    ],
)
def test_a_finding_beside_it_is_kept(read, text, expected):
    """What else a sentence says takes nothing back, and adds nothing."""
    assert read(text)[0] == expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Pax6 expression in the retina decreased during development.",
            {("Pax6", "retina", False)},
        ),
        (
            "At P10, Pax6 expression was reduced in the retina.",
            {("Pax6", "retina", False)},
        ),
        (
            "Pax6 was expressed at higher levels in the retina than in the lens.",
            {("Pax6", "retina", False), ("Pax6", "lens", False)},
        ),
        (
            "Pax6 expression was not uniform in the retina.",
            {("Pax6", "retina", False)},
        ),
        (
            "The markers (Pax6 and Six3) were expressed in the retina.",
            {("Pax6", "retina", False), ("Six3", "retina", False)},
        ),
        (
            "The Pax6+ cluster was mainly located in the retina.",
            {("Pax6", "retina", False)},
        ),
        (
            "Pax6 was expressed in the inner mesenchyme of the tongue, and Six3 was expressed in the mesenchyme of the tongue.",
            {
                ("Pax6", "inner mesenchyme of the tongue", False),
                ("Six3", "mesenchyme of the tongue", False),
            },
        ),
        (
            "Pax6 was expressed in the palatal shelves.",
            {("Pax6", "palatal shelves", False)},
        ),
    ],
)
def test_what_only_looks_so_is_a_finding(read, text, found):
    """A change with time, a comparison of places, a marker's own pattern."""
    assert read(text)[0] == found


def test_what_a_legend_cites_others_for_is_no_finding(make_paper):
    """Unless it names the paper's own figure."""
    said = "Pax6 is expressed in the retina (Smith et al., 2010)."
    paper = make_paper(("figure legend", said))
    assert not GeneExpressionAgent({"species": ["mouse"]}).extract(paper)
    assert dict(paper.ledger.dropped) == {"previously reported": 1}
