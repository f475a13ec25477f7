"""The tagger, and genes of any species in any text."""

from __future__ import annotations

import pytest

from curation_kit.agents.gene_expression import find_all_genes
from curation_kit.agents.gene_expression.genes.tagger import tag_genes, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Mutations in BRCA1 and the p53 gene cause breast cancer.",
            ["BRCA1", "p53"],
        ),
        (
            "Interleukin-6 induces C-reactive protein in hepatocytes.",
            ["Interleukin-6", "C-reactive protein"],
        ),
        ("The patients were given aspirin for 12 weeks.", []),
        ("", []),
    ],
)
def test_names_are_tagged(text, expected):
    """Genes and products are told from drugs, diseases and cells."""
    assert [text[start:end] for start, end in tag_genes(text)] == expected


def test_tokens_give_the_text_back():
    """Every character but white space is in one token, at its place."""
    text = "TGF-β1 (p<0.05) in Fgf8+/- mice"
    words = tokens(text)
    assert "".join(word.text for word in words) == "".join(text.split())
    assert all(text[word.start : word.end] == word.text for word in words)


def test_name_means_what_the_paper_defines():
    """An abbreviation that the paper defines goes before one that tables know."""
    text = (
        "Thrombopoietin (TPO) is a cytokine. Serum TPO protein was measured. "
        "TPO mRNA was found in the liver."
    )
    named = {one.text: one.symbols for one in find_all_genes(text)}
    assert named["TPO"] == ("THPO",)


def test_list_has_a_symbol_for_each_member():
    """Each of "SMAD2/3" is a gene."""
    (named,) = find_all_genes("We measured phosphorylation of SMAD2/3 proteins.")
    assert named.symbols == ("SMAD2", "SMAD3")


def test_family_is_named_without_a_symbol():
    """No table has a family, yet a corpus marks it."""
    named = find_all_genes("The melanocortin receptors are expressed in neurons.")
    assert [(one.text, one.symbols) for one in named] == [
        ("melanocortin receptors", ())
    ]
