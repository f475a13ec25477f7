"""Texts already read, kept by document and by what read them."""

from __future__ import annotations

import json
import os
import struct
import sys
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import fields
from operator import attrgetter
from pathlib import Path
from typing import Any, Protocol

from curation_kit.documents.text import Caption, DocumentText, Page, Section

__all__ = ["TextCache", "Texts", "packed", "unpacked"]

#: File layout: magic, length and checksum of the rest, length of the header;
#: the header (JSON); the text (UTF-8); the four arrays, little-endian.
_MAGIC = b"CKTEXT1\n"
_PREFIX = struct.Struct("<8sQII")
_header = json.JSONEncoder(separators=(",", ":")).encode
#: The fields of each, in order; `dataclasses.astuple` would copy them one by one.
_PAGE, _SECTION, _CAPTION = (
    attrgetter(*[field.name for field in fields(kind)])
    for kind in (Page, Section, Caption)
)


class Texts(Protocol):
    """Where texts are kept: a `TextCache`, or one far away."""

    def get(self, document_id: str, key: str) -> DocumentText | None:
        """Give a text, None when it is not there (any more)."""

    def put(self, document_id: str, key: str, text: DocumentText) -> None:
        """Keep a text."""


class TextCache:
    """Folder of texts, one file per document and reading.

    Any number of processes may use it: files are written whole or not at
    all, and a damaged one counts as absent.

    Parameters
    ----------
    folder
        Created when the first text is put.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, document_id: str, key: str) -> DocumentText | None:
        """Text of a document, None when it is not there (any more).

        Parameters
        ----------
        document_id
            SHA-256 of the file's bytes, in hex.
        key
            Digest of what decides the text besides the file: the agent that
            read it, its version and options.
        """
        data = self.read(document_id, key)
        return None if data is None else unpacked(data)

    def read(self, document_id: str, key: str) -> bytes | None:
        """Give a text as `packed` has made it."""
        try:
            return _read(self._path(document_id, key))
        except OSError:  # not there, or a cache that cannot be read
            return None

    def texts(self, document_id: str) -> Iterator[DocumentText]:
        """All texts of a document that are there, whatever read them."""
        folder = Path(self._path(document_id, "any")).parent
        for path in sorted(folder.glob(f"{document_id}.*.text")):
            try:
                data = _read(path)
            except OSError:  # as in `get`; the cache may be cleared meanwhile
                continue
            text = unpacked(data)
            if text is not None:
                yield text

    def put(self, document_id: str, key: str, text: DocumentText) -> None:
        """Keep the text of a document; an earlier one is replaced."""
        self.write(document_id, key, packed(text))

    def write(self, document_id: str, key: str, data: bytes) -> None:
        """Keep a text that is `packed` already."""
        path = self._path(document_id, key)
        # Not by `tempfile`, whose names cost as much as the rest together.
        part = f"{path}.{os.urandom(8).hex()}.part"
        try:
            try:
                _write(part, data)
            except FileNotFoundError:  # the first one there
                Path(part).parent.mkdir(parents=True, exist_ok=True)
                _write(part, data)
            os.replace(part, path)  # noqa: PTH105 - see `_path`
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise

    def _path(self, document_id: str, key: str) -> str:
        """Give where a text is; a string, as paths take longer than the file does."""
        for part in (document_id, key):
            if not part.isalnum():
                message = f"{part!r} is no id or key: letters and digits only."
                raise ValueError(message)
        folder = f"{self.folder}{os.sep}{document_id[:2]}{os.sep}"
        return f"{folder}{document_id}.{key[:16]}.text"


def _read(path: str | Path) -> bytes:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - see `_path`
        return file.read()


def _write(path: str, data: bytes) -> None:
    with open(path, "wb", buffering=0) as file:  # noqa: PTH123 - see `_path`
        left = memoryview(data)
        while left:  # a disk that is nearly full takes a part
            left = left[file.write(left) :]


def packed(text: DocumentText) -> bytes:
    """Give a text as bytes."""
    encoded = text.text.encode("utf-8", "surrogatepass")
    header = _header(
        {
            "text": len(encoded),
            "words": len(text.word_starts),
            "pages": list(map(_PAGE, text.pages)),
            "sections": list(map(_SECTION, text.sections)),
            "captions": list(map(_CAPTION, text.captions)),
            "pages_without_text": text.pages_without_text,
        }
    ).encode()
    body = b"".join(
        (
            header,
            encoded,
            _little("i", text.word_starts),
            _little("i", text.word_ends),
            _little("i", text.word_pages),
            _little("f", text.word_boxes),
        )
    )
    prefix = _PREFIX.pack(_MAGIC, len(body), zlib.crc32(body), len(header))
    return prefix + body


def unpacked(data: bytes) -> DocumentText | None:
    """Give the text again, None when the bytes are damaged."""
    if len(data) < _PREFIX.size:
        return None
    magic, size, checksum, header_size = _PREFIX.unpack_from(data)
    body = memoryview(data)[_PREFIX.size :]
    if magic != _MAGIC or len(body) != size or zlib.crc32(body) != checksum:
        return None
    header: dict[str, Any] = json.loads(bytes(body[:header_size]))
    position = header_size
    encoded = body[position : position + header["text"]]
    position += header["text"]
    columns: list[array[Any]] = []
    for code, count in (("i", 1), ("i", 1), ("i", 1), ("f", 4)):
        end = position + 4 * count * header["words"]
        column: array[Any] = array(code)
        column.frombytes(body[position:end])
        if sys.byteorder == "big":
            column.byteswap()
        columns.append(column)
        position = end
    starts, ends, pages, boxes = columns
    return DocumentText(
        text=str(encoded, "utf-8", "surrogatepass"),
        pages=[Page(*page) for page in header["pages"]],
        sections=[Section(*section) for section in header["sections"]],
        captions=[Caption(*caption) for caption in header["captions"]],
        word_starts=starts,
        word_ends=ends,
        word_pages=pages,
        word_boxes=boxes,
        pages_without_text=header["pages_without_text"],
    )


def _little(code: str, column: array[Any]) -> bytes:
    """Bytes of an array as one of a type, lowest byte first on every machine."""
    if column.typecode != code:
        column = array(code, column)
    if sys.byteorder == "big":
        column = column[:]
        column.byteswap()
    return column.tobytes()
