"""Read one page of a long list: jobs, documents of a job, its events."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from curation_kit.errors import JobError
from curation_kit.flow import Flow
from curation_kit.jobs.model import Status
from curation_kit.jobs.times import ELAPSED
from curation_kit.phrases import searchable

if TYPE_CHECKING:
    from curation_kit.store import Database, Row

__all__ = [
    "DOCUMENT_ORDERS",
    "JOB_ORDERS",
    "JobPages",
    "meant",
    "order_of",
    "words_of",
]

#: What the list of jobs can be sorted by, as SQL.
JOB_ORDERS = {
    "created": "created",
    "name": "searchable(name)",
    "flow": "searchable(flow)",
    "status": "status",
    "documents": "documents",
    "seconds": "seconds",
}

#: What the documents of a job can be sorted by, as SQL.
DOCUMENT_ORDERS = {
    "position": "position",
    "document": "searchable(name)",
    "status": "status",
    "step": "step",
    "records": "records",
    "seconds": "seconds",
    "attempts": "attempts",
    "ended": "ended",
}

_DOCUMENTS = "(SELECT count(*) FROM job_documents d WHERE d.job_id = jobs.id)"


class JobPages:
    """Pages of long lists; the counts come with them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def listing(
        self,
        *,
        now: float,
        search: str = "",
        status: str | None = None,
        sort: str = "created",
        descending: bool = True,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Row]:
        """Rows of the list of jobs, each with its counts, from one read.

        Parameters
        ----------
        now
            Seconds since the epoch, to which a running job's time counts.
        search
            Words that all occur in name, id or flow, whatever the case.
        status
            Only jobs in this state.
        sort, descending
            One of `JOB_ORDERS`; equal ones newest first.
        limit, offset
            One page of them; all when left out.

        Returns
        -------
        list of Row
            id, name, flow (its name), status, reason, created, started,
            seconds, ``counts`` (JSON: documents per status) and ``found``
            (jobs on all pages together).
        """
        order = _order(JOB_ORDERS, sort, descending=descending)
        counted = _DOCUMENTS if sort == "documents" else "NULL"
        return self._database.all(
            "SELECT page.*, (SELECT json_group_object(status, n) FROM (SELECT "  # noqa: S608 - constants
            "status, count(*) AS n FROM job_documents d WHERE d.job_id = page.id "
            "GROUP BY status)) AS counts FROM (SELECT *, count(*) OVER () AS found "
            "FROM (SELECT id, name, json_extract(flow, '$.name') AS flow, status, "
            f"reason, created, started, {ELAPSED} AS seconds, {counted} AS documents "
            "FROM jobs WHERE :status IS NULL OR status = :status) AS listed "
            "WHERE NOT EXISTS (SELECT 1 FROM json_each(:words) WHERE "
            "instr(searchable(name || ' ' || listed.id || ' ' || flow), value) = 0) "
            f"ORDER BY {order}, created DESC, id LIMIT :limit OFFSET :offset) AS page "
            f"ORDER BY {order}, created DESC, id",
            {
                "now": now,
                "status": status,
                "words": words_of(search),
                "limit": -1 if limit is None else limit,
                "offset": offset,
            },
        )

    def job_counts(self) -> dict[str, int]:
        """Number of jobs per status."""
        rows = self._database.all(
            "SELECT status, count(*) AS n FROM jobs GROUP BY status"
        )
        return {row["status"]: row["n"] for row in rows}

    def documents(
        self,
        job_id: str,
        *,
        status: str | None = None,
        search: str = "",
        sort: str = "position",
        descending: bool = False,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Row]:
        """Rows of `job_documents`: all, or one page of those that are meant.

        Parameters
        ----------
        status
            Only documents in this state.
        search
            Words that all occur in the file name, whatever the case.
        sort, descending
            One of `DOCUMENT_ORDERS`; what has no value comes last.
        """
        order = _order(DOCUMENT_ORDERS, sort, descending=descending)
        return self._database.all(
            # The rows are wide: only those of the page are read, where that is known
            # from an index.
            "SELECT d.* FROM (SELECT document_id FROM job_documents "  # noqa: S608 - constants
            f"WHERE {meant(status, search)} ORDER BY {order}, position "
            "LIMIT :limit OFFSET :offset) page JOIN job_documents d "
            "ON d.job_id = :job AND d.document_id = page.document_id "
            f"ORDER BY {order}, position",
            {
                "job": job_id,
                "status": status,
                "words": words_of(search),
                "limit": -1 if limit is None else limit,
                "offset": offset,
            },
        )

    def document(self, job_id: str, document_id: str) -> Row | None:
        """The row of one document of a job."""
        return self._database.one(
            "SELECT * FROM job_documents WHERE job_id = ? AND document_id = ?",
            (job_id, document_id),
        )

    def found_documents(
        self, job_id: str, *, status: str | None = None, search: str = ""
    ) -> int:
        """Number of documents that `documents` gives on all pages."""
        row = self._database.one(
            "SELECT count(*) AS n FROM job_documents "  # noqa: S608 - constants
            f"WHERE {meant(status, search)}",
            {"job": job_id, "status": status, "words": words_of(search)},
        )
        return int(row["n"]) if row else 0

    def documents_in(self, job_id: str, status: Status) -> list[str]:
        """Ids of the documents in a state, in order."""
        rows = self._database.all(
            "SELECT document_id FROM job_documents "
            "WHERE job_id = ? AND status = ? ORDER BY position",
            (job_id, status.value),
        )
        return [row["document_id"] for row in rows]

    def files_of(self, job_id: str, document_ids: Sequence[str]) -> list[Row]:
        """Result files of some documents: document_id, step, name, sha256."""
        return self._database.all(
            "SELECT document_id, step, name, sha256 FROM result_files "
            "WHERE job_id = ? AND document_id IN (SELECT value FROM json_each(?)) "
            "ORDER BY step",
            (job_id, json.dumps(list(document_ids))),
        )

    def names(self, job_id: str) -> list[Row]:
        """Documents of a job in order: document_id, file name, stem."""
        return self._database.all(
            "SELECT document_id, name, stem FROM job_documents "
            "WHERE job_id = ? ORDER BY position",
            (job_id,),
        )

    def event_rows(
        self, job_id: str, *, search: str = "", after: int = 0, limit: int, offset: int
    ) -> list[Row]:
        """One page of the log, oldest first, each with its document's file name.

        Parameters
        ----------
        search
            Only events of documents in whose file name every word occurs.
        after
            Only events with a sequence number above it.
        """
        return self._database.all(
            "SELECT e.seq, e.type, e.time, e.data, d.name, d.flow FROM (SELECT seq "  # noqa: S608 - constants
            f"FROM events e WHERE {_events_meant(search, after)} AND e.seq > :after "
            "ORDER BY seq LIMIT :limit OFFSET :offset) page "
            "JOIN events e ON e.seq = page.seq LEFT JOIN job_documents d "
            "ON d.job_id = e.job_id AND d.document_id = e.document_id ORDER BY e.seq",
            {
                "job": job_id,
                "words": words_of(search),
                "after": after,
                "limit": limit,
                "offset": offset,
            },
        )

    def event_count(self, job_id: str, *, search: str = "") -> int:
        """Number of events that `event_rows` gives on all pages."""
        row = self._database.one(
            f"SELECT count(*) AS n FROM events e WHERE {_events_meant(search)}",  # noqa: S608 - constants
            {"job": job_id, "words": words_of(search)},
        )
        return int(row["n"]) if row else 0

    def times_of(self, flow: Flow, *, jobs: int, limit: int) -> list[Row]:
        """Time that documents took with a flow, from its first step.

        Parameters
        ----------
        jobs
            So many of the newest jobs with exactly this flow.
        limit
            So many of their documents that are still in the workspace.

        Returns
        -------
        list of Row
            pages, seconds.
        """
        return self._database.all(
            "SELECT json_extract(p.preflight, '$.pages') AS pages, d.seconds "
            "FROM (SELECT id, created FROM jobs WHERE flow = :flow "
            "ORDER BY created DESC LIMIT :jobs) j "
            "CROSS JOIN job_documents d ON d.job_id = j.id "
            "JOIN documents p ON p.id = d.document_id "
            "WHERE d.status = 'completed' AND d.flow = 0 AND pages > 0 "
            "AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.job_id = d.job_id "
            "AND a.document_id = d.document_id AND a.first_step > 0) LIMIT :limit",
            {"flow": flow.model_dump_json(), "jobs": jobs, "limit": limit},
        )


#: Whether every word occurs in a file name, as SQL.
_HAS_WORDS = (
    "NOT EXISTS (SELECT 1 FROM json_each(:words) "
    "WHERE instr(searchable(name), value) = 0)"
)


def meant(status: str | None, search: str) -> str:
    """Give documents of a job, in a state, with words in their names, as SQL."""
    conditions = ["job_id = :job"]
    conditions += ["status = :status"] if status else []
    conditions += [_HAS_WORDS] if search.strip() else []
    return " AND ".join(conditions)


def _events_meant(search: str, after: int = 0) -> str:
    """Events of a job, of documents with words in their names, as SQL."""
    if not search.strip():
        return "e.job_id = :job"
    # Of few events the documents are looked up, for many all names are searched.
    of_event = " AND document_id = e.document_id" if after else ""
    return (
        "e.job_id = :job AND e.document_id IN (SELECT document_id "  # noqa: S608 - constants
        f"FROM job_documents WHERE {meant(None, search)}{of_event})"
    )


def words_of(search: str) -> str:
    """Words that are searched, as the JSON list that the queries take."""
    return json.dumps(searchable(search).split())


def order_of(sort: str, orders: dict[str, str] = DOCUMENT_ORDERS) -> str:
    """What is sorted by, as SQL.

    Raises
    ------
    JobError
        If that is none of these.
    """
    if sort not in orders:
        raise JobError(f'Sorted can be by {", ".join(orders)}, not by "{sort}".')
    return orders[sort]


def _order(orders: dict[str, str], sort: str, *, descending: bool) -> str:
    return f"{order_of(sort, orders)} {'DESC' if descending else 'ASC'} NULLS LAST"
