"""Values of a column of records, offered to be filtered by."""

from __future__ import annotations

from typing import Any

from curation_kit.phrases import searchable
from curation_kit.session.job_part import MAX_TEXT
from curation_kit.session.record_query import Query, natural
from curation_kit.session.record_rows import RecordRows

__all__ = ["MAX_CHOICES", "choices_of"]

#: Values that are offered at a time, the most frequent ones.
MAX_CHOICES = 40


def choices_of(
    rows: RecordRows, query: Query, column: str, search: str
) -> dict[str, Any]:
    """Values of a column among the records that fit the other filters.

    Parameters
    ----------
    rows, query
        The records, and which of them are meant.
    column
        The column; what is chosen of it in the query is offered in any case.
    search
        Words that all occur in a value, whatever the case.

    Returns
    -------
    dict
        ``column``, ``search``, ``values`` (text and number of records, the most
        frequent first), ``found`` (how many there are).
    """
    counted = rows.values(column, query)
    how, *chosen = query.filters.get(column, ("is",))
    if how == "is":  # what is chosen can be taken back
        counted.update(dict.fromkeys(chosen, 0))
    words = searchable(search).split()
    found = [
        (text, number)
        for text, number in counted.items()
        if len(text) <= MAX_TEXT and all(word in searchable(text) for word in words)
    ]
    found.sort(key=lambda item: (-item[1], natural(item[0])))
    rare = [item for item in found[MAX_CHOICES:] if item[0] in chosen]
    return {
        "column": column,
        "search": search,
        "values": [[text, number] for text, number in rare + found[:MAX_CHOICES]],
        "found": len(found),
    }
