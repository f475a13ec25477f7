"""All SQL of jobs, and every change of state with the event that tells it."""

from __future__ import annotations

import json
import re
import secrets
import time
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from curation_kit.errors import FailureCategory, JobError, NotFound
from curation_kit.flow import Flow
from curation_kit.jobs.model import (
    Claim,
    Event,
    JobOptions,
    JobRow,
    Outcome,
    Progress,
    Status,
)
from curation_kit.store import Database, Row

__all__ = ["MAX_ATTEMPTS", "JobStore"]

#: Times a document is started before one that never answers counts as crashed.
MAX_ATTEMPTS = 3

_OPEN = "('pending', 'processing')"


class JobStore:
    """Jobs, their documents, records, result files and events.

    Each public method that changes something is one transaction and writes
    its event in it, so the log folds to the stored state.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    # ---- making and listing jobs

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
            raise JobError("A job needs at least one document: select some first.")
        now = time.time()
        job_id = f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"
        name = (name or "").strip() or _default_name(flow, len(unique), now)
        options = options or JobOptions()
        rows = [
            (job_id, position, document_id, file_name, stem)
            for position, ((document_id, file_name), stem) in enumerate(
                zip(unique.items(), _stems(list(unique.values())), strict=True)
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

    def get(self, job_id: str) -> JobRow:
        """Give a job by its id or by the unique start or end of its id."""
        rows = self._database.all("SELECT * FROM jobs WHERE id = ?", (job_id,))
        if not rows and re.fullmatch(r"[0-9a-f-]{4,}", job_id):
            rows = self._database.all(
                "SELECT * FROM jobs WHERE id LIKE ? OR id LIKE ?",
                (f"{job_id}%", f"%{job_id}"),
            )
        if not rows:
            raise NotFound(
                f'There is no job "{job_id}" in this workspace: '
                "look at the list of jobs for its id."
            )
        if len(rows) > 1:
            ids = ", ".join(row["id"] for row in rows)
            raise NotFound(f'More than one job is meant by "{job_id}": {ids}.')
        return _job(rows[0])

    def jobs(self) -> list[JobRow]:
        """All jobs, newest first."""
        rows = self._database.all("SELECT * FROM jobs ORDER BY created DESC, id")
        return [_job(row) for row in rows]

    def using(self, document_id: str) -> list[str]:
        """Names of the jobs that hold a document."""
        rows = self._database.all(
            "SELECT name FROM jobs WHERE id IN "
            "(SELECT job_id FROM job_documents WHERE document_id = ?) ORDER BY created",
            (document_id,),
        )
        return [f'job "{row["name"]}"' for row in rows]

    def delete(self, job_id: str) -> None:
        """Delete a job that has ended, with its records and events."""
        with self._database.transaction():
            job = self.get(job_id)
            if not job.status.ended and job.status is not Status.PAUSED:
                raise JobError(f"{job.name} is still running: cancel it first.")
            self._database.execute("DELETE FROM jobs WHERE id = ?", (job.id,))

    # ---- reading one job

    def documents(
        self,
        job_id: str,
        *,
        status: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Row]:
        """Rows of `job_documents`, in order: all, or one page of those of a status."""
        return self._database.all(
            "SELECT * FROM job_documents WHERE job_id = :job "
            "AND (:status IS NULL OR status = :status) "
            "ORDER BY position LIMIT :limit OFFSET :offset",
            {
                "job": job_id,
                "status": status,
                "limit": -1 if limit is None else limit,
                "offset": offset,
            },
        )

    def counts(self, job_id: str) -> dict[Status, int]:
        """Number of documents per status; every status is a key."""
        rows = self._database.all(
            "SELECT status, count(*) AS n FROM job_documents "
            "WHERE job_id = ? GROUP BY status",
            (job_id,),
        )
        found = {row["status"]: row["n"] for row in rows}
        return {status: found.get(status.value, 0) for status in Status}

    def progress(self, job_id: str) -> Progress:
        """How far a job is, from one consistent read."""
        with self._database.transaction():
            job = self.get(job_id)
            counts = self.counts(job.id)
        return _progress(job, counts)

    def records(self, job_id: str) -> list[Row]:
        """Records in document order: file name, document_id, number, record (JSON)."""
        return self._database.all(
            "SELECT d.name, r.document_id, r.number, r.record FROM job_documents d "
            "JOIN records r ON r.job_id = d.job_id AND r.document_id = d.document_id "
            "WHERE d.job_id = ? ORDER BY d.position, r.number",
            (job_id,),
        )

    def result_files(self, job_id: str) -> list[Row]:
        """Result files of completed documents: document_id, step, name, size, sha256."""
        return self._database.all(
            "SELECT f.* FROM job_documents d JOIN result_files f "
            "ON f.job_id = d.job_id AND f.document_id = d.document_id "
            "WHERE d.job_id = ? AND d.status = 'completed' ORDER BY d.position, f.step",
            (job_id,),
        )

    def attempts(self, job_id: str) -> list[Row]:
        """Every start of every document, oldest first."""
        return self._database.all(
            "SELECT * FROM attempts WHERE job_id = ? ORDER BY started, number",
            (job_id,),
        )

    def events(self, job_id: str, after: int = 0) -> Iterator[Event]:
        """Events of a job with a sequence number above `after`, in order."""
        for row in self._database.all(
            "SELECT * FROM events WHERE job_id = ? AND seq > ? ORDER BY seq",
            (job_id, after),
        ):
            yield Event(
                seq=row["seq"],
                job_id=row["job_id"],
                document_id=row["document_id"],
                type=row["type"],
                time=row["time"],
                data=json.loads(row["data"]),
            )

    def last_seq(self, job_id: str) -> int:
        """Sequence number of the newest event of a job."""
        row = self._database.one(
            "SELECT max(seq) AS seq FROM events WHERE job_id = ?", (job_id,)
        )
        return int(row["seq"] or 0) if row else 0

    def data_version(self) -> int:
        """A number that changes when another process has written."""
        return self._database.data_version()

    # ---- what the runner does

    def open_jobs(self) -> list[JobRow]:
        """Jobs that have work and are not paused, oldest first."""
        rows = self._database.all(
            f"SELECT * FROM jobs WHERE status IN {_OPEN} ORDER BY created, id"  # noqa: S608 - a constant
        )
        return [_job(row) for row in rows]

    def claim(self) -> Claim | None:
        """Take the next document to process, or None when none is pending.

        Jobs take turns: the one with the fewest documents in flight is next,
        and among equals the one that waited longest. A job never has more in
        flight than its own `n_jobs`.
        """
        with self._database.transaction():
            row = self._database.one(
                "SELECT j.*, d.document_id, d.name AS file_name, d.stem, d.attempts "
                "FROM jobs j JOIN job_documents d ON d.job_id = j.id "
                "AND d.status = 'pending' AND d.position = (SELECT min(position) "
                "FROM job_documents WHERE job_id = j.id AND status = 'pending') "
                f"WHERE j.status IN {_OPEN} "  # noqa: S608 - a constant
                "AND (SELECT count(*) FROM job_documents WHERE job_id = j.id "
                "AND status = 'processing') "
                "< coalesce(CASE json_extract(j.options, '$.backend') "
                "WHEN 'sequential' THEN 1 END, json_extract(j.options, '$.n_jobs'), "
                "1 << 30) "
                "ORDER BY (SELECT count(*) FROM job_documents WHERE job_id = j.id "
                "AND status = 'processing'), j.claimed, j.created LIMIT 1"
            )
            if row is None:
                return None
            job, document_id, now = _job(row), row["document_id"], time.time()
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
                name=row["file_name"],
                attempt=attempt,
            )
            self._database.execute(
                "UPDATE jobs SET claimed = ? WHERE id = ?", (seq, job.id)
            )
        return Claim(
            job_id=job.id,
            document_id=document_id,
            name=row["file_name"],
            stem=row["stem"],
            flow=job.flow,
            options=job.options,
            attempt=attempt,
        )

    def step_started(self, claim: Claim, step: int) -> bool:
        """Note that a step begins; False when the document shall stop before it."""
        agent = claim.flow.steps[step].agent
        with self._database.transaction():
            if self.get(claim.job_id).status is Status.CANCELLED:
                return False
            self._database.execute(
                "UPDATE job_documents SET step = ? WHERE job_id = ? AND document_id = ?",
                (step, claim.job_id, claim.document_id),
            )
            self._event(
                claim.job_id, "step_started", claim.document_id, step=step, agent=agent
            )
        return True

    def finish(
        self, claim: Claim, outcome: Outcome, files: Sequence[dict[str, Any]]
    ) -> None:
        """Store the outcome of a document, all of it or nothing.

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
                "UPDATE job_documents SET status = ?, step = ?, category = ?, "
                "message = ?, hint = ?, records = ?, ended = ?, seconds = ?, ledger = ? "
                "WHERE job_id = ? AND document_id = ?",
                (
                    status.value,
                    outcome.step,
                    outcome.category,
                    outcome.message or None,
                    outcome.hint or None,
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
                    if status is Status.FAILED
                    else {}
                ),
            )
            self._end_job_if_done(claim.job_id)

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
        self._database.execute(
            "UPDATE job_documents SET status = ?, step = NULL, category = ?, "
            "message = ?, hint = ?, ended = ?, attempts = attempts - ? "
            "WHERE job_id = ? AND document_id = ?",
            (
                status.value,
                FailureCategory.CRASHED.value if failed else None,
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
        self._event(
            job_id, f"document_{kind}", document_id, name=row["name"], reason=reason
        )
        self._end_job_if_done(job_id)

    # ---- what people do

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

    def pause(self, job_id: str, reason: str) -> None:
        """Start no more documents of a job; those in flight are finished."""
        with self._database.transaction():
            job = self.get(job_id)
            if job.status is Status.PAUSED:
                return
            if job.status.ended:
                raise JobError(f"{job.name} has already ended ({job.status}).")
            self._set_status(job.id, Status.PAUSED, reason)
            self._event(job.id, "job_paused", reason=reason)

    def resume(self, job_id: str) -> None:
        """Let a paused job go on."""
        with self._database.transaction():
            job = self.get(job_id)
            if job.status is not Status.PAUSED:
                raise JobError(f"{job.name} is not paused ({job.status}).")
            self._set_status(job.id, Status.PROCESSING)
            self._event(job.id, "job_resumed")
            self._end_job_if_done(job.id)

    def retry_failed(self, job_id: str) -> int:
        """Put the failed documents back to pending; give how many there are."""
        with self._database.transaction():
            job = self.get(job_id)
            count = self.counts(job.id)[Status.FAILED]
            if not count:
                raise JobError(f"{job.name} has no failed documents to retry.")
            if job.status is Status.CANCELLED:
                raise JobError(f"{job.name} was cancelled: start a new job instead.")
            self._database.execute(
                "UPDATE job_documents SET status = 'pending', attempts = 0, step = NULL, "
                "ended = NULL, category = NULL, message = NULL, hint = NULL "
                "WHERE job_id = ? AND status = 'failed'",
                (job.id,),
            )
            if job.status.ended:
                self._set_status(job.id, Status.PROCESSING)
            self._event(job.id, "job_retried", documents=count)
        return count

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


def _job(row: Row) -> JobRow:
    return JobRow(
        id=row["id"],
        name=row["name"],
        flow=Flow.model_validate_json(row["flow"]),
        options=JobOptions.model_validate_json(row["options"]),
        status=Status(row["status"]),
        reason=row["reason"],
        created=row["created"],
        started=row["started"],
        ended=row["ended"],
    )


def _progress(job: JobRow, counts: dict[Status, int]) -> Progress:
    total = sum(counts.values())
    left = counts[Status.PENDING] + counts[Status.PROCESSING]
    end = job.ended or time.time()
    elapsed = max(end - job.started, 0.0) if job.started else 0.0
    done = counts[Status.COMPLETED] + counts[Status.FAILED]
    rate = done / elapsed if done and elapsed else None
    return Progress(
        total=total,
        pending=counts[Status.PENDING],
        processing=counts[Status.PROCESSING],
        completed=counts[Status.COMPLETED],
        failed=counts[Status.FAILED],
        cancelled=counts[Status.CANCELLED],
        elapsed=elapsed,
        rate=rate,
        eta=left / rate if rate and left and not job.status.ended else None,
    )


def _default_name(flow: Flow, count: int, now: float) -> str:
    papers = "1 paper" if count == 1 else f"{count} papers"
    stamp = time.strftime("%Y-%m-%d %H:%M", time.localtime(now))
    return f"{flow.name} · {papers} · {stamp}"


#: Characters that some file system or archive program refuses in a name.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]')

#: Names that Windows reserves for devices.
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def _stems(names: list[str]) -> list[str]:
    """Names for result files: safe on every system, unique whatever the case."""
    taken: set[str] = set()
    stems = []
    for name in names:
        stem = unicodedata.normalize("NFC", re.sub(r"(?i)\.pdf$", "", name))
        stem = _UNSAFE.sub("_", stem).strip(" .")
        # 120 characters leave room for a suffix below the 255 bytes of most systems.
        while len(stem.encode()) > 200:  # noqa: PLR2004
            stem = stem[:-1]
        if not stem or _RESERVED.match(stem):
            stem = f"_{stem}"
        candidate, number = stem, 2
        while candidate.casefold() in taken:
            candidate, number = f"{stem} ({number})", number + 1
        taken.add(candidate.casefold())
        stems.append(candidate)
    return stems
