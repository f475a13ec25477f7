"""Documents of the workspace as rows of their table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from curation_kit.documents.document import Document

__all__ = [
    "ID_LENGTH",
    "SEVERITY",
    "Shared",
    "document_row",
    "has_words",
    "mark_of",
    "natural",
    "search_words",
    "state_of",
]

#: Characters of an id that the page gets to name a document; SHA-256 has 64.
ID_LENGTH = 16

#: Upload batches named in a row.
_MOST_BATCHES = 3


class Shared:
    """Values that many rows have in common, each sent once."""

    def __init__(self) -> None:
        self.values: list[Any] = []

    def index(self, value: Any) -> int:
        """Give the place of a value; a new one comes last."""
        if value not in self.values:
            self.values.append(value)
        return self.values.index(value)


def document_row(
    document: Document,
    problems: Shared,
    labels: Shared,
    uses: dict[str, int],
    *,
    ticked: bool,
) -> dict[str, Any]:
    """Give a document as a row; what most rows have is left out."""
    report = document.preflight
    row: dict[str, Any] = {
        "id": document.id[:ID_LENGTH],
        "name": document.name,
        "pages": report.pages,
        "size": report.size,
        "added": round(document.added),
    }
    if (mark := mark_of(document)) != "fit":
        row["mark"] = mark
    if batches := document.upload_batches:
        row["batches"] = [labels.index(name) for name in batches[:_MOST_BATCHES]]
        if len(batches) > _MOST_BATCHES:
            row["more"] = len(batches) - _MOST_BATCHES
    if report.species:
        row["species"] = labels.index(report.species[0])
    if report.problem or report.warning:
        row["problem"] = problems.index(
            [report.problem or report.warning or "", report.hint]
        )
    if uses.get(document.id):
        row["jobs"] = uses[document.id]
    if ticked:
        row["ticked"] = True
    return row


#: Order of the marks when the table is sorted by them.
SEVERITY = {"fit": 0, "partly": 1, "unfit": 2}


def state_of(document: Document) -> str:
    """Give ``fit`` or ``unfit``."""
    return "unfit" if document.preflight.problem else "fit"


def mark_of(document: Document) -> str:
    """Give ``fit``, ``partly`` (with a warning) or ``unfit``."""
    if document.preflight.problem:
        return "unfit"
    return "partly" if document.preflight.warning else "fit"


def search_words(search: str) -> list[str]:
    """Give the words of a search as `has_words` takes them."""
    return _folded(search).split()


def has_words(document: Document, words: list[str]) -> bool:
    """Whether every word of a search occurs in name, title or DOI."""
    if not words:
        return True
    report = document.preflight
    text = _folded(f"{document.name} {report.title} {report.doi}")
    return all(word in text for word in words)


def _folded(text: str) -> str:
    """Give text as one types it: no case, ligatures or hyphens of a typesetter."""
    return unicodedata.normalize("NFKC", text).replace("\u2010", "-").casefold()


def natural(text: str | Iterable[str]) -> list[Any]:
    """Sort "paper 9" before "paper 10", whatever the case."""
    whole = text if isinstance(text, str) else " ".join(text)
    parts = re.split(r"(\d+)", whole.casefold())
    return [int(part) if index % 2 else part for index, part in enumerate(parts)]
