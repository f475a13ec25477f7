"""Places, stages and cellular components named in a sentence."""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from curation_kit.agents.gene_expression.coordination import shared_heads
from curation_kit.vocabulary import (
    anatomy_ontologies,
    find_stages,
    ontology,
    resolve_stage,
)

__all__ = ["STAGE_ADJECTIVE", "Mention", "What", "find_places"]


class What(StrEnum):
    """What a mention names."""

    ANATOMY = "anatomy"
    STAGE = "stage"
    COMPONENT = "component"


@dataclass(frozen=True, slots=True)
class Mention:
    """A place, stage or component named in a sentence.

    `key` is equal for two mentions of the same term; `adjective` tells that
    the words describe the expression itself ("intestinal expression").
    """

    start: int
    end: int
    text: str
    what: What
    key: str
    adjective: bool = False


#: Terms too general to be a place, or ordinary words in running text.
_NOT_ANATOMY = frozenset(
    """
    adult|anatomical group|anatomical structure|animal|animal cell|area|barrier|base|body|border|branch
    |bud|canal|cap|cell|cell in vitro|cell line|cell type|cluster|column|compartment|cord|cortex|crest
    |culture|cultured cell|cylinder|development|disc|duct|egg|embryo|eukaryotic cell|female|female organism
    |fiber|fibre|field|filament|fold|fluid|fossa|furrow|future|gland|groove|group|hermaphrodite|horn
    |immature|island|junction|juvenile|larva|layer|leaf|line|lineage|lumen|male|male organism|margin|mass
    |mature|membrane|multicellular organism|native cell|net|nucleus|organ|organism|organism subdivision
    |pair|pore|precursor|precursor cell|primordium|process|progenitor|projection|pupa|region|ring|root|sac
    |segment|single cell|somatic cell|space|stem|stem cell|strain|stripe|structure|surface|system|tip|tissue|tract
    |trunk cell|tube|unit|valve|vesicle|wall|whole body|whole organism|worm|zone|window|plate|shaft|bulb
    |head cap|contact|hair|face|orifice|cavity|capsule|core|boundary|stalk|slit|rod|cell body|cap cell
    |blood serum|culture medium|fly|fish|mouse|human|subject|patient|lead|matrix|cycle|axis|secretion
    |extension|abdominal|anterior|posterior|dorsal|ventral|lateral|medial|proximal|distal|left|right|central
    |sheath|pouch|appendix|bar|vec|atlas|spot|scale|pla|helix|life|lifespan|rmh|cmv|mel|ova|membranous layer|germ layer|tumor|neoplasm|plaque|spine|arch|wing spot
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)
_NOT_COMPONENT = frozenset(
    """
    cell|cell part|cellular component|cellular anatomical entity|cellular anatomical structure|chromosome
    |envelope|extracellular region|host|host cell|intracellular|intracellular anatomical structure|matrix
    |organelle|pore|virion|ring|bud|complex|protein containing complex|symplast|other organism|extracellular
    |lead|site|synapse part|translation|nucleoid|core|cap|junction|vesicle|ribosome|hook|chromatin|proteasome
    |spliceosome|nucleosome|membrane|axis|microtubule|telomere|centromere|replication fork|host nucleus
    |antibody|antibodie|immunoglobulin|trunk|basement membrane|collagen trimer|filament|cell wall part|blood microparticle
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)

#: Names in both an anatomy ontology and GO that are parts of the body.
_RATHER_ANATOMY = frozenset({"yolk", "cuticle", "chorion", "eggshell", "neuropil"})

_GENERIC_HEAD = re.compile(r"[ -](?:neurons?|cells?|interneurons?|motor ?neurons?)\b")
_BESIDE_EXPRESSION = re.compile(
    r"[ -](?:and [\w-]+ |specific |-specific |restricted )?(?:(?:[\w-]+ )?(?:expression|staining|signals?|fluorescence"
    r"|locali[sz]ation|distribution|accumulation|GFP|immunoreactivity|labell?ing|mRNA|transcripts?|protein|pattern)"
    r"|cells?|tissues?|lineages?|compartments?|nuclei|neurons?)\b"
)
STAGE_ADJECTIVE = re.compile(
    r"(?:embryonic|larval|pupal|o?fetal|foetal|neonatal|postnatal)", re.IGNORECASE
)
_STAGE_HEAD = re.compile(r"[ -](?:expression|stages?|days?|life|periods?|staining)\b")
_SHORTEST = 3

#: Places that only a number makes one.
_NUMBERED = frozenset(("lamina", "laminae", "rhombomere", "lobule"))
_NUMBER = re.compile(r" (?:[IVX]+|\d+)\b")


def find_places(text: str, species: Sequence[str]) -> list[Mention]:
    """Everything that may tell where or when, in order, not overlapping.

    Parameters
    ----------
    text
        A sentence.
    species
        Keys of the paper's species: they decide which ontologies are read.
    """
    found: list[Mention] = []
    prefixes = dict.fromkeys(p for key in species for p in anatomy_ontologies(key))
    for prefix in prefixes:
        found += _terms(text, prefix, What.ANATOMY)
    found += _terms(text, "GO", What.COMPONENT)
    for key in species:
        found += _stages(text, key)
    return _longest(found)


def _stages(text: str, species_key: str) -> list[Mention]:
    spans = [(s.start, s.end, s.text) for s in find_stages(text, species_key)]
    spans += shared_heads(
        text,
        [(start, end) for start, end, _ in spans],
        lambda name: bool(resolve_stage(name, species_key)),
    )
    found: list[Mention] = []
    for start, end, name in spans:
        after = text[end:]
        if STAGE_ADJECTIVE.fullmatch(name) and not _STAGE_HEAD.match(after):
            continue
        known = resolve_stage(name, species_key)
        key = name.lower().replace("-", " ").rstrip("s")
        if len(known) == 1:
            key = known[0].id
        found.append(Mention(start, end, name, What.STAGE, key))
    return found


def _terms(text: str, prefix: str, what: What) -> list[Mention]:
    ignored = _NOT_COMPONENT if what is What.COMPONENT else _NOT_ANATOMY
    mentions = []
    for span in ontology(prefix).find(text, ignore=ignored):
        end, name, after = span.end, span.text, text[span.end :]
        adjective, of_number = span.kind == "adjective", ""
        if what is What.COMPONENT and (
            name.lower().endswith(("complex", "complexes"))
            or name in _RATHER_ANATOMY
            # One-word synonyms of GO ("trunk", "extension") mean other things.
            or (span.kind == "synonym" and not re.search(r"[\s-]", name))
        ):
            continue
        if adjective and not _BESIDE_EXPRESSION.match(after):
            continue
        head = _GENERIC_HEAD.match(after) if what is What.ANATOMY else None
        if head and not adjective:
            # "CAN neurons", "Malpighian tubule cells": the cells of the place.
            end += head.end()
        elif len(name) < _SHORTEST:
            continue
        if what is What.ANATOMY and name.lower() in _NUMBERED:
            # "lamina I", "layer 5": a lamina alone is no place.
            number = _NUMBER.match(text, end)
            if number is None:
                continue
            end = number.end()
            of_number = number[0]
        key = f"{prefix}:{min(span.ids)}{of_number}"
        mentions.append(
            Mention(span.start, end, text[span.start : end], what, key, adjective)
        )
    if what is What.ANATOMY:
        terms = ontology(prefix)
        spans = [(m.start, m.end) for m in mentions]
        shared = list(shared_heads(text, spans, lambda name: bool(terms.lookup(name))))
        for start, end, name in shared:
            # "eye and antennal discs": not the eye.
            mentions = [m for m in mentions if m.end <= start or m.start >= end]
            key = f"{prefix}:{min(term.id for term in terms.lookup(name))}"
            mentions.append(Mention(start, end, name, what, key))
    return mentions


def _longest(mentions: list[Mention]) -> list[Mention]:
    """Of overlapping mentions the longest; of equal ones components first."""
    order = {What.STAGE: 0, What.COMPONENT: 1, What.ANATOMY: 2}
    chosen: list[Mention] = []
    ranked = sorted(mentions, key=lambda m: (m.start - m.end, order[m.what], m.start))
    for mention in ranked:
        if all(
            mention.end <= other.start or mention.start >= other.end for other in chosen
        ):
            chosen.append(mention)
    return sorted(chosen, key=lambda mention: mention.start)
