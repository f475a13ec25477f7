"""What the runner changes: documents taken, done, put back, and jobs that end."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

from curation_kit.errors import FailureCategory
from curation_kit.jobs.model import Claim, Outcome, Status
from curation_kit.jobs.queries import (
    MOST_IN_FLIGHT,
    RUNNABLE,
    JobQueries,
    job_row,
    known_agents,
)
from curation_kit.store import Row

__all__ = ["MAX_ATTEMPTS", "JobWork"]

#: Times a document is started before one that never answers counts as crashed.
MAX_ATTEMPTS = 3


class JobWork(JobQueries):
    """The changes that only the process with the runner's lock may make.

    Each public method is one transaction and writes its events in it, so the
    log folds to the stored state.
    """

    def claim(self) -> Claim | None:
        """Take the next document to process, or None when none is pending.

        Jobs take turns: the one with the fewest documents in flight is next,
        and among equals the one that waited longest. A job never has more in
        flight than its own `n_jobs`. One that needs agents of a notebook's
        session is left to a process that has them.
        """
        if self._next_job() is None:  # looking takes no write lock
            return None
        with self._database.transaction():
            turn = self._next_job()
            if turn is None:
                return None
            row = self._database.one(
                "SELECT document_id, name, stem, attempts FROM job_documents "
                "WHERE job_id = ? AND status = 'pending' ORDER BY position LIMIT 1",
                (turn["id"],),
            )
            assert row is not None  # noqa: S101 - _next_job has seen it
            job, now = job_row(turn), time.time()
            document_id = row["document_id"]
            if job.status is Status.PENDING:
                self._database.execute(
                    "UPDATE jobs SET status = 'processing', "
                    "started = coalesce(started, ?) WHERE id = ?",
                    (now, job.id),
                )
                self._event(job.id, "job_started")
            self._database.execute(
                "UPDATE job_documents SET status = 'processing', step = NULL, "
                "attempts = attempts + 1, started = ?, ended = NULL, category = NULL, "
                "message = NULL, hint = NULL WHERE job_id = ? AND document_id = ?",
                (now, job.id, document_id),
            )
            self._database.execute(
                "INSERT INTO attempts (job_id, document_id, number, started) "
                "SELECT ?, ?, count(*) + 1, ? FROM attempts "
                "WHERE job_id = ? AND document_id = ?",
                (job.id, document_id, now, job.id, document_id),
            )
            attempt = row["attempts"] + 1
            seq = self._event(
                job.id,
                "document_started",
                document_id,
                name=row["name"],
                attempt=attempt,
            )
            self._database.execute(
                "UPDATE jobs SET claimed = ? WHERE id = ?", (seq, job.id)
            )
        return Claim(
            job_id=job.id,
            document_id=document_id,
            name=row["name"],
            stem=row["stem"],
            flow=job.flow,
            options=job.options,
            attempt=attempt,
        )

    def _next_job(self) -> Row | None:
        """Job whose turn it is, or None when no document may be started."""
        in_flight = (
            "(SELECT count(*) FROM job_documents d "
            "WHERE d.job_id = j.id AND d.status = 'processing')"
        )
        return self._database.one(
            f"SELECT * FROM jobs j WHERE {RUNNABLE} "  # noqa: S608 - constants
            "AND EXISTS (SELECT 1 FROM job_documents d "
            "WHERE d.job_id = j.id AND d.status = 'pending') "
            f"AND {in_flight} < coalesce({MOST_IN_FLIGHT}, 1 << 30) "
            f"ORDER BY {in_flight}, claimed, created LIMIT 1",
            (known_agents(),),
        )

    def step_started(self, claim: Claim, step: int) -> bool:
        """Note that a step begins; False when the document shall stop before it."""
        agent = claim.flow.steps[step].agent
        with self._database.transaction():
            if self.get(claim.job_id).status is Status.CANCELLED:
                return False
            self._database.execute(
                "UPDATE job_documents SET step = ? "
                "WHERE job_id = ? AND document_id = ?",
                (step, claim.job_id, claim.document_id),
            )
            self._event(
                claim.job_id, "step_started", claim.document_id, step=step, agent=agent
            )
        return True

    def finish(
        self, claim: Claim, outcome: Outcome, files: Sequence[dict[str, Any]]
    ) -> Status:
        """Store the outcome of a document, all of it or nothing; give its status.

        The document of a job that was cancelled meanwhile is cancelled too.

        Parameters
        ----------
        files
            The result files already written: step, name, size, sha256.
        """
        key = (claim.job_id, claim.document_id)
        now = time.time()
        with self._database.transaction():
            status = outcome.status
            if self.get(claim.job_id).status is Status.CANCELLED:
                status = Status.CANCELLED
            completed = status is Status.COMPLETED
            failed = status is Status.FAILED
            self._clear_results(*key)
            if completed:
                self._database.executemany(
                    "INSERT INTO records (job_id, document_id, number, record) "
                    "VALUES (?, ?, ?, ?)",
                    [
                        (*key, number, record.model_dump_json())
                        for number, record in enumerate(outcome.records)
                    ],
                )
                self._database.executemany(
                    "INSERT INTO result_files "
                    "(job_id, document_id, step, name, size, sha256) "
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    [
                        (*key, file["step"], file["name"], file["size"], file["sha256"])
                        for file in files
                    ],
                )
            self._database.execute(
                # A worker that died cannot tell its step: the last one begun stays.
                "UPDATE job_documents SET status = ?, "
                "step = CASE WHEN ? THEN NULL ELSE coalesce(?, step) END, "
                "category = ?, message = ?, hint = ?, records = ?, ended = ?, "
                "seconds = ?, ledger = ? WHERE job_id = ? AND document_id = ?",
                (
                    status.value,
                    completed,
                    outcome.step,
                    outcome.category if failed else None,
                    (outcome.message or None) if failed else None,
                    (outcome.hint or None) if failed else None,
                    len(outcome.records) if completed else None,
                    now,
                    outcome.seconds,
                    outcome.ledger.model_dump_json(),
                    *key,
                ),
            )
            self._end_attempt(claim.job_id, claim.document_id, status.value, outcome)
            self._event(
                claim.job_id,
                f"document_{status.value}",
                claim.document_id,
                name=claim.name,
                records=len(outcome.records) if completed else 0,
                seconds=round(outcome.seconds, 3),
                **(
                    {
                        "category": outcome.category,
                        "message": outcome.message,
                        "hint": outcome.hint,
                    }
                    if failed
                    else {}
                ),
            )
            self._end_job_if_done(claim.job_id)
        return status

    def release(self, claim: Claim, reason: str, *, charged: bool) -> None:
        """Put a document in flight back to pending.

        Parameters
        ----------
        charged
            Whether the attempt counts towards `MAX_ATTEMPTS`: it does when
            the document may be to blame.
        """
        with self._database.transaction():
            self._requeue(claim.job_id, claim.document_id, reason, charged=charged)

    def recover(self) -> int:
        """Put back what a dead runner left in flight; give how many documents.

        Only for the process that holds the runner's lock.
        """
        with self._database.transaction():
            rows = self._database.all(
                "SELECT job_id, document_id FROM job_documents "
                "WHERE status = 'processing'"
            )
            for row in rows:
                self._requeue(
                    row["job_id"],
                    row["document_id"],
                    "the runner stopped before the document was done",
                    charged=True,
                )
            for job in self.open_jobs():
                self._end_job_if_done(job.id)
        return len(rows)

    def _requeue(
        self, job_id: str, document_id: str, reason: str, *, charged: bool
    ) -> None:
        row = self._database.one(
            "SELECT d.attempts, d.name, j.status FROM job_documents d "
            "JOIN jobs j ON j.id = d.job_id WHERE d.job_id = ? AND d.document_id = ?",
            (job_id, document_id),
        )
        if row is None:  # the job was deleted meanwhile
            return
        if row["status"] == Status.CANCELLED:
            status = Status.CANCELLED
        elif charged and row["attempts"] >= MAX_ATTEMPTS:
            status = Status.FAILED
        else:
            status = Status.PENDING
        failed = status is Status.FAILED
        message = (
            f"Started {row['attempts']} times and never finished: {reason}."
            if failed
            else None
        )
        hint = "Retry it alone, or leave it out." if failed else None
        category = FailureCategory.CRASHED.value if failed else None
        self._database.execute(
            "UPDATE job_documents SET status = ?, "
            "step = CASE WHEN ? THEN step END, category = ?, "
            "message = ?, hint = ?, ended = ?, attempts = attempts - ? "
            "WHERE job_id = ? AND document_id = ?",
            (
                status.value,
                failed,
                category,
                message,
                hint,
                None if status is Status.PENDING else time.time(),
                0 if charged else 1,
                job_id,
                document_id,
            ),
        )
        self._end_attempt(job_id, document_id, "lost", None, reason)
        kind = "requeued" if status is Status.PENDING else status.value
        why = {"category": category, "message": message, "hint": hint} if failed else {}
        self._event(
            job_id,
            f"document_{kind}",
            document_id,
            name=row["name"],
            reason=reason,
            **why,
        )
        self._end_job_if_done(job_id)

    # ---- shared parts of transactions

    def _set_status(
        self, job_id: str, status: Status, reason: str | None = None
    ) -> None:
        self._database.execute(
            "UPDATE jobs SET status = ?, reason = ?, ended = ? WHERE id = ?",
            (status.value, reason, time.time() if status.ended else None, job_id),
        )

    def _end_job_if_done(self, job_id: str) -> None:
        job = self.get(job_id)
        counts = self.counts(job_id)
        if job.status.ended or counts[Status.PENDING] or counts[Status.PROCESSING]:
            return
        status = Status.COMPLETED if counts[Status.COMPLETED] else Status.FAILED
        reason = None if counts[Status.COMPLETED] else "Every document failed."
        self._set_status(job_id, status, reason)
        self._event(
            job_id,
            f"job_{status.value}",
            completed=counts[Status.COMPLETED],
            failed=counts[Status.FAILED],
        )

    def _clear_results(self, job_id: str, document_id: str) -> None:
        for table in ("records", "result_files"):
            self._database.execute(
                f"DELETE FROM {table} WHERE job_id = ? AND document_id = ?",  # noqa: S608 - constants
                (job_id, document_id),
            )

    def _end_attempt(
        self,
        job_id: str,
        document_id: str,
        ending: str,
        outcome: Outcome | None,
        reason: str | None = None,
    ) -> None:
        self._database.execute(
            "UPDATE attempts SET ended = ?, outcome = ?, category = ?, message = ? "
            "WHERE job_id = ? AND document_id = ? AND ended IS NULL",
            (
                time.time(),
                ending,
                outcome.category if outcome else None,
                (outcome.message or None) if outcome else reason,
                job_id,
                document_id,
            ),
        )

    def _event(
        self, job_id: str, kind: str, document_id: str | None = None, **data: Any
    ) -> int:
        return self._database.insert(
            "INSERT INTO events (job_id, document_id, type, time, data) "
            "VALUES (?, ?, ?, ?, ?)",
            (job_id, document_id, kind, time.time(), json.dumps(data)),
        )
