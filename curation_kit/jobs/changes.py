"""Parts of changes: status, events, attempts. Each is called in a transaction."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

from curation_kit.jobs.model import Claim, Outcome, Status
from curation_kit.jobs.names import no_job
from curation_kit.jobs.queries import JobQueries

__all__ = ["JobChanges"]

_EVENT = (
    "INSERT INTO events (job_id, document_id, type, time, data) VALUES (?, ?, ?, ?, ?)"
)


class JobChanges(JobQueries):
    """What the changes of people and those of the runner have in common."""

    def _set_status(
        self, job_id: str, status: Status, reason: str | None = None
    ) -> None:
        """Change the status of a job, and its clock, which only work moves."""
        now = time.time()
        self._database.execute(
            "UPDATE jobs SET status = :status, reason = :reason, "
            "ended = CASE WHEN :ended THEN :now END, "
            "worked = worked + max(coalesce(:now - since, 0), 0), "
            "since = CASE WHEN :working THEN :now END, "
            "started = CASE WHEN :working THEN coalesce(started, :now) ELSE started "
            "END WHERE id = :job",
            {
                "status": status.value,
                "reason": reason,
                "ended": status.ended,
                "working": status is Status.PROCESSING,
                "now": now,
                "job": job_id,
            },
        )

    def _end_job_if_done(self, job_id: str) -> None:
        left = self._database.one(
            "SELECT 1 FROM job_documents WHERE job_id = ? AND status = 'pending' "
            "UNION ALL SELECT 1 FROM job_documents "
            "WHERE job_id = ? AND status = 'processing' LIMIT 1",
            (job_id, job_id),
        )
        if left is not None or self._status(job_id).ended:
            return
        counts = self.counts(job_id)
        status = Status.COMPLETED if counts[Status.COMPLETED] else Status.FAILED
        reason = None
        if status is Status.FAILED:
            others = counts[Status.CANCELLED]  # of a job that was cancelled once
            reason = "No document completed." if others else "Every document failed."
        self._set_status(job_id, status, reason)
        self._event(
            job_id,
            f"job_{status.value}",
            completed=counts[Status.COMPLETED],
            failed=counts[Status.FAILED],
        )

    def _status(self, job_id: str) -> Status:
        row = self._database.one("SELECT status FROM jobs WHERE id = ?", (job_id,))
        if row is None:
            raise no_job(job_id)
        return Status(row["status"])

    def _clear_results(self, job_id: str, document_id: str) -> None:
        for table in ("records", "result_files", "reviews", "dropped_candidates"):
            self._database.execute(
                f"DELETE FROM {table} WHERE job_id = ? AND document_id = ?",  # noqa: S608 - constants
                (job_id, document_id),
            )

    def _end_attempt(
        self,
        job_id: str,
        document_id: str,
        ending: str,
        outcome: Outcome | None = None,
        *,
        reason: str | None = None,
        charged: bool = True,
    ) -> None:
        self._database.execute(
            "UPDATE attempts SET ended = :now, outcome = :ending, "
            "category = :category, message = :message, charged = :charged, "
            "step = (SELECT step FROM job_documents "
            "WHERE job_id = :job AND document_id = :document) "
            "WHERE job_id = :job AND document_id = :document AND ended IS NULL",
            {
                "now": time.time(),
                "ending": ending,
                "category": outcome.category if outcome else None,
                "message": (outcome.message or None) if outcome else reason,
                "charged": charged,
                "job": job_id,
                "document": document_id,
            },
        )

    def _event(
        self, job_id: str, kind: str, document_id: str | None = None, **data: Any
    ) -> int:
        row = (job_id, document_id, kind, time.time(), json.dumps(data))
        return self._database.insert(_EVENT, row)

    def _steps_started(self, claim: Claim, steps: Sequence[tuple[int, float]]) -> None:
        """Events of steps that have begun, and when."""
        self._database.executemany(
            _EVENT,
            [
                (
                    claim.job_id,
                    claim.document_id,
                    "step_started",
                    when,
                    json.dumps({"step": step, "agent": claim.flow.steps[step].agent}),
                )
                for step, when in steps
            ],
        )
