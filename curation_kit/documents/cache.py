"""Texts of documents, kept between jobs.

A file holds a JSON header (one line), the text, and the word map as raw
arrays. It is known by the document's hash and the reader's version, so it
never needs to be invalidated.
"""

from __future__ import annotations

import json
import os
import sys
import zlib
from array import array
from dataclasses import asdict
from pathlib import Path

from curation_kit.documents.text import Caption, DocumentText, Page, Section

__all__ = ["TextCache", "read_cached"]

#: Layout of the file; a change makes older files count as absent.
_LAYOUT = f"1-{sys.byteorder}"

_ARRAYS = ("word_starts", "word_ends", "word_pages", "word_boxes")


class TextCache:
    """A folder of texts.

    Safe with several processes: files appear whole or not at all.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, document_id: str) -> DocumentText | None:
        """Give the text of a document, or None when it is not there.

        A damaged file counts as absent; `put` replaces it.
        """
        try:
            content = self._path(document_id).read_bytes()
        except FileNotFoundError:
            return None
        try:
            return _decode(content)
        except (ValueError, KeyError, TypeError, zlib.error):
            return None

    def put(self, document_id: str, text: DocumentText) -> None:
        """Keep the text of a document."""
        path = self._path(document_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        temporary.write_bytes(_encode(text))
        temporary.replace(path)

    def _path(self, document_id: str) -> Path:
        from curation_kit.documents.reader import READER_VERSION

        return self.folder / "text" / f"{document_id}-{READER_VERSION}"


def read_cached(
    path: Path, *, name: str, document_id: str, cache: TextCache | None
) -> DocumentText:
    """Read a document, or take its text from the cache.

    Raises what `curation_kit.documents.reader.read_document` raises; a text
    that cannot be kept (a full disk) is no reason to fail.
    """
    text = cache.get(document_id) if cache else None
    if text is None:
        from curation_kit.documents.reader import read_document

        text = read_document(path, name=name)
        if cache:
            try:
                cache.put(document_id, text)
            except OSError as error:
                import logging

                logging.getLogger(__name__).warning("%s is not cached: %s", name, error)
    return text


def _encode(text: DocumentText) -> bytes:
    header = {
        "layout": _LAYOUT,
        "pages": [asdict(page) for page in text.pages],
        "sections": [asdict(section) for section in text.sections],
        "captions": [asdict(caption) for caption in text.captions],
        "pages_without_text": text.pages_without_text,
        "arrays": [
            [array_.typecode, len(array_)]
            for array_ in (getattr(text, name) for name in _ARRAYS)
        ],
    }
    parts = [
        json.dumps(header).encode(),
        b"\n",
        *(getattr(text, name).tobytes() for name in _ARRAYS),
        text.text.encode("utf-8", "surrogatepass"),
    ]
    return zlib.compress(b"".join(parts), level=1)  # its checksum finds damage


def _decode(content: bytes) -> DocumentText:
    line, _, body = zlib.decompress(content).partition(b"\n")
    header = json.loads(line)
    if header["layout"] != _LAYOUT:
        raise ValueError(header["layout"])
    arrays = []
    for typecode, length in header["arrays"]:
        values = array(typecode)
        size = length * values.itemsize
        values.frombytes(body[:size])
        arrays.append(values)
        body = body[size:]
    return DocumentText(
        text=body.decode("utf-8", "surrogatepass"),
        pages=[Page(**page) for page in header["pages"]],
        sections=[Section(**section) for section in header["sections"]],
        captions=[Caption(**caption) for caption in header["captions"]],
        word_starts=arrays[0],
        word_ends=arrays[1],
        word_pages=arrays[2],
        word_boxes=arrays[3],
        pages_without_text=header["pages_without_text"],
    )
