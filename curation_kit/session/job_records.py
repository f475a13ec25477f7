"""The records of a job, page by page: searched, filtered, sorted."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from traitlets import Dict

from curation_kit.errors import JobError, NotFound
from curation_kit.formats import delimited
from curation_kit.session.job_part import MAX_TEXT, JobPart, pages_of
from curation_kit.species import SPECIES
from curation_kit.workspace import Job

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MAX_CHOICES", "RESULTS_PER_PAGE", "RecordTable"]

#: Rows with their quotes: about 8 kB.
RESULTS_PER_PAGE = 25

#: A column with at most so many values is filtered by choosing one.
MAX_CHOICES = 12

#: Longest value that is offered as a choice.
_MAX_CHOICE = 60

#: Results are read anew at most this often while the job runs, in seconds.
RESULTS_INTERVAL = 2.0

_HIDDEN = "document_id"

#: Scientific name of each taxon that the agents know.
_TAXA = {species.taxon: species.name for species in SPECIES.values()}


class RecordTable(JobPart):
    """One page of a job's records, and the one that is selected.

    Attributes
    ----------
    results : dict
        ``columns`` (each with ``name``, with ``empty`` or ``same`` when its
        cells are, with its values as ``choices`` when they are few, and the
        taxa with the species' ``names``),
        ``rows``, ``keys`` (document id and number of each row's record), what
        was asked for (``search``, ``filters``, ``sort``, ``descending``),
        ``total``, ``found``, ``page``, ``pages``, ``first``.
    record : dict
        The selected record: ``document``, ``document_id``, ``number``, ``row``
        (its cells by column), ``evidence`` (all of it, without boxes),
        ``candidates``, ``why``; empty when none is.
    """

    results = Dict()
    record = Dict()
    shown = "results"

    def _reset(self) -> None:
        self._search, self._sort, self._descending, self._page = "", "", False, 0
        self._filters: dict[str, list[str]] = {}
        self._seq = -1
        self._table: pd.DataFrame | None = None
        self._about: dict[str, dict[str, Any]] = {}
        self.record = {}

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
        search
            Words that all occur in a record, in whatever column and case.
        sort
            A column; the order of the documents when empty.
        filters
            For some columns ``["is", value]`` or ``["has", words]``.
        """
        with self._lock:
            self._search, self._page = search, max(page, 0)
            self._sort, self._descending = sort, descending
            self._filters = {
                name: list(wanted)
                for name, wanted in (filters or {}).items()
                if wanted[0] == "is" or wanted[1].strip()
            }
            self.refresh()

    def select(self, document_id: str, number: int = 0) -> None:
        """Select a record by its document and its number in it, or none ("")."""
        with self._lock:
            if self._job is None or not document_id:
                self.record = {}
                return
            found = self._job.record(document_id, number)
            content = found.model_dump(mode="json")
            for evidence in content["evidence"]:
                del evidence["boxes"]  # for who draws the page: see `Job.record`
            document = self._job.document_name(document_id)
            self.record = {
                "document": document,
                "document_id": document_id,
                "number": number,
                "row": {
                    name: "" if value is None else str(value)
                    for name, value in found.row(document).items()
                },
                **{name: content[name] for name in ("evidence", "candidates", "why")},
            }

    def to_csv(self) -> bytes:
        """All records that are meant, on whatever page, as CSV.

        Raises
        ------
        JobError
            If there are none.
        """
        with self._lock:
            if self._job is None:
                raise JobError("No job is open: choose one from Your Batch Jobs.")
            found = self._found(self._read(self._job))
            if found.empty:
                raise JobError("No record is shown, so there is nothing to download.")
            table = found.drop(columns=[_HIDDEN]).astype(object)
            table = table.where(table.notna(), None)
            names = [str(name) for name in table.columns]
            rows = (
                dict(zip(names, values, strict=True))
                for values in table.itertuples(index=False, name=None)
            )
            return delimited(rows, names, ",")

    def look(self) -> None:
        """Read the records again when there are new ones, but not too often."""
        with self._lock:
            if self._job is None or self._job.last_seq() == self._seq:
                return
            if time.monotonic() < self._due:
                return
            begun = time.monotonic()
            self.refresh()
            now = time.monotonic()
            self._due = max(self._due, now + RESULTS_INTERVAL, now + 10 * (now - begun))

    def refresh(self) -> None:
        """Show what is there now; a selected record that is gone is let go."""
        with self._lock:
            super().refresh()
            if self.record:
                try:
                    self.select(self.record["document_id"], self.record["number"])
                except NotFound:  # its document is being retried
                    self.record = {}

    def _content(self, job: Job) -> dict[str, Any]:
        if not job.total_records:  # nothing to load pandas for
            self._seq = job.last_seq()
            return self._page_of([], [], [], total=0, found=0)
        table = self._read(job)
        found = self._found(table)
        pages = pages_of(len(found), RESULTS_PER_PAGE)
        self._page = min(self._page, pages - 1)
        first = self._page * RESULTS_PER_PAGE
        page = found.iloc[first : first + RESULTS_PER_PAGE]
        names = [name for name in table.columns if name != _HIDDEN]
        numbers = table.groupby(_HIDDEN, sort=False).cumcount().loc[page.index]
        return self._page_of(
            [{"name": name, **self._about[name]} for name in names],
            [
                ["" if _missing(value) else str(value)[:MAX_TEXT] for value in values]
                for values in page[names].itertuples(index=False, name=None)
            ],
            [[key, int(n)] for key, n in zip(page[_HIDDEN], numbers, strict=True)],
            total=len(table),
            found=len(found),
        )

    def _page_of(
        self,
        columns: list[dict[str, Any]],
        rows: list[list[str]],
        keys: list[list[Any]],
        *,
        total: int,
        found: int,
    ) -> dict[str, Any]:
        return {
            "columns": columns,
            "rows": rows,
            "keys": keys,
            "search": self._search,
            "filters": self._filters,
            "sort": self._sort,
            "descending": self._descending,
            "total": total,
            "found": found,
            "page": self._page,
            "pages": pages_of(found, RESULTS_PER_PAGE),
            "first": self._page * RESULTS_PER_PAGE,
        }

    def _read(self, job: Job) -> pd.DataFrame:
        seq = job.last_seq()
        if self._table is None or self._seq != seq:
            self._table, self._seq = job.results, seq
            self._about = {
                str(name): _about(str(name), self._table[name]) for name in self._table
            }
            if "taxon" in self._about:
                self._about["taxon"]["names"] = {
                    taxon: _TAXA[taxon]
                    for taxon in self._table["taxon"].dropna().unique()
                    if taxon in _TAXA
                }
        return self._table

    def _found(self, table: pd.DataFrame) -> pd.DataFrame:
        found = _matching(table, self._search)
        for name, (how, wanted) in self._filters.items():
            if name not in found.columns:
                continue
            texts = found[name].astype("object").fillna("").astype("str")
            if how == "is":
                found = found[texts == wanted]
            else:
                found = found[_with_words(texts.str.casefold(), wanted)]
        if self._sort in found.columns:
            found = found.sort_values(
                self._sort,
                ascending=not self._descending,
                kind="stable",
                na_position="last",
                key=_sort_key,
            )
        return found


def _about(name: str, values: pd.Series[Any]) -> dict[str, Any]:
    """What is to know of a column: its values if they are few, whether it is empty."""
    texts = values.astype("object").fillna("").astype("str").unique()
    if not any(texts) or (name == "negated" and set(texts) == {"False"}):
        return {"empty": True}
    if len(texts) == 1:
        return {"same": True}
    # Quotes differ by chance only: they are searched, not chosen.
    few = name != "quote" and len(texts) <= MAX_CHOICES
    if few and max(map(len, texts)) <= _MAX_CHOICE:
        return {"choices": sorted(texts, key=_natural)}
    return {}


def _natural(text: str) -> tuple[bool, int, str]:
    """Order of choices: numbers by value, then texts whatever the case."""
    number = int(text) if text.isdecimal() else 0
    return not text.isdecimal(), number, text.casefold()


def _sort_key(values: pd.Series[Any]) -> pd.Series[Any]:
    """Numbers by value, texts whatever the case."""
    return values.str.casefold() if values.dtype.kind in "OU" else values


def _matching(table: pd.DataFrame, search: str) -> pd.DataFrame:
    """Rows in which every word of the search occurs, whatever the case."""
    import pandas as pd

    if not search.split() or table.empty:
        return table
    columns = [name for name in table.columns if name != _HIDDEN]
    texts = pd.Series("", index=table.index)
    for name in columns:
        texts = texts + " " + table[name].astype("object").fillna("").astype("str")
    return table[_with_words(texts.str.casefold(), search)]


def _with_words(texts: pd.Series[Any], search: str) -> pd.Series[bool]:
    import pandas as pd

    keep = pd.Series(data=True, index=texts.index)
    for word in search.casefold().split():
        keep &= texts.str.contains(word, regex=False)
    return keep


def _missing(value: Any) -> bool:
    import pandas as pd

    return value is None or bool(pd.isna(value))
