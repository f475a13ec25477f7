"""What the documents of a job have cost, by how far they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from curation_kit.jobs.model import Status

if TYPE_CHECKING:
    from curation_kit.store import Database

__all__ = ["JobSpending"]


class JobSpending:
    """Questions to the calls of a job together with its documents."""

    _database: Database

    def cost_left(self, job_id: str) -> float | None:
        """US dollars that a job's other documents will cost, if like those done.

        Returns
        -------
        float or None
            None while no document has ended, or if a call has no price.
        """
        row = self._database.one(
            "WITH d AS (SELECT document_id, status IN ('completed', 'failed') AS done, "
            "(SELECT total(cost) FROM calls c WHERE c.job_id = d.job_id "
            "AND c.document_id = d.document_id) AS cost FROM job_documents d "
            "WHERE d.job_id = :job AND status != 'cancelled') "
            "SELECT sum(done) AS done, sum(NOT done) AS left, "
            "total(cost) FILTER (WHERE done) AS cost, "
            "total(cost) FILTER (WHERE NOT done) AS begun, "
            "EXISTS (SELECT 1 FROM calls WHERE job_id = :job AND cost IS NULL) "
            "AS unpriced FROM d",
            {"job": job_id},
        )
        if row is None or not row["done"] or row["unpriced"]:
            return None
        left: float = row["cost"] / row["done"] * row["left"] - row["begun"]
        return max(left, 0.0)

    def allowance(self, job_id: str) -> tuple[str, float | None]:
        """Why a job's documents in work shall stop, and what it may spend.

        Returns
        -------
        str
            "" when they need not.
        float or None
            US dollars; None without a budget.
        """
        row = self._database.one(
            "SELECT status, reason, json_extract(options, '$.budget') AS budget "
            "FROM jobs WHERE id = ?",
            (job_id,),
        )
        if row is None:
            return "the job was deleted", None
        if row["status"] in {Status.PENDING, Status.PROCESSING}:
            return "", row["budget"]
        return f"the job is {row['status']}", row["budget"]
