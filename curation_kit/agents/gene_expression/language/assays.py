"""The assay by which expression was seen, as a text names it."""

# ruff: noqa: E501 - patterns are easier to read unbroken

from __future__ import annotations

import re

__all__ = ["ASSAYS", "assay_of", "named_assay"]

#: Assays in the order they are looked for: the narrower first.
#: Case counts where a word would be another: "FISH", "SAGE".
ASSAYS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        (
            "single-cell RNA-seq",
            (
                r"\b(?:sc|sn)RNA-?[Ss]eq|\b[Ss]ingle[- ](?:cell|nucle\w+) (?:RNA|transcriptom|sequenc|m?RNA)"
                r"|\b(?:Drop-seq|10x (?:Genomics|Chromium)|t-?SNE|UMAP)\b"
            ),
        ),
        (
            "spatial transcriptomics",
            r"\b[Ss]patial transcriptom|\bVisium\b|\bMERFISH\b|\b[Ss]eqFISH",
        ),
        (
            "in situ hybridization",
            (
                r"(?i:\bin[- ]?situ(?! (?:proximity|labell?ing|cell death|TUNEL|perfus|zymograph|nick))\b)|\b(?:sm|RNA-?)?FISH\b|\bW?ISH\b|\bRNA-?[Ss]cope\b|\bHCR\b"
                r"|(?i:\bribo-?probe|\b(?:antisense|DIG|digoxigenin)[- ](?:labell?ed )?(?:RNA )?(?:ribo)?probes?|\bwhole[- ]mount hybridi[sz])"
            ),
        ),
        (
            "immunostaining",
            (
                r"(?i:\bimmuno-?(?:stain|fluorescen|histochem|histolog|reactiv|label|locali[sz]|positiv|negativ|cytochem|gold|peroxidase|detect))"
                r"|\b[Aa]ntibod(?:y|ies)\b(?! arrays?)|\b[Aa]nti-[A-Zα-ω]|\b(?:IHC|ICC)(?:-[PF])?\b|\b[Aa]nti-?ser(?:um|a)\b|\b[Ss]tained (?:for|with anti)"
            ),
        ),
        (
            "flow cytometry",
            r"(?i:\bflow[- ]cytometr|\bfluorescence[- ]activated cell sort)|\bFACS\b",
        ),
        (
            "western blot",
            r"(?i:\bwestern[- ](?:blot|immunoblot|anal)|\bwesterns?\b(?! (?:diet|blue|countr|europ|asia|afric))|\bimmuno-?blot)",
        ),
        ("northern blot", r"(?i:\bnorthern[- ](?:blot|anal|hyb))"),
        ("RNase protection assay", r"(?i:\bRN(?:A|ase) protection)"),
        (
            "RT-PCR",
            r"\b(?:[Qq]?RT-?[Qq]?|[QqRr]|[Dd]roplet digital |dd|[Rr]eal[- ]time (?:quantitative )?(?:RT-?)?|[Qq]uantitative (?:RT-?|real[- ]time )?(?:RT-?)?|[Ss]emi-?quantitative (?:RT-?)?)[- ]?PCR\b|\b[Rr]everse transcri\w+",
        ),
        (
            "RNA-seq",
            r"\b(?:m?RNA|[Tt]ranscriptome)-?[ -]?[Ss]eq(?:uenc\w+)?\b|\b[Tt]ranscriptom(?:e|ic) (?:seq|anal|prof)|\bCAGE\b|\bSAGE\b",
        ),
        (
            "microarray",
            r"(?i:\bmicro-?arrays?\b|\bgene ?chips?\b|\baffymetrix\b)|\bBeadChips?\b",
        ),
        ("mass spectrometry", r"(?i:\bmass spectromet|\bproteomic|\bLC-MS)|\bMALDI\b"),
        (
            "enhancer trap",
            r"(?i:\benhancer[- ]trap|\bgene[- ]trap|\bprotein[- ]trap)",
        ),
        (
            "reporter gene",
            (
                r"(?i:::|\b(?:e?gfp|m?cherry|[rycb]fp|egfp|venus|td-?tomato|m?neongreen|mscarlet|wrmscarlet|mkate2?|dsred\w*|citrine|lacz|luciferase)\b"
                r"|β-?gal|\bbeta-gal|\breporter|\bx-gal\b|\bpromoter fusion|\btranscriptional fusion|\btranslational fusion|\bknock-?in (?:allele|line|reporter))|\bGUS\b"
            ),
        ),
    )
)


def assay_of(text: str) -> str | None:
    """Assay that a text names, or None; the narrowest of several."""
    found = named_assay(text)
    return found[0] if found else None


def named_assay(text: str) -> tuple[str, int, int] | None:
    """Assay that a text names, and where: start and end of the words."""
    for name, pattern in ASSAYS:
        if found := pattern.search(text):
            return name, *found.span()
    return None
