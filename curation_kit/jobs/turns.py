"""Whose turn it is: the next document to process."""

from __future__ import annotations

import json
import time
from functools import lru_cache
from typing import TYPE_CHECKING

from curation_kit.flow import Flow
from curation_kit.jobs.changes import JobChanges
from curation_kit.jobs.model import Claim, Status, Suspicion
from curation_kit.jobs.options import LOCAL, JobOptions
from curation_kit.jobs.queries import (
    LANE,
    MOST_COMPUTING,
    MOST_WAITING,
    RUNNABLE,
    known_agents,
)

if TYPE_CHECKING:
    from curation_kit.store import Database, Row

__all__ = ["JobTurns"]

#: Of the last documents of a job, so many for each slot, the longest goes first: with a
#: long one at the end the other slots would have nothing to do. At most so many in all,
#: as they are sorted for each one that is taken.
LAST, MOST_LAST = 3, 60


class JobTurns(JobChanges):
    """Documents are taken from all open jobs in turn."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._more_likely: set[str] = set()
        # Documents by job that have left their slot, but are not stored yet; and when.
        self._down: dict[str, dict[str, float]] = {}

    def claim(self, slots: int = 0, lane: str = LOCAL) -> Claim | None:
        """Take the next document to process, or None when none may be started.

        Jobs take turns: the one with the fewest documents in flight is next,
        and among equals the one that waited longest. One whose last documents
        fit the slots goes first: it is done in one round, and holds nobody up
        for longer. Its documents are taken in their order, but of the last few the
        longest first. A job never has more in flight than it asks for. One that
        needs agents of a notebook's session is left to a process that has
        them. A document that may have ended a process from outside waits
        until nothing is in flight, and then nothing else is started. All this
        is so in each lane, as if there were no other.

        Parameters
        ----------
        slots
            Documents that compute at the same time; with 0 no job goes first, and no
            document.
        lane
            Only jobs of this one: `JobOptions.lane`.
        """
        # Looking takes no write lock; after a success there is likely more.
        if lane not in self._more_likely and self._turn(slots, lane) is None:
            return None
        with self._database.transaction():
            turn = self._turn(slots, lane)
            if turn is None:
                self._more_likely.discard(lane)
                return None
            self._more_likely.add(lane)
            return self._start(*turn)

    def set_down(self, claim: Claim) -> None:
        """Note that a document has left its slot, and its outcome is stored soon.

        Until then it is in flight, but it keeps no other from its slot. It is done:
        to cancel its job later does not change what became of it.
        """
        self._down.setdefault(claim.job_id, {})[claim.document_id] = time.time()

    def _left(self, job_id: str, document_id: str) -> None:
        """Note that a document is not in flight any more; in its transaction."""
        self._down.get(job_id, {}).pop(document_id, None)

    def _turn(self, slots: int, lane: str) -> tuple[Row, Row] | None:
        """Job whose turn it is and its next document."""
        # Whose lane that one is in is asked in the rare case only.
        if self._most_suspect() == Suspicion.ALONE == self._most_suspect(lane):
            return None
        job = self._next_job(slots, lane)
        if job is None:
            return None
        row = self._next_document(job, slots)
        if row is None:  # cancelled between two looks
            return None
        if row["suspect"] == Suspicion.ALONE and self._most_suspect(lane) is not None:
            return None
        return job, row

    def _most_suspect(self, lane: str | None = None) -> int | None:
        """Suspicion of a document in flight, of a lane or of all; None without one."""
        query = (
            "SELECT max(suspect) AS suspect FROM job_documents d "
            "WHERE status = 'processing'"
        )
        if lane is not None:
            query += f" AND (SELECT {LANE} FROM jobs WHERE id = d.job_id) = :lane"  # noqa: S608 - a constant
        row = self._database.one(query, {"lane": lane} if lane is not None else {})
        assert row is not None  # noqa: S101 - an aggregate has a row
        found: int | None = row["suspect"]
        return found

    def _next_job(self, slots: int, lane: str) -> Row | None:
        """Job whose turn it is, or None when no document may be started."""
        down = {job_id: len(documents) for job_id, documents in [*self._down.items()]}
        return self._database.one(
            "WITH ready AS MATERIALIZED (SELECT id, claimed, created, "  # noqa: S608 - constants
            f"coalesce({MOST_COMPUTING}, 1 << 30) + {MOST_WAITING} AS most, "
            "(SELECT count(*) FROM job_documents d "
            "WHERE d.job_id = j.id AND d.status = 'processing') - "
            "(SELECT total(value) FROM json_each(:down) WHERE key = j.id) AS in_slots, "
            "(SELECT count(*) FROM (SELECT 1 FROM job_documents d WHERE d.job_id = "
            "j.id AND d.status = 'pending' LIMIT :slots + 1)) AS pending "
            f"FROM jobs j WHERE {RUNNABLE} AND {LANE} = :lane) "
            "SELECT j.* FROM ready r JOIN jobs j ON j.id = r.id "
            "WHERE r.pending > 0 AND r.in_slots < r.most "
            "ORDER BY r.pending > :slots, r.in_slots, r.claimed, r.created LIMIT 1",
            {
                "agents": known_agents(),
                "slots": slots,
                "lane": lane,
                "down": json.dumps(down),
            },
        )

    def _next_document(self, job: Row, slots: int) -> Row | None:
        """Document of a job whose turn it is: the next one, or the longest of the last.

        Suspects come behind all others.
        """
        width = min(JobOptions.stored(job["options"]).most_computing or slots, slots)
        return self._database.one(
            "WITH next AS (SELECT document_id, suspect, position FROM job_documents "
            "WHERE job_id = :job AND status = 'pending' "
            "ORDER BY suspect, position LIMIT :last + 1) "
            "SELECT document_id, name, stem, attempts, suspect, flow, NOT EXISTS "
            "(SELECT 1 FROM step_results s WHERE s.document_id = d.document_id "
            "AND s.event >= :reuse_since) AS fresh, :reuse_since AS reuse_since "
            "FROM job_documents d WHERE job_id = :job AND document_id = "
            "(SELECT document_id FROM next ORDER BY suspect, "
            "CASE WHEN (SELECT count(*) FROM next) <= :last THEN "
            "(SELECT -json_extract(preflight, '$.characters') FROM documents "
            "WHERE id = next.document_id) END, position LIMIT 1)",
            {
                "job": job["id"],
                "last": min(LAST * width, MOST_LAST) if width > 1 else 0,
                "reuse_since": self._reuse_since(job),
            },
        )

    def _start(self, job: Row, row: Row) -> Claim:
        """Begin an attempt at a document."""
        key = (job["id"], row["document_id"])
        if job["status"] == Status.PENDING:
            self._set_status(job["id"], Status.PROCESSING)
            self._event(job["id"], "job_started")
        now = time.time()
        self._database.execute(
            "UPDATE job_documents SET status = 'processing', step = ?, "
            "attempts = attempts + 1, started = ?, ended = NULL, category = NULL, "
            "message = NULL, hint = NULL WHERE job_id = ? AND document_id = ?",
            (0 if row["fresh"] else None, now, *key),
        )
        self._database.execute(
            "INSERT INTO attempts (job_id, document_id, number, started, flow) "
            "SELECT ?, ?, count(*) + 1, ?, ? FROM attempts "
            "WHERE job_id = ? AND document_id = ?",
            (*key, now, row["flow"], *key),
        )
        attempt = row["attempts"] + 1
        seq = self._event(
            job["id"],
            "document_started",
            row["document_id"],
            name=row["name"],
            attempt=attempt,
        )
        self._database.execute(
            "UPDATE jobs SET claimed = ? WHERE id = ?", (seq, job["id"])
        )
        claim = Claim(
            job_id=job["id"],
            document_id=row["document_id"],
            name=row["name"],
            stem=row["stem"],
            flow=self._flow(job, row["flow"]),
            options=JobOptions.stored(job["options"]),
            attempt=attempt,
            reuse_since=row["reuse_since"],
            fresh=bool(row["fresh"]),
            suspect=Suspicion(row["suspect"]),
        )
        if claim.fresh:
            self._steps_started(claim, [(0, now)])
        return claim

    def _flow(self, job: Row, number: int) -> Flow:
        """Flow of a document: that of its job, or one given with a retry."""
        return self.flows(job["id"])[number] if number else _flow(job["flow"])

    def _reuse_since(self, job: Row) -> int:
        """Event after which that was kept which a document of a job may use.

        No moment: the clock may have been put back.
        """
        options = JobOptions.stored(job["options"])
        # What an agent of a session calls may have changed, and nobody can tell.
        if options.use_cache and not options.session_agents:
            return 0
        made = self._database.one(
            "SELECT min(seq) AS seq FROM events WHERE job_id = ?", (job["id"],)
        )
        assert made is not None  # noqa: S101 - an aggregate has a row
        return int(made["seq"])


# Read once for all documents of a job: nobody changes that of a claim.
@lru_cache(maxsize=16)
def _flow(stored: str) -> Flow:
    return Flow.model_validate_json(stored)
