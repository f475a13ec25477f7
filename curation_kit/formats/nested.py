"""JSON: records with all their evidence and candidates."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from curation_kit.records import Record

__all__ = ["json_items", "rows_to_json"]


def rows_to_json(document: str, document_id: str, records: Iterable[Record]) -> bytes:
    """Give the records of one document as JSON, evidence and candidates nested."""
    content = {
        "document": document,
        "document_id": document_id,
        "records": [record.model_dump(mode="json") for record in records],
    }
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def json_items(items: Iterable[Any]) -> Iterator[bytes]:
    """Give a list as JSON, piece by piece: it need not fit the memory.

    The pieces together are what ``json.dumps(list(items), indent=2)`` gives.
    """
    before = b"[\n  "
    for item in items:
        text = json.dumps(item, ensure_ascii=False, indent=2)
        # No string of JSON has a line break in it.
        yield before + text.replace("\n", "\n  ").encode()
        before = b",\n  "
    yield b"[]\n" if before.startswith(b"[") else b"\n]\n"
