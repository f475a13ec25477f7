"""The records of a job as rows, read as documents end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from curation_kit.session.record_query import (
    Found,
    Query,
    RecordRow,
    cell_text,
    in_order,
)
from curation_kit.species import SPECIES_OF_TAXON
from curation_kit.workspace import Job

__all__ = ["RecordRows"]

#: New rows are put in their places up to one for so many others; more are sorted with
#: all of them. In a sorted table of 40,000 to put one takes as long as to sort ten.
OTHERS = 10

#: Column of why the extractor kept a record, which tables of results do not have.
WHY = "why"

#: Texts of so many characters hardly ever occur twice: they are sentences.
MAX_SHARED = 60

#: Scientific name of each taxon that the agents know.
_TAXA = {taxon: species.name for taxon, species in SPECIES_OF_TAXON.items()}


class RecordRows:
    """Rows of `Job.results`, kept in memory and read only where they changed.

    83,000 records take about 110 MB once they were searched, half of it before. What
    a few new ones change is put in its place: the others are not gone through.

    Parameters
    ----------
    job
        Whose records these are.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._model = job.record_model()
        self.columns = (*self._model.columns(), WHY)
        self._read: dict[str, tuple[float, list[RecordRow]]] = {}
        self._wanted: dict[str, None] = {}  # documents to read, in their order
        self._texts: dict[str, str] = {}  # equal cells share their text
        self._seq: int | None = None
        self._added: dict[str, list[RecordRow]] = {}  # not yet in the order below
        self._gone: dict[str, list[RecordRow]] = {}
        self._all = in_order(())
        self._found: Found | None = None
        self._about: list[dict[str, Any]] | None = None
        self._others: tuple[Query, list[RecordRow]] | None = None
        self.complete = False

    def read(self, documents: int | None = None) -> bool:
        """Read what is new, changed or gone; say whether nothing is left to read.

        Parameters
        ----------
        documents
            At most so many documents, all when left out.
        """
        self._look()
        some = list(self._wanted)[:documents]
        rows = self._rows_of(some) if some else {}
        for document_id in some:
            del self._wanted[document_id]
            self._take_away(document_id)
            if document_id in rows:
                self._read[document_id] = rows[document_id]
                self._added[document_id] = rows[document_id][1]
        self.complete = not self._wanted
        return self.complete

    def _look(self) -> None:
        """Find out what is to be read."""
        before = self._seq
        if before is not None:
            news = self._job.news(before)
            if news.documents is not None:
                self._seq = news.seq
                changed = news.completed | news.added
                changed |= news.documents & self._read.keys()
                self._wanted |= dict.fromkeys(changed)
                return
        self._seq = self._job.last_seq()  # first: what comes now is told again
        ended = dict(self._job.documents_with_records())
        reviewed = self._job.reviewed_after(self._seq if before is None else before)
        for document_id in self._read.keys() - ended.keys():
            self._take_away(document_id)
        self._wanted = {
            document_id: None
            for document_id, when in ended.items()
            if document_id in reviewed
            or document_id in self._wanted
            or document_id not in self._read
            or self._read[document_id][0] != when
        }

    def _rows_of(
        self, document_ids: Sequence[str]
    ) -> dict[str, tuple[float, list[RecordRow]]]:
        """End and rows of some documents, of those that have any."""
        keys = self._job.document_keys(document_ids, sort="ended")
        positions = {document_id: place for document_id, place, _ in keys}
        ended = {document_id: when for document_id, _, when in keys}
        found: dict[str, tuple[float, list[RecordRow]]] = {}
        share = self._texts.setdefault
        records = self._job.records_of(document_ids, model=self._model)
        for name, document_id, number, record in records:
            cells = [
                share(value, value)
                if type(value) is str and len(value) < MAX_SHARED
                else value
                for value in (*record.row(name).values(), record.why)
            ]
            _, rows = found.setdefault(document_id, (ended[document_id], []))
            place = positions[document_id]
            rows.append(RecordRow(tuple(cells), document_id, place, number))
        return found

    def _take_away(self, document_id: str) -> None:
        _, rows = self._read.pop(document_id, (0.0, []))
        if self._added.pop(document_id, None) is None and rows:
            self._gone[document_id] = rows

    def _arrange(self) -> None:
        """Put what was read in its place."""
        gone, added = self._gone, self._added
        if not (gone or added):
            return
        self._gone, self._added, self._others = {}, {}, None
        changed = sum(map(len, (*gone.values(), *added.values())))
        if changed * OTHERS > len(self._all.items):
            self._all = in_order(row for _, rows in self._read.values() for row in rows)
            self._found = self._about = None
            return
        if gone:
            self._about = None
        for order in (self._all, self._found) if self._found else (self._all,):
            for rows in gone.values():
                for row in rows:
                    order.remove(row)
            for rows in added.values():
                order.add(rows)
        if self._about is not None:
            self._about = self._still(
                self._about, [row for rows in added.values() for row in rows]
            )

    def row(self, document_id: str, number: int) -> RecordRow | None:
        """Give the row of a record, if it was read."""
        _, rows = self._read.get(document_id, (0.0, []))
        return next((row for row in rows if row.number == number), None)

    def rows(self) -> list[RecordRow]:
        """All rows that were read, in document order; not to be changed."""
        self._arrange()
        return self._all.items

    def find(self, query: Query) -> list[RecordRow]:
        """Rows that are meant, in the order that is meant; not to be changed."""
        return self._find(query).items

    def _find(self, query: Query) -> Found:
        self._arrange()
        if self._found is None or self._found.query != query:
            self._found = Found(query, self.columns, self._all)
        return self._found

    def place(self, query: Query, document_id: str, number: int) -> int | None:
        """Place of a record among those that are meant, from 0; None if it is not."""
        row = self.row(document_id, number)
        return None if row is None else self._find(query).index(row)

    def number(self, query: Query, name: str, fits: Callable[[RecordRow], bool]) -> int:
        """Count the rows that are meant and fit; counted on under its name."""
        return self._find(query).number(name, fits)

    def about(self) -> list[dict[str, Any]]:
        """Each column's ``name``, with ``empty`` or ``same`` if all cells are.

        That of the taxa has the species' ``names`` too.
        """
        rows = self.rows()
        if self._about is None:
            self._about = [
                {"name": name, **_about(name, index, rows)}
                for index, name in enumerate(self.columns)
            ]
        return self._about

    def _still(
        self, about: list[dict[str, Any]], added: list[RecordRow]
    ) -> list[dict[str, Any]]:
        """What is to know of the columns now that there are further rows."""
        some = [self._all.items[0], *added]
        return [
            {"name": name, **_about(name, index, some)}
            if known.keys() & {"empty", "same"}
            else known
            for index, (name, known) in enumerate(zip(self.columns, about, strict=True))
        ]

    def values(self, column: str, query: Query) -> Counter[str]:
        """Values of a column in the rows that fit the other filters, counted."""
        if column not in self.columns:
            return Counter()
        index = self.columns.index(column)
        self._arrange()
        others = query.without(column)
        if self._others is None or self._others[0] != others:
            self._others = others, Found(others, self.columns, self._all).items
        return Counter(cell_text(row.cells[index]) for row in self._others[1])


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
