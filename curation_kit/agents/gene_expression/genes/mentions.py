"""What a gene is named for in a sentence: product, reporter, genotype or marker."""

# ruff: noqa: E501 - patterns are easier to read unbroken; Greek is meant

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

__all__ = [
    "LAB_TAG",
    "POINTED_CELLS",
    "POSITIVE",
    "POSITIVE_CELLS",
    "GeneMention",
    "Use",
    "use_of",
]


class Use(StrEnum):
    """What a mention of a gene is used for in its sentence."""

    PRODUCT = "product"
    REPORTER = "reporter"
    GENOTYPE = "genotype"
    MARKER = "marker"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class GeneMention:
    """A gene named in a text: its place, its words, what it is there for.

    Attributes
    ----------
    start, end
        Place of its words in the sentence; of a later member of a list or a range
        ("17" of "Fgf8/17") only what names it.
    text
        Its name for a table: the paper's own, in full ("Fgf17"); the official
        symbol where the paper spells a full name out.
    symbol
        The official symbol; the paper's own name where no table has the gene.
    use
        What it is named for.
    """

    start: int
    end: int
    text: str
    symbol: str
    use: Use


#: Tags and reporters that are fused to genes.
LAB_TAG = r"(?:[es]?gfp|m?cherry|m?[rycb]fp|venus|tdtomato|lacz|mkate2?|dsred\w*|halo\w*|flag|myc|ha|neongreen|mneongreen|luc(?:iferase)?|gus)"
_REPORTER_AFTER = re.compile(
    rf"\s?::\s?\w|\s?:\s?{LAB_TAG}\b|[-–]{LAB_TAG}\b|(?:lacZ|e?gfp|tdTomato|mCherry|Venus)\b|(?:[-–:]{{1,2}}gal4(?: ?> ?|[- ](?:driven|driving|drives|drove) (?:the )?(?:expression of )?)| ?> ?)(?:UAS)?[-:]{{0,2}}\w{{0,8}}?[-:]{{0,2}}{LAB_TAG}\b",
    re.IGNORECASE,
)
_REPORTER_BEFORE = re.compile(rf"(?:::|{LAB_TAG}[:–-])$", re.IGNORECASE)
#: "acs-1p::gfp", "the acs-1 promoter" in a sentence that has a tag.
_PROMOTER = re.compile(r"p?\s?::?\s?\w|p\b| promoter\b")
_TAGGED = re.compile(rf"\b{LAB_TAG}\b", re.IGNORECASE)
_GENOTYPE_AFTER = re.compile(
    # A superscript that the text has lost: "SirT1ko/ko", "Apcflox".
    r"(?:c?[kK][oO]|CKO|null|neo|del|lox[pP]?|flox|tm\d\w*)\b|\s?(?:\((?:[a-z]{1,3}\d+|RNAi|lf|gf|0|null)\)|[−–-]/[−–-]|\+/[−–+-]|[ΔΔ]|fl/|flox"
    r"|[- ](?:null|mutants?|(?:(?:\w+[- ])?(?:missense|nonsense|point|frameshift|function|germline|somatic|heterozygous|homozygous|deletion) )?mutations?|RNAi|knock-?(?:outs?|downs?|ins?)|deficien\w+|KO|c[kK][oO]|CKO|KD|Tg|transgenes?|deletions?"
    r"|siRNAs?|shRNAs?|sgRNAs?|dsRNA|morph\w+|alleles?|inhibitors?|agonists?|antagonists?|loss"
    r"|overexpress\w*|transgenic|heterozyg\w+|homozyg\w+|dependent|depleted|clones?|background)\b)"
)
_GENOTYPE_BEFORE = re.compile(
    r"\b(?:loss of|lacking|depletion of|deletion of|knock-?down of|knock-?out of|absence of|mutant for"
    r"|silencing of|inhibition of|mutations? in|overexpress\w*(?: of)?)\s?$|(?:\bUAS[- ]|\b(?:hs-|si|sh))$"
)
_MARKER_AFTER = re.compile(
    r"\s?(?:\+|⁺|-?(?:high|hi|low|lo|pos|neg)\b|[- ]?(?:positive|negative|expressing)\b|-labell?ed\b|[- ](?:[Cc]re\w*|CRE\w*|GAL4|Gal4)"
    r"|(?: \([^()]{1,20}\))?,? (?:an? |the )?(?:[\w-]+ ){0,3}markers?\b| (?:[TB]|NK)? ?cells? ?lines?\b| (?:driver|enhancer)s?\b"
    r"| promoter (?!reporter|::|fusion|activity|drove)|\) ?\+)"
)
#: "CD4+ cells were found in": where such cells are, the gene is expressed.
POSITIVE_CELLS = re.compile(
    r"\s?(?:\+|⁺|(?:[- ](?:mRNA|protein))?[- ](?:positive|expressing|containing|immunoreactive|immunopositive))[- ]?(?:[\w-]+ ){0,2}?(?:cells?|neurons?|nuclei|fib(?:er|re)s?|clusters?|populations?|progenitors?|terminals?|axons?|processes|perikarya|cell bodies|astrocytes) "
    r"(?:(?:was|were|are|is) )?(?:(?:also|mainly|not|only|mostly|\w+ly) )?(?:found|detected|observed|seen|located|present|locali[sz]ed"
    r"|restricted|confined|abundant|scattered|visible|absent|distributed|concentrated|numerous|enriched)\b"
)
#: "Arrows point to G-positive cells in the lung".
_POINTED = re.compile(
    r"\b(?:arrow(?:head)?|asterisk)s?(?: \([^()]*\))? (?:mark|indicate|point(?: to| at)?|denote|show|label|highlight)s? (?:(?:the|some|many|few|an?|individual) ){0,2}$",
    re.IGNORECASE,
)
POINTED_CELLS = re.compile(
    r"\s?(?:[+⁺]|[- ](?:positive|expressing|immunoreactive))[- ]?(?:[\w-]+ ){0,2}?(?:cells?|neurons?|nuclei|fib(?:er|re)s?|progenitors?) (?:in|within|at|along|throughout)\b"
)
#: "The lens was G-positive": said of the lens.
_SAID_BEFORE = re.compile(
    r"\b(?:is|are|was|were|remain(?:s|ed)?|bec[ao]mes?|stain(?:s|ed)) (?:(?:also|all|mostly|still|both|\w+ly) ){0,2}$"
)
POSITIVE = re.compile(
    r"(?:\s?[+⁺]|[- ]?(?:immuno)?(?:positive|reactive))(?=[.,;)]|\s?\(|$| (?:at|in|and|but|by|from|until|throughout|as|during)\b)"
)
_MARKER_BEFORE = re.compile(
    r"\bmarkers?,? (?:genes?,? )?(?:(?:for|of|such as|including|like) )?(?:\w+ )?\(?(?:\w+, )*$"
    # "the epithelium, as indicated by G": G only tells which it is.
    r"|\bas (?:indicated|marked|identified|judged|defined|delineated|outlined) by (?:the )?(?:expression of |anti-)?$"
)
#: "the markers (G and H) were expressed in": where, too.
_MARKER_SEEN = re.compile(
    r"(?:[^()]{0,60}\))? (?:is|are|was|were) (?:\w+ly |also ){0,2}(?:express|detect|locali|enrich|restrict|confin|found|seen|observ)"
)

#: Words for something that has the gene's name: "Wnt1 signaling", "EGF-like repeats".
_OTHER_AFTER = re.compile(
    r"\)?[- ](?:like|receptors?|ligands?|targets?|effectors?|partners?|substrates?|repeats?|domains?|motifs?|homology|superfamily|famil(?:y|ies)|(?:\w+ )?pathways?|signal(?:l)?ing)\b"
    r"|-(?:releasing|stimulating|inhibiting|binding|converting)\b"
)
#: ... or for another gene: "homologous to Fgf8".
_OTHER_BEFORE = re.compile(
    r"\b(?:homologous to|(?:homolog|ortholog|paralog)(?:ue)?s? of|related to|receptors? (?:for|of)|ligands? (?:for|of)|targets? of|(?:down|up)stream of|bind(?:s|ing)? to|interact(?:s|ed|ing)? with) (?:the )?$"
)


def use_of(text: str, start: int, end: int) -> Use:
    """Tell what a gene is named for, by the words around its name."""
    before, after = text[max(0, start - 40) : start], text[end : end + 40]
    if (
        _REPORTER_AFTER.match(after)
        or _REPORTER_BEFORE.search(before)
        or (_PROMOTER.match(after) and _TAGGED.search(text))
    ):
        return Use.REPORTER
    if _GENOTYPE_AFTER.match(after) or _GENOTYPE_BEFORE.search(before):
        return Use.GENOTYPE
    if _OTHER_AFTER.match(after) or _OTHER_BEFORE.search(before):
        return Use.OTHER
    if _seen(text, end, before):
        return Use.PRODUCT
    named = _MARKER_BEFORE.search(before) and not _MARKER_SEEN.match(text, end)
    if named or _MARKER_AFTER.match(after):
        return Use.MARKER
    return Use.PRODUCT


def _seen(text: str, end: int, before: str) -> bool:
    """Whether the cells that have a gene are what a sentence tells of."""
    return bool(
        POSITIVE_CELLS.match(text, end)
        or (_POINTED.search(before) and POINTED_CELLS.match(text, end))
        or (_SAID_BEFORE.search(before) and POSITIVE.match(text, end))
    )
