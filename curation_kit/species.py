"""The species whose papers we read: names, taxon ids, and which one a text is about."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = [
    "SPECIES",
    "SPECIES_OF_TAXON",
    "Species",
    "letter_first",
    "likely_species",
    "mentions",
    "mentions_of_others",
]


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


def letter_first(*ways: str) -> str:
    r"""Give a pattern of several ways to name something that `re` finds fast.

    Where all of them begin with letters it passes over all others at once; a
    boundary before a word is therefore asked for behind its first letter.

    Parameters
    ----------
    *ways
        Patterns that begin with a letter, or ``[Aa]``; with a ``\b`` before it, if
        any.
    """
    letters_first = []
    for way in ways:
        word = way.removeprefix(r"\b")
        boundary = "" if word == way else r"(?<!\w.)"
        firsts, rest = (word[1:3], word[4:]) if word[0] == "[" else (word[0], word[1:])
        letters_first += [f"{first}{boundary}{rest}" for first in firsts]
    return "|".join(letters_first)


#: Taxon ids from NCBI Taxonomy (public domain).
SPECIES: dict[str, Species] = {
    species.key: species
    for species in (
        Species(
            "human",
            "NCBITaxon:9606",
            "Homo sapiens",
            letter_first(
                "Homo sapiens", r"H\. ?sapiens", r"[Hh]umans?\b", r"[Pp]atients?\b"
            ),
        ),
        Species(
            "mouse",
            "NCBITaxon:10090",
            "Mus musculus",
            letter_first(
                "Mus musculus", r"M\. ?musculus", r"\b[Mm](?:ouse|ice|urine)\b"
            ),
        ),
        Species(
            "rat",
            "NCBITaxon:10116",
            "Rattus norvegicus",
            letter_first("Rattus norvegicus", r"R\. ?norvegicus", r"\b[Rr]ats?\b"),
        ),
        Species(
            "zebrafish",
            "NCBITaxon:7955",
            "Danio rerio",
            letter_first("Danio rerio", r"D\. ?rerio", r"\b[Zz]ebrafish\b"),
        ),
        Species(
            "fly",
            "NCBITaxon:7227",
            "Drosophila melanogaster",
            letter_first(
                r"\bDrosophila\b",
                r"D\. ?melanogaster",
                r"\bfruit fl(?:y|ies)\b",
                r"\b[Ff]lies\b",
            ),
        ),
        Species(
            "worm",
            "NCBITaxon:6239",
            "Caenorhabditis elegans",
            letter_first(
                "Caenorhabditis elegans",
                r"C\. ?elegans",
                r"\b[Nn]ematodes?\b",
                r"\b[Ww]orms?\b",
            ),
        ),
        Species(
            "yeast",
            "NCBITaxon:559292",
            "Saccharomyces cerevisiae",
            letter_first(
                "Saccharomyces cerevisiae",
                r"S\. ?cerevisiae",
                r"\bb(?:udding|aker['’]s) yeast\b",
                r"\b[Yy]easts?\b",
            ),
        ),
    )
}

SPECIES_OF_TAXON: dict[str, Species] = {
    species.taxon: species for species in SPECIES.values()
}

#: Organisms that papers are about and that have no vocabulary here.
_OTHERS = {
    organisms: re.compile(letter_first(*(rf"\b{name}\b" for name in names.split("|"))))
    for organisms, names in {
        "plants": (
            r"Arabidopsis|A\. ?thaliana|Oryza|[Rr]ice|[Tt]omato(?:es)?|Solanum|[Mm]aize"
            r"|Zea mays|[Ww]heat|Triticum|[Bb]arley|Hordeum|[Ss]orghum|[Ss]oybeans?"
            r"|Glycine max|Nicotiana|[Tt]obacco plants?|Medicago|Brassica|Populus"
            r"|[Pp]oplar|[Gg]rapevines?|Vitis|[Pp]otato(?:es)?|[Cc]otton|Gossypium"
            r"|[Pp]lants?|[Ss]eedlings?|[Cc]ultivars?"
        ),
        "frogs": r"Xenopus|X\. ?laevis|X\. ?tropicalis",
        "birds": r"[Cc]hick(?:en)?s?|Gallus gallus|[Qq]uails?",
    }.items()
}

_COMPILED = {key: re.compile(species.pattern) for key, species in SPECIES.items()}


def mentions(text: str) -> dict[str, int]:
    """Number of mentions of each species, most first, the absent left out."""
    return _mentions(text, _COMPILED)


def mentions_of_others(text: str) -> dict[str, int]:
    """Number of mentions of organisms without vocabulary, such as ``plants``."""
    return _mentions(text, _OTHERS)


def _mentions(text: str, patterns: dict[str, re.Pattern[str]]) -> dict[str, int]:
    counts = {key: len(pattern.findall(text)) for key, pattern in patterns.items()}
    found = [(key, count) for key, count in counts.items() if count]
    return dict(sorted(found, key=lambda item: -item[1]))


def likely_species(text: str) -> list[Species]:
    """Species that a text is about, the likeliest first.

    A species counts when it has at least a fifth of the mentions of the one
    named most: papers name a few others in passing. None does where organisms
    without vocabulary are named more often.
    """
    counts = mentions(text)
    most = max(counts.values(), default=0)
    if most < max(mentions_of_others(text).values(), default=0):
        return []
    return [SPECIES[key] for key, count in counts.items() if count >= 0.2 * most]
