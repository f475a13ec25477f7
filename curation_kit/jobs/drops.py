"""Candidates that did not become records."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from curation_kit.phrases import searchable
from curation_kit.records import Dropped, Evidence

if TYPE_CHECKING:
    from curation_kit.store import Database, Row

__all__ = ["DropRow", "JobDrops", "drop_row"]

#: Reason, agent, words that it is found by, and JSON of a dropped candidate.
DropRow = tuple[str, str, str, str]


class JobDrops:
    """Candidates that did not become records, and papers without one."""

    _database: Database

    def dropped(
        self,
        job_id: str,
        *,
        search: str = "",
        reason: str | None = None,
        document_id: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Row]:
        """Dropped candidates in document order, those that are meant.

        Parameters
        ----------
        search
            Words that all occur in quote, values or file name, whatever the case.
        reason, document_id
            Only those.
        limit, offset
            One page of them; all when left out.

        Returns
        -------
        list of Row
            name (of the file), document_id, number, candidate (JSON).
        """
        return self._database.all(
            # The candidates are wide: only those of the page are read.
            "SELECT page.name, page.document_id, page.number, c.candidate FROM "  # noqa: S608 - constants
            "(SELECT d.position, d.name, c.document_id, c.number "
            f"{_meant(search, reason, document_id)} "
            "ORDER BY d.position, c.number LIMIT :limit OFFSET :offset) page "
            "JOIN dropped_candidates c ON c.job_id = :job "
            "AND c.document_id = page.document_id AND c.number = page.number "
            "ORDER BY page.position, page.number",
            {
                **_values(job_id, search, reason, document_id),
                "limit": -1 if limit is None else limit,
                "offset": offset,
            },
        )

    def dropped_count(
        self,
        job_id: str,
        *,
        search: str = "",
        reason: str | None = None,
        document_id: str | None = None,
    ) -> int:
        """Number of candidates that `dropped` gives on all pages."""
        if search.strip():
            meant = _meant(search, reason, document_id)
        else:
            meant = f"FROM dropped_candidates c WHERE {_where(reason, document_id)}"
        row = self._database.one(
            f"SELECT count(*) AS n {meant}",
            _values(job_id, search, reason, document_id),
        )
        return int(row["n"]) if row else 0

    def dropped_candidate(
        self, job_id: str, document_id: str, number: int
    ) -> Row | None:
        """One dropped candidate (JSON)."""
        return self._database.one(
            "SELECT candidate FROM dropped_candidates "
            "WHERE job_id = ? AND document_id = ? AND number = ?",
            (job_id, document_id, number),
        )

    def without_records(
        self, job_id: str, *, limit: int | None = None, offset: int = 0
    ) -> list[Row]:
        """Completed documents that gave no record: name, document_id, ledger (JSON)."""
        return self._database.all(
            "SELECT name, document_id, ledger FROM job_documents WHERE job_id = ? "
            "AND status = 'completed' AND records = 0 ORDER BY position "
            "LIMIT ? OFFSET ?",
            (job_id, -1 if limit is None else limit, offset),
        )

    def _store_drops(self, key: tuple[str, str], drops: Sequence[DropRow]) -> None:
        """Store the dropped candidates of a document; called in a transaction."""
        self._database.executemany(
            "INSERT INTO dropped_candidates "
            "(job_id, document_id, number, reason, agent, words, candidate) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(*key, number, *drop) for number, drop in enumerate(drops)],
        )


def drop_row(dropped: Dropped) -> DropRow:
    """Give a dropped candidate as it is stored."""
    candidate = dropped.model_dump_json(exclude_defaults=True)
    return dropped.reason, dropped.agent, _words(dropped), candidate


def _words(dropped: Dropped) -> str:
    """What a dropped candidate is found by."""
    evidence = dropped.evidence or Evidence(quote="")
    texts = (*dropped.record.values(), evidence.quote or evidence.claimed or "")
    return searchable(" ".join(texts))


def _where(reason: str | None, document_id: str | None) -> str:
    conditions = ["c.job_id = :job"]
    conditions += ["c.reason = :reason"] if reason is not None else []
    conditions += ["c.document_id = :document"] if document_id is not None else []
    return " AND ".join(conditions)


def _meant(search: str, reason: str | None, document_id: str | None) -> str:
    """Candidates that are meant, with the documents they are from, as SQL."""
    words = (
        " AND NOT EXISTS (SELECT 1 FROM json_each(:words) "
        "WHERE instr(c.words || ' ' || searchable(d.name), value) = 0)"
    )
    # Without a reason most are meant: gone through in the order of the documents,
    # the first page comes at once.
    join = "CROSS JOIN" if reason is None else "JOIN"
    return (
        f"FROM job_documents d {join} dropped_candidates c ON c.job_id = d.job_id "
        f"AND c.document_id = d.document_id WHERE d.job_id = :job "
        f"AND {_where(reason, document_id)}{words if search.strip() else ''}"
    )


def _values(
    job_id: str, search: str, reason: str | None, document_id: str | None
) -> dict[str, str | None]:
    return {
        "job": job_id,
        "reason": reason,
        "document": document_id,
        "words": json.dumps(searchable(search).split()),
    }
