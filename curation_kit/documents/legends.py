"""Legends set in several paragraphs: a label, a title, a paragraph per panel."""

from __future__ import annotations

import re

from curation_kit.documents.headings import LABEL
from curation_kit.documents.sections import BACK, Paragraph

__all__ = ["continue_legends"]

#: A paragraph that tells of panels: "(A, B) ...", "A) ...", "(A–F) ...".
_PANEL = re.compile(
    r"\(?[A-Za-z](?:(?: ?[,–-] ?| and | to )\(?[A-Za-z]\)?){0,4}[).:]\s"
)
#: One that explains letters: "g, gonad; m, mesonephros."
_KEY = re.compile(r"[\w ]{1,12}(?:,| [-=–]) [\w -]+(?:;|\.$)")
#: What stands behind the last legend of a paper.
_BEHIND = re.compile(
    r"(?:footnotes?|conflicts?|competing|author|citation|funding|academic|received"
    r"|published|copyright|abbreviations)\b",
    re.IGNORECASE,
)
#: A caption so long, in characters, has its text; one shorter may be a title.
_LONGEST_TITLE = 250


def continue_legends(paragraphs: list[Paragraph], text: str) -> None:
    """Make the paragraphs after a label or title of a figure part of its legend.

    After a label alone, the next paragraph is taken as it is; those that tell of
    panels or explain letters are taken wherever they follow; and where figures are
    collected behind the paper, all up to the next figure.

    Parameters
    ----------
    paragraphs
        Their kinds are known; those taken get kind and heading of the legend.
    text
        The paper.
    """
    legend = ""
    bare = collected = False
    for paragraph in paragraphs:
        words = text[paragraph.start : paragraph.end]
        if paragraph.block.kind == "caption":
            short = paragraph.end - paragraph.start <= _LONGEST_TITLE
            table = paragraph.kind == "table"
            legend = "" if table or not short else paragraph.heading
            bare = LABEL.fullmatch(words) is not None
            continue
        if not legend:
            collected = paragraph.kind in BACK
            continue
        if paragraph.block.kind not in {"text", "subheading"} or _BEHIND.match(words):
            legend = ""
            continue
        if bare or (collected and paragraph.kind in BACK) or _tells(words):
            # A title, and not yet the text.
            bare = bare and not words.rstrip().endswith(".") and not _tells(words)
            paragraph.kind, paragraph.heading = "figure legend", legend
        else:
            legend = ""


def _tells(words: str) -> bool:
    return bool(_PANEL.match(words) or _KEY.match(words))
