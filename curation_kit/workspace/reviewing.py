"""Curators' verdicts on the records of a job, and the gold table they make."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

from curation_kit.errors import JobError, NotFound
from curation_kit.jobs import VERDICTS, Review
from curation_kit.phrases import fold, shown
from curation_kit.records import LIST_SEPARATOR, Record, Verdict
from curation_kit.workspace.corrections import changed_values, whole_text
from curation_kit.workspace.job_reading import JobReading
from curation_kit.workspace.record_keys import resolve

if TYPE_CHECKING:
    import pandas as pd

    from curation_kit.workspace.record_keys import RecordKey

__all__ = ["JobReviewing", "reviewer_named"]

_REVIEW_TYPES = {
    "document": "str",
    "record": "Int64",
    "verdict": "str",
    "column": "str",
    "old": "str",
    "new": "str",
    "note": "str",
    "reviewer": "str",
    "time": "datetime64[s]",
    "document_id": "str",
}


class JobReviewing(JobReading):
    """Accept, edit or reject records; what the flow made is never changed."""

    def review(
        self,
        record: RecordKey,
        verdict: str,
        *,
        changes: Mapping[str, Any] | None = None,
        note: str = "",
        reviewer: str | None = None,
    ) -> Record:
        """Say of a record whether it is right; a later verdict replaces an earlier.

        Parameters
        ----------
        record
            A row of `results`, the file name or id of a document with the
            number of the record in it (from 0), or the place in `results`,
            which shifts while the job runs.
        verdict
            ``accepted``, ``edited`` or ``rejected``; an acceptance with changes
            is stored as ``edited``, and accepting an edited record keeps its edit.
            Of one that a curator added the first two are stored as ``added``.
        changes
            The right values by column. When left out, those of an earlier
            review stay, unless the record is rejected; ``{}`` drops them. A new
            name takes the identifier of the old one away, unless one is given.
        note
            Why, in your words.
        reviewer
            Who says so; by default the user of JupyterHub or of the system.

        Returns
        -------
        Record
            As it now reads.

        Raises
        ------
        JobError
            If a change is not possible: of the evidence, of a column that the
            records do not have, or to a value that the column cannot hold.
        NotFound
            If there is no such record.
        """
        key = resolve(self, record)
        review = self._judged(key, verdict, changes, note, reviewer)
        self._store.review(self.id, {key: review})
        return self.record(*key)

    def _judged(
        self,
        key: tuple[str, int],
        verdict: str,
        changes: Mapping[str, Any] | None,
        note: str,
        reviewer: str | None,
    ) -> Review:
        """Give the review of a record as it is stored, or raise as `review`."""
        given = _verdict(verdict)
        machine = self.record(*key, rows="machine")
        try:
            changed = self._checked(key, given, machine, changes)
        except JobError as problem:
            raise JobError(f"{self._named(key)}: {problem}") from problem
        added = machine.review == Verdict.ADDED
        if (
            added
            and given is Verdict.REJECTED
            and (earlier := self._store.review_of(self.id, *key))
        ):
            changed = dict(earlier.changes)  # for whoever takes the rejection back
        if given is Verdict.ADDED and not added:
            raise JobError(
                f"{self._named(key)}: the flow found it, nobody added it: accept it."
            )
        if added and given is not Verdict.REJECTED:
            given = Verdict.ADDED
        elif changed and given is not Verdict.REJECTED:
            given = Verdict.EDITED
        return Review(given, changed, whole_text(note), reviewer_named(reviewer))

    def _named(self, key: tuple[str, int]) -> str:
        """What a record is called in messages: its paper and its number there."""
        return f"{self.papers().get(key[0], key[0][:12])}, record {key[1]}"

    def _checked(
        self,
        key: tuple[str, int],
        given: Verdict,
        machine: Record,
        changes: Mapping[str, Any] | None,
    ) -> dict[str, Any]:
        """The changes that a review has: those given, else those of an earlier one."""
        if changes is not None and not isinstance(changes, Mapping):
            raise JobError(
                "changes are the right values by column, for instance "
                f'changes={{"stage_label": "adult"}}; not {shown(changes)}.'
            )
        if given is Verdict.REJECTED:
            if changes:
                raise JobError(
                    "a rejected record cannot have changes: edit it, or reject it."
                )
            return {}
        if changes is None:
            earlier = self._store.review_of(self.id, *key)
            if earlier and earlier.changes:
                # As they were checked: anew, an identifier that was kept is cleared.
                return dict(earlier.changes)
        changed = changed_values(machine, changes or {})
        if given is Verdict.EDITED and not changed:
            raise JobError(
                "these are the values that it has, and an edited record needs others: "
                "give them by column, or accept it."
                if changes
                else "an edited record needs the right values by column, for instance "
                'changes={"stage_label": "adult"}.'
            )
        return changed

    def review_all(
        self,
        verdict: str,
        records: Iterable[RecordKey],
        *,
        note: str = "",
        reviewer: str | None = None,
    ) -> int:
        """Give many records the same verdict; those that have one keep it.

        Parameters
        ----------
        verdict
            ``accepted`` or ``rejected``.
        records
            As for `review`; also a table with rows of `results`.
        note, reviewer
            As for `review`.

        Returns
        -------
        int
            Number of records that had no verdict and now have this one.

        Raises
        ------
        JobError
            If the verdict is another one, or ``edited``.
        NotFound
            If a record is not there.
        """
        given = _verdict(verdict)
        if given not in {Verdict.ACCEPTED, Verdict.REJECTED}:
            raise JobError(
                "Many records are accepted or rejected; they are edited and added one "
                "by one."
            )
        keys = dict.fromkeys(self.resolved(records))
        review = Review(given, {}, whole_text(note), reviewer_named(reviewer))
        return self._store.review(self.id, dict.fromkeys(keys, review), over={})

    def withdraw_review(
        self, record: RecordKey, *, reviewer: str | None = None
    ) -> Record:
        """Take the verdict on a record back, with its changes and note.

        The log keeps that it was given. A record that a curator added is removed, or,
        if it was rejected, an added one again.

        Returns
        -------
        Record
            As it now reads, or as a removed one was added.

        Raises
        ------
        NotFound
            If the record has no review.
        """
        key = resolve(self, record)
        if self._store.review_of(self.id, *key) is None:
            raise NotFound(f"{self._named(key)} has no review to take back.")
        machine = self.record(*key, rows="machine")
        self._store.withdraw_review(self.id, *key, reviewer=reviewer_named(reviewer))
        return self.record(*key) if self.has_record(*key) else machine

    def restore_reviews(self, reviews: Mapping[tuple[str, int], Review | None]) -> None:
        """Put reviews back to what they were, all or none.

        Parameters
        ----------
        reviews
            By document id and number of the record; None where there was none.
        """
        self._store.review(self.id, reviews, reviewer=reviewer_named(None))

    def reviewed_keys(self) -> set[tuple[str, int]]:
        """Document id and number of the records that have a verdict."""
        return self._store.reviewed_keys(self.id)

    def review_of(self, record: RecordKey) -> Review | None:
        """What a curator says of a record; None when nobody has."""
        return self._store.review_of(self.id, *resolve(self, record))

    def review_rows(self) -> list[dict[str, Any]]:
        """Rows of `reviews` as dictionaries, without pandas."""
        import datetime as dt
        import json

        model = self.record_model()
        found = []
        for row in self._store.reviews(self.id):
            shared = {
                "document": row["name"],
                "record": row["number"],
                "verdict": row["verdict"],
                "note": row["note"],
                "reviewer": row["reviewer"],
                "time": dt.datetime.fromtimestamp(int(row["time"])),  # noqa: DTZ006 - local time, for people
                "document_id": row["document_id"],
            }
            changes = json.loads(row["changes"])
            machine = model.model_validate_json(row["record"]) if changes else None
            found += [
                {
                    **shared,
                    "column": name,
                    "old": _text(getattr(machine, name, None)),
                    "new": _text(new),
                }
                for name, new in changes.items()
            ] or [{**shared, "column": None, "old": None, "new": None}]
        return found

    @property
    def reviews(self) -> pd.DataFrame:
        """What curators say: one row per verdict, or per change of an edited record.

        ``record`` is the number of the record in its document, ``column``,
        ``old`` and ``new`` are what was changed.
        """
        from curation_kit.results import frame

        return frame(self.review_rows(), _REVIEW_TYPES)

    @property
    def review_counts(self) -> dict[str, int]:
        """Number of records ``accepted``, ``edited``, ``added`` and ``rejected``."""
        return self._store.review_counts(self.id)

    def reviewed_after(self, seq: int) -> set[str]:
        """Ids of documents whose reviews changed after an event of the log."""
        return self._store.reviewed_after(self.id, seq)

    def reviewed_documents(self, *, complete_only: bool = True) -> list[str]:
        """File names of the documents that curators have reviewed.

        Parameters
        ----------
        complete_only
            Only those of which every record has a verdict.
        """
        return [
            row["name"]
            for row in self._store.reviews_per_document(self.id)
            if row["reviewed"] == row["records"] or not complete_only
        ]

    def gold(self, *, complete_only: bool = True) -> pd.DataFrame:
        """What curators accepted, as a gold table for `curation_kit.evaluation`.

        A document of which every record was rejected has one row, with its name
        only: it was read, and there is nothing to find.

        Parameters
        ----------
        complete_only
            Only documents of which every record has a verdict: of a paper that
            is reviewed in half nobody knows what it should have.

        Returns
        -------
        DataFrame
            The accepted, edited and added records, with the columns of
            `curation_kit.evaluation.GOLD_COLUMNS` as text, as ``read_gold``
            gives them; ``document_id`` only if documents of the job share a name.

        Raises
        ------
        JobError
            If the records are not of gene expression.
        """
        from curation_kit.evaluation import GOLD_COLUMNS
        from curation_kit.formats import plain_cell
        from curation_kit.results import frame

        self._check_gene_expression()
        own = self.record_model().columns()
        names = [name for name in GOLD_COLUMNS if name in own]
        papers = [
            paper
            for paper in self._store.reviews_per_document(self.id)
            if paper["reviewed"] == paper["records"] or not complete_only
        ]
        called = [fold(name) for name in self.document_names().values()]
        if len({*called}) < len(called):
            names.append("document_id")
        rows: dict[str, list[dict[str, str]]] = {p["document_id"]: [] for p in papers}
        for name, key, _, record in self.records_of([*rows], "reviewed"):
            cells = {**record.row(name), "document_id": key}
            rows[key].append({column: plain_cell(cells[column]) for column in names})
        for paper in papers:
            key = paper["document_id"]
            if paper["reviewed"] == paper["records"] and not rows[key]:
                only = {"document": paper["name"], "document_id": key}
                rows[key] = [{**dict.fromkeys(names, ""), **only}]
        return frame(chain.from_iterable(rows.values()), dict.fromkeys(names, "str"))


def _verdict(given: str) -> Verdict:
    if not isinstance(given, str) or given not in VERDICTS:
        known = ", ".join(one for one in VERDICTS if one is not Verdict.ADDED)
        raise JobError(f"A verdict is {known}; not {shown(given)}.")
    return Verdict(given)


def reviewer_named(given: str | None) -> str:
    """Who reviews: the one named, or the user of JupyterHub or of the system."""
    if named := whole_text(given):
        return named
    try:
        return os.environ.get("JUPYTERHUB_USER") or getpass.getuser()
    except (KeyError, OSError):  # a user of a container that has no name there
        return "unknown"


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, list | tuple):
        return LIST_SEPARATOR.join(map(str, value))
    return str(value)
