"""Shapes of sentences that state, or only mention, where a gene is expressed."""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re

from curation_kit.agents.gene_expression.curatable.cues import CUES

__all__ = ["SHAPES", "shapes"]

_GENE = r"(?:promoter gene|gene|protein)"
_PLACE = (
    rf"(?:{CUES['place'].pattern}|\b[A-Z]{{2,4}}\d?[LR]?\b|{CUES['component'].pattern})"
)
_STATED = r"(?:express(?:ed|es|ion)?|\w*locali[sz]\w+|detect\w*|observ\w+|enrich\w+|present|found|seen|visible|accumulat\w+|fluoresc\w+|stain\w*|signals?|puncta|label\w*|appear\w*|activ\w+)"

#: Each is looked for in the wording of a whole sentence.
SHAPES: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "gene was expressed in place": rf"\b{_GENE}\b(?: \w+){{0,5}} (?:is|was|are|were|be)(?: (?!not)\w+){{0,3}} {_STATED}(?: \w+){{0,4}} (?:in|to|at|on|within|throughout|from)(?: \w+){{0,5}}? {_PLACE}",
        "gene localizes to place": rf"\b{_GENE}\b(?: \w+){{0,4}} (?:locali[sz]e[sd]?|expresses|accumulate[sd]?|colocali[sz]e[sd]?|co locali[sz]e[sd]?|exhibit\w*|show\w*|display\w*|reveal\w*)(?: \w+){{0,8}}? {_PLACE}",
        "gene expression in place": rf"\b{_GENE}\b(?: \w+){{0,3}} (?:expression|locali[sz]ation|fluorescence|signal\w*|staining|puncta|mRNA|transcripts?)(?: \w+){{0,6}}? (?:in|to|at|on|within|throughout)(?: \w+){{0,5}}? {_PLACE}",
        "expression of gene in place": rf"(?:expression|locali[sz]ation|pattern|distribution|levels?)(?: \w+){{0,2}} of(?: \w+){{0,4}}? {_GENE}\b(?: \w+){{0,5}}? (?:in|to|at)(?: \w+){{0,5}}? {_PLACE}",
        "observed gene in place": rf"\b(?:observed?|detect(?:ed)?|found|saw|see|identified)(?: \w+){{0,6}}? {_GENE}\b(?: \w+){{0,6}}? (?:in|to|at|within)(?: \w+){{0,5}}? {_PLACE}",
        "expression was seen in": rf"(?:expression|fluorescence|signals?|staining|GFP|puncta)(?: \w+){{0,4}} (?:is|was|are|were|can be)(?: \w+){{0,2}} {_STATED}(?: \w+){{0,3}} (?:in|at|throughout|within)",
        "it was expressed": rf"^(?:\w+ ){{0,4}}(?:it|the protein|the reporter|the transgene|this|both|they|these|expression|GFP|fluorescence|staining)\b(?: \w+){{0,4}} {_STATED}",
        "observed expression": r"\b(?:observed?|detect(?:ed)?|saw|see|report)(?: \w+){0,3} (?:expression|fluorescence|signal\w*|staining|GFP)\b",
        "express gene": rf"\bexpress(?:ed|ing|ion)?(?: of)?(?: \w+){{0,3}} {_GENE}\b",
        "gene expresses": rf"\b{_GENE}\b(?: \w+){{0,3}} (?:is|was|are|were)? ?(?:\w+ly )?express",
        "gene expressing": r"\b(?:gene|protein|GFP|positive)(?: \w+)? (?:expressing|positive|labell?ed|marked)\b",
        "animals expressing": r"\b(?:animals|worms|strains?|larvae|transgene|hermaphrodites|embryos|cells|neurons|that) (?:\w+ )?express(?:ing|ed)\b",
        "promoter drives": r"promoter gene(?: \w+){0,5} (?:expressed|expression|drives?|drove|active|labell?ed)|gene promoter",
        "not expressed": rf"\b(?:not|no)(?: \w+){{0,3}} {_STATED}",
        "in mutants": r"\b(?:in|of)(?: \w+){0,3} (?:mutants?|RNAi|background|allele)\b",
        "wild type": r"\bwild type|control (?:animals|embryos|worms)\b",
        "level changes": r"\b(?:increas|decreas|reduc|elevat|lower|higher|upregul|downregul|induc|alter|chang)\w*",
        "cited without figure": r"^(?!.*figref).*citation",
        "cited with figure": r"^(?=.*figref).*citation",
        "previously": r"\b(?:previous\w*|has been|have been|been (?:shown|reported)|known to|reported (?:to|that)|studies)\b",
        "opens with agreement": r"^(?:Previous|Consistent with|In agreement|As expected|Similar)",
        "suggests": r"\b(?:suggest\w*|indicat\w*|consistent with|impl(?:y|ies)|demonstrat\w*)\b",
        "title": r"^(?:\w )?(?:\w+ ){0,3}(?:expression|localization)(?: pattern)?s?(?: (?:of|in|and) (?:\w+ ?){1,6})?$",
        "opens with expression": r"^(?:\w )?(?:\w+ )?(?:Expression|Localization|Expression pattern)\b",
        "image of": r"^(?:\w )?(?:\w+ ){0,4}(?:images?|micrographs?|fluorescence|confocal|DIC|photomicrographs?)\b",
        "where": r"\b(?:where|sites? of)\b",
        "colocalized": r"\bco ?locali|overlap",
        "was expressed": r"\b(?:was|were) (?:\w+ly )?(?:expressed|detected|observed|localized|found|seen|present)",
        "is expressed": r"\b(?:is|are) (?:also |\w+ly )?(?:expressed|detected|observed|localized|found|present)",
        "pronoun": r"\b(?:it|its|this|these) ",
        "transgenic": r"\btransgen|\bEx\b|\bconstruct|\ballele\b",
        "required": r"\b(?:required|sufficient|necessary|essential|critical|important|function\w*|role)\b",
        "rescued": r"\brescu|\brestor|\bsuppress",
        "under control": r"\bunder the|\bdriv|\bspecific promoter|\busing (?:the|a|an)\b",
        "to test": r"^(?:\w+ ){0,3}To |\bwe (?:examined|tested|asked|used|generated|constructed|analyzed|expressed|made|created|hypothesi[sz]ed|next|investigated|measured|determined)\b",
        "we observed": r"\bwe (?:\w+ )?(?:observed|found|detected|saw|report|show|identified|confirmed)\b",
        "assay": r"\bmRNAs?|transcripts?|in situ|qRT|qPCR|RT PCR|RNA ?seq|sc ?RNA|western|immunoblot|blot|antibod",
        "intensity": r"\bintensit|quantif|measure|level",
        "in gene": rf"\bin {_GENE}\b",
        "protein": r"\bprotein\b",
        "gene": r"\bgene\b",
        "promoter": r"promoter gene",
    }.items()
}


def shapes(text: str) -> list[float]:
    """Tell which of :data:`SHAPES` the wording of a sentence has, each as 0 or 1."""
    return [float(bool(pattern.search(text))) for pattern in SHAPES.values()]
