"""Which records are meant, and in which order: searched, filtered, sorted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from curation_kit.phrases import searchable
from curation_kit.session.ordered import Ordered

__all__ = ["Found", "Query", "RecordRow", "cell_text", "in_order", "natural"]


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

    __slots__ = ("_text", "cells", "document_id", "number", "position")

    def __init__(
        self, cells: tuple[Any, ...], document_id: str, position: int, number: int
    ) -> None:
        self.cells = cells
        self.document_id = document_id
        self.position = position
        self.number = number
        self._text: str | None = None

    @property
    def text(self) -> str:
        """All cells in one text to search; made when first asked for."""
        if self._text is None:
            self._text = searchable(" ".join(map(cell_text, self.cells)))
        return self._text

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands: its document in the job, its number in the document."""
        return self.position, self.number


class Found:
    """The rows that are meant by a query, in its order.

    Parameters
    ----------
    query
        What is meant.
    columns
        Names of the cells of a row.
    rows
        All rows in document order, which is kept up elsewhere.
    """

    def __init__(
        self, query: Query, columns: Sequence[str], rows: Ordered[RecordRow]
    ) -> None:
        self.query = query
        self._fits = _fitting(query, columns)
        self._order = rows
        self._own = query.sort in columns or bool(query.search or query.filters)
        if self._own:
            self._order = in_order(
                filter(self._fits, rows.items),
                columns.index(query.sort) if query.sort in columns else None,
                descending=query.descending,
            )
        self._numbers: dict[str, tuple[Callable[[RecordRow], bool], int]] = {}

    @property
    def items(self) -> list[RecordRow]:
        """The rows, not to be changed."""
        return self._order.items

    def index(self, row: RecordRow) -> int | None:
        """Place of a row; None if it is not meant."""
        return self._order.index(row)

    def number(self, name: str, fits: Callable[[RecordRow], bool]) -> int:
        """Count the rows that fit; counted on under its name."""
        if name not in self._numbers:
            self._numbers[name] = fits, sum(map(fits, self.items))
        return self._numbers[name][1]

    def add(self, rows: Sequence[RecordRow]) -> None:
        """Put new rows in their places, those that are meant."""
        meant = [row for row in rows if self._fits(row)]
        if self._own:
            self._order.add(meant)
        self._count(meant, 1)

    def remove(self, row: RecordRow) -> None:
        """Take a row away."""
        if self._fits(row):
            if self._own:
                self._order.remove(row)
            self._count([row], -1)

    def _count(self, rows: Sequence[RecordRow], by: int) -> None:
        for name, (fits, number) in self._numbers.items():
            self._numbers[name] = fits, number + by * sum(map(fits, rows))


def in_order(
    rows: Iterable[RecordRow], column: int | None = None, *, descending: bool = False
) -> Ordered[RecordRow]:
    """Sort rows by a column, else in document order: none has a value then."""

    def value(row: RecordRow) -> tuple[bool, float, str] | None:
        cell = None if column is None else row.cells[column]
        if cell is None:
            return None
        if isinstance(cell, int | float):
            return False, cell, ""
        return True, 0, cell_text(cell).casefold()

    return Ordered(rows, value=value, place=attrgetter("place"), descending=descending)


def _fitting(query: Query, columns: Sequence[str]) -> Callable[[RecordRow], bool]:
    """Whether a row is meant."""
    words = searchable(query.search).split()
    values: list[tuple[int, set[str]]] = []
    parts: list[tuple[int, str]] = []
    for name, (how, *wanted) in query.filters.items():
        if name in columns:
            index = columns.index(name)
            if how == "is":
                values.append((index, set(wanted)))
            else:
                parts += [(index, word) for word in searchable(wanted[0]).split()]

    if not (words or values or parts):
        return lambda _: True

    def fits(row: RecordRow) -> bool:
        return (
            all(cell_text(row.cells[index]) in among for index, among in values)
            and all(word in row.text for word in words)
            and all(word in searchable(cell_text(row.cells[i])) for i, word in parts)
        )

    return fits


def cell_text(value: Any) -> str:
    """Text of a cell; nothing for a missing value."""
    if isinstance(value, str):
        return value
    return "" if value is None else str(value)


def natural(text: str) -> tuple[bool, int, str]:
    """Order of choices: numbers by value, then texts whatever the case."""
    number = int(text) if text.isdecimal() else 0
    return not text.isdecimal(), number, text.casefold()
