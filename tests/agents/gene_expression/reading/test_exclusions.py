"""What is said of a gene, and is no finding of where it is expressed."""

# ruff: noqa: E501 - a sentence is easier to read on one line

from __future__ import annotations

import pytest

from curation_kit.agents.gene_expression import GeneExpressionAgent


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
