"""Words that state expression, take it back, or say it is not a finding.

Written for this package from reading expression statements of the six model
organism databases; every pattern is covered by a test.
"""

from __future__ import annotations

import re

__all__ = [
    "ACTIVE",
    "ASSAYS",
    "CHANGE",
    "CITED",
    "HYPOTHESIS",
    "MANIPULATED",
    "NEGATION",
    "NOUN",
    "NOT_A_NEGATION",
    "OWN_FIGURE",
    "PERTURBED",
    "PREVIOUS",
    "VERB",
    "assay_of",
]

#: What is seen of a gene.
NOUN = (
    r"(?:co-?)?expression|mRNAs?|transcripts?|transcription|proteins?|immunostaining"
    r"|immunoreactivity|immunofluorescence|immunolabell?ing|staining|stainings"
    r"|signals?|fluorescence|reporters?|labell?ing|accumulation|localization"
    r"|localisation|distribution|puncta|foci|transgenes?|antibod(?:y|ies)"
)

#: What is said of it, gene first.
VERB = (
    r"(?:co-?|immuno)?express(?:ed)|transcribed|(?:co-?|immuno-?)?locali[sz](?:ed|es|e)"
    r"|enriched|detect(?:ed|able)|undetectable|absent|present|restricted|confined"
    r"|accumulat(?:es|ed|e)|concentrated|distributed|found|observed|seen|visible"
    r"|apparent|evident|lacking|missing|excluded|stain(?:ed|s)|labell?ed|marks"
    r"|appear(?:s|ed)|persist(?:s|ed)|abundant|ubiquitous(?:ly)?"
)

#: Place first: "cells express G".
ACTIVE = (
    r"(?:co-?)?express(?:es|ing)?|expressed|stain(?:ed|ing) (?:positive )?(?:for|with)"
    r"|(?:immuno)?positive for|negative for|immunoreactive for|labell?ed (?:with|by|for)"
)

_NEGATED = (
    r"\b(?:not|no|never|neither|nor|cannot|absent|absence|undetectable|lack(?:s|ed|ing)?"
    r"|fail(?:s|ed|ing)? to|without|devoid|missing|negative|excluded|undetected"
    r"|non-?expressing|unable)\b|n['’]t\b"
)
NEGATION = re.compile(_NEGATED, re.IGNORECASE)

#: Phrases with a negative word that do not deny expression.
NOT_A_NEGATION = re.compile(
    r"\bnot (?:only|just|merely|restricted|limited|confined|exclusive(?:ly)?|shown|known"
    r"|clear|surprising(?:ly)?|due|because|all|necessarily|significantly|differ\w*|chang\w*"
    r"|affect\w*|alter\w*|required|essential|sufficient|determined|tested|examined)\b"
    r"|\bno (?:(?:significant|obvious|apparent|detectable|clear|major) )?"
    r"(?:change|changes|difference|differences|effect|effects|alteration|alterations|longer)\b"
    r"|\bnegative (?:control|feedback|regulat\w+)\b|\bin the absence of\b"
    r"|\bnuclear envelope\b",
    re.IGNORECASE,
)

MANIPULATED = re.compile(
    r"\b(?:over-?express\w*|mis-?express\w*|ectopic(?:ally)?|rescu\w+|knock(?:ed|ing)?[- ]?"
    r"(?:down|out|in)\w*|RNAi|siRNAs?|shRNAs?|sgRNAs?|CRISPR|transfect\w*|transduc(?:ed|tion)"
    r"|electroporat\w+|UAS|[Gg][Aa][Ll]4|forced expression|exogenous(?:ly)?|heterologous(?:ly)?"
    r"|inject\w+|plasmids?|vectors?|morpholinos?|morphants?|recombinant|depletion|depleted"
    r"|inhibitors?|agonists?|antagonists?|heat[- ]shock promoter)\b"
)

CHANGE = re.compile(
    r"\b(?:(?:up|down)-?regulat\w*|increas\w*|decreas\w*|reduc(?:ed|tion|es|ing)|elevat\w*"
    r"|induc(?:ed|tion|es|ible)|unchanged|alter(?:ed|ation|ations)|unaffected|repress(?:ed|ion)"
    r"|de-?repress\w+|-?fold|abolish\w*|lost|loss|diminish\w*|chang(?:e|es|ed)|differential\w*"
    r"|higher|lower|affect(?:s|ed)?|attenuat\w*|enhanc(?:ed|es|ing)|suppress\w*|weaker"
    r"|expanded|impair\w*|disrupt\w*|regulat(?:es|ed|ion|ing)|stimulat\w+|DEGs?)\b"
)

PERTURBED = re.compile(
    r"\b(?:mutants?|mutations?|mutant|null|treat(?:ed|ment)|upon|after|following|infect\w+"
    r"|compared|relative to|versus|vs|response|injur\w+|stress\w*|depriv\w+|starv\w+"
    r"|deficien\w+|transgenic|tumou?rs?|cancer|disease|patients|diabet\w+|exposure|exposed"
    r"|deletion|disruption|than|groups?|lesion\w*|controls?|stimulat\w+|administration"
    r"|overexpress\w*|absence of|loss of|KO|cKO|in response|heterozyg\w+|homozyg\w+"
    r"|correlat\w+|associated|prognos\w+)\b|[−-]/[−-]"
)

HYPOTHESIS = re.compile(
    r"\b(?:may|might|could|would|should|possibl[ey]|probably|presumably|putative(?:ly)?"
    r"|hypothes\w+|to (?:test|determine|examine|investigate|ask|assess|see|verify|confirm"
    r"|explore|check|study|analy[sz]e|address|find out|identify|understand|characteri[sz]e)"
    r"|whether|if|we asked|predict(?:ed|s)?|expected|unclear|unknown|suggest(?:s|ing)? that"
    r"|remains? to be)\b",
    re.IGNORECASE,
)

PREVIOUS = re.compile(
    r"\b(?:previous(?:ly)?|(?:has|have|had) (?:also )?been (?:shown|reported|described"
    r"|demonstrated|found|detected|observed|implicated|identified)|(?:is|are|was|were) known to"
    r"|known (?:to be|for)|it is known|earlier (?:stud|report|work)\w*|(?:others|studies|reports?)"
    r" (?:have|has) (?:shown|reported)|(?:reported|published|described) (?:by|elsewhere|to be)"
    r"|reportedly|well[- ](?:known|established|characterized)|as described)\b",
    re.IGNORECASE,
)

#: "(Smith et al., 2004; …)", "Smith et al. 2004", "[12, 13]".
CITED = re.compile(
    r"\bet al\b|\((?:[^()]*[A-Z][A-Za-z-]+(?: and [A-Z][A-Za-z-]+)?,? (?:19|20)\d\d[a-z]?[^()]*)\)"
    r"|\[\d+(?:[,–-] ?\d+)*\]"
)

OWN_FIGURE = re.compile(r"\b(?:Fig(?:ure|s|ures)?|Tables?|Movies?|Videos?)\b|\bdata not shown\b")

#: Assays in the order they are looked for: the narrower first.
ASSAYS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        (
            "single-cell RNA-seq",
            r"\b(?:sc|sn)RNA-?[Ss]eq|[Ss]ingle[- ](?:cell|nucle\w+) (?:RNA|transcriptom)",
        ),
        ("in situ hybridization", r"\b[Ii]n[- ]?situ\b|\b(?:sm|RNA-?)?FISH\b|\bRNAscope\b|\bWISH\b|\briboprobe|\b[Ii][Ss][Hh]\b"),
        (
            "immunostaining",
            r"\b[Ii]mmuno(?:staining|fluorescen|histochem|reactiv|label|locali[sz]|positiv|cytochem)"
            r"|\b[Aa]ntibod(?:y|ies)\b|\banti-[A-Z]|\bIHC\b|\bantiser",
        ),
        ("western blot", r"\b[Ww]estern|\b[Ii]mmunoblot"),
        ("northern blot", r"\b[Nn]orthern (?:blot|anal|hyb)"),
        ("RT-PCR", r"\b(?:q?RT-?q?|q|[Rr]eal[- ]time (?:RT-?)?)PCR\b|\b[Rr]everse transcri\w+"),
        ("RNA-seq", r"\bRNA-?[Ss]eq|\b[Tt]ranscriptom(?:e|ic) (?:seq|anal|prof)"),
        ("microarray", r"\b[Mm]icroarrays?\b"),
        ("mass spectrometry", r"\b[Mm]ass spectromet|\b[Pp]roteomic"),
        (
            "reporter gene",
            r"(?i:::|\b(?:e?gfp|m?cherry|rfp|yfp|cfp|venus|tdtomato|lacz|luciferase)\b"
            r"|β-?gal|\bbeta-gal|\breporter|\bx-gal\b|\bpromoter fusion)|\bGUS\b",
        ),
    )
)


def assay_of(text: str) -> str | None:
    """Assay that a text names, or None; the narrowest of several."""
    for name, pattern in ASSAYS:
        if pattern.search(text):
            return name
    return None
