"""Vocabularies that work offline: genes, anatomy, stages, diseases and more.

The tables in `data/` are facts (names and the identifiers they stand for)
taken from released packages by ``scripts/build_vocabulary.py``; their sources
and licences are in ``data/sources.json`` and ``data/README.md``. Each is
loaded when it is first asked for.
"""

from __future__ import annotations

from curation_kit.vocabulary._names import canonical, plain_dashes, spelled_out
from curation_kit.vocabulary._table import sources
from curation_kit.vocabulary.genes import GENE_SPECIES, GeneMatch, GeneTable, genes
from curation_kit.vocabulary.ontologies import (
    ONTOLOGIES,
    Ontology,
    TermMatch,
    TermSpan,
    anatomy_ontologies,
    ontology,
    stage_ontology,
)
from curation_kit.vocabulary.stage_order import stage_rank
from curation_kit.vocabulary.stages import StageSpan, find_stages, resolve_stage

__all__ = [
    "GENE_SPECIES",
    "ONTOLOGIES",
    "GeneMatch",
    "GeneTable",
    "Ontology",
    "StageSpan",
    "TermMatch",
    "TermSpan",
    "anatomy_ontologies",
    "canonical",
    "find_stages",
    "genes",
    "ontology",
    "plain_dashes",
    "resolve_stage",
    "sources",
    "spelled_out",
    "stage_ontology",
    "stage_rank",
    "versions",
]


def versions() -> dict[str, str]:
    """Version of every table, to be stored with the results made from it.

    Returns
    -------
    dict
        Table name to upstream, release and checksum, for instance
        ``{"terms_WBbt": "WBbt 2025-08-18 (cellxgene-ontology-guide 1.11.1, 0f3a…)"}``.
    """
    return {
        name: (
            f"{source['upstream']} {source['released']} "
            f"({source['package']}, {source['sha256'][:12]})"
        )
        for name, source in sources().items()
    }
