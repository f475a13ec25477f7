"""Sentences as the classifier reads them: no punctuation, names as placeholders."""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re
import unicodedata

__all__ = ["LONGEST", "wording"]

#: Characters read of a sentence; what is longer is a table or a run-on page.
LONGEST = 2000

_DASHES = re.compile("[\u2010-\u2015\u2212\u00ad]")
_OTHER = re.compile(r"[^A-Za-z0-9-]+")
_TORN = re.compile(r"(?<=[A-Za-z])- (?=\d)")
_MARKERS = "T?(?:[GRYCB]FP|mCh|mKate|wrmScarlet|mNG|mNeon|gfp|mcherry|rfp|yfp)"
_END = rf"(?![A-Za-z0-9])|(?={_MARKERS})"
#: Words that a number may follow without making a gene's name of both.
_NO_GENE = "day|days|type|stage|cell|fold|week|hour|step|line|data|lane|exon|phase"
#: Genes of flies, of frogs and fish too, whose symbols are plain letters and no words.
_FLY = "eve|ftz|dpp|wg|hh|ptc|hb|kni|prd|slp|twi|sna|vg|dac|nub|omb|bap|srp|osk|bcd|tll|hkb|Ubx|Antp|Dfd|Dll|Eve|Ihh|Wg|engrailed|wingless|hedgehog|even-skipped|hunchback|decapentaplegic|bicoid|nanos|oskar"
_CITATION = re.compile(
    r"(?:\b[A-Z][A-Za-z-]+ (?:et al|and [A-Z][A-Za-z-]+|and colleagues) )?\b(?:19|20)\d\d[a-z]?\b"
    r"|\b[A-Z][A-Za-z-]+ et al\b"
)
_FIGURE = re.compile(
    r"\b(?:Supp\w* |Extended Data )*(?:[Ff]ig(?:ure)?s?|Movies?|Videos?|Tables?)\b"
    r"(?: (?:and |to )?(?:S?\d+(?:[- ]\d)?[A-Za-z]{0,2}\d?(?:-[A-Z0-9]+)?|[A-Z]\d?(?:-[A-Z])?)(?= |$))*"
)
_NAMES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), rf" {name} ")
    for pattern, name in (
        # worm genes: acs-1, Cbr-csr-1, acox-1.1, Pacs-1, acs-1p
        (
            rf"\b(?!(?:{_NO_GENE})-)(?:C[a-z]{{1,2}}-)?[a-z]{{3,4}}-\d+(?:[a-z])?p(?:ro?)?(?:{_END})",
            "promoter gene",
        ),
        (
            rf"\bP(?:C[a-z]{{1,2}}-)?[a-z]{{3,4}}-\d+[a-z]?(?:{_END})",
            "promoter gene",
        ),
        (
            rf"\b(?!(?:{_NO_GENE})-)(?:C[a-z]{{1,2}}-)?(?:[a-z]{{3,4}}|mi[rR])-\d+[a-z]?(?:{_END})(?: \d(?= |$))?",
            "gene",
        ),
        # their proteins, ACS-1; proteins and genes of other species, GPM6A, Pax6
        (
            rf"\b(?:[A-Z][A-Za-z]{{1,2}}-)?[A-Z]{{3,4}}-\d+[A-Za-z]?(?:{_END})(?: \d(?= |$))?",
            "protein",
        ),
        (r"\b[A-Z]{2,5}\d{1,2}[A-Z]\d?\b|\b[A-Z]{4,5}\d{1,2}\b", "protein"),
        (r"\b[A-Z][a-z]{2,4}\d{1,2}(?:[a-z]\d{0,2})?(?:-\d{1,2})?\b", "gene"),
        # Shh, Dpp: symbols without a vowel; sox10, pax2a of zebrafish; flies' names
        (
            r"\b(?!Mrs|Drs|Hrs|Std|Ltd|Tbl)[B-DF-HJ-NP-TV-XZ][b-df-hj-np-tv-xz]{2,3}\b(?! \d)",
            "gene",
        ),
        (rf"\b(?!(?:{_NO_GENE}|hyp|fig|seq))[a-z]{{3,5}}\d{{1,2}}[a-z]?\b", "gene"),
        (rf"\b(?:{_FLY})\b", "gene"),
        (r"\b[A-Z]\d{1,2}[A-Z]\d{1,2}(?: \d{1,2}[a-z]?)?\b", "gene"),
        (r"\bN2\b", "wild type"),
        (
            r"\b(?:[a-z]{1,3}\d{2,5}|[a-z]{1,4}(?:Is|Si|Ex|Ti)\d+|[A-Z]{2,3}\d{3,5})\b",
            "allele",
        ),
    )
)
#: Worm genes whose promoters and proteins mark cells, tissues or organelles in the
#: strains of many laboratories; our own choice, by common use.
_DRIVERS = re.compile(
    r"\bP?(?:acr-2|ajm-1|cat-2|col-1[09]|dat-1|dhs-3|dlg-1|dpy-7|eat-4|eft-3|egl-17|elt-2|flp-1|gcy-[578]|ges-1|glr-1|gst-4|hi[st]-(?:24|58)|hlh-8|hsp-(?:4|6|16)|lag-2|lgg-1|lmn-1|lmp-1|mec-(?:4|7|17)|mex-5|mig-6|myo-[23]|nhx-2|nlp-12|npp-1|odr-10|ofm-1|osm-(?:6|10)|pie-1|rab-(?:3|5|7|11)|rgef-1|rol-6|rps-27|snb-1|sod-3|sra-6|str-1|sur-5|tba-1|tbb-2|tph-1|ttr-39|ttx-3|unc-(?:4|17|25|47|54|119|122|129)|vha-6|wrt-2|zif-1)(?!\d)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\b\d+(?:[ -]+\d+)*\b")


def wording(sentence: str) -> str:
    """Give a sentence without punctuation and with names as placeholders.

    Texts that differ in punctuation, ligatures or dashes come out alike, and genes,
    alleles, figures, citations and numbers as ``gene``, ``protein``, ``allele``,
    ``figref``, ``citation`` and ``0``. ``driver`` precedes genes that are mostly named
    as markers. The case of other words is kept.
    """
    text = unicodedata.normalize("NFKC", sentence[:LONGEST])
    text = _OTHER.sub(" ", _DASHES.sub("-", text))
    text = _TORN.sub("-", text)
    text = _CITATION.sub(" citation ", text)
    text = _FIGURE.sub(" figref ", text)
    text = _DRIVERS.sub(r"driver \g<0>", text)
    for pattern, name in _NAMES:
        text = pattern.sub(name, text)
    text = " ".join(text.replace("-", " ").split())
    return _NUMBER.sub("0", text)
