"""Evidence: a stretch of a paper's text, tied to its place on the page."""

from __future__ import annotations

import re

from curation_kit.documents.text import DocumentText
from curation_kit.records import Box, Evidence, Verification

__all__ = ["cut_evidence", "figure_labels"]

_FIGURE = re.compile(
    r"\b(?P<kind>Supplementary\s+Fig(?:ure)?s?|Supplemental\s+Fig(?:ure)?s?"
    r"|Extended\s+Data\s+Fig(?:ure)?s?|Fig(?:ure)?s?|Tables?)\b\.?\s*"
    r"(?P<numbers>S?\d+[A-Za-z]?{range}"
    # A lower-case "a" in such a list is the article: "Figure 2 and a control".
    r"(?:\s?(?:,\s?(?:and|&)|,|and|&)\s?"
    r"(?:S?\d+[A-Za-z]?|(?-i:[A-Zb-z])){end}{range})*)".replace(
        "{range}", r"(?:\s?[–-]\s?(?:S?\d+[A-Za-z]?|[A-Za-z])(?![A-Za-z0-9]))?"
    ).replace("{end}", r"(?![A-Za-z0-9])"),
    re.IGNORECASE,
)


def cut_evidence(text: DocumentText, start: int, end: int) -> Evidence:
    """Cut a quote out of a paper.

    Parameters
    ----------
    text
        The paper.
    start, end
        Character offsets, ``end`` exclusive; white space at either end is
        left out.

    Returns
    -------
    Evidence
        Verified by construction: the quote is the paper's own text.

    Raises
    ------
    ValueError
        If the stretch is empty or outside the text.
    """
    if not 0 <= start < end <= len(text.text):
        size = len(text.text)
        message = f"[{start}, {end}) is not a stretch of a text of {size} characters"
        raise ValueError(message)
    quote = text.text[start:end]
    start += len(quote) - len(quote.lstrip())
    quote = quote.strip()
    if not quote:
        message = f"[{start}, {end}) holds only white space"
        raise ValueError(message)
    end = start + len(quote)
    section = text.section_of(start)
    caption = text.caption_of(start)
    figures = [caption.label] if caption else []
    figures += [label for label in figure_labels(quote) if label not in figures]
    return Evidence(
        quote=quote,
        page=text.page_of(start),
        section=section.kind if section else None,
        figures=figures,
        boxes=[Box(*box) for box in text.boxes(start, end)],
        start=start,
        end=end,
        verification=Verification.VERIFIED,
        score=1.0,
    )


def figure_labels(quote: str) -> list[str]:
    """Figures and tables that a quote names, as ``Figure 1A`` or ``Table 2``.

    Each once, in order of appearance; ``Figs. 2B and 3`` gives both.
    """
    labels: list[str] = []
    for match in _FIGURE.finditer(quote):
        words = match["kind"].lower().split()
        kind = "Table" if words[-1].startswith("table") else "Figure"
        prefix = " ".join(word.capitalize() for word in words[:-1])
        previous = ""
        for part in re.split(
            r"\s*(?:,\s*(?:and\b|&)|,|\band\b|&)\s*", match["numbers"]
        ):
            number = part.strip()
            if re.fullmatch(r"[A-Za-z](\s?[–-]\s?[A-Za-z])?", number):
                # "Fig. 2A, B": the B is of figure 2
                number = re.sub(r"(?<=\d)[A-Za-z].*$", "", previous) + number
            previous = number
            label = " ".join(word for word in (prefix, kind, number) if word)
            if number and label not in labels:
                labels.append(label)
    return labels
