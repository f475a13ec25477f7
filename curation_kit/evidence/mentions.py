"""Where the values of a record stand in its evidence, whoever found it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curation_kit.documents.text import DocumentText
from curation_kit.evidence.cutting import cut_mention
from curation_kit.records import Evidence, Mention, Record

__all__ = ["mentions_of"]

#: Shorter values ("a") would be found in every sentence.
_SHORTEST = 2

#: White space, and hyphens of any kind.
_BETWEEN = r"[\s\-\u2010\u2011\u2013]+"


def mentions_of(
    record: Record, evidence: Evidence, text: DocumentText | None = None
) -> list[Mention]:
    """Tell where a quote names what is recorded.

    Parameters
    ----------
    record
        The record.
    evidence
        One of its evidences.
    text
        The paper, which the offsets of the evidence belong to.

    Returns
    -------
    list of Mention
        Those that the extractor gave: they stand for the paper's words,
        whatever a validator made of them. Without any, the record's values are
        sought in the quote by their words, whatever their case; these have
        boxes only if the text is given.
    """
    if evidence.mentions or evidence.start is None:
        return list(evidence.mentions)
    known = (
        text is not None and text.text[evidence.start : evidence.end] == evidence.quote
    )
    found: list[Mention] = []
    for column, value in _values(record):
        for at in re.finditer(_words(value), evidence.quote, re.IGNORECASE):
            start, end = evidence.start + at.start(), evidence.start + at.end()
            if text is not None and known:
                found.append(cut_mention(text, column, start, end))
            else:
                found.append(Mention(column, start, end, []))
    return found


def _values(record: Record) -> Iterator[tuple[str, str]]:
    """Columns in the paper's words: no identifiers, no numbers, no yes and no."""
    columns = record.domain_columns()
    for column in columns:
        if column == "taxon" or column.endswith("_id"):
            continue
        value = getattr(record, column)
        for item in value if isinstance(value, list | tuple) else [value]:
            if isinstance(item, str) and len(item.strip()) >= _SHORTEST:
                yield column, item.strip()


def _words(value: str) -> str:
    """Give a pattern for a value's words, as they may stand in running text."""
    words = _BETWEEN.join(re.escape(word) for word in re.split(r"[\s\-]+", value))
    return rf"(?<!\w){words}(?:e?s)?(?!\w|[-\u2010\u2011]\d)"
