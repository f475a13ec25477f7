"""A sorted table of names that is searched where it lies.

A table is a few megabytes of text. Turned into a dict of Python strings it
would be ten times that in every worker process; kept as bytes in sorted order,
a look-up is a binary search of a microsecond or two.
"""

from __future__ import annotations

import json
import lzma
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
        File name without ``.tsv.xz``.

    Raises
    ------
    FileNotFoundError
        If the package has no such table.
    """

    def __init__(self, name: str) -> None:
        # A newline before the first row lets every row be found by "\n" + key.
        lines = b"\n" + lzma.decompress((_DATA / f"{name}.tsv.xz").read_bytes())
        self._lines = lines
        # The line before each of some places: a look-up reads between two of them.
        starts = range(_STRIDE, len(lines) - 1, _STRIDE)
        self._places = sorted({lines.rfind(b"\n", 0, start) for start in starts})
        self._marks = [
            lines[place + 1 : lines.find(b"\n", place + 1)] for place in self._places
        ]

    def rows(self, key: str) -> list[Row]:
        """Every row of a key, in the order of the table."""
        return [_row(line) for line in self._from(key.encode() + b"\t")]

    def starts(self, prefix: str) -> bool:
        """Tell whether any key begins with these characters."""
        return self._first(prefix.encode()) > 0

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
        """Place of the first line that begins with a prefix; 0 if none does."""
        lines = self._lines
        mark = bisect_left(self._marks, prefix)
        first = self._places[mark - 1] if mark else 0
        last = self._places[mark] if mark < len(self._places) else len(lines)
        return lines.find(b"\n" + prefix, first, last + len(prefix) + 1) + 1

    def _from(self, prefix: bytes) -> Iterator[bytes]:
        """Lines that begin with a prefix."""
        lines, position = self._lines, self._first(prefix)
        while position and lines.startswith(prefix, position):
            end = lines.find(b"\n", position)
            yield lines[position:end]
            position = end + 1


def _row(line: bytes) -> Row:
    key, kind, target, name = line.decode().split("\t")
    return Row(key, kind, target, name or key)


class Links:
    """Targets of each key, for instance the parents of each term."""

    def __init__(self, name: str) -> None:
        text = lzma.decompress((_DATA / f"{name}.tsv.xz").read_bytes()).decode()
        pairs = (line.partition("\t") for line in text.splitlines())
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
