"""Genes and alleles at the Alliance of Genome Resources.

Endpoints and shapes: ``GET search?category=…_search_result&q=…&limit=…&offset=…
&species=…`` and ``GET gene/{id}`` (``https://www.alliancegenome.org/swagger-ui``).
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from curation_kit.agents.api import AllianceAlleleAgent, AllianceGeneAgent
from curation_kit.records import GeneExpressionRecord, LookupStatus, Record

WORM, FISH = "Caenorhabditis elegans", "Danio rerio"


class AlleleRecord(Record):
    """An allele of a gene."""

    gene_id: str | None = None
    allele: str
    allele_id: str | None = None


class NamesRecord(Record):
    """A column of the user's own, without one for identifiers."""

    mutated: str


class ListRecord(Record):
    """Several names in a record."""

    gene: list[str]
    gene_id: list[str] | None = None


def row(identifier, symbol, species=WORM, **more):
    """Give a row of the search as the API spells it, with fields we do not read."""
    return {
        "id": identifier,
        "curie": identifier,
        "category": "gene_search_result",
        "symbol": symbol,
        "nameKey": f"{symbol} (Cel)",
        "species": species,
        "soTermName": "protein_coding_gene",
        **more,
    }


def page(*rows):
    """Give a page of the search; one without rows has no results at all."""
    return {"total": len(rows), **({"results": list(rows)} if rows else {})}


UNC_30 = row("WB:WBGene00006766", "unc-30", synonyms=["CELE_B0564.10"], name="x")


def test_symbol_becomes_the_identifier_of_the_papers_species(check, database):
    """One request, whose parameters the Alliance documents."""
    database.answer("search", page(row("ZFIN:1", "unc-30", FISH), UNC_30))

    (record,), paper = check(
        AllianceGeneAgent, GeneExpressionRecord(gene_symbol="UNC-30")
    )

    assert (record.gene_id, record.gene_symbol, record.taxon) == (
        "WB:WBGene00006766",
        "unc-30",
        "NCBITaxon:6239",
    )
    lookup = record.lookups["gene_id"]
    assert lookup.status is LookupStatus.RESOLVED
    assert lookup.source == "Alliance of Genome Resources"
    assert lookup.asked == datetime.now(UTC).date()
    assert paper.ledger.unanswered == {}
    (asked,) = database.asked
    assert asked.path == "search"
    assert asked.params == {
        "category": "gene_search_result",
        "q": "UNC-30",
        "limit": "50",
        "offset": "0",
        "species": WORM,
    }
    assert asked.headers["user-agent"].startswith("curation-kit/")


def test_synonym_is_found_and_an_exact_symbol_goes_before_it(check, database):
    """Of another gene's synonym and this symbol, the symbol is meant."""
    other = row("WB:WBGene1", "other-1", synonyms=["unc-30"])
    database.answer("search", page(other, UNC_30), q="unc-30")
    database.answer("search", page(other, UNC_30), q="CELE_B0564.10")
    records = [
        GeneExpressionRecord(gene_symbol=name) for name in ("unc-30", "CELE_B0564.10")
    ]

    checked, _ = check(AllianceGeneAgent, *records)

    assert [one.gene_id for one in checked] == ["WB:WBGene00006766"] * 2


def test_ambiguous_symbol_keeps_its_candidates(check, database):
    """Nothing is guessed."""
    rows = [row(f"WB:WBGene{n}", f"other-{n}", synonyms=["gpa"]) for n in (1, 2)]
    database.answer("search", page(*rows))

    (record,), _ = check(AllianceGeneAgent, GeneExpressionRecord(gene_symbol="gpa"))

    assert record.gene_id is None
    assert record.gene_symbol == "gpa"
    assert record.lookups["gene_id"].status is LookupStatus.AMBIGUOUS
    assert [one.id for one in record.candidates["gene_id"]] == [
        "WB:WBGene1",
        "WB:WBGene2",
    ]


def test_unknown_symbol_keeps_the_papers_words(check, database):
    """What only resembles the name is not taken."""
    database.answer("search", page(row("WB:WBGene1", "unc-300")), q="unc-30")
    database.answer("search", page(), q="zzz-1")

    (first, second), _ = check(
        AllianceGeneAgent,
        GeneExpressionRecord(gene_symbol="unc-30"),
        GeneExpressionRecord(gene_symbol="zzz-1"),
    )

    for record in (first, second):
        assert record.gene_id is None
        assert record.lookups["gene_id"].status == "unresolved: not found"
        assert "unresolved: not found" in record.explained()


def test_each_name_is_asked_once_for_a_paper(check, database, kept):
    """A gene of many records costs one request, and one turn."""
    database.answer("search", page(UNC_30))

    check(AllianceGeneAgent, *[GeneExpressionRecord(gene_symbol="unc-30")] * 5)

    assert len(database.asked) == 1
    assert kept.turns == [("alliance", 3.0)]


GENE = {
    "category": "gene",
    "gene": {
        "primaryExternalId": "WB:WBGene00006766",
        "geneSymbol": {"displayText": "unc-30", "formatText": "unc-30"},
        "geneFullName": {"displayText": "UNCoordinated"},
        "geneSystematicName": {"displayText": "B0564.10"},
        "geneSynonyms": [{"displayText": "CELE_B0564.10"}],
        "taxon": {"curie": "NCBITaxon:6239", "name": WORM},
    },
}


@pytest.mark.parametrize(
    ("symbol", "status", "notes"),
    [
        ("unc-30", "confirmed", 0),
        ("B0564.10", "confirmed", 0),
        ("daf-16", "does not fit", 1),
    ],
)
def test_identifier_that_is_there_is_checked(check, database, symbol, status, notes):
    """It is kept; one whose gene has another name is pointed out."""
    database.answer("gene/WB:WBGene00006766", GENE)
    record = GeneExpressionRecord(gene_symbol=symbol, gene_id="WB:WBGene00006766")

    (checked,), paper = check(AllianceGeneAgent, record)

    assert (checked.gene_id, checked.gene_symbol) == ("WB:WBGene00006766", symbol)
    assert checked.lookups["gene_id"].status == status
    assert len(paper.ledger.notes) == notes
    assert [one.path for one in database.asked] == ["gene/WB:WBGene00006766"]


@pytest.mark.parametrize("status", [400, 404])
def test_identifier_that_is_none_is_pointed_out(check, database, reply, status):
    """The Alliance answers 400 to identifiers that it does not know."""
    database.script = [reply(b'{"errors": ["no gene"]}', status)]
    record = GeneExpressionRecord(gene_symbol="x", gene_id="WB:WBGene0")

    (checked,), _ = check(AllianceGeneAgent, record)

    assert checked.lookups["gene_id"].status is LookupStatus.NOT_FOUND
    assert "has no WB:WBGene0" in checked.lookups["gene_id"].note


def allele(identifier, symbol, gene):
    """Give a row of the search for alleles."""
    return row(
        identifier,
        symbol,
        category="allele_search_result",
        geneCrossReferences=[gene],
        variantType=["point_mutation"],
    )


def test_allele_of_the_records_gene_is_taken(check, database):
    """Another gene's allele of the same name is not; markup does not matter."""
    database.answer(
        "search",
        page(
            allele("WB:WBVar1", "x<sup>e191</sup>", "WB:WBGene1"),
            allele("WB:WBVar2", "x<sup>e191</sup>", "WB:WBGene2"),
        ),
        category="allele_search_result",
    )
    record = AlleleRecord(allele="X[e191]", gene_id="WB:WBGene2")

    (checked,), _ = check(AllianceAlleleAgent, record)

    assert (checked.allele_id, checked.allele) == ("WB:WBVar2", "x<sup>e191</sup>")


def test_alleles_of_several_genes_are_ambiguous_where_the_gene_is_unknown(
    check, database
):
    """Both are candidates."""
    rows = [allele(f"WB:WBVar{n}", "e191", f"WB:WBGene{n}") for n in (1, 2)]
    database.answer("search", page(*rows))

    (checked,), _ = check(AllianceAlleleAgent, AlleleRecord(allele="e191"))

    assert [one.id for one in checked.candidates["allele_id"]] == [
        "WB:WBVar1",
        "WB:WBVar2",
    ]


def test_any_column_can_be_named(check, database):
    """Without a column for identifiers the answer is in the record's lookups."""
    database.answer("search", page(UNC_30))

    (checked,), _ = check(
        AllianceGeneAgent, NamesRecord(mutated="unc-30"), column="mutated"
    )

    assert checked.mutated == "unc-30"
    (found,) = checked.lookups["mutated_id"].found
    assert found.id == "WB:WBGene00006766"


def test_lists_keep_the_order_of_their_names(check, database):
    """A name that is not known leaves its place empty."""
    database.answer("search", page(UNC_30), q="unc-30")
    database.answer("search", page(), q="zzz-1")

    (checked,), _ = check(
        AllianceGeneAgent, ListRecord(gene=["zzz-1", "unc-30"], gene_id=[])
    )

    assert checked.gene_id == ["", "WB:WBGene00006766"]
    assert checked.lookups["gene_id of zzz-1"].status is LookupStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("genes", "known", "ids"),
    [
        (["unc-30", "zzz-1", "unc-30"], [], [UNC_30["id"], "", UNC_30["id"]]),
        (["", "unc-30"], [], ["", UNC_30["id"]]),
        (["zzz-1", "unc-30"], ["X:1", ""], ["X:1", UNC_30["id"]]),
    ],
)
def test_each_identifier_of_a_list_is_in_the_place_of_its_name(
    check, database, genes, known, ids
):
    """Also of a name that comes twice or is empty; an earlier one stays."""
    database.answer("search", page(UNC_30), q="unc-30")
    database.answer("search", page(), q="zzz-1")

    (checked,), _ = check(AllianceGeneAgent, ListRecord(gene=genes, gene_id=known))

    assert checked.gene_id == ids
