"""Words that tell whether a sentence states where a gene is expressed."""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

__all__ = ["CUES", "NAMES", "PHRASES", "cues", "starts"]


def _any(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


#: Classes of worm neurons and other cells that go by capitals (WormAtlas), with the
#: letters of their members: AIYL, CEPD, VD6; blastomeres and vulval precursors.
_CELL = re.compile(
    r"\b(?:A[DEFIQSUV][AEFGHIJKLMNYZ]|AL[AMN]|AS|AU[A]|AW[ABC]|BAG|BDU|CAN|CEP|DV[ABC]|FLP|HSN|IL[12]|LUA|NSM|OL[LQ]|PD[ABE]|PH[ABC]|PL[MN]|PQR|AQR|PV[CDMNPQRTW]|RI[ABCDFGHIMPRSV]|RM[DEFGH]|SAA|SAB|SDQ|SI[AB]|SM[BD]|UR[ABXY]|V[ABCD]|D[ABD]|VPC|TRN|XXX|DTC|AC|CEM|R\d[AB]|[MI][1-6])(?:[DV]?[LR]?|\d{1,2}|s)\b"
    r"|\bP\d{1,2}\b(?: [ap]\b)?|\bhyp ?\d{1,2}\b|\bZ[1-4]\b|\b(?:QR|QL|MS|AB|EMS)\b"
)
CUES: dict[str, re.Pattern[str]] = {
    "gene": re.compile(r"\b(?:gene|protein|promoter gene)\b"),
    "marker": _any(
        r"\w*(?:GFP|RFP|YFP|CFP|BFP|mCherry|mCh\w*|mKate2?|Scarlet\w*|mNG|NeonGreen|tdTomato|dsRed|Venus|GCaMP\w*|mKO2?|citrine|HaloTag|FLAG|lacZ)s?|green fluorescent protein"
    ),
    "reporter": _any(
        r"reporters?|fusions?|transgen\w+|constructs?|knock ins?|tagged|promoters?|translational|transcriptional|antibod\w+|antiser\w+|in situ|hybridi\w+|FISH|smFISH|RNA ?seq|microarray|single cell|CRISPR\w*|allele|western|blots?"
    ),
    "place": _any(
        r"(?:inter|moto|neuro)?neuron\w*|neural|nerve|nervous|gangli\w+|glia\w*|intestin\w*|\w*gut|pharyn\w+|corpus|isthmus|bulb|hypoderm\w*|epiderm\w*|epitheli\w*|seam|syncyti\w*|muscles?|muscular|gonad\w*|germ ?lines?|germ|oocytes?|sperm\w*|uter\w+|vulva\w*|excretory|canal|tails?|heads?|amphids?|phasmids?|cords?|coelomocytes?|blastomeres?|anus|anal|rect\w+|rays?|tissues?|cells?|neurites?|somatic|lineages?|mouth|cuticle|alae|buccal|body|egg laying|brain|hippocamp\w+|cerebell\w+|retina\w*|eyes?|lens|limbs?|heart|cardi\w+|kidneys?|livers?|lungs?|skin|wings?|discs?|ovar\w+|testis|testes|testic\w+|follic\w+|somites?|notochord|mesoderm\w*|ectoderm\w*|endoderm\w*|spinal|blood|bones?|cartilag\w+|thymus|spleen|pancrea\w+|placent\w+|organs?|glands?|sheath|socket|proximal|distal|arcade|marginal|precursors?|progenitors?|primordi\w+|founder|\w*sensory|touch|ciliated|GABAergic|cholinergic|dopaminergic|serotonergic|glutamatergic|ventral|dorsal|anterior\w*|posterior\w*|midbody|ubiquitous\w*|broadly|widely"
    ),
    "cell": _CELL,
    "component": _any(
        r"nucle(?:us|i|ar|oli?|olus|olar|oplasm\w*)|cytoplasm\w*|cytosol\w*|membranes?|PM|mitochondri\w+|ER|endoplasmic|reticulum|golgi|lysosom\w*|endosom\w*|lros?|vesic\w+|vacuol\w+|puncta\w*|punctate|foci|granules?|synap\w+|presynap\w+|postsynap\w+|axon\w*|dendrit\w*|cili(?:a|um|ary)|centrosom\w*|centriol\w*|chromos\w+|chromatin|spindles?|microtubul\w+|kinetochor\w+|cleavage furrow|cell bod(?:y|ies)|processes|apical\w*|basal|basolateral|lateral|cortex|cortical|junction\w*|pronucle\w+|lipid droplets?|autophag\w+|perinuclear|sarcomer\w+|dense bod\w+|extracellular|lumen|soma|somata"
    ),
    "stage": _any(
        r"embryo\w*|larva\w*|L[1-4]s?|adults?|adulthood|dauers?|post ?embryonic\w*|stages?|fold|threefold|comma|bean|gastrula\w*|zygot\w*|juvenile\w*|hpf|dpf|hatch\w*|hours?|h|development\w*|throughout|meio\w+|mito(?:sis|tic)|metaphase|anaphase|prophase|telophase|interphase|pachytene|blastocyst\w*|gestation\w*|postnatal\w*|pup\w*|hermaphrodites?|males?|E\d+|P\d+"
    ),
    "stated": _any(
        r"express\w*|co ?express\w*|\w*locali[sz]\w+|fluoresc\w+|stain\w*|immuno\w+|enrich\w+|puncta\w*|signals?|detected|observed"
    ),
    "seen": _any(
        r"detect\w*|observ\w+|visible|visuali[sz]\w+|present|found|seen|saw|distribut\w+|accumulat\w+|label\w*|positive|appear\w*|transcri\w+|abundan\w+|levels?|patterns?|activ\w+|show\w*|reveal\w*|exhibit\w*|identif\w+|confirm\w*|display\w*|recruit\w*"
    ),
    "not": _any(
        r"not|no|never|neither|nor|absent|absence|lack\w*|undetect\w*|fail\w*|without|loss|lost|none|hardly|barely"
    ),
    "rescue": _any(
        r"rescu\w+|restor\w+|ectopic\w*|(?:over|mis) ?express\w*|suffic\w+|under the control|driv\w+|drove|promoter|heterologous|suppress\w+|exogenous|using the"
    ),
    "perturbed": _any(
        r"mutants?|mutation\w*|RNAi|knock(?:ed|ing)? ?(?:down|out)\w*|depleti?\w*|deficien\w+|deletion|null|loss of function|lf|gf|background|double|triple|compared|treated|treatment|upon|after|increase\w*|decrease\w*|reduc\w+|induc\w+|\w*regulated|wound\w*|expos\w+|altered|change\w*|affect\w*|effect\w*|abolish\w*|disrupt\w*|elevat\w+|significant\w*"
    ),
    "cited": _any(
        r"citation|previous\w*|reported|reports?|studies|known|recently|others|ha(?:s|ve) been|been shown"
    ),
    "supposed": _any(
        r"may|might|could|would|suggest\w*|hypothes\w+|possib\w+|likely|if|whether|to (?:determine|test|examine|investigate|visualize|identify|ask|confirm|assess|explore|understand|characterize|analyze|see|verify|gain|further)|predict\w*|propos\w+|speculat\w+|consider|should|can"
    ),
    "done": _any(
        r"were (?:grown|cultured|imaged|incubated|generated|washed|fixed|mounted|acquired|captured|collected|cloned|injected|amplified|obtained|performed|counted|scored|used|plated|transferred|crossed|purchased|prepared|analyzed)|plasmids?|primers?|strains?|microscop\w+|using|used|statistic\w*|p value|imag\w+|vector\w*|PCR|bp|kb|cDNA|sequence\w*|scale bars?|arrow\w*|asterisks?|cloned|quantif\w+|intensity|measured"
    ),
    "function": _any(
        r"function\w*|required?|essential|regulat\w+|role|defects?|phenotyp\w+|behaviou?r\w*|promot\w+|encod\w+|interact\w*|bind\w*|mediat\w*|signaling|pathways?|acts?|controls?"
    ),
    "degree": _any(
        r"only|exclusiv\w+|specific\w*|restrict\w+|mainly|predominant\w*|primar\w+|strong\w*|weak\w*|high\w*|low\w*|robust\w*|faint\w*|prominent\w*|bright\w*|consistent\w*|several|many|some|most|various|multiple|all"
    ),
    "we": _any("we|our"),
    "pointing": _any(
        r"this|these|both|it|its|such|the (?:gene|protein|reporter|transgene|antibod(?:y|ies))|they|their|that"
    ),
    "past": _any("was|were|did"),
    "present": _any("is|are|does|do"),
    "figure": _any("figref"),
    "number": _any("0"),
    "allele": _any("allele"),
    "driver": _any("drivers?"),
}
_GENE = r"(?:promoter gene|gene|protein)"
_WHEREVER = (
    rf"(?i:{CUES['place'].pattern}|{CUES['cell'].pattern}|{CUES['component'].pattern})"
)
_LEGEND = r"[Ii]mages?|[Mm]icrographs?|[Pp]hotographs?|Confocal|Fluorescent|Fluorescence|DIC|Representative|Live|Dorsal|Ventral|Lateral"
_VERB = r"\b(?:is|was|are|were|has|have|had|does|did|can|could|may|shows?|showed|revealed|suggests?|indicates?|found|observed|we)\b"
_OTHER_VERB = r"\b(?:labels?|labeled|expressed|expresses|localizes?|express)\b"

#: Turns of phrase, each looked for in the wording of a whole sentence.
PHRASES: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "ends with a number": r"(?<!figref)(?<!stage)(?<!day) 0$|\b[A-Za-z]{2,}\d{1,2}$",
        "expression is needed": r"expression(?: \w+){0,14} (?:is|was|are|were) (?:\w+ ){0,2}(?:necessary|sufficient|critical|required|essential|important|needed)",
        "cells shown by a marker": r"\b(?:visuali[sz]\w+|label(?:l?ed)?|mark(?:ed)?|identified|imaged?|monitor\w*|assess\w*|track\w*)(?: \w+){0,5} (?:using|by|with|via|through)\b",
        "to see": r"\b[Tt]o (?:visuali[sz]e|label|mark|monitor|image|identify|track|see|examine|analy[sz]e)\b",
        "promoter before gene": r"promoter gene (?:\w+ )?(?:gene|protein)\b|promoter gene (?:cDNA|genomic)",
        "gene under promoter": rf"{_GENE} (?:cDNA |transgene |expression |coding )?(?:\w+ ){{0,3}}(?:from|under|by|using|with|driven)(?: \w+){{0,4}} promoter",
        "no verb": rf"^(?!.*(?:{_VERB}|{_OTHER_VERB}))",
        "short without verb": rf"^(?!.*{_VERB})\w+(?: \w+){{0,8}}$",
        "arrow indicates expression": r"\b(?:[Aa]rrow(?:head)?s?|[Aa]sterisks?)\b(?: \w+){0,4} (?:indicates?|denotes?|points?|marks?|shows?|label)(?: \w+){0,6} (?:expression|GFP|fluorescence|signal)",
        "legend": rf"^(?:\w{{1,2}} )?(?:\w+ ){{0,2}}(?:{_LEGEND})\b|\b(?:images?|micrographs?) (?:of|showing|show)\b",
        "legend of animals": r"(?:images?|showing|of)(?: \w+){0,6} (?:animals?|worms?|larvae|embryos?|transgenic)(?: \w+){0,3} (?:expressing|carrying|injected|containing)",
        "rescue": r"\b(?:rescu|restor)\w*(?: \w+){0,12} (?:express|promoter|in the|neuron|intestin|muscle)|express\w*(?: \w+){0,14} (?:rescu|restor|sufficien|suppress)",
        "acts somewhere": rf"\b(?:acts?|functions?|required?|works?|activity|role)\b(?: \w+){{0,5}} (?:in|from|within)(?: \w+){{0,3}}? {_WHEREVER}",
        "but not": r"\b(?:but|and) not\b|\bexcept\b",
        "we found": r"\b(?:[Ww]e|study|Here) (?:\w+ ){0,3}(?:found|show|report|observe|detect|discover|saw|confirm)",
        "other organisms": r"\b(?:mammal\w*|humans?|mouse|mice|murine|rats?|vertebrates?|Drosophila|yeast|homolog\w*|ortholog\w*|bacteri\w+)\b",
        "after a treatment": r"\b(?:[Aa]fter|[Uu]pon|[Ff]ollowing|before|in response to)\b(?: \w+){0,3} (?:\w*wounding|treatment|exposure|infection|RNAi|depletion|knockdown|stress|injury|feeding)",
        "differs in mutants": r"\b(?:mutants?|RNAi|depleted|allele)\b.*\b(?:reduced|decreased|increased|altered|unchanged|normal|no change|lost|abolished|mislocali[sz]ed|similar)\b",
        "measured": r"\b(?:quantif\w+|measure\w*|intensit\w+|ROIs?|count(?:s|ed)?|plotted)\b",
    }.items()
}
_PLACES = ("place", "cell", "component")
_DISTANCES = (
    ("stated", "gene"),
    ("stated", "where"),
    ("gene", "where"),
    ("gene", "marker"),
    ("stated", "marker"),
    ("stated", "stage"),
)
_WHERE = (
    "gene",
    "stated",
    "place",
    "marker",
    "figure",
    "cited",
    "not",
    "perturbed",
    "rescue",
)
_OPENERS = frozenset({"to", "we", "in", "the", "these", "this", "when", "if"})
#: A distance, in characters, that stands for "one of the two is missing".
_FAR = 400

#: Names of the numbers that :func:`cues` gives, in order.
NAMES = (
    *(f"{name} count" for name in CUES),
    *(f"{name} any" for name in CUES),
    "words",
    "places",
    "places and genes",
    "statements",
    *(f"{one} to {other}" for one, other in _DISTANCES),
    *(f"first {name}" for name in _WHERE),
    "panel letter",
    "opener",
    "opens with to",
    "genes beyond markers",
    *PHRASES,
)


def _nearest(ones: Sequence[int], others: Sequence[int]) -> int:
    least = _FAR
    for one in ones:
        at = bisect_left(others, one)
        for other in others[max(at - 1, 0) : at + 1]:
            least = min(least, abs(one - other))
    return least


@lru_cache(maxsize=1)
def starts(text: str) -> dict[str, list[int]]:
    """Where each kind of cue begins; asked for the same sentence by two modules."""
    return {
        name: [match.start() for match in pattern.finditer(text)]
        for name, pattern in CUES.items()
    }


def cues(text: str) -> list[float]:
    """Measure the cues of a sentence given by :func:`.wording.wording`.

    Returns
    -------
    list of float
        As many numbers as :data:`NAMES`: counts, whether there is any, distances and
        first places (share of the sentence; -1 without one).
    """
    found = {
        **starts(text),
        "where": sorted(at for name in _PLACES for at in starts(text)[name]),
    }
    genes, places = len(found["gene"]), len(found["where"])
    words = text.split()
    first = words[0] if words else ""
    return [
        *(min(len(found[name]), 6) for name in CUES),
        *(float(bool(found[name])) for name in CUES),
        min(len(words), 100),
        min(places, 8),
        min(genes, places, 6),
        min(genes, places, len(found["stated"]), 6),
        *(_nearest(found[one], found[other]) for one, other in _DISTANCES),
        *(found[name][0] / len(text) if found[name] else -1.0 for name in _WHERE),
        float(len(first) == 1),
        float(first.lower() in _OPENERS),
        float(first.lower() == "to"),
        max(-6, min(6, genes - len(found["marker"]))),
        *(float(bool(pattern.search(text))) for pattern in PHRASES.values()),
    ]
