"""What jobs and days have spent, and what their budgets still allow."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from curation_kit.jobs import HIGHER_BUDGET
from curation_kit.llm import DAY, Spending, dollars

__all__ = ["Allowance", "Budgets", "Obstacle"]

#: US dollars by which sums of many small costs may be off.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Allowance:
    """Caps of a call in US dollars, None without one.

    Attributes
    ----------
    job, day
        Of its job, and of all jobs together in a day (UTC).
    """

    job: float | None = None
    day: float | None = None


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a call may not be made now.

    Attributes
    ----------
    passing
        Whether calls under way may leave room for it.
    until
        When it is gone by itself, in seconds since the epoch; None for never.
    """

    reason: str
    passing: bool = False
    until: float | None = None


@dataclass(slots=True)
class _Account:
    """US dollars spent or reserved, and the calls under way."""

    spent: float = 0.0
    under_way: set[int] = field(default_factory=set)


class Budgets:
    """Sums of the table of calls, kept in memory: only one process writes it.

    Whoever calls it holds a lock.
    """

    def __init__(self, spending: Spending) -> None:
        self._spending = spending
        self._jobs: dict[str, _Account] = {}
        self._days: dict[float, _Account] = {}

    def _job(self, job_id: str) -> _Account:
        if job_id not in self._jobs:
            self._jobs[job_id] = _Account(self._spending.of_job(job_id).spent)
        return self._jobs[job_id]

    def _day(self, day: float) -> _Account:
        if day not in self._days:
            self._days[day] = _Account(self._spending.of_day(day).spent)
        return self._days[day]

    def obstacle(
        self, job_id: str, day: float, most: float | None, allowance: Allowance
    ) -> Obstacle | None:
        """Say why a call that can cost so much may not be made; None if it may.

        Parameters
        ----------
        day
            When it begins; seconds since the epoch.
        most
            US dollars; None without a price.
        """
        job, today = self._job(job_id), self._day(day)
        for cap, account in ((allowance.job, job), (allowance.day, today)):
            if cap is None:
                continue
            if most is None:
                return Obstacle(
                    "There is a budget, but the model has no price: give it one in the "
                    "settings of its service (0 if it costs nothing), then resume the "
                    "job."
                )
            if account.spent + most <= cap + ROUNDING:
                continue
            spent = (
                f"{dollars(account.spent)} is spent, and the next call can cost up to "
                f"{dollars(most)}."
            )
            passing = bool(account.under_way)
            if account is job:
                told = f"The job may spend {dollars(cap)}: {spent} {HIGHER_BUDGET}"
                return Obstacle(told, passing)
            told = f"All jobs together may spend {dollars(cap)} today (UTC): {spent}"
            if most > cap:  # another day would not help
                return Obstacle(f"{told} {_RAISE_DAILY}", passing)
            tomorrow = day + DAY
            told = f"{told} {_goes_on(tomorrow)} {_RAISE_DAILY}"
            return Obstacle(told, passing, tomorrow)
        return None

    def reserve(self, job_id: str, day: float, call: int, most: float | None) -> None:
        """Count the most that a call can cost, until it has ended."""
        for account in (self._job(job_id), self._day(day)):
            account.spent += most or 0.0
            account.under_way.add(call)

    def settle(
        self, job_id: str, day: float, call: int, most: float | None, cost: float | None
    ) -> None:
        """Count what it has cost instead."""
        for account in (self._job(job_id), self._day(day)):
            account.spent += (cost or 0.0) - (most or 0.0)
            account.under_way.discard(call)


_RAISE_DAILY = (
    "To go on now, raise the daily budget in the settings, then resume the job."
)


def _goes_on(tomorrow: float) -> str:
    """Say when the day has ended, in the time of this machine too."""
    utc = dt.datetime.fromtimestamp(tomorrow, dt.UTC)
    here = utc.astimezone()
    local = "" if here.utcoffset() == dt.timedelta() else f" ({here:%d %b %H:%M} here)"
    return (
        f"It goes on by itself from {utc:%d %b %H:%M} UTC{local}, once anybody has the "
        "workspace open."
    )
