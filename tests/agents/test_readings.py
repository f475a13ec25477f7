from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import pytest

from curation_kit.agents.readings import readings
from curation_kit.records import GeneExpressionRecord, Record


def of(taxon: str | None) -> GeneExpressionRecord:
    """A record of a species."""
    return GeneExpressionRecord(gene_symbol="x", taxon=taxon)


@pytest.mark.parametrize(
    ("taxon", "column", "name", "identifiers"),
    [
        ("NCBITaxon:10090", "anatomy_label", " dendritic cell ", ["CL:0000451"]),
        ("NCBITaxon:10090", "gene_symbol", "CD86", ["MGI:101773"]),
        ("NCBITaxon:10090", "cellular_component_label", "nuclei", ["GO:0005634"]),
        (
            "NCBITaxon:7227",
            "stage_label",
            "Stage 9",
            ["FBdv:00005323", "FBdv:00005269"],
        ),
        ("NCBITaxon:7227", "anatomy_label", "no such thing", []),
        ("NCBITaxon:7227", "assay", "in situ", []),
        ("NCBITaxon:7227", "anatomy_label", "", []),
    ],
)
def test_names_are_read_in_the_species_of_the_record(
    taxon: str, column: str, name: str, identifiers: list[str]
) -> None:
    """Official names and identifiers, all of them where several fit."""
    found = readings(of(taxon), column, name)
    column_of_id = {"gene_symbol": "gene_id"}.get(
        column, column.replace("_label", "_id")
    )
    assert [reading[column_of_id] for reading in found] == identifiers
    assert all(reading[column] for reading in found)


def test_a_gene_brings_its_taxon() -> None:
    """Where the species is open, those of several are offered."""
    found = readings(of(None), "gene_symbol", "Pax6")
    taxa = [reading["taxon"] for reading in found]
    assert {"NCBITaxon:9606", "NCBITaxon:10090"} <= {*taxa}
    assert len(found) <= 8


class Sample(Record):
    """A row with a column that names its ontology."""

    tissue_label: str
    tissue_id: str | None = None

    ontologies: ClassVar[Mapping[str, str]] = {"tissue_label": "UBERON"}


def test_columns_of_ones_own_name_their_ontologies() -> None:
    """Others have no readings."""
    sample = Sample(tissue_label="x")
    [heart] = readings(sample, "tissue_label", "Heart")
    assert heart == {"tissue_label": "heart", "tissue_id": "UBERON:0000948"}
    assert readings(sample, "tissue_id", "heart") == []
