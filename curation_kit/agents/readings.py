"""What a name that a curator writes may stand for, by the offline vocabularies."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import get_args

from curation_kit.agents.gene_validation import genes_named
from curation_kit.agents.ontology import Column, terms_named
from curation_kit.records import GeneExpressionRecord, Record, id_column
from curation_kit.species import SPECIES, SPECIES_OF_TAXON
from curation_kit.vocabulary import GENE_SPECIES, ONTOLOGIES, ontology

__all__ = ["readings"]

#: Readings from which a person can choose.
_MOST = 8


def readings(record: Record, column: str, name: str) -> list[dict[str, str]]:
    """Give what a name in a column of a record may stand for.

    Parameters
    ----------
    record
        Its taxon says of which species genes, structures and stages are; without
        one all species are asked for genes.
    column
        The column of the name.
    name
        As somebody wrote it.

    Returns
    -------
    list of dict
        Values of columns that go together: the official name, its identifier, and
        the taxon of a gene. Empty where the vocabularies do not know it.
    """
    if not name or not id_column(column):
        return []
    return [*islice(_readings(record, column, name.strip()), _MOST)]


def _readings(record: Record, column: str, name: str) -> Iterator[dict[str, str]]:
    identifier = id_column(column)
    if not isinstance(record, GeneExpressionRecord):
        prefix = record.ontologies.get(column, "")
        for term in ontology(prefix).lookup(name) if prefix in ONTOLOGIES else []:
            yield {column: term.label, identifier: term.id}
        return
    own = SPECIES_OF_TAXON.get(record.taxon or "")
    keys = [own.key] if own else []
    if column == "gene_symbol":
        for key in [key for key in keys or GENE_SPECIES if key in GENE_SPECIES]:
            for gene in genes_named(name, key):
                taxon = SPECIES[key].taxon
                yield {column: gene.symbol, identifier: gene.id, "taxon": taxon}
    for kind in get_args(Column):
        if column == f"{kind}_label":
            for term in terms_named(kind, name, keys):
                yield {column: term.label, identifier: term.id}
