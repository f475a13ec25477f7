"""Read what goes into tables of a whole job, some documents at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from curation_kit.jobs.names import no_job
from curation_kit.jobs.pages import JobPages
from curation_kit.jobs.stored_records import RECORD, REVIEWED

if TYPE_CHECKING:
    from curation_kit.store import Row

__all__ = ["JobTables"]

#: Documents, or records, that are read together. More take more memory, and no less
#: time: what was just read is still in the processor's caches.
_AT_A_TIME = 20

#: With the words of who said so, as SQL.
_RECORD = f"{RECORD}, v.note, v.reviewer, v.time"


#: What is told of the documents of a job beside their results, as SQL.
_ABOUT = (
    "SELECT d.document_id, d.name, d.stem, d.position, "
    "json_extract(p.preflight, '$.pages') AS pages, "
    "json_extract(p.preflight, '$.doi') AS doi FROM job_documents d "
    "LEFT JOIN documents p ON p.id = d.document_id WHERE d.job_id = :job"
)

#: Of documents ``d`` the next ones, as SQL.
_NEXT = "AND d.position > :after ORDER BY d.position LIMIT :limit"

#: The next documents that are completed and have that many records, as SQL.
_SOME = (
    "SELECT document_id, name, position FROM job_documents WHERE job_id = :job "
    "AND status = 'completed' AND records >= :least AND position > :after "
    "ORDER BY position LIMIT :limit"
)


class JobTables(JobPages):
    """Rows of long tables, one after the other: they need not fit the memory."""

    def records_reviewed(self, job_id: str) -> Iterator[Row]:
        """Records in document order, each with what a curator said of it.

        Yields
        ------
        Row
            File name, document_id, number, record (JSON), and verdict, changes
            (JSON), note, reviewer and time, which are None where there is no review.
        """
        return self._in_order(
            f"SELECT d.position, d.name, {_RECORD} FROM ({_SOME}) d "  # noqa: S608 - constants
            "CROSS JOIN records r ON r.job_id = :job "
            f"AND r.document_id = d.document_id {REVIEWED} "
            "ORDER BY d.position, r.number",
            job_id,
            least=1,
        )

    def records_at(self, job_id: str, keys: Sequence[tuple[str, int]]) -> Iterator[Row]:
        """Some records in the order given, as `records_reviewed` gives them.

        Parameters
        ----------
        keys
            Document id and number of each; those that are gone are left out.
        """
        for start in range(0, len(keys), _AT_A_TIME):
            yield from self._database.all(
                f"SELECT d.name, {_RECORD} FROM json_each(?) wanted "  # noqa: S608 - constants
                "CROSS JOIN records r ON r.job_id = ? "
                "AND r.document_id = json_extract(wanted.value, '$[0]') "
                "AND r.number = json_extract(wanted.value, '$[1]') "
                "CROSS JOIN job_documents d ON d.job_id = r.job_id "
                f"AND d.document_id = r.document_id {REVIEWED} ORDER BY wanted.key",
                (json.dumps(keys[start : start + _AT_A_TIME]), job_id),
            )

    def all_documents(self, job_id: str) -> Iterator[Row]:
        """Rows of `job_documents` in order."""
        return self._in_order(
            f"SELECT d.* FROM job_documents d WHERE d.job_id = :job {_NEXT}",  # noqa: S608 - constants
            job_id,
        )

    def about_documents(self, job_id: str) -> Iterator[Row]:
        """Documents in order, as `about_document` gives them."""
        return self._in_order(f"{_ABOUT} {_NEXT}", job_id)

    def _in_order(self, query: str, job_id: str, **values: int) -> Iterator[Row]:
        """Rows of a query for the next documents of a job, over and over.

        Raises
        ------
        NotFound
            If the job was deleted meanwhile: what is made of them would lack the rest.
        """
        values |= {"after": -1, "limit": _AT_A_TIME}
        while rows := self._database.all(query, {**values, "job": job_id}):
            yield from rows
            values["after"] = rows[-1]["position"]
        if self._database.one("SELECT 1 FROM jobs WHERE id = ?", (job_id,)) is None:
            raise no_job(job_id)

    def about_document(self, job_id: str, document_id: str) -> Row:
        """Give document_id, name, stem, pages, DOI and position of a document.

        Pages and DOI are None for one that is no longer in the workspace.
        """
        row = self._database.one(
            f"{_ABOUT} AND d.document_id = :document",
            {"job": job_id, "document": document_id},
        )
        if row is None:
            raise no_job(job_id)
        return row

    def all_result_files(self, job_id: str) -> Iterator[Row]:
        """Rows of `JobQueries.result_files`, read some documents at a time."""
        return self._in_order(
            f"SELECT d.position, f.* FROM ({_SOME}) d "  # noqa: S608 - constants
            "CROSS JOIN result_files f ON f.job_id = :job "
            "AND f.document_id = d.document_id ORDER BY d.position, f.step",
            job_id,
            least=0,
        )
