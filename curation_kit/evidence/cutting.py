"""A stretch of a paper's text, cut out and tied to its place on the page."""

from __future__ import annotations

from curation_kit.documents.text import DocumentText
from curation_kit.evidence.figures import figure_labels
from curation_kit.evidence.folding import mixed_scripts
from curation_kit.records import LOOK_ALIKE, Box, Evidence, Mention, Verification

__all__ = ["cut_evidence", "cut_mention"]


def cut_mention(text: DocumentText, column: str, start: int, end: int) -> Mention:
    """Tie a value of a record to the words of the paper that name it.

    Parameters
    ----------
    text
        The paper.
    column
        The record's column.
    start, end
        Character offsets in the text, ``end`` exclusive.

    Returns
    -------
    Mention
        Its boxes, to a tenth of a point, are those of the printed words that
        the stretch touches: records stay small.
    """
    boxes = [
        Box(page, *(round(edge, 1) for edge in edges))
        for page, *edges in text.boxes(start, end)
    ]
    return Mention(column, start, end, boxes)


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
        Verified by construction: the quote is the paper's own text. Words
        that mix Latin and Cyrillic letters are flagged.

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
        flags=[LOOK_ALIKE] if mixed_scripts(quote) else [],
    )
