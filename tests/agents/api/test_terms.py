"""Diseases, chemicals and GO terms: tables first, then OLS4.

Endpoint and shape: ``GET search?q=…&ontology=…&queryFields=…&exact=true&fieldList=…``
(``https://www.ebi.ac.uk/ols4/api-docs``).
"""

from __future__ import annotations

import pytest

from curation_kit.agents.api import ChemicalAgent, DiseaseAgent, GoTermAgent
from curation_kit.agents.extract.columns import ExtractColumn
from curation_kit.agents.extract.rows import record_model
from curation_kit.records import GeneExpressionRecord, LookupStatus, Record


class TermRecord(Record):
    """A disease, a chemical and a GO term."""

    disease: str | None = None
    disease_id: str | None = None
    chemical: str | None = None
    chemical_id: str | None = None
    go_term: str | None = None
    go_term_id: str | None = None


def found(*docs):
    """Give an answer of OLS, with fields that we do not read."""
    return {
        "responseHeader": {"status": 0, "QTime": 3},
        "response": {"numFound": len(docs), "start": 0, "docs": list(docs)},
        "facet_counts": {"facet_fields": {}},
    }


@pytest.mark.parametrize(
    ("agent", "column", "options", "name", "term", "official"),
    [
        (
            DiseaseAgent,
            "disease",
            {},
            "Parkinson's disease",
            "DOID:14330",
            "Parkinson's disease",
        ),
        (
            DiseaseAgent,
            "disease",
            {"ontology": "MONDO"},
            "cystic fibrosis",
            "MONDO:0009061",
            "cystic fibrosis",
        ),
        (ChemicalAgent, "chemical", {}, "Tamoxifen", "CHEBI:41774", "tamoxifen"),
        (GoTermAgent, "go_term", {}, "nuclei", "GO:0005634", "nucleus"),
    ],
)
def test_tables_of_the_program_go_first(
    check, database, agent, column, options, name, term, official
):
    """No network is needed for what they know."""
    (record,), _ = check(agent, TermRecord(**{column: name}), **options)

    assert getattr(record, f"{column}_id") == term
    assert getattr(record, column) == official
    lookup = record.lookups[f"{column}_id"]
    assert lookup.status is LookupStatus.RESOLVED
    assert lookup.source.endswith(", offline")
    assert lookup.asked is None
    assert database.asked == []


def test_what_no_table_knows_is_asked_for(check, database):
    """One request, whose parameters OLS documents; other ontologies' terms go."""
    database.answer(
        "search",
        found(
            {"obo_id": "MONDO:1", "label": "made-up disease"},
            {"obo_id": "DOID:9", "label": "madeupitis", "synonym": ["Made-Up disease"]},
            {"obo_id": "DOID:8", "label": "severe made-up disease", "synonym": []},
        ),
    )

    (record,), _ = check(DiseaseAgent, TermRecord(disease="made-up disease"))

    assert (record.disease_id, record.disease) == ("DOID:9", "madeupitis")
    assert record.lookups["disease_id"].source == "Ontology Lookup Service"
    (asked,) = database.asked
    assert asked.path == "search"
    assert asked.params == {
        "q": "made-up disease",
        "ontology": "doid",
        "type": "class",
        "queryFields": "label,synonym",
        "exact": "true",
        "fieldList": "obo_id,label,synonym",
        "rows": "50",
    }


def test_single_synonym_may_come_without_brackets(check, database):
    """As Solr writes it."""
    doc = {"obo_id": "CHEBI:9", "label": "x-ane", "synonym": "drug X"}
    database.answer("search", found(doc), ontology="chebi")

    (record,), _ = check(ChemicalAgent, TermRecord(chemical="drug X"))

    assert record.chemical_id == "CHEBI:9"


def test_greek_letters_are_asked_for_by_their_names_too(check, database):
    """Most ontologies spell them so; the paper's own spelling goes first."""
    database.answer("search", found(), q="α-drug")
    doc = {"obo_id": "CHEBI:9", "label": "x-ane", "synonym": ["alpha-Drug"]}
    database.answer("search", found(doc), q="alpha-drug")

    (record,), _ = check(ChemicalAgent, TermRecord(chemical="α-drug"))

    assert record.chemical_id == "CHEBI:9"


def test_terms_without_identifier_or_label_do_not_hide_the_others(check, database):
    """OLS leaves out what a term of another ontology, or a withdrawn one, has not."""
    docs = [
        {"label": "drug X"},
        {"obo_id": "CHEBI:8", "synonym": ["drug X"]},
        {"obo_id": "CHEBI:9", "label": "x-ane", "synonym": ["drug X"]},
    ]
    database.answer("search", found(*docs))

    (record,), _ = check(ChemicalAgent, TermRecord(chemical="drug X"))

    assert (record.chemical_id, record.chemical) == ("CHEBI:9", "x-ane")


def test_several_terms_of_one_name_are_candidates(check, database):
    """Nothing is guessed."""
    docs = [
        {"obo_id": f"CHEBI:{n}", "label": f"x-{n}", "synonym": ["XYZ"]} for n in (8, 9)
    ]
    database.answer("search", found(*docs))

    (record,), _ = check(ChemicalAgent, TermRecord(chemical="XYZ"))

    assert record.chemical_id is None
    assert [one.id for one in record.candidates["chemical_id"]] == [
        "CHEBI:8",
        "CHEBI:9",
    ]


def test_a_name_cannot_leave_the_query(check, database):
    """Quotation marks and backslashes would end it."""
    database.answer("search", found())

    (record,), _ = check(ChemicalAgent, TermRecord(chemical='x" OR label:"y\\'))

    assert '"' not in database.asked[0].params["q"]
    assert "\\" not in database.asked[0].params["q"]
    assert record.lookups["chemical_id"].status is LookupStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("aspect", "root"),
    [
        ("any", None),
        ("biological_process", "http://purl.obolibrary.org/obo/GO_0008150"),
        ("molecular_function", "http://purl.obolibrary.org/obo/GO_0003674"),
    ],
)
def test_processes_and_functions_are_asked_for(check, database, aspect, root):
    """Below the root of the part that is wanted."""
    doc = {"obo_id": "GO:0006915", "label": "apoptotic process", "synonym": []}
    database.answer("search", found(doc))

    (record,), _ = check(
        GoTermAgent, TermRecord(go_term="apoptotic process"), aspect=aspect
    )

    assert record.go_term_id == "GO:0006915"
    assert database.asked[0].params.get("allChildrenOf") == root


def test_component_of_another_part_is_not_taken_from_the_table(check, database):
    """The nucleus is no process."""
    database.answer("search", found())

    (record,), _ = check(
        GoTermAgent, TermRecord(go_term="nucleus"), aspect="biological_process"
    )

    assert record.go_term_id is None


@pytest.mark.parametrize(
    ("name", "status"), [("Made-up Disease", "confirmed"), ("flu", "does not fit")]
)
def test_identifier_that_is_there_is_checked(check, database, name, status):
    """It is kept; OLS is asked for its term."""
    doc = {"obo_id": "DOID:9", "label": "made-up disease", "synonym": []}
    database.answer("search", found(doc), q="DOID:9", queryFields="obo_id")
    record = TermRecord(disease=name, disease_id="DOID:9")

    (checked,), _ = check(DiseaseAgent, record)

    assert (checked.disease_id, checked.disease) == ("DOID:9", name)
    assert checked.lookups["disease_id"].status == status


def test_columns_of_extract_that_name_their_source_are_looked_up(check):
    """All of them, whatever they are called; a choice keeps its own words."""
    columns = (
        ExtractColumn(name="illness", ontology="MONDO"),
        ExtractColumn(
            name="dose", type="choice", values=("Caffeine",), ontology="CHEBI"
        ),
        ExtractColumn(name="food", ontology="CHEBI"),
    )
    record = record_model(columns)(
        illness_label="Asthma", dose_label="Caffeine", food_label="Caffeine"
    )

    (record,), _ = check(DiseaseAgent, record)
    (record,), _ = check(ChemicalAgent, record)

    assert (record.illness_id, record.illness_label) == ("MONDO:0004979", "asthma")
    assert (record.dose_id, record.dose_label) == ("CHEBI:27732", "Caffeine")
    assert (record.food_id, record.food_label) == ("CHEBI:27732", "caffeine")
    again = type(record).model_validate_json(record.model_dump_json())
    assert again == record


def test_column_can_be_named_as_the_curator_called_it(check):
    """The column of the record ends in _label."""
    columns = (ExtractColumn(name="illness", ontology="DOID"),)
    record = record_model(columns)(illness_label="asthma")

    (checked,), _ = check(DiseaseAgent, record, column="illness")

    assert checked.illness_id == "DOID:2841"


def test_go_terms_work_on_gene_expression(check, database):
    """The component is looked up; second runs only check it."""
    record = GeneExpressionRecord(gene_symbol="x", cellular_component_label="nuclei")

    (once,), _ = check(GoTermAgent, record)
    (twice,), _ = check(GoTermAgent, once)

    assert once.cellular_component_id == "GO:0005634"
    assert twice.lookups["cellular_component_id"].status is LookupStatus.CONFIRMED
    assert database.asked == []
