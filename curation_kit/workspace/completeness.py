"""What was read of a job's papers, and what did not become a record."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from curation_kit.agents import get_agent
from curation_kit.errors import NotFound
from curation_kit.jobs import Totals
from curation_kit.records import (
    LEFT_OUT,
    LIST_SEPARATOR,
    NO_REASON,
    Dropped,
    Ledger,
)
from curation_kit.runner import GATE_REASONS
from curation_kit.workspace.job_reading import JobReading

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["JobCompleteness"]

#: Columns after those of the records.
_EVIDENCE_TYPES = {
    "quote": "str",
    "page": "Int64",
    "section": "str",
    "figures": "str",
    "document_id": "str",
}


class JobCompleteness(JobReading):
    """The ledgers of a job, added up, and its dropped candidates."""

    @property
    def completeness(self) -> Ledger:
        """What was read and judged in all completed documents, and what came of it.

        The sum of their ledgers, without notes. ``candidates`` are ``kept`` or
        in ``dropped``; `dropped` lists these.
        """
        return self.totals().ledger

    def totals(self, document_ids: Iterable[str] | None = None) -> Totals:
        """Give `completeness` with further numbers, of all documents or of these."""
        return self._store.totals(self.id, document_ids)

    def verified(self) -> tuple[dict[str, int], int]:
        """Numbers of records by verification, and how many are to be checked.

        Those that a curator has given a verdict on need no check any more.
        """
        sums = self.completeness
        return sums.verification, max(sums.flagged - self.checked(), 0)

    def checked(self) -> int:
        """Number of records that were to be checked and have a curator's verdict."""
        return self._store.checked(self.id)

    def dropped_rows(
        self,
        *,
        search: str = "",
        reason: str | None = None,
        document_id: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[dict[str, Any]]:
        """Rows of `dropped` as dictionaries, without pandas.

        Parameters
        ----------
        search
            Words that all occur in the quote, the values or the file name,
            whatever the case.
        reason
            Only candidates dropped for this reason.
        document_id
            Only those of one document.
        limit, offset
            One page of them; all when left out.

        Returns
        -------
        list of dict
            Also with ``number`` (of the candidate in its document, from 0, see
            `dropped_candidate`).
        """
        rows = self._store.dropped(
            self.id,
            search=search,
            reason=reason,
            document_id=document_id,
            limit=limit,
            offset=offset,
        )
        return [
            _row(row["name"], row["document_id"], row["number"], row["candidate"])
            for row in rows
        ]

    def dropped_count(
        self,
        *,
        search: str = "",
        reason: str | None = None,
        document_id: str | None = None,
    ) -> int:
        """Number of candidates that `dropped_rows` gives on all pages."""
        return self._store.dropped_count(
            self.id, search=search, reason=reason, document_id=document_id
        )

    def dropped_candidate(self, document_id: str, number: int) -> Dropped:
        """One dropped candidate: its document's id, and its number in it, from 0.

        Raises
        ------
        NotFound
            If there is none, for instance since its document was retried.
        """
        row = self._store.dropped_candidate(self.id, document_id, number)
        if row is None:
            raise NotFound("This candidate is no longer among those that were dropped.")
        return Dropped.model_validate_json(row["candidate"])

    @property
    def dropped(self) -> pd.DataFrame:
        """One row per candidate that did not become a record, and why.

        Columns are document, reason, agent, what is known of the candidate
        (such as gene_symbol), quote, page, section, figures and document_id.
        """
        from curation_kit.results import frame

        rows = self.dropped_rows()
        known = {name for row in rows for name in row}
        columns = {"document": "str", "reason": "str", "agent": "str"}
        domain = self.record_model().domain_columns()
        others = sorted(known - {*domain, *columns, *_EVIDENCE_TYPES, "number"})
        for name in (*domain, *others):
            if name in known or name == "gene_symbol":
                columns[name] = "str"
        return frame(rows, {**columns, **_EVIDENCE_TYPES})

    def drop_reasons(self) -> dict[str, str]:
        """What the reasons of dropped candidates mean, as their agents tell it."""
        found = {
            **GATE_REASONS,
            LEFT_OUT: "A validator did not give the record back.",
            NO_REASON: "The agent counted it and told no more.",
        }
        for name in {step.agent for flow in self.flows for step in flow.steps}:
            try:
                found.update(get_agent(name).reasons)
            except NotFound:  # not installed (any more)
                continue
        return found

    def nothing_found(
        self, *, limit: int | None = None, offset: int = 0
    ) -> list[dict[str, Any]]:
        """Completed documents without a record, in the order of the job.

        Returns
        -------
        list of dict
            document, document_id, ``in_full`` (whether all of it could be read)
            and ``ledger`` (its summary).
        """
        rows = []
        for row in self._store.without_records(self.id, limit=limit, offset=offset):
            ledger = Ledger.model_validate_json(row["ledger"] or "{}")
            rows.append(
                {
                    "document": row["name"],
                    "document_id": row["document_id"],
                    "in_full": ledger.in_full,
                    "ledger": ledger.summary(),
                }
            )
        return rows


def _row(
    document: str, document_id: str, number: int, candidate: str
) -> dict[str, Any]:
    """A stored candidate as a row; there may be many, so it is not validated."""
    dropped = json.loads(candidate)
    evidence = dropped.get("evidence") or {}
    return {
        **dropped.get("record", {}),
        "document": document,
        "reason": dropped["reason"],
        "agent": dropped.get("agent", ""),
        "quote": evidence.get("quote") or evidence.get("claimed") or "",
        "page": evidence.get("page"),
        "section": evidence.get("section"),
        "figures": LIST_SEPARATOR.join(evidence.get("figures", [])),
        "document_id": document_id,
        "number": number,
    }
