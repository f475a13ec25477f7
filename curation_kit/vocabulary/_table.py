"""A sorted table of names that is searched where it lies.

A table is a few megabytes of text. Turned into a dict of Python strings it
would be ten times that in every worker process; as a file in sorted order that
is mapped into memory, it is there at once, all processes of the machine share it,
and a look-up is a binary search of a microsecond or two.
"""

from __future__ import annotations

import json
import lzma
import mmap
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

__all__ = ["Row", "Table", "sources"]

#: Bytes between two places of a table that are known by heart.
_STRIDE = 1024

_DATA = files("curation_kit.vocabulary") / "data"


class Row(NamedTuple):
    """One name: its key, what kind of name it is, what it names, its spelling."""

    key: str
    kind: str
    target: str
    name: str


class Table:
    """Rows of one file of `data/`, found by key.

    Parameters
    ----------
    name
        File name without ``.tsv``, or ``.tsv.xz`` for tables that are asked for
        rarely: such a one is unpacked into the memory of the process.

    Raises
    ------
    FileNotFoundError
        If the package has no such table.
    """

    def __init__(self, name: str) -> None:
        self._lines = lines = _mapped(name) or _unpacked(name)
        # The line at each of some places: a look-up reads between two of them.
        starts = range(_STRIDE, len(lines) - 1, _STRIDE)
        self._places = sorted({lines.rfind(b"\n", 0, start) + 1 for start in starts})
        self._marks = [
            lines[place : lines.find(b"\n", place)] for place in self._places
        ]

    def rows(self, key: str) -> list[Row]:
        """Every row of a key, in the order of the table."""
        return [_row(line) for line in self._from(key.encode() + b"\t")]

    def starts(self, prefix: str) -> bool:
        """Tell whether any key begins with these characters."""
        return self._first(prefix.encode()) >= 0

    def name_of(self, kind: str, target: str) -> str | None:
        """Spelling of the first row of a kind that names a target, or None."""
        # A scan at memory speed, about a millisecond: asked once per record.
        lines = self._lines
        found = lines.find(f"\t{kind}\t{target}\t".encode())
        if found < 0:
            return None
        start = lines.rfind(b"\n", 0, found) + 1
        return _row(lines[start : lines.find(b"\n", found)]).name

    def _first(self, prefix: bytes) -> int:
        """Place of the first line that begins with a prefix; -1 if none does."""
        lines = self._lines
        mark = bisect_left(self._marks, prefix)
        if not mark and lines[: len(prefix)] == prefix:
            return 0  # no line ends before it
        first = self._places[mark - 1] if mark else 0
        last = self._places[mark] if mark < len(self._places) else len(lines)
        place = lines.find(b"\n" + prefix, first, last + len(prefix))
        return place if place < 0 else place + 1

    def _from(self, prefix: bytes) -> Iterator[bytes]:
        """Lines that begin with a prefix."""
        lines, position = self._lines, self._first(prefix)
        while position >= 0 and lines[position : position + len(prefix)] == prefix:
            end = lines.find(b"\n", position)
            yield lines[position:end]
            position = end + 1


def _row(line: bytes) -> Row:
    key, kind, target, name = line.decode().split("\t")
    return Row(key, kind, target, name or key)


def _mapped(name: str) -> mmap.mmap | None:
    """Map a table into memory, None when it is not stored so."""
    try:
        with (_DATA / f"{name}.tsv").open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        return None


def _unpacked(name: str) -> bytes:
    return lzma.decompress((_DATA / f"{name}.tsv.xz").read_bytes())


class Links:
    """Targets of each key, for instance the parents of each term."""

    def __init__(self, name: str) -> None:
        pairs = (line.partition("\t") for line in _unpacked(name).decode().splitlines())
        self._links = {key: targets for key, _, targets in pairs}

    def of(self, key: str) -> tuple[str, ...]:
        """Targets of a key, empty when it has none."""
        return tuple(self._links.get(key, "").split())


@cache
def sources() -> dict[str, dict[str, Any]]:
    """Source, version, licence and checksum of every table, by its name."""
    content: dict[str, dict[str, Any]] = json.loads(
        (_DATA / "sources.json").read_text()
    )
    return content
