"""The species whose papers we read: names, taxon ids, and which one a text is about."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["SPECIES", "Species", "likely_species", "mentions"]


@dataclass(frozen=True, slots=True)
class Species:
    """One model organism.

    Attributes
    ----------
    key
        Short name used for files and options, for instance ``worm``.
    taxon
        CURIE of NCBI Taxonomy.
    name
        Scientific name.
    pattern
        Regular expression of the ways papers name it, case-sensitive.
    """

    key: str
    taxon: str
    name: str
    pattern: str


#: Taxon ids from NCBI Taxonomy (public domain).
SPECIES: dict[str, Species] = {
    species.key: species
    for species in (
        Species(
            "human",
            "NCBITaxon:9606",
            "Homo sapiens",
            r"Homo sapiens|H\. ?sapiens|[Hh]umans?\b|[Pp]atients?\b",
        ),
        Species(
            "mouse",
            "NCBITaxon:10090",
            "Mus musculus",
            r"Mus musculus|M\. ?musculus|\b(?:[Mm]ouse|[Mm]ice|[Mm]urine)\b",
        ),
        Species(
            "rat",
            "NCBITaxon:10116",
            "Rattus norvegicus",
            r"Rattus norvegicus|R\. ?norvegicus|\b[Rr]ats?\b",
        ),
        Species(
            "zebrafish",
            "NCBITaxon:7955",
            "Danio rerio",
            r"Danio rerio|D\. ?rerio|\b[Zz]ebrafish\b",
        ),
        Species(
            "fly",
            "NCBITaxon:7227",
            "Drosophila melanogaster",
            r"\bDrosophila\b|D\. ?melanogaster|\bfruit fl(?:y|ies)\b|\b[Ff]lies\b",
        ),
        Species(
            "worm",
            "NCBITaxon:6239",
            "Caenorhabditis elegans",
            r"Caenorhabditis elegans|C\. ?elegans|\b[Nn]ematodes?\b|\b[Ww]orms?\b",
        ),
        Species(
            "yeast",
            "NCBITaxon:559292",
            "Saccharomyces cerevisiae",
            r"Saccharomyces cerevisiae|S\. ?cerevisiae"
            r"|\b(?:budding|baker['’]s) yeast\b|\b[Yy]easts?\b",
        ),
    )
}

_COMPILED = {key: re.compile(species.pattern) for key, species in SPECIES.items()}


def mentions(text: str) -> dict[str, int]:
    """Number of mentions of each species, most first, the absent left out."""
    counts = {key: len(pattern.findall(text)) for key, pattern in _COMPILED.items()}
    found = [(key, count) for key, count in counts.items() if count]
    return dict(sorted(found, key=lambda item: -item[1]))


def likely_species(text: str) -> list[Species]:
    """Species that a text is about, the likeliest first.

    A species counts when it has at least a fifth of the mentions of the one
    named most: papers name a few others in passing.
    """
    counts = mentions(text)
    if not counts:
        return []
    most = max(counts.values())
    return [SPECIES[key] for key, count in counts.items() if count >= 0.2 * most]
