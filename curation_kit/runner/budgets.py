"""What jobs and days have spent, and what their budgets still allow."""

from __future__ import annotations

from dataclasses import dataclass, field

from curation_kit.llm import Spending, dollars

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
    """

    reason: str
    passing: bool = False


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
        caps = (
            (allowance.job, self._job(job_id), "The job", _RAISE),
            (allowance.day, self._day(day), "All jobs together", _RAISE_DAILY),
        )
        for cap, account, who, advice in caps:
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
            when = "" if account is caps[0][1] else " today (UTC)"
            return Obstacle(
                f"{who} may spend {dollars(cap)}{when}: {dollars(account.spent)} is "
                f"spent, and the next call can cost up to {dollars(most)}. {advice}",
                passing=bool(account.under_way),
            )
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


_RAISE = "Resume it with a higher budget."
_RAISE_DAILY = "Raise the daily budget in the settings, or wait; then resume the job."
