"""What the runner changes: documents taken, done, put back, and jobs that end."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from curation_kit.errors import FailureCategory, NotFound
from curation_kit.jobs.model import Claim, Outcome, Status, Suspicion
from curation_kit.jobs.names import no_job
from curation_kit.jobs.turns import JobTurns

if TYPE_CHECKING:
    from curation_kit.store import Row

__all__ = ["MAX_ATTEMPTS", "JobWork"]

#: Times a document is started before one that never answers counts as crashed.
MAX_ATTEMPTS = 3

#: What to do about a document that never finishes.
_HINT = (
    "Perhaps the machine ran out of memory and the system ended what used most of it: "
    "close other programs and retry it, or leave it out."
)


class JobWork(JobTurns):
    """The changes that only the process with the runner's lock may make.

    Each public method is one transaction and writes its events in it, so the
    log folds to the stored state.
    """

    def may_go_on(self, claim: Claim) -> bool:
        """Whether another step of a document may begin: its job is not cancelled."""
        return self._status(claim.job_id) is not Status.CANCELLED

    def steps_started(self, claim: Claim, steps: Sequence[tuple[int, float]]) -> None:
        """Note that steps have begun.

        Parameters
        ----------
        steps
            Indices of steps, the one that runs now last, each with the time when
            it began, in seconds since the epoch.
        """
        with self._database.transaction():
            self._database.execute(
                "UPDATE job_documents SET step = ? "
                "WHERE job_id = ? AND document_id = ?",
                (steps[-1][0], claim.job_id, claim.document_id),
            )
            self._steps_started(claim, steps)

    def steps_reused(self, claim: Claim, count: int) -> None:
        """Note that the first steps are not run: their results were kept."""
        agents = [step.agent for step in claim.flow.steps[:count]]
        with self._database.transaction():
            self._database.execute(
                "UPDATE attempts SET first_step = ? "
                "WHERE job_id = ? AND document_id = ? AND ended IS NULL",
                (count, claim.job_id, claim.document_id),
            )
            self._event(claim.job_id, "steps_reused", claim.document_id, agents=agents)

    def finish(
        self, claim: Claim, outcome: Outcome, files: Sequence[dict[str, Any]]
    ) -> Status:
        """Store the outcome of a document, all of it or nothing; give its status.

        The document of a job that was cancelled before it was done (`set_down`) is
        cancelled too. Who has to know that it is on the disk asks `Database.sync`.

        Parameters
        ----------
        files
            The result files already written: step, name, size, sha256.
        """
        key = (claim.job_id, claim.document_id)
        with self._database.transaction():
            before = self._database.one(
                "SELECT j.status, j.ended, d.records FROM jobs j JOIN job_documents d "
                "ON d.job_id = j.id WHERE j.id = ? AND d.document_id = ?",
                key,
            )
            if before is None:
                raise no_job(claim.job_id)
            status = self._ended_as(claim, outcome, before)
            completed = status is Status.COMPLETED
            why: dict[str, Any] = {}
            if status is Status.FAILED:
                names = ("category", "message", "hint")
                why = {name: getattr(outcome, name) for name in names}
            if before["records"] is not None:
                self._clear_results(*key)
            if completed:
                self._store_results(key, outcome, files)
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
                    why.get("category"),
                    why.get("message") or None,
                    why.get("hint") or None,
                    len(outcome.records) if completed else None,
                    time.time(),
                    outcome.seconds,
                    outcome.ledger,
                    *key,
                ),
            )
            self._end_attempt(*key, status.value, outcome)
            self._event(
                claim.job_id,
                f"document_{status.value}",
                claim.document_id,
                name=claim.name,
                records=len(outcome.records) if completed else 0,
                seconds=round(outcome.seconds, 3),
                **why,
            )
            self._end_job_if_done(claim.job_id)
            self._left(*key)
        return status

    def _ended_as(self, claim: Claim, outcome: Outcome, job: Row) -> Status:
        """Give the status of a document; its job may have been cancelled before."""
        done = self._down.get(claim.job_id, {}).get(claim.document_id, math.inf)
        if job["status"] == Status.CANCELLED and done > job["ended"]:
            return Status.CANCELLED
        return outcome.status

    def _store_results(
        self, key: tuple[str, str], outcome: Outcome, files: Sequence[dict[str, Any]]
    ) -> None:
        """Store what a completed document has given."""
        self._database.executemany(
            "INSERT INTO records (job_id, document_id, number, record) "
            "VALUES (?, ?, ?, ?)",
            [(*key, number, record) for number, record in enumerate(outcome.records)],
        )
        self._database.executemany(
            "INSERT INTO result_files (job_id, document_id, step, name, size, sha256) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [
                (*key, file["step"], file["name"], file["size"], file["sha256"])
                for file in files
            ],
        )
        self._store_drops(key, outcome.drops)

    def release(
        self,
        claim: Claim,
        reason: str,
        *,
        charged: bool,
        suspect: Suspicion = Suspicion.NONE,
    ) -> None:
        """Put a document in flight back to pending.

        Parameters
        ----------
        charged
            Whether the attempt counts towards `MAX_ATTEMPTS`: it does when
            the document may be to blame.
        suspect
            How it shall run next.
        """
        with self._database.transaction():
            self._requeue(
                claim.job_id,
                claim.document_id,
                reason,
                charged=charged,
                suspect=suspect,
            )
            self._left(claim.job_id, claim.document_id)

    def service_told(self, job_ids: Iterable[str], kind: str, **data: str) -> None:
        """Note in some jobs news of a service or cluster, where they still exist."""
        with self._database.transaction():
            for job_id in job_ids:
                with suppress(NotFound):
                    self._status(job_id)
                    self._event(job_id, kind, **data)

    def recover(self, *, charged: bool = True) -> int:
        """Put back what a dead runner left in flight; give how many documents.

        Jobs that it had begun tell that they go on: what they waited for then may
        not keep them now.

        Only for the process that holds the runner's lock.

        Parameters
        ----------
        charged
            Whether it died in the middle of the work, so that a document may
            be to blame.
        """
        with self._database.transaction():
            # The clock of a job stopped when its runner did.
            self._database.execute(
                "UPDATE jobs SET since = ?, worked = worked + max((SELECT time "
                "FROM events WHERE job_id = jobs.id ORDER BY seq DESC LIMIT 1) "
                "- since, 0) WHERE since IS NOT NULL",
                (time.time(),),
            )
            rows = self.in_flight()
            for row in rows:
                self._requeue(
                    row["job_id"],
                    row["document_id"],
                    "the runner stopped before the document was done",
                    charged=charged,
                    # Once is chance; a document that was there twice may have
                    # taken the memory of the machine.
                    suspect=Suspicion.ALONE
                    if charged and row["attempts"] > 1
                    else Suspicion.NONE,
                )
            for job in self.open_jobs():
                self._end_job_if_done(job.id)
                if self._status(job.id) is Status.PROCESSING:
                    self._event(job.id, "runner_started")
        return len(rows)

    def _requeue(
        self,
        job_id: str,
        document_id: str,
        reason: str,
        *,
        charged: bool,
        suspect: Suspicion,
    ) -> None:
        row = self._database.one(
            "SELECT d.attempts, d.allowed, d.name, j.status FROM job_documents d "
            "JOIN jobs j ON j.id = d.job_id WHERE d.job_id = ? AND d.document_id = ?",
            (job_id, document_id),
        )
        if row is None:  # the job was deleted meanwhile
            return
        if row["status"] == Status.CANCELLED:
            status = Status.CANCELLED
        elif charged and row["attempts"] >= row["allowed"]:
            status = Status.FAILED
        else:
            status = Status.PENDING
        failed = status is Status.FAILED
        why: dict[str, Any] = {}
        if failed:
            why = {
                "category": FailureCategory.CRASHED.value,
                "message": f"Started {row['attempts']} times and never finished: "
                f"{reason}.",
                "hint": _HINT,
            }
        self._end_attempt(job_id, document_id, "lost", reason=reason, charged=charged)
        self._database.execute(
            "UPDATE job_documents SET status = ?, "
            "step = CASE WHEN ? THEN step END, category = ?, "
            "message = ?, hint = ?, ended = ?, attempts = attempts - ?, "
            "suspect = max(suspect, ?) WHERE job_id = ? AND document_id = ?",
            (
                status.value,
                failed,
                why.get("category"),
                why.get("message"),
                why.get("hint"),
                None if status is Status.PENDING else time.time(),
                0 if charged else 1,
                suspect.value,
                job_id,
                document_id,
            ),
        )
        kind = "requeued" if status is Status.PENDING else status.value
        self._event(
            job_id,
            f"document_{kind}",
            document_id,
            name=row["name"],
            reason=reason,
            **why,
        )
        self._end_job_if_done(job_id)
