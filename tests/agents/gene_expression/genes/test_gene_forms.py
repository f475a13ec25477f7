"""Forms in which papers write genes: fusions, alleles, lists, full names, products."""

from __future__ import annotations

import pytest

from curation_kit.agents.gene_expression.genes.finder import GeneFinder
from curation_kit.agents.gene_expression.genes.forms import one_gene
from curation_kit.agents.gene_expression.genes.mentions import Use


def found(species, text, paper=""):
    """Genes of a sentence in a paper, as (name, symbol, use)."""
    finder = GeneFinder(species.split(), f"{text}\n{paper}")
    return [(one.text, one.symbol, one.use.value) for one in finder.find(text)]


def symbols(species, text, paper=""):
    """Official symbols of the genes of a sentence."""
    return [symbol for _, symbol, _ in found(species, text, paper)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ACS-1 was seen in the gut.", ("ACS-1", "acs-1", "product")),
        ("acs-1::GFP was seen.", ("acs-1", "acs-1", "reporter")),
        ("Pacs-1::GFP was seen.", ("acs-1", "acs-1", "reporter")),
        ("acs-1p::GFP was seen.", ("acs-1", "acs-1", "reporter")),
        ("GFP::ACS-1 was seen.", ("ACS-1", "acs-1", "reporter")),
        ("acs-1(gk3066) animals died.", ("acs-1", "acs-1", "genotype")),
        ("acs-1(RNAi) animals died.", ("acs-1", "acs-1", "genotype")),
        ("We saw acs-1's transcripts.", ("acs-1", "acs-1", "product")),
        ("AAK-2a was seen in the gut.", ("AAK-2", "aak-2", "product")),
    ],
)
def test_worm_genes_products_and_fusions(text, expected):
    """The product, promoter, fusion and allele of a worm gene are its own."""
    assert found("worm", text) == [expected]


@pytest.mark.parametrize(
    ("species", "text", "expected"),
    [
        ("fly", "Yp1, Yp2 and Yp3 are expressed.", ["Yp1", "Yp2", "Yp3"]),
        ("fly", "Yp1, 2 and 3 are expressed.", ["Yp1", "Yp2", "Yp3"]),
        ("mouse", "Fgf8/17/18 were seen.", ["Fgf8", "Fgf17", "Fgf18"]),
        ("mouse", "BMP2/4 were seen.", ["Bmp2", "Bmp4"]),
        ("mouse", "Hoxa1-3 were seen.", ["Hoxa1", "Hoxa2", "Hoxa3"]),
        ("mouse", "Hoxa1\N{EN DASH}3 were seen.", ["Hoxa1", "Hoxa2", "Hoxa3"]),
        ("human", "SMAD1/5/9 were seen.", ["SMAD1", "SMAD5", "SMAD9"]),
        ("human", "TGF-β1 and -β2 were seen.", ["TGFB1", "TGFB2"]),
        ("mouse", "We saw Pax6 and 3 other genes.", ["Pax6"]),
        ("mouse", "We saw Pax6 at E9-10.", ["Pax6"]),
        ("mouse", "We saw Pax6 and 12 embryos.", ["Pax6"]),
        ("human", "SMAD9-2000 is no range.", ["SMAD9"]),
    ],
)
def test_members_of_lists_and_ranges(species, text, expected):
    """Each member is a gene of its own; a number that follows one is none."""
    assert symbols(species, text) == expected


def test_members_share_the_use_of_the_list():
    """Mutants of a list are mutants of each of its genes."""
    uses = {use for *_, use in found("mouse", "Fgf8/17/18 mutants were bred.")}
    assert uses == {Use.GENOTYPE.value}


def test_member_is_named_in_full():
    """A table needs the whole name, the text has only the number."""
    text = "Fgf8/17 were seen."
    first, second = GeneFinder(["mouse"], text).find(text)
    assert (second.text, text[second.start : second.end]) == ("Fgf17", "17")
    assert text[first.start : first.end] == "Fgf8"


@pytest.mark.parametrize(
    ("species", "name", "symbol"),
    [
        ("human", "TGF-β1", "TGFB1"),
        ("human", "TGF beta 1", "TGFB1"),
        ("human", "PPARγ", "PPARG"),
        ("human", "PPARgamma", "PPARG"),
        ("human", "IFN-gamma", "IFNG"),
        ("human", "interferon gamma", "IFNG"),
        ("human", "coagulation factor VIII", "F8"),
        ("human", "coagulation factor 8", "F8"),
        ("human", "fibroblast growth factor-8", "FGF8"),
        ("mouse", "Fibroblast Growth Factor 8", "Fgf8"),
        ("mouse", "mFgf8", "Fgf8"),
        ("mouse", "Fgf-8", "Fgf8"),
        ("human", "bone morphogenetic protein (BMP)-2", "BMP2"),
        ("human", "FGF8 protein", "FGF8"),
        ("human", "fibroblast growth factor", None),
        ("human", "betaine", None),
    ],
)
def test_spelled_variants(species, name, symbol):
    """Greek letters, Roman numbers, hyphens and case do not tell genes apart."""
    match = one_gene(name, species)
    assert (match.symbol if match else None) == symbol


def test_full_name_is_given_by_its_symbol():
    """The table has a column of symbols; the evidence shows the words."""
    text = "Expression of fibroblast growth factor 8 was seen in the limb."
    (mention,) = GeneFinder(["mouse"], text).find(text)
    assert (mention.text, mention.symbol) == ("Fgf8", "Fgf8")
    assert text[mention.start : mention.end] == "fibroblast growth factor 8"


def test_full_name_and_its_symbol_are_one_mention():
    """A definition names one gene, once."""
    text = "We saw sonic hedgehog (Shh) expression in the floor plate."
    assert found("mouse", text) == [("Shh", "Shh", "product")]


@pytest.mark.parametrize(
    ("species", "text"),
    [
        ("mouse", "BMP, FGF and Wnt signals are needed; Wnt expression was seen."),
        ("mouse", "The Polycomb repressive complex 1 (PRC1) protein; PRC1 was seen."),
        ("mouse", "The electroretinogram (ERG) was flat; ERG was recorded."),
        ("mouse", "Staining was seen in the pancreas in mice."),
    ],
)
def test_families_complexes_and_words_are_no_genes(species, text):
    """A family is not one of its genes, nor is a complex."""
    assert symbols(species, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Sox9flox/flox gonads were small.",
        "The Sox9\N{GREEK CAPITAL LETTER DELTA} gonads were small.",
        "Sox9-/- gonads were small.",
    ],
)
def test_allele_is_a_genotype_of_its_gene(text):
    """Superscripts run on in the text of a PDF."""
    assert found("mouse", text) == [("Sox9", "Sox9", "genotype")]


def test_new_gene_is_named_by_its_paper():
    """A gene that no table has is found when the paper speaks of it as of one."""
    paper = "We cloned Zrbn9, a new gene. " + " ".join(
        f"The Zrbn9 gene was seen in {place}; Zrbn9 mRNA too."
        for place in ("the eye", "the retina", "the brain", "the lens")
    )
    text = "The Zrbn9 transcript was seen in the retina."
    assert symbols("mouse", text, paper) == ["Zrbn9"]
    assert symbols("mouse", text) == []
