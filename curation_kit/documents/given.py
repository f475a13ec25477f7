"""Documents as people give them: themselves, by what names them, or rows of tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from curation_kit.documents.document import Document

__all__ = ["document_key", "document_keys"]

#: Columns that name a document, that which is sure first.
_COLUMNS = ("document_id", "document")


def document_key(given: Any, columns: Sequence[str] = _COLUMNS) -> Any:
    """Give what names a document: of a row its text in the first of some columns.

    A row is a Series, a dictionary or a named tuple. All else is given back.
    """
    cell = given.get if hasattr(given, "keys") else partial(getattr, given)
    texts = (text for name in columns if isinstance(text := cell(name, None), str))
    return next(texts, given)


def document_keys(given: Any, columns: Sequence[str] = _COLUMNS) -> list[Any]:
    """Give what names each of some documents, as `document_key`, or of one.

    Of a table that is the first of the columns which it has, each cell once.
    """
    if hasattr(given, "columns"):  # its items are its columns
        for name in columns:
            if name in given.columns:
                return [*given[name].dropna().unique()]
    elif (
        isinstance(given, Iterable)
        and not isinstance(given, Document | str | Path)
        and document_key(given, columns) is given
    ):
        return [document_key(one, columns) for one in given]
    return [document_key(given, columns)]
