"""Read the records of a job: all of them, those of some documents, or one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from curation_kit.store import Database, Row

__all__ = ["RECORD", "REVIEWED", "StoredRecords"]

#: A record `r` with its review `v`, as SQL.
RECORD = "r.document_id, r.number, r.record, v.verdict, v.changes"
REVIEWED = (
    "LEFT JOIN reviews v ON v.job_id = r.job_id "
    "AND v.document_id = r.document_id AND v.number = r.number"
)


class StoredRecords:
    """The records of a job, each with what a curator said of it."""

    _database: Database

    def records(self, job_id: str, *, limit: int | None = None) -> list[Row]:
        """Records in document order, each with its review.

        Returns
        -------
        list of Row
            File name, document_id, number, record (JSON), verdict, changes.
        """
        return self._database.all(
            # From document to document, so that the first ones come at once.
            f"SELECT d.name, {RECORD} FROM job_documents d CROSS JOIN records r "  # noqa: S608 - constants
            f"ON r.job_id = d.job_id AND r.document_id = d.document_id {REVIEWED} "
            "WHERE d.job_id = ? ORDER BY d.position, r.number LIMIT ?",
            (job_id, -1 if limit is None else limit),
        )

    def total_records(self, job_id: str) -> int:
        """Number of records of a job."""
        row = self._database.one(
            "SELECT total(records) AS n FROM job_documents WHERE job_id = ?",
            (job_id,),
        )
        return int(row["n"]) if row else 0

    def record(self, job_id: str, document_id: str, number: int) -> Row | None:
        """One record as `records` gives it."""
        return self._database.one(
            f"SELECT d.name, {RECORD} FROM records r JOIN job_documents d "  # noqa: S608 - constants
            f"ON d.job_id = r.job_id AND d.document_id = r.document_id {REVIEWED} "
            "WHERE r.job_id = ? AND r.document_id = ? AND r.number = ?",
            (job_id, document_id, number),
        )

    def key_at(self, job_id: str, position: int) -> Row | None:
        """Give document_id and number of a record by its place among all, from 0.

        Negative places count from the end.
        """
        order, offset = ("ASC", position) if position >= 0 else ("DESC", -1 - position)
        return self._database.one(
            "SELECT r.document_id, r.number FROM job_documents d "  # noqa: S608 - constants
            "CROSS JOIN records r "
            "ON r.job_id = d.job_id AND r.document_id = d.document_id "
            f"WHERE d.job_id = ? ORDER BY d.position {order}, r.number {order} "
            "LIMIT 1 OFFSET ?",
            (job_id, offset),
        )

    def documents_with_records(self, job_id: str) -> list[Row]:
        """Completed documents that have records, in order: document_id, ended."""
        return self._database.all(
            "SELECT document_id, ended FROM job_documents WHERE job_id = ? "
            "AND status = 'completed' AND records > 0 ORDER BY position",
            (job_id,),
        )

    def records_of(self, job_id: str, document_ids: Sequence[str]) -> list[Row]:
        """Records of some documents, as `records` gives them."""
        return self._database.all(
            f"SELECT d.name, {RECORD} FROM json_each(?) wanted "  # noqa: S608 - constants
            "CROSS JOIN job_documents d ON d.job_id = ? "
            "AND d.document_id = wanted.value CROSS JOIN records r "
            f"ON r.job_id = d.job_id AND r.document_id = d.document_id {REVIEWED} "
            "ORDER BY wanted.key, r.number",
            (json.dumps(list(document_ids)), job_id),
        )
