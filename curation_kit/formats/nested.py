"""JSON: records with all their evidence and candidates."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from curation_kit.records import Record

__all__ = ["json_pieces", "rows_to_json"]


def rows_to_json(document: str, document_id: str, records: Iterable[Record]) -> bytes:
    """Give the records of one document as JSON, evidence and candidates nested."""
    content = {
        "document": document,
        "document_id": document_id,
        "records": [record.model_dump(mode="json") for record in records],
    }
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def json_pieces(value: Any) -> Iterator[bytes]:
    r"""Give a JSON value piece by piece, with lists that need not fit the memory.

    The pieces together are what ``json.dumps(value, indent=2)`` gives, and a line
    break.

    Parameters
    ----------
    value
        It, and values of an object that is it or an item of such a list, may be
        iterators: they are lists whose items are taken one after the other.

    Examples
    --------
    >>> b"".join(json_pieces({"squares": (n * n for n in range(2))}))
    b'{\n  "squares": [\n    0,\n    1\n  ]\n}\n'
    """
    yield from (piece.encode() for piece in _pieces(value, "\n"))
    yield b"\n"


def _pieces(value: Any, line: str) -> Iterator[str]:
    """Pieces of a value; ``line`` breaks a line and indents the next one."""
    inner = f"{line}  "
    if isinstance(value, Iterator):
        before = "["
        for item in value:
            yield f"{before}{inner}"
            yield from _pieces(item, inner)
            before = ","
        yield "[]" if before == "[" else f"{line}]"
    elif isinstance(value, dict) and any(
        isinstance(item, Iterator) for item in value.values()
    ):
        before = "{"
        for name, item in value.items():
            yield f"{before}{inner}{json.dumps(name, ensure_ascii=False)}: "
            yield from _pieces(item, inner)
            before = ","
        yield f"{line}}}"
    else:
        # No string of JSON has a line break in it.
        text = json.dumps(value, ensure_ascii=False, indent=2)
        yield text.replace("\n", line)
