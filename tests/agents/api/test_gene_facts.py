"""Orthologs and GO annotations of a record's gene.

Endpoints and shapes: ``GET gene/{id}/orthologs?limit=…&page=…&filter.stringency=…``
(``https://www.alliancegenome.org/swagger-ui``) and ``GET
bioentity/gene/{id}/function?start=…&rows=…`` (``https://api.geneontology.org``).
"""

from __future__ import annotations

from urllib.parse import quote

import pytest

from curation_kit.agents.api import GoAnnotationsAgent, OrthologsAgent
from curation_kit.records import GeneExpressionRecord, LookupStatus, Record


class FactsRecord(Record):
    """A gene, and what is known of it."""

    gene_id: str
    orthologs: list[str] | None = None
    go_annotations: str | None = None


def ortholog(identifier, symbol, taxon, species, *methods, against=()):
    """Give a row of a page of orthologs, with fields that we do not read."""
    return {
        "category": "gene_to_gene_orthology",
        "stringencyFilter": "stringent",
        "geneToGeneOrthologyGenerated": {
            "subjectGene": {"primaryExternalId": "HGNC:8620"},
            "objectGene": {
                "primaryExternalId": identifier,
                "geneSymbol": {"displayText": symbol, "formatText": symbol},
                "taxon": {"curie": taxon, "name": species},
            },
            "isBestScore": {"name": "Yes"},
            "predictionMethodsMatched": [{"name": name} for name in methods],
            "predictionMethodsNotMatched": [{"name": name} for name in against],
        },
    }


MOUSE = ortholog(
    "MGI:97490", "Pax6", "NCBITaxon:10090", "Mus musculus", "OMA", "ZFIN", against=["X"]
)
FLY = ortholog("FB:FBgn0005558", "ey", "NCBITaxon:7227", "Drosophila melanogaster", "X")


def test_orthologs_of_the_gene_are_listed(check, database):
    """One request; the identifiers go to a column that is made for them."""
    database.answer("gene/HGNC:8620/orthologs", {"total": 2, "results": [MOUSE, FLY]})

    (record,), _ = check(OrthologsAgent, FactsRecord(gene_id="HGNC:8620"))

    lookup = record.lookups["orthologs"]
    assert lookup.status is LookupStatus.FOUND
    assert [(one.id, one.label, one.source) for one in lookup.found] == [
        ("MGI:97490", "Pax6", "Mus musculus, 2 of 3 methods"),
        ("FB:FBgn0005558", "ey", "Drosophila melanogaster, 1 of 1 methods"),
    ]
    assert record.orthologs == "MGI:97490|FB:FBgn0005558"
    (asked,) = database.asked
    assert asked.params == {
        "limit": "100",
        "page": "1",
        "filter.stringency": "stringent",
    }


def test_orthologs_may_be_of_some_species_only(check, database):
    """The others are left out."""
    database.answer("gene/HGNC:8620/orthologs", {"total": 2, "results": [MOUSE, FLY]})

    (record,), _ = check(
        OrthologsAgent,
        FactsRecord(gene_id="HGNC:8620", orthologs=[]),
        species=["fly"],
        stringency="all",
    )

    assert record.orthologs == ["FB:FBgn0005558"]
    assert database.asked[0].params["filter.stringency"] == "all"


@pytest.mark.parametrize("size", [100, 60])
def test_all_pages_of_orthologs_are_read(check, database, size):
    """There may be more than one page holds, and a page may be shorter than asked."""
    rows = [
        ortholog(f"FB:{n}", f"g{n}", "NCBITaxon:7227", "Drosophila melanogaster", "X")
        for n in range(150)
    ]
    path = "gene/HGNC:8620/orthologs"
    for number, start in enumerate(range(0, 150, size), start=1):
        page = {"total": 150, "results": rows[start : start + size]}
        database.answer(path, page, page=str(number))

    (record,), _ = check(
        OrthologsAgent, GeneExpressionRecord(gene_symbol="PAX6", gene_id="HGNC:8620")
    )

    assert len(record.lookups["orthologs"].found) == 150
    assert len(database.asked) == -(-150 // size)


def test_a_mirror_that_knows_no_pages_of_orthologs_is_read_once(check, database):
    """It gives the same whatever the number: none is listed twice."""
    page = {"total": 150, "results": [MOUSE, FLY]}
    database.answer("gene/HGNC:8620/orthologs", page)

    (record,), _ = check(OrthologsAgent, FactsRecord(gene_id="HGNC:8620"))

    assert record.orthologs == "MGI:97490|FB:FBgn0005558"
    assert len(record.lookups["orthologs"].found) == 2


def test_gene_without_identifier_is_not_asked_about(check, database):
    """It is unresolved already."""
    record = GeneExpressionRecord(gene_symbol="PAX6")

    checked, _ = check(OrthologsAgent, record)

    assert checked == [record]
    assert database.asked == []


def association(term, label, aspect, evidence, *, negated=False, by="WB"):
    """Give an annotation, with fields that we do not read."""
    return {
        "id": f"{term}-{evidence}",
        "subject": {"id": "WB:WBGene00000898", "label": "daf-2"},
        "object": {"id": term, "label": label, "category": [aspect]},
        "evidence": "ECO:0000314",
        "evidence_type": evidence,
        "negated": negated,
        "qualifiers": ["not"] if negated else [],
        "provided_by": [by],
        "reference": ["PMID:1"],
    }


NUCLEUS = association("GO:0005634", "nucleus", "cellular_component", "IDA")
ANNOTATIONS = {
    "associations": [
        NUCLEUS,
        association("GO:0005737", "cytoplasm", "cellular_component", "IEA", by="GOA"),
        association(
            "GO:0005886", "membrane", "cellular_component", "IDA", negated=True
        ),
        association("GO:0008286", "insulin signaling", "biological_process", "IMP"),
    ]
}
GENE = "WB:WBGene00000898"


def test_annotations_of_the_gene_are_listed(check, database):
    """Those of components that a curator has made, with their evidence."""
    database.answer(f"bioentity/gene/{GENE}/function", ANNOTATIONS)

    (record,), _ = check(GoAnnotationsAgent, FactsRecord(gene_id=GENE))

    found = record.lookups["go_annotations"].found
    assert [(one.id, one.label, one.source) for one in found] == [
        ("GO:0005634", "nucleus", "IDA, WB"),
        ("GO:0005886", "membrane", "NOT, IDA, WB"),
    ]
    assert record.go_annotations == "GO:0005634"
    assert database.asked[0].params == {"start": "0", "rows": "500"}


def test_other_aspects_and_electronic_annotations_on_demand(check, database):
    """All four are listed."""
    database.answer(f"bioentity/gene/{GENE}/function", ANNOTATIONS)
    aspects = ["cellular_component", "biological_process"]

    (record,), _ = check(
        GoAnnotationsAgent,
        FactsRecord(gene_id=GENE),
        aspects=aspects,
        electronic=True,
    )

    assert len(record.lookups["go_annotations"].found) == 4


@pytest.mark.parametrize(
    ("component", "note"),
    [
        ("GO:0005634", "GO:0005634 is among them (IDA, WB)"),
        ("GO:0030424", "GO:0030424 is not among them"),
    ],
)
def test_the_records_own_component_is_looked_for(check, database, component, note):
    """The curator sees what is new."""
    database.answer(f"bioentity/gene/{GENE}/function", ANNOTATIONS)
    record = GeneExpressionRecord(
        gene_symbol="daf-2", gene_id=GENE, cellular_component_id=component
    )

    (checked,), _ = check(GoAnnotationsAgent, record)

    assert checked.lookups["go_annotations"].note == note


def test_older_list_says_so_beside_its_own_note(check, database, kept, reply):
    """Both are told."""
    database.answer(f"bioentity/gene/{GENE}/function", ANNOTATIONS)
    record = GeneExpressionRecord(
        gene_symbol="daf-2", gene_id=GENE, cellular_component_id="GO:0005634"
    )
    check(GoAnnotationsAgent, record)
    kept.age(400)
    database.script = [reply(b"", 401)]

    (checked,), _ = check(GoAnnotationsAgent, record)

    note = checked.lookups["go_annotations"].note
    assert note.startswith("GO:0005634 is among them (IDA, WB); an older answer")
    assert "HTTP 401" in note


def test_all_pages_of_annotations_are_read(check, database):
    """A full page may be followed by an empty one."""
    path = f"bioentity/gene/{GENE}/function"
    many = [
        association(f"GO:{n:07}", f"term {n}", "cellular_component", "IDA")
        for n in range(500)
    ]
    database.answer(path, {"associations": many}, start="0")
    database.answer(path, {"associations": [NUCLEUS]}, start="500")

    (record,), _ = check(GoAnnotationsAgent, FactsRecord(gene_id=GENE))

    assert len(record.lookups["go_annotations"].found) == 501


def test_a_mirror_that_knows_no_pages_is_read_once(check, database):
    """It gives the same whatever the start: asking on would never end."""
    many = [
        association(f"GO:{n:07}", f"term {n}", "cellular_component", "IDA")
        for n in range(500)
    ]
    database.answer(f"bioentity/gene/{GENE}/function", {"associations": many})

    (record,), _ = check(GoAnnotationsAgent, FactsRecord(gene_id=GENE))

    assert len(record.lookups["go_annotations"].found) == 500
    assert len(database.asked) == 2


@pytest.mark.parametrize("agent", [OrthologsAgent, GoAnnotationsAgent])
def test_unknown_gene_is_not_found(check, database, agent):
    """Both answer 404; an identifier stays one segment of the path."""
    (record,), _ = check(agent, FactsRecord(gene_id="WB:a/../b?c"))

    (lookup,) = record.lookups.values()
    assert lookup.status is LookupStatus.NOT_FOUND
    assert quote("WB:a/../b?c", safe=":") in database.asked[0].path
