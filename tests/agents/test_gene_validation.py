"""Symbols become identifiers; what is unclear stays unclear."""

from __future__ import annotations

import pytest

from curation_kit.agents.gene_validation import GeneValidationAgent
from curation_kit.records import GeneExpressionRecord, Record


@pytest.fixture
def validate(make_paper):
    """Validate one record of a paper of some species."""

    def run(record, *species, **options):
        paper = make_paper(("results", "nothing"))
        agent = GeneValidationAgent({"species": list(species), **options})
        (checked,) = agent.validate(paper, [record])
        return checked, paper

    return run


@pytest.mark.parametrize(
    ("species", "symbol", "gene_id", "official", "taxon"),
    [
        (["worm"], "UNC-54", "WB:WBGene00006789", "unc-54", "NCBITaxon:6239"),
        (["worm"], "unc-54::GFP", "WB:WBGene00006789", "unc-54", "NCBITaxon:6239"),
        (["worm"], "Punc-54::gfp", "WB:WBGene00006789", "unc-54", "NCBITaxon:6239"),
        (["worm"], "unc-54p::gfp", "WB:WBGene00006789", "unc-54", "NCBITaxon:6239"),
        (["worm"], "unc\u201054", "WB:WBGene00006789", "unc-54", "NCBITaxon:6239"),
        (
            ["worm"],
            "Punc\u201154p",
            "WB:WBGene00006789",
            "unc-54",
            "NCBITaxon:6239",
        ),
        (["human"], "HIF-1α", "HGNC:4910", "HIF1A", "NCBITaxon:9606"),
        (["human"], "β-catenin", "HGNC:2514", "CTNNB1", "NCBITaxon:9606"),
        (["mouse"], "TGF-β1", "MGI:98725", "Tgfb1", "NCBITaxon:10090"),
        (["mouse", "human"], "NKX2\u22125", "HGNC:2488", "NKX2-5", "NCBITaxon:9606"),
        (["mouse"], "PAX6", "MGI:97490", "Pax6", "NCBITaxon:10090"),
        (["mouse"], "p53", "MGI:98834", "Trp53", "NCBITaxon:10090"),
        (["human", "mouse"], "Pax6", "MGI:97490", "Pax6", "NCBITaxon:10090"),
        (["mouse", "human"], "PAX6", "HGNC:8620", "PAX6", "NCBITaxon:9606"),
        (["fly"], "wingless", "FB:FBgn0284084", "wg", "NCBITaxon:7227"),
        (["zebrafish"], "Sox10", "ZFIN:ZDB-GENE-011207-1", "sox10", "NCBITaxon:7955"),
        (["yeast"], "Pgm2p", "SGD:S000004711", "PGM2", "NCBITaxon:559292"),
    ],
)
def test_symbol_is_resolved(validate, species, symbol, gene_id, official, taxon):
    """The record gets identifier, official symbol and taxon."""
    checked, _ = validate(GeneExpressionRecord(gene_symbol=symbol), *species)
    assert (checked.gene_id, checked.gene_symbol, checked.taxon) == (
        gene_id,
        official,
        taxon,
    )


@pytest.mark.parametrize(
    ("taxon", "gene_id"),
    [
        ("NCBITaxon:9606", "HGNC:8620"),
        ("NCBITaxon:10090", "MGI:97490"),
        ("NCBITaxon:9913", None),
        (None, "MGI:97490"),
    ],
)
def test_the_taxon_of_a_record_says_whose_gene_it_is(make_paper, taxon, gene_id):
    """An extractor knows better than the paper as a whole; a cow has no table."""
    paper = make_paper(("results", "Mice: the mouse Mus musculus, and human tissue."))
    record = GeneExpressionRecord(gene_symbol="Pax6", gene_id="", taxon=taxon)

    (checked,) = GeneValidationAgent().validate(paper, [record])

    assert (checked.gene_id or None) == gene_id
    assert checked.taxon == (taxon or "NCBITaxon:10090")


def test_unknown_symbol_keeps_the_papers_words(validate):
    """Nothing is invented."""
    checked, _ = validate(GeneExpressionRecord(gene_symbol="nogene-1"), "worm")
    assert (checked.gene_id, checked.gene_symbol, checked.taxon) == (
        None,
        "nogene-1",
        None,
    )
    assert checked.candidates == {}


def test_ambiguous_symbol_keeps_its_candidates(validate):
    """An alias of several genes is left open."""
    checked, _ = validate(GeneExpressionRecord(gene_symbol="p40"), "human")
    assert checked.gene_id is None
    assert checked.gene_symbol == "p40"
    assert len(checked.candidates["gene_id"]) > 1


def test_aliases_can_be_refused(validate):
    """Only official symbols count then."""
    checked, _ = validate(
        GeneExpressionRecord(gene_symbol="p53"), "mouse", use_aliases=False
    )
    assert checked.gene_id is None


@pytest.mark.parametrize("symbol", ["unc-54::GFP", "nogene-1"])
def test_second_run_changes_nothing(validate, symbol):
    """Validating twice gives what validating once gives."""
    once, _ = validate(GeneExpressionRecord(gene_symbol=symbol), "worm")
    twice, _ = validate(once, "worm")
    assert twice == once


def test_wrong_identifier_is_pointed_out(validate):
    """An id whose symbol does not fit is kept and noted."""
    record = GeneExpressionRecord(gene_symbol="unc-22", gene_id="WB:WBGene00006789")
    checked, paper = validate(record, "worm")
    assert checked == record
    assert paper.ledger.notes == [
        "WB:WBGene00006789 is unc-54, not unc-22; check that record."
    ]


def test_records_of_another_kind_pass_through(validate):
    """A record without a gene is given back as it is."""
    record = Record(why="other")
    assert validate(record, "worm")[0] is record
