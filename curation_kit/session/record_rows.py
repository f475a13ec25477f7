"""The records of a job as rows: read as documents end, searched, filtered, sorted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from curation_kit.species import SPECIES
from curation_kit.workspace import Job

__all__ = ["Query", "RecordRow", "RecordRows", "cell_text", "natural"]

T = TypeVar("T")

#: Column of why the extractor kept a record, which tables of results do not have.
WHY = "why"

#: Columns whose values hardly ever occur twice.
_UNLIKE = {"quote", WHY}

#: Scientific name of each taxon that the agents know.
_TAXA = {species.taxon: species.name for species in SPECIES.values()}


class Query(NamedTuple):
    """What records are meant, and in which order.

    Attributes
    ----------
    search
        Words that all occur in a record, in whatever column and case.
    filters
        For some columns ``["is", value, …]`` or ``["has", words]``.
    sort
        A column; the order of the documents when empty. What has no value
        comes last.
    """

    search: str = ""
    filters: Mapping[str, Sequence[str]] = {}
    sort: str = ""
    descending: bool = False

    def without(self, column: str) -> Query:
        """The same query, whatever is in a column, in no special order."""
        others = {name: f for name, f in self.filters.items() if name != column}
        return Query(self.search, others)


class RecordRow:
    """One record: its cells, and where it is found again."""

    __slots__ = ("_text", "cells", "document_id", "number")

    def __init__(self, cells: tuple[Any, ...], document_id: str, number: int) -> None:
        self.cells = cells
        self.document_id = document_id
        self.number = number
        self._text: str | None = None

    @property
    def text(self) -> str:
        """All cells in one text to search; made when first asked for."""
        if self._text is None:
            self._text = " ".join(map(cell_text, self.cells)).casefold()
        return self._text


class RecordRows:
    """Rows of `Job.results`, kept in memory and read only where they changed.

    83,000 records take about 110 MB once they were searched, half of it before.

    Parameters
    ----------
    job
        Whose records these are.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self.columns = (*job.record_model().columns(), WHY)
        self._read: dict[str, tuple[float, list[RecordRow]]] = {}
        self._texts: dict[str, str] = {}  # equal cells share their text
        self._seq = job.last_seq()  # reviews up to here are read with their records
        self._reviewed: set[str] = set()  # documents with other reviews than were read
        self._version = 0
        self._kept: dict[str, tuple[int, Any, Any]] = {}
        self.complete = False

    def read(self, documents: int | None = None) -> bool:
        """Read what is new, changed or gone; say whether nothing is left to read.

        Parameters
        ----------
        documents
            At most so many documents, all when left out.
        """
        ended = dict(self._job.documents_with_records())
        seq = self._job.last_seq()  # first: what comes now is read the next time
        if seq != self._seq:
            self._reviewed |= self._job.reviewed_after(self._seq)
            self._seq = seq
        wanted = [
            key
            for key, when in ended.items()
            if key not in self._read
            or self._read[key][0] != when
            or key in self._reviewed
        ]
        some = wanted if documents is None else wanted[:documents]
        read = {key: (ended[key], list[RecordRow]()) for key in some}
        for name, key, number, record in self._job.records_of(some):
            cells = tuple(
                value
                if column in _UNLIKE or not isinstance(value, str)
                else self._texts.setdefault(value, value)
                for column, value in (record.row(name) | {WHY: record.why}).items()
            )
            read[key][1].append(RecordRow(cells, key, number))
        self._reviewed.difference_update(some)
        if read or self._read.keys() - ended.keys():
            known = self._read | read
            self._read = {key: known[key] for key in ended if key in known}
            self._version += 1
        self.complete = len(some) == len(wanted)
        return self.complete

    def rows(self) -> list[RecordRow]:
        """All rows that were read, in document order."""
        return self._once("rows", None, self._flat)

    def _flat(self) -> list[RecordRow]:
        return [row for _, rows in self._read.values() for row in rows]

    def find(self, query: Query) -> list[RecordRow]:
        """Rows that are meant, in the order that is meant."""
        return self._once("found", query, lambda: self._find(query))

    def place(self, query: Query, document_id: str, number: int) -> int | None:
        """Place of a record among those that are meant, from 0; None if it is not."""
        found = self.find(query)
        return next(
            (
                place
                for place, row in enumerate(found)
                if row.number == number and row.document_id == document_id
            ),
            None,
        )

    def about(self) -> list[dict[str, Any]]:
        """Each column's ``name``, with ``empty`` or ``same`` if all cells are.

        That of the taxa has the species' ``names`` too.
        """
        return self._once(
            "about",
            None,
            lambda: [
                {"name": name, **_about(name, index, self.rows())}
                for index, name in enumerate(self.columns)
            ],
        )

    def values(self, column: str, query: Query) -> Counter[str]:
        """Values of a column in the rows that fit the other filters, counted."""
        if column not in self.columns:
            return Counter()
        index = self.columns.index(column)
        others = query.without(column)
        rows = self._once("others", others, lambda: self._find(others))
        return Counter(cell_text(row.cells[index]) for row in rows)

    def _once(self, name: str, asked: object, make: Callable[[], T]) -> T:
        """Give what was made last, if nothing has changed."""
        kept = self._kept.get(name)
        if kept is None or kept[:2] != (self._version, asked):
            kept = self._kept[name] = (self._version, asked, make())
        made: T = kept[2]
        return made

    def _find(self, query: Query) -> list[RecordRow]:
        found = self.rows()
        for word in query.search.casefold().split():
            found = [row for row in found if word in row.text]
        for name, (how, *wanted) in query.filters.items():
            if name not in self.columns:
                continue
            index = self.columns.index(name)
            if how == "is":
                values = set(wanted)
                found = [r for r in found if cell_text(r.cells[index]) in values]
                continue
            words = wanted[0].casefold().split()
            found = [
                row
                for row in found
                if all(w in cell_text(row.cells[index]).casefold() for w in words)
            ]
        if query.sort in self.columns:
            index = self.columns.index(query.sort)
            return _sorted(found, index, descending=query.descending)
        return found


def cell_text(value: Any) -> str:
    """Text of a cell; nothing for a missing value."""
    if isinstance(value, str):
        return value
    return "" if value is None else str(value)


def natural(text: str) -> tuple[bool, int, str]:
    """Order of choices: numbers by value, then texts whatever the case."""
    number = int(text) if text.isdecimal() else 0
    return not text.isdecimal(), number, text.casefold()


def _about(name: str, index: int, rows: Sequence[RecordRow]) -> dict[str, Any]:
    """What is to know of a column."""
    names = {"names": _TAXA} if name == "taxon" else {}
    if not rows:
        return {"empty": True, **names}
    first = rows[0].cells[index]
    if any(row.cells[index] != first for row in rows):
        return names
    empty = first is None or first == "" or (name == "negated" and first is False)
    return {"empty": True, **names} if empty else {"same": True, **names}


def _sorted(
    rows: Iterable[RecordRow], index: int, *, descending: bool
) -> list[RecordRow]:
    """Sort by a column: numbers by value, texts whatever the case."""
    filled: list[RecordRow] = []
    without: list[RecordRow] = []
    for row in rows:
        (without if row.cells[index] is None else filled).append(row)
    if all(isinstance(row.cells[index], int | float) for row in filled):
        filled.sort(key=lambda row: row.cells[index], reverse=descending)
    else:
        filled.sort(
            key=lambda row: cell_text(row.cells[index]).casefold(), reverse=descending
        )
    return filled + without
