"""Read jobs: their state, documents, records, files and events."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from curation_kit.agents import session_agents
from curation_kit.errors import NotFound
from curation_kit.flow import Flow
from curation_kit.jobs.drops import JobDrops
from curation_kit.jobs.model import Event, JobRow, Progress, Status
from curation_kit.jobs.names import LAST, line_of, no_job
from curation_kit.jobs.news import JobNews
from curation_kit.jobs.options import LOCAL, JobOptions
from curation_kit.jobs.spending import JobSpending
from curation_kit.jobs.stored_records import StoredRecords
from curation_kit.jobs.tables import JobTables
from curation_kit.jobs.times import ELAPSED
from curation_kit.jobs.totals import JobTotals

if TYPE_CHECKING:
    from curation_kit.store import Database, Row

__all__ = [
    "LANE",
    "MOST_COMPUTING",
    "MOST_WAITING",
    "OPEN",
    "RUNNABLE",
    "JobQueries",
    "job_row",
    "known_agents",
]

#: States of a job that has work to do, as SQL.
OPEN = "('pending', 'processing')"

#: Jobs that this process can work on, as SQL; `agents` is `known_agents`.
RUNNABLE = (
    f"status IN {OPEN} AND NOT EXISTS (SELECT 1 "  # noqa: S608 - constants
    "FROM json_each(options, '$.session_agents') "
    "WHERE value NOT IN (SELECT value FROM json_each(:agents)))"
)

#: Documents of a job that compute at once, as SQL: `JobOptions.most_computing`.
MOST_COMPUTING = (
    "CASE json_extract(options, '$.backend') WHEN 'sequential' THEN 1 "
    "ELSE json_extract(options, '$.n_jobs') END"
)

#: Documents of a job that wait for the network on top of those, as SQL.
MOST_WAITING = (
    "CASE json_extract(options, '$.backend') WHEN 'sequential' THEN 0 "
    "ELSE coalesce(json_extract(options, '$.io_jobs'), 0) END"
)

#: Where the documents of a job compute, as SQL: `JobOptions.lane`.
LANE = (
    "CASE WHEN json_extract(options, '$.backend') IN ('dask', 'ray') "
    "THEN json_extract(options, '$.backend') || ' ' || "
    "json_extract(options, '$.address') ELSE '' END"
)

#: Rows of the event log that are read together.
EVENTS_AT_A_TIME = 1000


def known_agents() -> str:
    """Names of the agents registered in this session, as a JSON list."""
    return json.dumps(sorted(session_agents()))


class JobQueries(JobTables, JobNews, StoredRecords, JobDrops, JobTotals, JobSpending):
    """All that can be asked of jobs; any number of viewers may ask at any time."""

    @property
    def database(self) -> Database:
        """The store's file, which other tables share."""
        return self._database

    def get(self, job_id: str) -> JobRow:
        """Give a job by its id, its name, or the unique start or end of its id."""
        rows = self._database.all("SELECT * FROM jobs WHERE id = ?", (job_id,))
        rows = rows or self._database.all(
            "SELECT * FROM jobs WHERE name IN (?, ?) ORDER BY created DESC",
            (job_id, line_of(job_id)),
        )
        if not rows and re.fullmatch(r"[0-9a-f-]{4,}", job_id):
            rows = self._database.all(
                "SELECT * FROM jobs WHERE id LIKE ? OR id LIKE ?",
                (f"{job_id}%", f"%{job_id}"),
            )
        if not rows:
            newest = self._database.all("SELECT name FROM jobs ORDER BY created DESC")
            names = dict.fromkeys(row["name"] for row in newest)
            raise no_job(job_id, [LAST, *names] if names else ())
        if len(rows) > 1:
            ids = ", ".join(row["id"] for row in rows)
            raise NotFound(
                f'More than one job is meant by "{job_id}": give one of the ids {ids}.'
            )
        return job_row(rows[0])

    def jobs(self) -> list[JobRow]:
        """All jobs, newest first."""
        rows = self._database.all("SELECT * FROM jobs ORDER BY created DESC, id")
        return [job_row(row) for row in rows]

    def using(self, document_id: str) -> list[str]:
        """Names of the jobs that hold a document."""
        rows = self._database.all(
            "SELECT name FROM jobs WHERE id IN "
            "(SELECT job_id FROM job_documents WHERE document_id = ?) ORDER BY created",
            (document_id,),
        )
        return [f'job "{row["name"]}"' for row in rows]

    def uses(self, document_ids: Sequence[str] | None = None) -> dict[str, int]:
        """Number of jobs that hold each document: of these, or of all."""
        if document_ids is None:
            rows = self._database.all(
                "SELECT document_id, count(*) AS n FROM job_documents "
                "GROUP BY document_id"
            )
        else:  # by primary key: a workspace may have millions of job documents
            rows = self._database.all(
                "SELECT d.document_id, count(*) AS n FROM json_each(?) wanted "
                "CROSS JOIN jobs j CROSS JOIN job_documents d ON d.job_id = j.id "
                "AND d.document_id = wanted.value GROUP BY d.document_id",
                (json.dumps(list(document_ids)),),
            )
        return {row["document_id"]: row["n"] for row in rows}

    def holding(self, document_ids: Sequence[str]) -> list[Row]:
        """Jobs that hold any of these documents, newest first.

        Returns
        -------
        list of Row
            ``id``, ``name``, ``status``, the number of these ``documents`` in
            the job and of those that it still has to process (``waiting``).
        """
        return self._database.all(
            "SELECT j.id, j.name, j.status, count(*) AS documents, "
            "sum(d.status IN ('pending', 'processing')) AS waiting "
            "FROM jobs j JOIN job_documents d ON d.job_id = j.id "
            "WHERE d.document_id IN (SELECT value FROM json_each(?)) "
            "GROUP BY j.id ORDER BY j.created DESC, j.id",
            (json.dumps(list(document_ids)),),
        )

    def open_jobs(self) -> list[JobRow]:
        """Jobs that have work and are not paused, oldest first."""
        rows = self._database.all(
            f"SELECT * FROM jobs WHERE status IN {OPEN} ORDER BY created, id"  # noqa: S608 - a constant
        )
        return [job_row(row) for row in rows]

    def has_work(self) -> bool:
        """Whether there is a job that this process can work on; see `claim`."""
        row = self._database.one(
            f"SELECT 1 FROM jobs WHERE {RUNNABLE} LIMIT 1",  # noqa: S608 - a constant
            {"agents": known_agents()},
        )
        return row is not None

    def in_flight(self) -> list[Row]:
        """Rows of `job_documents` that are being processed, of all jobs."""
        return self._database.all(
            "SELECT * FROM job_documents WHERE status = 'processing'"
        )

    def lanes(self) -> set[str]:
        """Lanes of the jobs that this process can work on."""
        rows = self._database.all(
            f"SELECT DISTINCT {LANE} AS lane FROM jobs WHERE {RUNNABLE}",  # noqa: S608 - constants
            {"agents": known_agents()},
        )
        return {row["lane"] for row in rows}

    def left(self, lane: str, *, begun: bool = True) -> int:
        """Documents of a lane that have not ended, or only those not `begun`."""
        states = OPEN if begun else "('pending')"
        row = self._database.one(
            "SELECT count(*) AS n FROM jobs j CROSS JOIN job_documents d "  # noqa: S608 - constants
            f"ON d.job_id = j.id AND d.status IN {states} "
            f"WHERE j.{RUNNABLE} AND {LANE} = :lane",
            {"agents": known_agents(), "lane": lane},
        )
        assert row is not None  # noqa: S101 - an aggregate has a row
        return int(row["n"])

    def in_work(self, lane: str) -> bool:
        """Whether documents of a lane are in flight, also of jobs that were paused."""
        row = self._database.one(
            "SELECT 1 FROM job_documents d JOIN jobs j ON j.id = d.job_id "  # noqa: S608 - a constant
            f"WHERE d.status = 'processing' AND {LANE} = :lane LIMIT 1",
            {"lane": lane},
        )
        return row is not None

    def without_results(self, job_id: str | None = None) -> list[Row]:
        """Documents (job_id, stem) that have no results, or none yet.

        Those of jobs that have not ended, all in flight, and those of one job.
        """
        return self._database.all(
            "SELECT d.job_id, d.stem FROM jobs j JOIN job_documents d "
            "ON d.job_id = j.id AND d.status IN ('pending', 'processing', 'cancelled') "
            "WHERE j.status IN ('pending', 'processing', 'paused') OR j.id = ? UNION "
            "SELECT job_id, stem FROM job_documents WHERE status = 'processing'",
            (job_id,),
        )

    def most_wanted(self, default: int, lane: str = LOCAL) -> tuple[int, int]:
        """Documents that compute, and that wait, of the most demanding open jobs."""
        row = self._database.one(
            f"SELECT max(coalesce({MOST_COMPUTING}, :default)) AS computing, "  # noqa: S608 - constants
            f"max({MOST_WAITING}) AS waiting FROM jobs "
            f"WHERE {RUNNABLE} AND {LANE} = :lane",
            {"default": default, "agents": known_agents(), "lane": lane},
        )
        assert row is not None  # noqa: S101 - an aggregate has a row
        return int(row["computing"] or default), int(row["waiting"] or 0)

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
        row = self._database.one(
            f"SELECT j.*, {ELAPSED} AS elapsed, "  # noqa: S608 - a constant
            "(SELECT json_group_object(status, n) FROM (SELECT status, "
            "count(*) AS n FROM job_documents WHERE job_id = j.id GROUP BY status)) "
            "AS counts FROM jobs j WHERE id = :job",
            {"job": job_id, "now": time.time()},
        )
        if row is None:
            raise no_job(job_id)
        found: dict[str, int] = json.loads(row["counts"])
        counts = {status: found.get(status.value, 0) for status in Status}
        return Progress.of(Status(row["status"]), counts, row["elapsed"])

    def result_files(self, job_id: str) -> list[Row]:
        """Result files of completed documents: step, name, size, sha256."""
        return self._database.all(
            "SELECT f.* FROM job_documents d JOIN result_files f "
            "ON f.job_id = d.job_id AND f.document_id = d.document_id "
            "WHERE d.job_id = ? AND d.status = 'completed' ORDER BY d.position, f.step",
            (job_id,),
        )

    def attempts(self, job_id: str, document_id: str | None = None) -> list[Row]:
        """Every start of every document, or of one, oldest first."""
        which = "" if document_id is None else "AND a.document_id = :document "
        return self._database.all(
            "SELECT a.*, d.name FROM attempts a JOIN job_documents d "  # noqa: S608 - constants
            "ON d.job_id = a.job_id AND d.document_id = a.document_id "
            f"WHERE a.job_id = :job {which}ORDER BY d.position, a.number",
            {"job": job_id, "document": document_id},
        )

    def flows(self, job_id: str) -> list[Flow]:
        """The flow of a job, then those that were given with a retry."""
        rows = self._database.all(
            "SELECT 0 AS number, flow FROM jobs WHERE id = ? UNION ALL "
            "SELECT number, flow FROM retry_flows WHERE job_id = ? ORDER BY number",
            (job_id, job_id),
        )
        return [Flow.model_validate_json(row["flow"]) for row in rows]

    def events(self, job_id: str, after: int = 0) -> Iterator[Event]:
        """Events of a job with a sequence number above `after`, in order.

        They are read in pages: the log of a large job need not fit the memory,
        and who takes only some of them does not pay for all.
        """
        while rows := self._database.all(
            "SELECT * FROM events WHERE job_id = ? AND seq > ? ORDER BY seq LIMIT ?",
            (job_id, after, EVENTS_AT_A_TIME),
        ):
            for row in rows:
                yield Event(
                    seq=row["seq"],
                    job_id=row["job_id"],
                    document_id=row["document_id"],
                    type=row["type"],
                    time=row["time"],
                    data=json.loads(row["data"]),
                )
            after = rows[-1]["seq"]
            if len(rows) < EVENTS_AT_A_TIME:
                return

    def last_seq(self, job_id: str) -> int:
        """Sequence number of the newest event of a job."""
        row = self._database.one(
            "SELECT max(seq) AS seq FROM events WHERE job_id = ?", (job_id,)
        )
        return int(row["seq"] or 0) if row else 0

    def data_version(self) -> int:
        """A number that changes when anybody has written to the workspace."""
        return self._database.data_version()


def job_row(row: Row) -> JobRow:
    """Give a row of the table of jobs as a `JobRow`."""
    return JobRow(
        id=row["id"],
        name=row["name"],
        flow=Flow.model_validate_json(row["flow"]),
        options=JobOptions.stored(row["options"]),
        status=Status(row["status"]),
        reason=row["reason"],
        created=row["created"],
        started=row["started"],
        ended=row["ended"],
        worked=row["worked"],
        since=row["since"],
    )
