"""What calls to models have used and cost: tokens, US dollars."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from curation_kit.store import Database, Row


__all__ = ["DAY", "Spending", "Usage", "dollars", "today"]

#: Seconds; a day ends at midnight UTC, whatever the place of the workspace.
DAY = 86_400

#: Calls by which the time of a model is judged.
TIMED_CALLS = 100

_SUMS = """
    sum(status != 'kept') AS calls,
    sum(status = 'kept') AS kept,
    sum(status IN ('failed', 'lost')) AS failed,
    sum(CASE WHEN status != 'open' THEN input_tokens ELSE 0 END) AS input_tokens,
    sum(CASE WHEN status != 'open' THEN output_tokens ELSE 0 END) AS output_tokens,
    total(CASE WHEN status != 'open' THEN cost END) AS cost,
    total(CASE WHEN status = 'open' THEN cost END) AS reserved,
    sum(cost IS NULL) AS unpriced,
    sum(estimated) AS estimated
"""


@dataclass(frozen=True, slots=True)
class Usage:
    """What some calls to models have used.

    Attributes
    ----------
    calls
        Requests that were made to a service.
    kept
        Answers that an earlier call was paid for: nobody was asked.
    failed
        Calls without a valid answer, those that a crash cut off among them.
    input_tokens, output_tokens
        Of calls that have ended.
    cost
        US dollars for them, as far as their models have a price.
    reserved
        US dollars that calls under way can cost at most.
    unpriced
        Calls to models without a price: `cost` is without them.
    estimated
        Calls of which the service told no tokens: theirs are estimated.
    """

    calls: int = 0
    kept: int = 0
    failed: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    reserved: float = 0.0
    unpriced: int = 0
    estimated: int = 0

    @property
    def tokens(self) -> int:
        """Tokens in and out."""
        return self.input_tokens + self.output_tokens

    @property
    def priced_cost(self) -> float | None:
        """US dollars so far; None if there are calls and none of them has a price."""
        return None if self.unpriced and not self.cost else self.cost

    @property
    def spent(self) -> float:
        """US dollars that count towards a budget: also those that are reserved."""
        return self.cost + self.reserved


def dollars(amount: float) -> str:
    """Give US dollars as people read them: whole cents, two digits below ten of them.

    Examples
    --------
    >>> dollars(1234.5), dollars(0.05), dollars(0.0123), dollars(0.00123), dollars(0)
    ('$1,234.50', '$0.05', '$0.012', '$0.0012', '$0.00')
    """
    if 0 < amount < 0.0995:  # noqa: PLR2004 - rounded, more is ten cents
        places = 1 - math.floor(math.log10(amount))
        whole, _, parts = f"{amount:.{places}f}".partition(".")
        return f"${whole}.{parts.rstrip('0'):0<2}"
    return f"${amount:,.2f}"


def today(now: float | None = None) -> float:
    """Give the beginning of a day (UTC), in seconds since the epoch."""
    return (time.time() if now is None else now) // DAY * DAY


class Spending:
    """Questions to the table of calls; anybody may ask at any time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_job(self, job_id: str) -> Usage:
        """What a job has used."""
        return self._usage("job_id", "job_id = ?", job_id).get(job_id, Usage())

    def of_jobs(self, job_ids: Sequence[str]) -> dict[str, Usage]:
        """What each of some jobs has used; one without calls is left out."""
        where = "job_id IN (SELECT value FROM json_each(?))"
        return self._usage("job_id", where, json.dumps(list(job_ids)))

    def of_steps(self, job_id: str) -> dict[int, Usage]:
        """What each step of a job's flow has used, by its index."""
        return self._usage("step", "job_id = ?", job_id)

    def of_documents(
        self, job_id: str, document_ids: Sequence[str] | None = None
    ) -> dict[str, Usage]:
        """What each document of a job has used: of these, or of all."""
        where, values = "job_id = ?", [job_id]
        if document_ids is not None:
            where += " AND document_id IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(list(document_ids)))
        return self._usage("document_id", where, *values)

    def of_day(self, now: float | None = None) -> Usage:
        """What all jobs have used in a day (UTC), today if no time is given."""
        start = today(now)
        found: dict[int, Usage] = self._usage(
            "0", "began >= ? AND began < ?", start, start + DAY
        )
        return found.get(0, Usage())

    def seconds_of(self, service: str, model: str) -> float | None:
        """Mean seconds of the newest answers of a model; None before the first."""
        row = self._database.one(
            "SELECT avg(seconds) AS mean FROM (SELECT seconds FROM calls "
            "WHERE service = ? AND model = ? AND status = 'answered' "
            "ORDER BY id DESC LIMIT ?)",
            (service, model, TIMED_CALLS),
        )
        return None if row is None else row["mean"]

    def calls(self, job_id: str) -> list[Row]:
        """Rows of the table: each call of a job."""
        return self._database.all(
            "SELECT * FROM calls WHERE job_id = ? ORDER BY id", (job_id,)
        )

    def _usage(self, key: str, where: str, *values: object) -> dict[Any, Usage]:
        rows = self._database.all(
            f"SELECT {key} AS part, {_SUMS} FROM calls "  # noqa: S608 - our own words
            f"WHERE {where} GROUP BY part ORDER BY part",
            values,
        )
        return {
            row["part"]: Usage(**{name: row[name] or 0 for name in row.keys()[1:]})
            for row in rows
        }
