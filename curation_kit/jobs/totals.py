"""The ledgers of a job's documents, added up."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from curation_kit.records import Ledger

if TYPE_CHECKING:
    from curation_kit.store import Database

__all__ = ["JobTotals", "Totals"]

#: Numbers of a ledger that add up over documents.
_SUMS = (
    "pages",
    "pages_without_text",
    "sentences",
    "candidates",
    "kept",
    "chunks_sent",
    "chunks_answered",
    "chunks_unparseable",
    "flagged",
)

#: Numbers by name of a ledger, each of which adds up over documents.
_COUNTED = ("dropped", "verification", "unanswered")

#: Lists of names in a ledger.
_NAMED = ("sections_read", "sections_skipped")


@dataclass(frozen=True, slots=True)
class Totals:
    """What was read in completed documents, and what came of it.

    Attributes
    ----------
    ledger
        The sum of their ledgers, without notes. Of the sections, each kind is
        named once, in alphabetical order; those that some documents have read and
        others skipped count as read.
    documents
        Number of these documents.
    listed
        Number of dropped candidates that are stored one by one.
    empty
        Number of documents that gave no record.
    seq
        Sequence number of the newest event of the job when they were read.
    """

    ledger: Ledger
    documents: int
    listed: int
    empty: int
    seq: int

    def plus(self, other: Totals) -> Totals:
        """Add the totals of other documents."""
        ours, theirs = self.ledger, other.ledger
        sums: dict[str, Any] = {
            name: getattr(ours, name) + getattr(theirs, name) for name in _SUMS
        }
        for name in _COUNTED:
            both = Counter(getattr(ours, name)) + Counter(getattr(theirs, name))
            sums[name] = dict(sorted(both.items(), key=lambda item: (-item[1], item)))
        read = {*ours.sections_read, *theirs.sections_read}
        skipped = {*ours.sections_skipped, *theirs.sections_skipped} - read
        return Totals(
            Ledger(
                **sums, sections_read=sorted(read), sections_skipped=sorted(skipped)
            ),
            self.documents + other.documents,
            self.listed + other.listed,
            self.empty + other.empty,
            self.seq,
        )

    def until(self, seq: int) -> Totals:
        """Say that nothing else has come up to an event."""
        return replace(self, seq=seq)


class JobTotals:
    """What became of all that was read, over a whole job."""

    _database: Database

    def totals(self, job_id: str, document_ids: Iterable[str] | None = None) -> Totals:
        """Totals of the completed documents of a job.

        Parameters
        ----------
        document_ids
            Only of these.
        """
        numbers = ", ".join(
            f"'{name}', CAST(total(json_extract(d.ledger, '$.{name}')) AS INTEGER)"
            for name in _SUMS
        )
        among, listed = "job_documents d", "job_id = :job"
        if document_ids is not None:
            among = (
                "json_each(:ids) wanted CROSS JOIN job_documents d "
                "ON d.document_id = wanted.value"
            )
            listed += " AND document_id IN (SELECT value FROM json_each(:ids))"
        done = "d.job_id = :job AND d.status = 'completed'"
        rows = self._database.all(  # one statement: all is of the same moment
            f"SELECT 'totals' AS part, json_object({numbers}) AS item, "  # noqa: S608 - constants
            "total(d.records = 0) AS n, count(*) AS documents, "
            "(SELECT max(seq) FROM events WHERE job_id = :job) AS seq, "
            "(SELECT count(*) FROM dropped_candidates "
            f"WHERE {listed}) AS listed FROM {among} WHERE {done} "
            "UNION ALL SELECT part.key, iif(part.type = 'array', item.value, item.key)"
            ", sum(iif(part.type = 'array', 1, item.value)) AS n, NULL, NULL, NULL "
            f"FROM {among}, json_each(d.ledger) part, json_each(part.value) item "
            f"WHERE {done} AND part.key IN (SELECT value FROM json_each(:parts)) "
            "GROUP BY 1, 2 ORDER BY n DESC, item",
            {
                "job": job_id,
                "ids": json.dumps(list(document_ids or ())),
                "parts": json.dumps([*_COUNTED, *_NAMED]),
            },
        )
        sums: dict[str, Any] = {name: {} for name in (*_COUNTED, *_NAMED)}
        for row in rows:
            if row["part"] == "totals":  # an aggregate has a row
                head = row
            else:
                sums[row["part"]][row["item"]] = int(row["n"])
        read, skipped = (sorted(sums.pop(name)) for name in _NAMED)
        ledger = Ledger(
            **json.loads(head["item"]),
            **sums,
            sections_read=read,
            sections_skipped=[name for name in skipped if name not in read],
        )
        return Totals(
            ledger, head["documents"], head["listed"], int(head["n"]), head["seq"] or 0
        )

    def checked(self, job_id: str) -> int:
        """Number of records that were to be checked and have a curator's verdict."""
        row = self._database.one(
            # From the reviews to their records: there are more records.
            "SELECT count(*) AS n FROM reviews v CROSS JOIN records r "
            "ON r.job_id = v.job_id AND r.document_id = v.document_id "
            "AND r.number = v.number WHERE v.job_id = ? "
            "AND json_extract(r.record, '$.review') = 'check'",
            (job_id,),
        )
        return int(row["n"]) if row else 0
