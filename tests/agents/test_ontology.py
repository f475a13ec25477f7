"""Labels become terms of the species' own ontologies."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from curation_kit.agents.ontology import OntologyAgent
from curation_kit.records import GeneExpressionRecord, Record


@pytest.fixture
def validate(make_paper):
    """Validate one record with these labels in a paper of some species."""

    def run(species, record=None, *, columns=None, **labels):
        paper = make_paper(("results", "nothing"))
        options = {"species": [species] if species else []}
        if columns:
            options["columns"] = columns
        record = record or GeneExpressionRecord(gene_symbol="x", **labels)
        (checked,) = OntologyAgent(options).validate(paper, [record])
        return checked, paper

    return run


@pytest.mark.parametrize(
    ("species", "column", "label", "term", "official"),
    [
        ("worm", "anatomy", "gut", "WBbt:0005772", "intestine"),
        ("worm", "anatomy", "CAN neurons", "WBbt:0006827", "CAN"),
        ("worm", "stage", "L4 larvae", "WBls:0000038", "L4 larva Ce"),
        ("fly", "anatomy", "wing discs", "FBbt:00001778", "wing disc"),
        (
            "fly",
            "stage",
            "stage 10B egg chambers",
            "FBdv:00005272",
            "oogenesis stage S10B",
        ),
        ("zebrafish", "anatomy", "brains", "ZFA:0000008", "brain"),
        ("zebrafish", "stage", "24 hpf", "ZFS:0000029", "pharyngula:prim-5"),
        ("mouse", "anatomy", "ovaries", "UBERON:0000992", "ovary"),
        ("mouse", "anatomy", "macrophages", "CL:0000235", "macrophage"),
        ("mouse", "stage", "E10.5", "MmusDv:0000024", "Theiler stage 17"),
        ("mouse", "stage", "E10.5 embryos", "MmusDv:0000024", "Theiler stage 17"),
        (
            "mouse",
            "stage",
            "8\u2011week\u2011old mice",
            "MmusDv:0000154",
            "8-week-old stage",
        ),
        ("zebrafish", "stage", "5 dpf larvae", "ZFS:0000037", "larval:day 5"),
        ("human", "stage", "Carnegie stage 14", "HsapDv:0000021", "Carnegie stage 14"),
        ("worm", "cellular_component", "nuclei", "GO:0005634", "nucleus"),
        ("yeast", "cellular_component", "vacuole", "GO:0005773", "vacuole"),
    ],
)
def test_label_is_resolved(validate, species, column, label, term, official):
    """The record gets the term and its label."""
    checked, _ = validate(species, **{f"{column}_label": label})
    assert getattr(checked, f"{column}_id") == term
    assert getattr(checked, f"{column}_label") == official


def test_an_empty_identifier_is_none(validate):
    """Of an extractor that fills columns with empty text."""
    checked, _ = validate("worm", anatomy_label="gut", anatomy_id="")
    assert checked.anatomy_id == "WBbt:0005772"


def test_unknown_label_keeps_the_papers_words(validate):
    """Nothing is invented."""
    checked, _ = validate("worm", anatomy_label="left ventricle of the heart")
    assert (checked.anatomy_id, checked.anatomy_label) == (
        None,
        "left ventricle of the heart",
    )


@pytest.mark.parametrize(
    "label", ["XX gonads", "posterior poles of the gonad", "cells near the gonads"]
)
def test_a_phrase_has_the_term_of_its_last_words(validate, label):
    """It says more than the term, so it stays; and again when validated twice."""
    once, _ = validate("mouse", anatomy_label=label)
    assert (once.anatomy_id, once.anatomy_label) == ("UBERON:0000991", label)
    twice, paper = validate("mouse", once)
    assert twice == once
    assert paper.ledger.notes == []


def test_ambiguous_label_keeps_its_candidates(validate):
    """A day between two Theiler stages is left open."""
    checked, _ = validate("mouse", stage_label="E12.5")
    assert (checked.stage_id, checked.stage_label) == (None, "E12.5")
    labels = [candidate.label for candidate in checked.candidates["stage_id"]]
    assert labels == ["Theiler stage 20", "Theiler stage 21"]


class Unidentified(Record):
    """A place, and no column for its identifier."""

    ontologies = MappingProxyType({"tissue_label": "UBERON"})
    tissue_label: str


class Several(Record):
    """Several places in a record."""

    ontologies = MappingProxyType({"tissue_label": "UBERON"})
    tissue_label: list[str]
    tissue_id: list[str] | None = None


@pytest.mark.parametrize(
    "record", [Unidentified(tissue_label="brain"), Several(tissue_label=["brain"])]
)
def test_records_of_others_that_have_no_place_for_a_term_stay(validate, record):
    """What cannot be looked up here is left to other validators."""
    assert validate(None, record)[0] == record


def test_taxon_of_the_record_decides(validate):
    """A fly record in a paper of unknown species uses fly anatomy."""
    record = GeneExpressionRecord(
        gene_symbol="wg", taxon="NCBITaxon:7227", anatomy_label="brain"
    )
    assert validate(None, record)[0].anatomy_id == "FBbt:00005095"


def test_only_chosen_columns_are_touched(validate):
    """The others stay as they are."""
    checked, _ = validate(
        "worm", columns=["stage"], anatomy_label="gut", stage_label="L4"
    )
    assert (checked.anatomy_id, checked.stage_id) == (None, "WBls:0000038")


@pytest.mark.parametrize("label", ["gut", "CAN neurons", "no such place"])
def test_second_run_changes_nothing(validate, label):
    """Validating twice gives what validating once gives."""
    once, _ = validate("worm", anatomy_label=label)
    twice, _ = validate("worm", once)
    assert twice == once


def test_wrong_identifier_is_pointed_out(validate):
    """An id whose label does not fit is kept and noted."""
    record = GeneExpressionRecord(
        gene_symbol="x", anatomy_label="pharynx", anatomy_id="WBbt:0005772"
    )
    checked, paper = validate("worm", record)
    assert checked == record
    assert paper.ledger.notes == [
        "WBbt:0005772 is intestine, not pharynx; check that record."
    ]
