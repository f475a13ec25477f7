"""How the records of a job are named, and how one of them is meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from numbers import Integral
from typing import TYPE_CHECKING, Any

from curation_kit.errors import CurationKitError, NotFound
from curation_kit.jobs import JobStore
from curation_kit.phrases import composed, shown

if TYPE_CHECKING:
    import pandas as pd

    #: What says which record is meant: see `resolve`.
    RecordKey = pd.Series[Any] | tuple[str, int] | int

__all__ = ["KeysReadOnce", "RecordKeys", "no_row", "resolve"]


class RecordKeys:
    """The keys of a job's records: the paper, and the number in it from 0.

    They stay the same while the job runs and when its records are reviewed.
    """

    id: str
    _store: JobStore

    def papers(self) -> dict[str, str]:
        """What each document is called in the index of `results`, by its id.

        It is the file name. Documents of the job that share one are called as
        their result files are, without the extension.
        """
        rows = self._store.names(self.id)
        names = [composed(row["name"]) for row in rows]
        times = Counter(names)
        keys = [
            name if times[name] == 1 else row["stem"]
            for name, row in zip(names, rows, strict=True)
        ]
        if len(set(keys)) < len(keys):  # a file is called as the result of another
            keys = [row["stem"] for row in rows]
        return {row["document_id"]: key for row, key in zip(rows, keys, strict=True)}

    def paper_ids(self) -> dict[str, str]:
        """Id of each document, by what it is called in `papers`."""
        return {paper: document_id for document_id, paper in self.papers().items()}

    def key_at(self, position: int) -> tuple[str, int]:
        """Document id and number of the record in a row of `results`, from 0.

        Raises
        ------
        NotFound
            If there are not so many rows.
        """
        row = self._store.key_at(self.id, position)
        if row is None:
            raise no_row(position, self._store.total_records(self.id))
        return row["document_id"], row["number"]

    def all_keys(self) -> list[tuple[str, int]]:
        """Document id and number of each record, in the order of `results`."""
        return self._store.record_keys(self.id)

    def has_record(self, document_id: str, number: int) -> bool:
        """Whether there is such a record now."""
        return self._store.record(self.id, document_id, number) is not None

    def resolved(
        self, records: Iterable[RecordKey] | pd.DataFrame, *, gone: bool = False
    ) -> list[tuple[str, int]]:
        """Document id and number of many records: each as `resolve` takes it.

        Parameters
        ----------
        gone
            Whether records may be among them that are no longer there.

        Raises
        ------
        CurationKitError
            If that is no list of records.
        """
        rows: Any = records
        if hasattr(rows, "iterrows"):
            # Of job.results.loc["smith2020.pdf"] the only level is the number.
            levels = [name for name in rows.index.names if name and name not in rows]
            rows = (row for _, row in rows.reset_index(level=levels).iterrows())
        if not isinstance(rows, Iterable) or isinstance(rows, str):
            raise CurationKitError(
                f"{shown(records)} is no list of records: give rows of "
                "job.results, or their keys."
            )
        known = KeysReadOnce(self.id, self._store)
        return [resolve(known, row, gone=gone) for row in rows]


class KeysReadOnce(RecordKeys):
    """The same keys, and what was ever changed there, read once: for many records."""

    def __init__(self, job_id: str, store: JobStore) -> None:
        self.id = job_id
        self._store = store

    @cached_property
    def _papers(self) -> dict[str, str]:
        return super().papers()

    @cached_property
    def _keys(self) -> list[tuple[str, int]]:
        return self._store.record_keys(self.id)

    def papers(self) -> dict[str, str]:
        """As `RecordKeys.papers`."""
        return self._papers

    @cached_property
    def _paper_ids(self) -> dict[str, str]:
        return super().paper_ids()

    def paper_ids(self) -> dict[str, str]:
        """As `RecordKeys.paper_ids`."""
        return self._paper_ids

    def key_at(self, position: int) -> tuple[str, int]:
        """As `RecordKeys.key_at`."""
        try:
            return self._keys[position]
        except IndexError:
            raise no_row(position, len(self._keys)) from None

    def all_keys(self) -> list[tuple[str, int]]:
        """As `RecordKeys.all_keys`."""
        return self._keys

    @cached_property
    def _known(self) -> set[tuple[str, int]]:
        return {*self._keys}

    def has_record(self, document_id: str, number: int) -> bool:
        """As `RecordKeys.has_record`."""
        return (document_id, number) in self._known  # the store asks again

    @cached_property
    def changes_logged(self) -> dict[tuple[str, int], list[dict[str, Any]]]:
        """The changes of all reviews that were ever given, by key."""
        return self._store.changes_logged(self.id)


def no_row(position: int, total: int) -> NotFound:
    """Give the error for a row that the results do not have."""
    there = f"rows 0 to {total - 1}" if total > 1 else "row 0 only"
    return NotFound(
        f"The results of the job have no row {position}: "
        f"{f'they have {there}' if total else 'they are empty'}."
    )


def resolve(
    job: RecordKeys,
    record: pd.Series[Any] | tuple[Any, ...] | int,
    *,
    gone: bool = False,
) -> tuple[str, int]:
    """Document id and number of the record that a user means.

    Parameters
    ----------
    job
        The job that the record belongs to.
    record
        A row of ``job.results``, as ``.loc[key]``, ``.iloc[i]``, ``iterrows`` or
        ``itertuples`` give it; its key there, ``("smith2020.pdf", 3)``, where
        the document's id may stand for its name; or its position there, from 0,
        where negative ones count from the end.
    gone
        Whether its document may have no such record any more.

    Returns
    -------
    tuple of (str, int)
        As `Job.record` takes them; the number counts from 0.

    Raises
    ------
    NotFound
        If the job has no such record.
    CurationKitError
        If this names no record, for instance a row without its index.
    """
    if isinstance(record, Integral) and not isinstance(record, bool):
        return job.key_at(int(record))
    paper, number = _key(record)
    papers = job.papers()
    meant = paper if paper in papers else job.paper_ids().get(composed(paper))
    if meant is None:
        raise NotFound(
            f"The job has no document {paper}: look at the index of job.results."
        )
    if not gone and not job.has_record(meant, number):
        there = _numbers([number for key, number in job.all_keys() if key == meant])
        raise NotFound(f"{papers[meant]} has no record {number}: it has {there}.")
    return meant, number


def _numbers(there: list[int]) -> str:
    """Which records there are; there are gaps where added ones were removed."""
    if len(there) < 2:  # noqa: PLR2004 - nothing to count
        return f"record {there[0]} only" if there else "no records"
    if there[-1] == len(there) - 1:
        return f"records 0 to {there[-1]}"
    return f"records {', '.join(map(str, there))}"


def _key(record: Any) -> tuple[str, int]:
    """Paper, or the document's id where it is known, and number."""
    key = getattr(record, "Index", getattr(record, "name", record))
    paper, number = key if isinstance(key, tuple) and len(key) == 2 else (None, None)  # noqa: PLR2004 - a key is a pair
    if hasattr(record, "get"):  # a Series, perhaps of a table after reset_index()
        paper = record.get("document_id", record.get("paper", paper))
        number = record.get("record", number)
    if not isinstance(paper, str) or not isinstance(number, Integral):
        raise CurationKitError(
            "This names no record: give a row of job.results, its key such as "
            '("smith2020.pdf", 3), or its position.'
        )
    return paper, int(number)
