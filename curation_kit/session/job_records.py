"""The records of a job, page by page: searched, filtered, sorted."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from traitlets import Dict

from curation_kit.errors import JobError, NotFound
from curation_kit.session.column_choices import choices_of
from curation_kit.session.follower import Follower
from curation_kit.session.job_counts import JobCounts
from curation_kit.session.job_part import MAX_TEXT, CostlyPart
from curation_kit.session.paging import turned
from curation_kit.session.record_query import Query, RecordRow, cell_text
from curation_kit.session.record_rows import RecordRows
from curation_kit.workspace import Job

__all__ = ["RESULTS_PER_PAGE", "RecordTable"]

#: Rows with their quotes: about 8 kB.
RESULTS_PER_PAGE = 25

#: Documents whose records are read before others get their turn: about 50 ms.
READ_AT_ONCE = 200

#: Pause after that, as a part of it: what somebody asks for comes first.
_REST = 0.1


class RecordTable(CostlyPart):
    """One page of a job's records, and the one that is selected.

    Many records are read from a thread: the first page is there at once, and
    ``reading`` says that what is shown is not all yet.

    Attributes
    ----------
    results : dict
        ``columns`` (each with ``name``, with ``empty`` or ``same`` when its
        cells are, that of the taxa with the species' ``names``), ``rows``,
        ``keys`` (document id and number of each row's record), what was asked for
        (``search``, ``filters``, ``sort``, ``descending``), ``total``,
        ``found``, ``page``, ``pages``, ``first``, ``reading``.
    choices : dict
        Values of the ``column`` that shall be filtered, of those that have
        what was typed (``search``): ``values`` (text and number of records,
        the most frequent first), ``found`` (how many there are); empty when
        none shall be.
    record : dict
        The selected record: ``document``, ``document_id``, ``number``, ``row``
        (its cells by column), ``evidence`` (all of it, without places),
        ``candidates``, ``why``; empty when none is.

    Parameters
    ----------
    failed, mended
        Called, from a thread, with the error that keeps it from reading, and when it
        can read again.
    """

    results = Dict()
    choices = Dict()
    record = Dict()
    shown = "results"

    #: Of the job that is shown, where somebody keeps them up.
    counts: JobCounts | None = None

    def __init__(
        self,
        failed: Callable[[Exception], None] = lambda _: None,
        mended: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self._failed, self._mended = failed, mended
        self._reader: Follower | None = None

    def _reset(self) -> None:
        super()._reset()
        self._query, self._page = Query(), 0
        self._rows: RecordRows | None = None
        self._reader = None
        self._last = 0  # place of the record that was selected last
        self._selected: RecordRow | None = None
        self._page_rows: dict[RecordRow, tuple[list[Any], list[str]]] = {}
        self.record = self.choices = {}

    def show(
        self,
        search: str = "",
        page: int = 0,
        sort: str = "",
        descending: bool = False,  # noqa: FBT001, FBT002 - from the page
        filters: Mapping[str, list[str]] | None = None,
    ) -> None:
        """Turn to a page of the records that are meant.

        Parameters
        ----------
        search, sort, descending
            See `Query`.
        filters
            For some columns ``["is", value, …]`` or ``["has", words]``.
        """
        with self._lock:
            self._query = Query(
                search,
                {
                    name: list(wanted)
                    for name, wanted in (filters or {}).items()
                    if wanted[1:] and (wanted[0] == "is" or wanted[1].strip())
                },
                sort,
                descending,
            )
            self._page = max(page, 0)
            self.refresh()

    def choose(self, column: str, search: str = "") -> None:
        """Offer values of a column that have these words, or none of any ("")."""
        with self._lock:
            self.choices = {"column": column, "search": search} if column else {}
            self._offer()

    def select(self, document_id: str, number: int = 0) -> None:
        """Select a record by its document and its number in it, or none ("")."""
        with self._lock:
            if self._job is None or not document_id:
                self.record = {}
                return
            found = self._job.record(document_id, number)
            content = found.model_dump(mode="json")
            for evidence in content["evidence"]:
                del evidence["boxes"], evidence["mentions"]  # see `EvidenceView`
            document = self._job.document_name(document_id)
            cells = found.row(document)
            if self._rows is not None:
                self._selected = self._rows.row(document_id, number)
                place = self._rows.place(self._query, document_id, number)
                self._last = self._last if place is None else place
            self.record = {
                "document": document,
                "document_id": document_id,
                "number": number,
                "row": {name: cell_text(value) for name, value in cells.items()},
                **{name: content[name] for name in ("evidence", "candidates", "why")},
            }

    def step(self, by: int) -> None:
        """Select the next record of those that are meant (1), or the previous (-1).

        When the selected one is no longer among them (a filter has changed), the
        one that took its place counts as next.
        """
        with self._lock:
            found = self._found()
            place = self._place()
            if place is None:
                place = self._last - (by > 0)
            place += by
            if not 0 <= place < len(found):
                return
            if place // RESULTS_PER_PAGE != self._page:
                self._page = place // RESULTS_PER_PAGE
                self.refresh()
            self.select(found[place].document_id, found[place].number)

    def reveal(self) -> None:
        """Turn to the page of the selected record."""
        with self._lock:
            place = self._place()
            if place is not None and place // RESULTS_PER_PAGE != self._page:
                self._page = place // RESULTS_PER_PAGE
                self.refresh()

    def around(self, by: int) -> tuple[str, int] | None:
        """Document id and number of the record that `step` would select."""
        with self._lock:
            found, place = self._found(), self._place()
            if place is None or not 0 <= place + by < len(found):
                return None
            return found[place + by].document_id, found[place + by].number

    def place(self) -> tuple[int, int]:
        """Place of the selected record among those that are meant, and their number.

        The place counts from 0; it is -1 when the record is not among them.
        """
        with self._lock:
            place = self._place()
            return (-1 if place is None else place), len(self._found())

    def turn_to(self, document_id: str, number: int) -> None:
        """Select a record, and turn to its page if it is among those found."""
        with self._lock:
            self.select(document_id, number)
            self.reveal()

    def seek(self, fits: Callable[[RecordRow], bool]) -> bool:
        """Select the next record found that fits; say whether there is one.

        After the last one it is looked for from the first one on.
        """
        with self._lock:
            found = self.found()
            first = self._last + 1 if self.record else 0
            for row in [*found[first:], *found[:first]]:
                if fits(row):
                    self.turn_to(row.document_id, row.number)
                    return True
            return False

    def found(self) -> list[RecordRow]:
        """All records that are meant and read, on whatever page, in their order."""
        with self._lock:
            return list(self._found())

    def number(self, name: str, fits: Callable[[RecordRow], bool]) -> int:
        """Number of the records found that fit; it is counted on under its name."""
        with self._lock:
            if self._rows is None:
                return 0
            return self._rows.number(self._query, name, fits)

    def column(self, name: str) -> int | None:
        """Which cell of a row belongs to a column; None when there is none."""
        with self._lock:
            if self._rows is None or name not in self._rows.columns:
                return None
            return self._rows.columns.index(name)

    @property
    def job(self) -> Job | None:
        """The job whose records these are."""
        return self._job

    def keys(self) -> list[tuple[str, int]]:
        """Document id and number of all records that are meant, on whatever page.

        Raises
        ------
        JobError
            If there are none.
        """
        with self._lock:
            if self._job is None:
                raise JobError("No job is open: choose one from Your Batch Jobs.")
            found: list[RecordRow] = []
            if rows := self._rows_of(self._job):
                rows.read()
                found = rows.find(self._query)
            if not found:
                raise JobError("No record is shown, so there is nothing to download.")
            return [(row.document_id, row.number) for row in found]

    def refresh(self) -> None:
        """Show what is there now; a selected record that is gone is let go."""
        with self._lock:
            super().refresh()
            self._offer()
            if not self.record:
                return
            key = self.record["document_id"], self.record["number"]
            row = self._rows.row(*key) if self._rows is not None else None
            if row is not None and row is self._selected:
                place = self._place()
                self._last = self._last if place is None else place
                return
            try:
                self.select(*key)
            except NotFound:  # its document is being retried
                self.record = {}

    def join(self, timeout: float | None = None) -> None:
        """Wait until all records are read."""
        if (reader := self._reader) is not None:
            reader.join(timeout)

    # ---- within

    def _found(self) -> list[RecordRow]:
        return self._rows.find(self._query) if self._rows is not None else []

    def _place(self) -> int | None:
        if self._rows is None or not self.record:
            return None
        key = self.record["document_id"], self.record["number"]
        return self._rows.place(self._query, *key)

    def _content(self, job: Job) -> dict[str, Any]:
        before, self._seq = self._seq, job.last_seq()  # first: what comes now is new
        rows = self._rows_of(job)
        if rows and (before != self._seq or not rows.complete) and not self._reader:
            self._read(rows)
        found = rows.find(self._query) if rows else []
        where = turned(len(found), self._page, RESULTS_PER_PAGE)
        self._page, first = where["page"], where["first"]
        self._page_rows = {
            row: self._page_rows.get(row) or _shown(row)
            for row in found[first : first + RESULTS_PER_PAGE]
        }
        search, filters, sort, descending = self._query
        return {
            "columns": rows.about() if rows else [],
            "rows": [cells for _, cells in self._page_rows.values()],
            "keys": [key for key, _ in self._page_rows.values()],
            "search": search,
            "filters": filters,
            "sort": sort,
            "descending": descending,
            "total": self._total(job) if rows else 0,
            **where,
            "reading": rows is not None and not rows.complete,
        }

    def _total(self, job: Job) -> int:
        return job.total_records if self.counts is None else self.counts.records

    def _rows_of(self, job: Job) -> RecordRows | None:
        """The rows, once there are any: they tell what columns there are."""
        if self._rows is None and self._total(job):
            self._rows = RecordRows(job)
        return self._rows

    def _read(self, rows: RecordRows) -> None:
        """Read what is new; a thread goes on with what would take too long."""
        if not rows.read(READ_AT_ONCE):
            look = partial(self._read_some, rows)
            self._reader = Follower(
                look, self._failed, self._mended, interval=0.0, rest=_REST
            )
            self._reader.start()

    def _read_some(self, rows: RecordRows) -> bool:
        """Read on, and show now and then what was read; say whether there is more."""
        with self._lock:
            if self._rows is not rows:  # another job was opened
                return False
            complete = rows.read(READ_AT_ONCE)
            if complete:  # first: what ended meanwhile takes another reader
                self._reader = None
            if complete or time.monotonic() >= self._due:
                self.refresh()
            return not complete

    def _offer(self) -> None:
        """Offer values of the column that shall be filtered."""
        if self.choices and self._rows is not None:
            column, search = self.choices["column"], self.choices["search"]
            self.choices = choices_of(self._rows, self._query, column, search)


def _shown(row: RecordRow) -> tuple[list[Any], list[str]]:
    """Key and cells of a row as they are sent."""
    key = [row.document_id, row.number]
    return key, [cell_text(value)[:MAX_TEXT] for value in row.cells]
