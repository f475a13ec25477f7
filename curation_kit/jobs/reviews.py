"""Verdicts of curators on records, kept beside what the flow made."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from curation_kit.errors import JobError, NotFound
from curation_kit.jobs.changes import JobChanges
from curation_kit.jobs.model import Status
from curation_kit.jobs.names import no_job
from curation_kit.jobs.verdicts import VERDICTS, Review
from curation_kit.records import Record, Verdict

if TYPE_CHECKING:
    from curation_kit.store import Row

__all__ = ["JobReviews"]


class JobReviews(JobChanges):
    """Curators' verdicts: any number of people may give them at any time."""

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing, and only where it is found again: nobody gives it twice."""
        self._database.check_place()
        with self._database.transaction():
            yield

    def review(
        self,
        job_id: str,
        reviews: Mapping[tuple[str, int], Review | None],
        *,
        reviewer: str = "",
        over: Mapping[tuple[str, int], float | None] | None = None,
    ) -> int:
        """Store verdicts, all or none; each replaces an earlier one.

        Parameters
        ----------
        reviews
            By document id and number of the record in it; None takes a review
            back.
        reviewer
            Who takes reviews back.
        over
            Times of the verdicts that may be replaced. Any other one stays, also one
            given meanwhile, and one that was taken back meanwhile stays away. All may
            be replaced when left out.

        Returns
        -------
        int
            Number of verdicts stored.

        Raises
        ------
        NotFound
            If a record is not there (any more).
        """
        count = 0
        with self._transaction():
            for (document_id, number), review in reviews.items():
                if review is None:
                    self.withdraw_review(job_id, document_id, number, reviewer=reviewer)
                    continue
                if over is not None:
                    earlier = self.review_of(job_id, document_id, number)
                    known = over.get((document_id, number))
                    if (earlier.time if earlier else None) != known:
                        continue
                stored = self._database.execute(
                    "INSERT OR REPLACE INTO reviews (job_id, document_id, number, "
                    "verdict, changes, note, reviewer, time) "
                    "SELECT job_id, document_id, number, ?, ?, ?, ?, ? FROM records "
                    "WHERE job_id = ? AND document_id = ? AND number = ?",
                    (
                        review.verdict.value,
                        json.dumps(dict(review.changes)),
                        review.note,
                        review.reviewer,
                        review.time or time.time(),
                        job_id,
                        document_id,
                        number,
                    ),
                )
                if not stored:
                    raise _gone()
                count += 1
                self._event(
                    job_id,
                    "record_reviewed",
                    document_id,
                    record=number,
                    verdict=review.verdict.value,
                    changes=dict(review.changes),
                    note=review.note,
                    reviewer=review.reviewer,
                )
        return count

    def withdraw_review(
        self, job_id: str, document_id: str, number: int, *, reviewer: str
    ) -> None:
        """Take a verdict back; the log keeps that it was given.

        A record that a curator added goes with it; if it was rejected, it is an added
        one again.

        Raises
        ------
        NotFound
            If the record has none.
        """
        with self._transaction():
            key, removed = (job_id, document_id, number), 0
            restored = self._database.execute(
                "UPDATE reviews SET verdict = 'added', note = '', reviewer = ?, "
                "time = ? WHERE job_id = ? AND document_id = ? AND number = ? "
                "AND verdict = 'rejected' AND (SELECT json_extract(r.record, "
                "'$.review') FROM records r WHERE r.job_id = reviews.job_id "
                "AND r.document_id = reviews.document_id "
                "AND r.number = reviews.number) = 'added'",
                (reviewer, time.time(), *key),
            )
            if not restored:
                if not self._database.execute(
                    "DELETE FROM reviews "
                    "WHERE job_id = ? AND document_id = ? AND number = ?",
                    key,
                ):
                    raise NotFound("This record has no review to take back.")
                removed = self._database.execute(
                    "DELETE FROM records WHERE job_id = ? AND document_id = ? "
                    "AND number = ? AND json_extract(record, '$.review') = 'added'",
                    key,
                )
                self._count_records(job_id, document_id, -removed)
            self._event(
                job_id,
                "review_withdrawn",
                document_id,
                record=number,
                reviewer=reviewer,
                **({"records": -removed} if removed else {}),
            )

    def add_record(
        self, job_id: str, document_id: str, record: str, review: Review
    ) -> int:
        """Store a record that a curator adds to a completed document.

        Parameters
        ----------
        record
            JSON of it; its own ``review`` is ``added``.

        Returns
        -------
        int
            Its number in the document: no other ever has it.
        """
        with self._transaction():
            place = self._database.one(
                "SELECT status FROM job_documents WHERE job_id = ? AND document_id = ?",
                (job_id, document_id),
            )
            if place is None:
                raise no_job(job_id)
            if place["status"] != Status.COMPLETED:
                raise JobError("The document is being processed again: add it later.")
            last = self._database.one(
                "SELECT max(number) AS number FROM (SELECT number FROM records "
                "WHERE job_id = :job AND document_id = :document UNION ALL "
                "SELECT json_extract(data, '$.record') FROM events "
                "WHERE job_id = :job AND document_id = :document "
                "AND type = 'record_added')",
                {"job": job_id, "document": document_id},
            )
            number = 0 if last is None or last["number"] is None else last["number"] + 1
            self._database.execute(
                "INSERT INTO records (job_id, document_id, number, record) "
                "VALUES (?, ?, ?, ?)",
                (job_id, document_id, number, record),
            )
            self._database.execute(
                "INSERT INTO reviews (job_id, document_id, number, verdict, changes, "
                "note, reviewer, time) VALUES (?, ?, ?, ?, '{}', ?, ?, ?)",
                (
                    job_id,
                    document_id,
                    number,
                    review.verdict.value,
                    review.note,
                    review.reviewer,
                    review.time or time.time(),
                ),
            )
            self._count_records(job_id, document_id, 1)
            self._event(
                job_id,
                "record_added",
                document_id,
                record=number,
                records=1,
                note=review.note,
                reviewer=review.reviewer,
                **_told(record),
            )
        return int(number)

    def _count_records(self, job_id: str, document_id: str, more: int) -> None:
        """Correct the number of records of a document."""
        self._database.execute(
            "UPDATE job_documents SET records = records + ? "
            "WHERE job_id = ? AND document_id = ?",
            (more, job_id, document_id),
        )

    def review_of(self, job_id: str, document_id: str, number: int) -> Review | None:
        """The review of a record, None when it has none."""
        row = self._database.one(
            "SELECT * FROM reviews WHERE job_id = ? AND document_id = ? AND number = ?",
            (job_id, document_id, number),
        )
        if row is None:
            return None
        return Review(
            verdict=Verdict(row["verdict"]),
            changes=json.loads(row["changes"]),
            note=row["note"],
            reviewer=row["reviewer"],
            time=row["time"],
        )

    def changes_logged(
        self, job_id: str
    ) -> dict[tuple[str, int], list[dict[str, Any]]]:
        """The changes of all reviews that were ever given, by document and record."""
        rows = self._database.all(
            "SELECT document_id, json_extract(data, '$.record') AS number, "
            "json_extract(data, '$.changes') AS changes FROM events "
            "WHERE job_id = ? AND type = 'record_reviewed'",
            (job_id,),
        )
        found: dict[tuple[str, int], list[dict[str, Any]]] = {}
        for row in rows:
            key = (row["document_id"], row["number"])
            found.setdefault(key, []).append(json.loads(row["changes"]))
        return found

    def reviews(self, job_id: str) -> list[Row]:
        """All reviews in document order.

        Returns
        -------
        list of Row
            name (of the document), record (JSON; as the flow made it, None where
            nothing was changed), and the columns of `reviews`.
        """
        return self._database.all(
            "SELECT d.name, iif(v.changes = '{}', NULL, r.record) AS record, v.* "
            "FROM job_documents d "
            "JOIN reviews v ON v.job_id = d.job_id AND v.document_id = d.document_id "
            "JOIN records r ON r.job_id = v.job_id AND r.document_id = v.document_id "
            "AND r.number = v.number WHERE d.job_id = ? ORDER BY d.position, v.number",
            (job_id,),
        )

    def reviewed_keys(self, job_id: str) -> set[tuple[str, int]]:
        """Document id and number of the records that have a verdict."""
        rows = self._database.all(
            "SELECT document_id, number FROM reviews WHERE job_id = ?", (job_id,)
        )
        return {(row["document_id"], row["number"]) for row in rows}

    def review_counts(self, job_id: str) -> dict[str, int]:
        """Number of reviews per verdict; each verdict is a key."""
        rows = self._database.all(
            "SELECT verdict, count(*) AS n FROM reviews WHERE job_id = ? "
            "GROUP BY verdict",
            (job_id,),
        )
        found = {row["verdict"]: row["n"] for row in rows}
        return {verdict.value: found.get(verdict.value, 0) for verdict in VERDICTS}

    def reviews_per_document(self, job_id: str) -> list[Row]:
        """Documents with reviews: document_id, name, records, reviewed, in order."""
        return self._database.all(
            "SELECT d.document_id, d.name, d.records, v.reviewed FROM (SELECT "
            "document_id, count(*) AS reviewed FROM reviews WHERE job_id = :job "
            "GROUP BY document_id) v JOIN job_documents d ON d.job_id = :job "
            "AND d.document_id = v.document_id ORDER BY d.position",
            {"job": job_id},
        )

    def reviewed_after(self, job_id: str, seq: int) -> set[str]:
        """Ids of documents whose reviews changed after an event of the log."""
        rows = self._database.all(
            "SELECT DISTINCT document_id FROM events WHERE job_id = ? AND seq > ? "
            "AND type IN ('record_reviewed', 'review_withdrawn', 'record_added')",
            (job_id, seq),
        )
        return {row["document_id"] for row in rows}

    def record_keys(self, job_id: str) -> list[tuple[str, int]]:
        """Document id and number of each record, in the order of `records`."""
        rows = self._database.all(
            "SELECT r.document_id, r.number FROM job_documents d "
            "JOIN records r ON r.job_id = d.job_id AND r.document_id = d.document_id "
            "WHERE d.job_id = ? ORDER BY d.position, r.number",
            (job_id,),
        )
        return [(row["document_id"], row["number"]) for row in rows]


def _told(record: str) -> dict[str, Any]:
    """What the log keeps of a record that was added, as it may be removed again."""
    content = json.loads(record)
    evidence = content.pop("evidence")
    for name in Record.model_fields:
        content.pop(name, None)
    values = {name: value for name, value in content.items() if value is not None}
    return {"values": values, "quote": evidence[0]["quote"] if evidence else ""}


def _gone() -> NotFound:
    return NotFound(
        "This record is no longer among the results of the job: it was removed, or "
        "its document is being processed again."
    )
