"""Bracketed citations, which those who quote leave out."""

# ruff: noqa: RUF001 -- look-alike characters are the subject

from __future__ import annotations

import re

__all__ = ["citation_spans"]

_NUMBERS = r"\d{1,3}(?:\s?[,;–‒-]\s?\d{1,3})*"
#: "Smith et al., 2010a, b", "Smith and Jones, 2010", "reviewed in Smith, 2010":
#: at least a name, and a year after it.
_WORK = (
    r"(?:(?:see|reviewed in|reviewed by|e\.g\.|cf\.|also),?\s+)*"
    r"[^\W\d_a-z][^\W\d]*(?:[’'-][^\W\d]+)*"
    r"(?:,?\s+(?:et\s+al\.?|and|&|[^\W\d_a-z][\w’'.-]*)){0,5},?\s+"
    r"\(?(?:19|20)\d\d[a-z]?(?:,\s?(?:(?:19|20)\d\d[a-z]?|[a-z]))*"
)
#: Brackets without a word before them, "[13C]" or "[1]-benzene", are no citation.
_CITATION = re.compile(
    rf"\[\s?{_NUMBERS}\s?\](?![\w-])|[(\[]\s?{_WORK}(?:\s?[;,]\s?{_WORK})*\s?[)\]]"
)


def citation_spans(text: str) -> list[tuple[int, int]]:
    """Stretches that are citations in brackets: ``[3, 7–9]``, ``(Smith, 2010)``.

    Numbers in round brackets and superscript numbers are not among them: they
    may be counts.
    """
    if "[" not in text and "(" not in text:
        return []
    return [match.span() for match in _CITATION.finditer(text)]
