"""Flags on quotes whose text cannot be seen on the page."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from curation_kit.records import Evidence

__all__ = ["flag_hidden"]


def flag_hidden(evidence: Iterable[Evidence], path: Path) -> int:
    """Flag the quotes that, or parts of which, cannot be seen on their page.

    Opens the PDF and draws the pages that the quotes stand on: call it where
    papers are read, once for all quotes of a paper.

    Parameters
    ----------
    evidence
        Found quotes; `Evidence.flags` of those that are hidden grows.
    path
        The PDF that they were found in.

    Returns
    -------
    int
        How many were flagged.

    Raises
    ------
    DocumentFailure, OSError, MemoryError
        If the PDF cannot be opened.
    """
    from curation_kit.documents.visibility import hidden_text

    quotes = [quote for quote in evidence if quote.boxes]
    reasons = iter(hidden_text(path, [box for quote in quotes for box in quote.boxes]))
    flagged = 0
    for quote in quotes:
        own = [next(reasons) for _ in quote.boxes]
        new = [reason for reason in dict.fromkeys(own) if reason]
        quote.flags += [reason for reason in new if reason not in quote.flags]
        flagged += bool(new)
    return flagged
