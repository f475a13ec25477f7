"""Known genes are found under their names, and only under them."""

from __future__ import annotations

import pytest

from curation_kit.vocabulary import GENE_SPECIES, genes


@pytest.mark.parametrize(
    ("species", "name", "gene_id", "symbol", "kind"),
    [
        ("worm", "unc-54", "WB:WBGene00006789", "unc-54", "symbol"),
        ("worm", "UNC-54", "WB:WBGene00006789", "unc-54", "symbol"),
        ("worm", "F11C3.3", "WB:WBGene00006789", "unc-54", "alias"),
        ("mouse", "Pax6", "MGI:97490", "Pax6", "symbol"),
        ("mouse", "p53", "MGI:98834", "Trp53", "alias"),
        ("human", "TP53", "HGNC:11998", "TP53", "symbol"),
        ("human", "β-actin", "HGNC:132", "ACTB", "alias"),  # not a full name of POTEF
        ("fly", "eve", "FB:FBgn0000606", "eve", "symbol"),
        ("fly", "even skipped", "FB:FBgn0000606", "eve", "alias"),
        ("fly", "wingless", "FB:FBgn0284084", "wg", "alias"),
        ("zebrafish", "sox10", "ZFIN:ZDB-GENE-011207-1", "sox10", "symbol"),
        ("rat", "Trp53", "RGD:3889", "Tp53", "previous symbol"),
        ("yeast", "PGM2", "SGD:S000004711", "PGM2", "symbol"),
        ("yeast", "YAL001C", "SGD:S000000001", "TFC3", "alias"),
    ],
)
def test_best_match_is_the_known_gene(species, name, gene_id, symbol, kind):
    """The first match of a name is the gene it stands for."""
    best = genes(species).lookup(name)[0]
    assert (best.id, best.symbol, best.kind) == (gene_id, symbol, kind)


@pytest.mark.parametrize("name", ["", "no such gene", "unc-5400", "ünc-54"])
def test_unknown_name_has_no_match(name):
    """A name that no gene has gives nothing."""
    assert genes("worm").lookup(name) == []


def test_exact_case_comes_first():
    """Of two genes whose symbols differ in case, the one spelled so is first."""
    # Fly: N is Notch; n is not a symbol of it.
    assert genes("fly").lookup("N")[0].symbol == "N"
    assert genes("fly").lookup("H")[0].name == "H"


@pytest.mark.parametrize("species", GENE_SPECIES)
def test_symbol_of_identifier_comes_back(species):
    """Every table gives the symbol of an identifier that it gave."""
    table = genes(species)
    some = {"worm": "unc-54", "fly": "eve", "yeast": "PGM2", "zebrafish": "sox10"}
    match = table.lookup(some.get(species, "Pax6"))[0]
    assert table.symbol(match.id) == match.symbol
    assert table.symbol("X:0") is None


def test_unknown_species_says_which_exist():
    """Asking for a species without a table names those that have one."""
    with pytest.raises(ValueError, match="choose one of human, mouse"):
        genes("axolotl")


def test_table_is_loaded_once():
    """A second request gives the same table."""
    assert genes("yeast") is genes("yeast")
