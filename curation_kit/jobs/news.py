"""What has changed of a job since an event of its log, for those who follow it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from curation_kit.jobs.pages import JobPages, meant, order_of, words_of

if TYPE_CHECKING:
    from curation_kit.store import Row

__all__ = ["JobNews", "News"]

#: Events that may change the state of many documents.
OF_MANY = frozenset({"job_cancelled", "job_retried", "job_completed", "job_failed"})

#: Event of a document that was done; it is not processed again.
COMPLETED = "document_completed"

#: Event of one to which a curator added a record, perhaps its first.
ADDED = "record_added"

#: Who has missed more events than these had better read all anew.
MOST_EVENTS = 2000


@dataclass(frozen=True, slots=True)
class News:
    """What has happened after an event.

    Attributes
    ----------
    seq
        The newest event that is told of.
    documents
        Ids of the documents that have changed, or their records; None if any
        may have.
    completed
        Those of them that were completed.
    added
        Those of them to which a curator added a record.
    events
        Type of each event, and by how many records it says that there are more.
    """

    seq: int
    documents: frozenset[str] | None
    completed: frozenset[str] = frozenset()
    added: frozenset[str] = frozenset()
    events: Sequence[tuple[str, int]] = ()


class JobNews(JobPages):
    """What a look at a job costs does not grow with the number of its documents."""

    def news(self, job_id: str, after: int) -> News:
        """Tell what has happened after an event (its sequence number)."""
        rows = self._database.all(
            "SELECT seq, document_id, type, json_extract(data, '$.records') AS records "
            "FROM events WHERE job_id = ? AND seq > ? ORDER BY seq LIMIT ?",
            (job_id, after, MOST_EVENTS),
        )
        if len(rows) == MOST_EVENTS:
            newest = self._database.one(
                "SELECT max(seq) AS seq FROM events WHERE job_id = ?", (job_id,)
            )
            return News(newest["seq"] if newest else after, None)
        seq = rows[-1]["seq"] if rows else after
        if any(row["type"] in OF_MANY for row in rows):
            return News(seq, None)
        return News(
            seq,
            frozenset(row["document_id"] for row in rows if row["document_id"]),
            frozenset(row["document_id"] for row in rows if row["type"] == COMPLETED),
            frozenset(row["document_id"] for row in rows if row["type"] == ADDED),
            [(row["type"], row["records"] or 0) for row in rows],
        )

    def documents_of(self, job_id: str, document_ids: Sequence[str]) -> list[Row]:
        """Rows of `job_documents` of some documents, in the order of their ids."""
        return self._database.all(
            "SELECT d.* FROM json_each(?) wanted CROSS JOIN job_documents d "
            "ON d.job_id = ? AND d.document_id = wanted.value ORDER BY wanted.key",
            (json.dumps(list(document_ids)), job_id),
        )

    def document_keys(
        self,
        job_id: str,
        document_ids: Sequence[str] | None = None,
        *,
        status: str | None = None,
        search: str = "",
        sort: str = "position",
    ) -> list[Row]:
        """Documents that `JobPages.documents` gives, without what makes a row wide.

        Parameters
        ----------
        document_ids
            Only those of these.

        Returns
        -------
        list of Row
            document_id, position, and the ``value`` by which they are sorted.
        """
        among = "FROM job_documents"
        if document_ids is not None:
            among = (
                "FROM json_each(:ids) wanted CROSS JOIN job_documents "
                "ON job_id = :job AND document_id = wanted.value"
            )
        return self._database.all(
            f"SELECT document_id, position, {order_of(sort)} AS value "
            f"{among} WHERE {meant(status, search)}",
            {
                "ids": json.dumps(list(document_ids or ())),
                "job": job_id,
                "status": status,
                "words": words_of(search),
            },
        )
