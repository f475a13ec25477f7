"""What can be read of a batch: its state, tables and events."""

from __future__ import annotations

import json
import operator
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from curation_kit.errors import JobError, NotFound
from curation_kit.flow import Flow
from curation_kit.jobs import (
    Event,
    JobRow,
    JobStore,
    News,
    Progress,
    Status,
)
from curation_kit.records import Ledger
from curation_kit.runner import Folders, Runner
from curation_kit.store import Row
from curation_kit.workspace.job_records import JobRecords

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["JobReading"]

_DOCUMENT_TYPES = {
    "document": "str",
    "status": "str",
    "step": "str",
    "category": "str",
    "error": "str",
    "hint": "str",
    "records": "Int64",
    "seconds": "Float64",
    "attempts": "Int64",
    "ledger": "str",
    "document_id": "str",
}


_ATTEMPT_TYPES = {
    "document": "str",
    "attempt": "Int64",
    "started": "datetime64[s]",
    "seconds": "Float64",
    "outcome": "str",
    "charged": "bool",
    "reused": "str",
    "step": "str",
    "category": "str",
    "error": "str",
    "corrected_flow": "Int64",
    "document_id": "str",
}


class JobReading(JobRecords):
    """A view of the store, never stale; it changes nothing."""

    def __init__(
        self, job_id: str, *, store: JobStore, folders: Folders, runner: Runner
    ) -> None:
        self.id = job_id
        self._store = store
        self._folders = folders
        self._runner = runner

    @property
    def row(self) -> JobRow:
        """The job as stored: flow, options, status, times."""
        return self._store.get(self.id)

    def check_there(self) -> None:
        """Raise `NotFound` if the job was deleted: of it, all tables are empty."""
        self._store.get(self.id)

    @property
    def name(self) -> str:
        """Name given by its maker."""
        return self.row.name

    @property
    def status(self) -> Status:
        """State of the job, for instance ``processing``."""
        return self.row.status

    @property
    def settled(self) -> bool:
        """Whether the job has ended and no document of it is in work any more."""
        return self.status.ended and not self.progress.processing

    @property
    def has_runner(self) -> bool:
        """Whether a process is at work on the jobs of the workspace now."""
        return self._runner.is_alive()

    @property
    def paused_reason(self) -> str | None:
        """Why the job is paused, None when it is not."""
        row = self.row
        return row.reason if row.status is Status.PAUSED else None

    @property
    def flow(self) -> Flow:
        """The flow as it is run, a copy of what it was when the job was made."""
        return self.row.flow

    @property
    def progress(self) -> Progress:
        """Counts per status, fraction, rate and time left."""
        return self._store.progress(self.id)

    def summary(self) -> dict[str, Any]:
        """The job as one row of the list of jobs."""
        import datetime as dt

        row, progress = self.row, self.progress
        return {
            "id": row.id,
            "name": row.name,
            "status": row.status.value,
            "reason": row.reason,
            "flow": row.flow.name,
            "documents": progress.total,
            "completed": progress.completed,
            "failed": progress.failed,
            "cancelled": progress.cancelled,
            "created": dt.datetime.fromtimestamp(int(row.created)),  # noqa: DTZ006 - local time, for people
            "seconds": round(progress.elapsed, 3) if row.started else None,
        }

    def document_rows(
        self,
        *,
        status: str | None = None,
        search: str = "",
        sort: str = "position",
        descending: bool = False,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[dict[str, Any]]:
        """Rows of `documents` as dictionaries, without pandas.

        Parameters
        ----------
        status
            Only documents in this state.
        search
            Words that all occur in the file name, whatever the case.
        sort, descending
            ``position`` (in the job), ``document``, ``status``, ``step``,
            ``records``, ``seconds``, ``attempts`` or ``ended``.
        limit, offset
            One page of them; all when left out.

        Returns
        -------
        list of dict
            Also with ``step_number`` (from 1), ``steps`` (how many) and
            ``lacks_results`` (whether sections were read and none of results).
        """
        rows = self._store.documents(
            self.id,
            status=status,
            search=search,
            sort=sort,
            descending=descending,
            limit=limit,
            offset=offset,
        )
        return list(self._document_rows(rows))

    def document_rows_of(self, document_ids: Sequence[str]) -> list[dict[str, Any]]:
        """Rows of `documents` of some documents, in the order of their ids."""
        rows = self._store.documents_of(self.id, document_ids)
        return list(self._document_rows(rows))

    def all_document_rows(self) -> Iterator[dict[str, Any]]:
        """Rows of `documents` in their order; they need not fit the memory."""
        return self._document_rows(self._store.all_documents(self.id))

    def _document_rows(self, rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
        flows = self._store.flows(self.id)
        for row in rows:
            steps = flows[row["flow"]].steps
            step = row["step"]
            told, lacks_results = (
                _told(row["ledger"]) if row["ledger"] else (None, False)
            )
            yield {
                "document": row["name"],
                "status": row["status"],
                "step": None if step is None else steps[step].agent,
                "step_number": None if step is None else step + 1,
                "steps": len(steps),
                "category": row["category"],
                "error": row["message"],
                "hint": row["hint"],
                "records": row["records"],
                "seconds": row["seconds"],
                "attempts": row["attempts"],
                "ledger": told,
                "lacks_results": lacks_results,
                "document_id": row["document_id"],
            }

    def document_keys(
        self,
        document_ids: Sequence[str] | None = None,
        *,
        status: str | None = None,
        search: str = "",
        sort: str = "position",
    ) -> list[tuple[str, int, Any]]:
        """Id, place in the job and sorted value of the documents that are meant.

        In no special order; of some documents only, if these are given. The rest
        is as for `document_rows`.
        """
        rows = self._store.document_keys(
            self.id, document_ids, status=status, search=search, sort=sort
        )
        return [(row["document_id"], row["position"], row["value"]) for row in rows]

    def news(self, after: int) -> News:
        """Tell what has happened after an event, by its sequence number."""
        return self._store.news(self.id, after)

    @property
    def documents(self) -> pd.DataFrame:
        """One row per document: status, error, hint, records, seconds, ledger."""
        from curation_kit.results import frame

        self.check_there()
        return frame(self.document_rows(), _DOCUMENT_TYPES)

    def found_documents(self, *, status: str | None = None, search: str = "") -> int:
        """Number of documents that `document_rows` gives on all pages."""
        return self._store.found_documents(self.id, status=status, search=search)

    def document_name(self, document_id: str) -> str:
        """File name of a document of the job.

        Raises
        ------
        NotFound
            If the job does not hold it.
        """
        row = self._store.document(self.id, document_id)
        if row is None:
            raise NotFound(f"{self.name} has no document {document_id[:12]}.")
        return str(row["name"])

    def document_names(self) -> dict[str, str]:
        """File names of the job's documents by their ids, in order."""
        return {row["document_id"]: row["name"] for row in self._store.names(self.id)}

    def ledger(self, document_id: str) -> Ledger | None:
        """What was read in a document; None before it was done."""
        row = self._store.document(self.id, document_id)
        if row is None or not row["ledger"]:
            return None
        return Ledger.model_validate_json(row["ledger"])

    def attempt_rows(self, document_id: str | None = None) -> list[dict[str, Any]]:
        """Rows of `attempts`, or those of one document, without pandas."""
        import datetime as dt

        flows = self._store.flows(self.id)
        rows = []
        for row in self._store.attempts(self.id, document_id):
            steps = [step.agent for step in flows[row["flow"]].steps]
            running = row["ended"] is None
            rows.append(
                {
                    "document": row["name"],
                    "attempt": row["number"],
                    "started": dt.datetime.fromtimestamp(int(row["started"])),  # noqa: DTZ006 - local time, for people
                    "seconds": None
                    if running
                    else round(row["ended"] - row["started"], 3),
                    "outcome": row["outcome"],
                    "charged": bool(row["charged"]),
                    "reused": ", ".join(steps[: row["first_step"] or 0]),
                    "step": None if row["step"] is None else steps[row["step"]],
                    "category": row["category"],
                    "error": row["message"],
                    "corrected_flow": row["flow"] or None,
                    "document_id": row["document_id"],
                }
            )
        return rows

    @property
    def attempts(self) -> pd.DataFrame:
        """One row per start of a document: when, from which step, how it ended.

        ``reused`` names the steps whose results were kept from earlier;
        ``charged`` is false where the attempt was lost by no fault of the
        document; ``corrected_flow`` counts the flows given with a retry.
        """
        from curation_kit.results import frame

        self.check_there()
        return frame(self.attempt_rows(), _ATTEMPT_TYPES)

    def last_seq(self) -> int:
        """Sequence number of the newest event: it changes when the job does."""
        return self._store.last_seq(self.id)

    def events(self, after: int = 0) -> Iterator[Event]:
        """Events so far with a sequence number above `after`.

        Raises
        ------
        JobError
            If `after` is no such number.
        """
        try:
            seq = operator.index(after)
        except TypeError:
            raise JobError(
                f"after={after!r} must be the sequence number of an event, or 0."
            ) from None
        if seq <= 0:
            self.check_there()
        return self._store.events(self.id, seq)

    def event_rows(
        self, *, search: str = "", after: int = 0, limit: int, offset: int = 0
    ) -> list[dict[str, Any]]:
        """One page of the log, oldest first, as dictionaries.

        Parameters
        ----------
        search
            Only events of documents in whose file name every word occurs.
        after
            Only events with a sequence number above it.

        Returns
        -------
        list of dict
            seq, type, time, data, ``document`` (file name or None) and
            ``flow`` (its number in `flows` for this document).
        """
        return [
            {
                "seq": row["seq"],
                "type": row["type"],
                "time": row["time"],
                "data": json.loads(row["data"]),
                "document": row["name"],
                "flow": row["flow"] or 0,
            }
            for row in self._store.event_rows(
                self.id, search=search, after=after, limit=limit, offset=offset
            )
        ]

    def event_count(self, *, search: str = "") -> int:
        """Number of events that `event_rows` gives on all pages."""
        return self._store.event_count(self.id, search=search)

    @property
    def flows(self) -> list[Flow]:
        """The flow of the job, then the corrected ones that came with a retry."""
        return self._store.flows(self.id)


@lru_cache(maxsize=200)
def _told(ledger: str) -> tuple[str, bool]:
    """What a ledger says, and whether results were not found.

    A page that is shown live is read again and again.
    """
    read = Ledger.model_validate_json(ledger)
    return read.summary(), read.lacks_results
