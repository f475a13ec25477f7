"""The job store: what people change, on top of what the runner does."""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Sequence
from typing import Any

from curation_kit.errors import JobError
from curation_kit.flow import Flow
from curation_kit.jobs.model import JobRow, Status
from curation_kit.jobs.names import check_name, default_name, line_of, result_stems
from curation_kit.jobs.options import JobOptions
from curation_kit.jobs.reviews import JobReviews
from curation_kit.jobs.work import MAX_ATTEMPTS, JobWork

__all__ = ["JobStore"]


class JobStore(JobWork, JobReviews):
    """Jobs, their documents, records, result files and events.

    Anybody may read (`JobQueries`), only the runner works (`JobWork`), curators
    review (`JobReviews`), and people make, cancel, pause, retry and delete jobs here.
    """

    def create(
        self,
        flow: Flow,
        documents: Sequence[tuple[str, str]],
        *,
        name: str | None = None,
        options: JobOptions | None = None,
    ) -> str:
        """Write a new job and give its id.

        Parameters
        ----------
        documents
            Pairs of document id and file name; an id that comes twice counts
            once.
        """
        unique = dict(documents)
        if not unique:
            raise JobError(
                "A job needs at least one document: add PDFs to the workspace, or "
                "choose some that are there."
            )
        check_name(name)
        now = time.time()
        job_id = f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"
        name = line_of(name or "") or line_of(default_name(flow, len(unique), now))
        options = options or JobOptions()
        rows = [
            (job_id, position, document_id, file_name, stem)
            for position, ((document_id, file_name), stem) in enumerate(
                zip(unique.items(), result_stems(list(unique.values())), strict=True)
            )
        ]
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO jobs (id, name, flow, options, status, created) "
                "VALUES (?, ?, ?, ?, 'pending', ?)",
                (
                    job_id,
                    name,
                    flow.model_dump_json(),
                    options.model_dump_json(),
                    now,
                ),
            )
            self._database.executemany(
                "INSERT INTO job_documents "
                "(job_id, position, document_id, name, stem, status) "
                "VALUES (?, ?, ?, ?, ?, 'pending')",
                rows,
            )
            self._event(job_id, "job_created", name=name, documents=len(rows))
        return job_id

    def delete(self, job_id: str) -> None:
        """Delete a job that has ended, with its records and events."""
        with self._database.transaction():
            job = self.get(job_id)
            if not job.status.ended and job.status is not Status.PAUSED:
                raise JobError(f"{job.name} is still running: cancel it first.")
            if self.counts(job.id)[Status.PROCESSING]:
                raise JobError(
                    f"{job.name} still has documents in work: "
                    "delete it when they have stopped."
                )
            self._database.execute("DELETE FROM jobs WHERE id = ?", (job.id,))

    def cancel(self, job_id: str) -> None:
        """Cancel a job: pending documents at once, running ones at the next step."""
        with self._database.transaction():
            job = self.get(job_id)
            if job.status.ended:
                raise JobError(f"{job.name} has already ended ({job.status}).")
            self._database.execute(
                "UPDATE job_documents SET status = 'cancelled', ended = ? "
                "WHERE job_id = ? AND status = 'pending'",
                (time.time(), job.id),
            )
            self._set_status(job.id, Status.CANCELLED)
            self._event(job.id, "job_cancelled")

    def pause(self, job_id: str, reason: str, *, until: float | None = None) -> None:
        """Start no more documents of a job.

        Those in flight are finished, unless they ask a model: they are put back
        before their next call.

        Parameters
        ----------
        until
            Seconds since the epoch from when on `resume_due` resumes it. A pause
            without takes the place of one with it.
        """
        with self._database.transaction():
            job = self.get(job_id)
            if job.status is Status.PAUSED and (
                until is not None or job.id not in self._paused_until(math.inf)
            ):
                return
            if job.status.ended:
                raise JobError(f"{job.name} has already ended ({job.status}).")
            self._set_status(job.id, Status.PAUSED, reason)
            when: dict[str, Any] = {} if until is None else {"until": until}
            self._event(job.id, "job_paused", reason=reason, **when)

    def resume_due(self, now: float | None = None) -> None:
        """Resume the jobs that were paused until a time that has come."""
        now = time.time() if now is None else now
        if not self._paused_until(now):  # usual: takes no write lock
            return
        with self._database.transaction():
            for job_id in self._paused_until(now):
                self.resume(job_id)

    def _paused_until(self, by: float) -> set[str]:
        """Paused jobs that shall go on by a time, which any process could work on."""
        rows = self._database.all(
            "SELECT j.id FROM jobs j WHERE j.status = 'paused' "
            "AND json_array_length(j.options, '$.session_agents') = 0 "
            "AND (SELECT json_extract(e.data, '$.until') FROM events e "
            "WHERE e.job_id = j.id AND e.type = 'job_paused' "
            "ORDER BY e.seq DESC LIMIT 1) <= ?",
            (by,),
        )
        return {row["id"] for row in rows}

    def resume(
        self, job_id: str, *, budget: float | None = None, address: str | None = None
    ) -> None:
        """Let a paused job go on.

        Parameters
        ----------
        budget
            US dollars that it may spend from now on, with what is spent; as
            before when left out.
        address
            Where its cluster is now; as before when left out.
        """
        given = {"budget": budget, "address": address}
        told: dict[str, Any] = {
            name: value for name, value in given.items() if value is not None
        }
        with self._database.transaction():
            job = self.get(job_id)
            if job.status is not Status.PAUSED:
                why = f"{job.name} is not paused ({job.status})"
                if job.status is Status.CANCELLED:
                    why += f": {_how_to_retry(job, job.status)}"
                raise JobError(f"{why}.")
            if told:
                options = JobOptions.of({**job.options.model_dump(), **told})
                self._database.execute(
                    "UPDATE jobs SET options = ? WHERE id = ?",
                    (options.model_dump_json(), job.id),
                )
            self._set_status(
                job.id, Status.PROCESSING if job.started else Status.PENDING
            )
            self._event(job.id, "job_resumed", **told)
            self._end_job_if_done(job.id)

    def retry(
        self,
        job_id: str,
        flow: Flow | None = None,
        document_id: str | None = None,
        *,
        status: Status = Status.FAILED,
    ) -> int:
        """Put documents back to pending that ended without results; give how many.

        Parameters
        ----------
        flow
            A corrected flow for them; the job's results so far stay.
        document_id
            Only this one of them.
        status
            Which of them: those that ``failed``, or those ``cancelled``.
        """
        with self._database.transaction():
            job = self.get(job_id)
            found = self.documents_in(job.id, status)
            if not found:
                raise JobError(self._nothing_to_retry(job, status))
            if document_id is not None and document_id not in found:
                raise JobError(f"This document is not {status}: nothing to retry.")
            if (
                job.status is Status.CANCELLED
                and self.counts(job.id)[Status.PROCESSING]
            ):
                raise JobError(
                    f"{job.name} still has documents in work, which are being "
                    "cancelled: retry when they have stopped."
                )
            count = len(found) if document_id is None else 1
            number = None
            if flow is not None:
                number = len(self.flows(job.id))
                self._database.execute(
                    "INSERT INTO retry_flows (job_id, number, flow) VALUES (?, ?, ?)",
                    (job.id, number, flow.model_dump_json()),
                )
            self._database.execute(
                "UPDATE job_documents SET status = 'pending', "
                "allowed = attempts + ?, flow = coalesce(?, flow), "
                "step = NULL, ended = NULL, category = NULL, message = NULL, "
                "hint = NULL WHERE job_id = ? AND status = ? "
                "AND document_id = coalesce(?, document_id)",
                (MAX_ATTEMPTS, number, job.id, status.value, document_id),
            )
            if job.status.ended:
                self._set_status(job.id, Status.PROCESSING)
            self._event(
                job.id,
                "job_retried",
                document_id,
                documents=count,
                corrected=flow is not None,
                status=status.value,
            )
        return count

    def _nothing_to_retry(self, job: JobRow, status: Status) -> str:
        nothing = f"{job.name} has no {status} documents to retry"
        other = Status.FAILED if status is Status.CANCELLED else Status.CANCELLED
        if not (there := self.counts(job.id)[other]):
            return f"{nothing}."
        return f"{nothing}, but {there} {other}: {_how_to_retry(job, other)}."


def _how_to_retry(job: JobRow, status: Status) -> str:
    """How people run documents again that ended without results."""
    option = " --cancelled" if status is Status.CANCELLED else ""
    return (
        f"curation-kit retry {job.id}{option} runs the {status} ones, in Python "
        f"job.retry_{status}()"
    )
