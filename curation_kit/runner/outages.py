"""Tell jobs once that they wait for a service, and once that it answers again."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from curation_kit.errors import FailureCategory
from curation_kit.llm import Report

__all__ = ["News", "Outages", "is_silent"]

#: Seconds after which a wait without a word looks like hanging.
SILENCE = 10.0


def is_silent(report: Report, *, down: bool) -> bool:
    """Whether nobody will hear of a service for a while, as a call has ended.

    Parameters
    ----------
    down
        Whether the service gives faults only.
    """
    fault = report.fault
    if fault is None or not fault.passing:
        return False
    limited = fault.category is FailureCategory.RATE_LIMIT  # soon over, mostly
    return (down and not limited) or max(
        fault.retry_after or 0, report.seconds
    ) >= SILENCE


@dataclass(frozen=True, slots=True)
class News:
    """An event for jobs; with none it is no news."""

    type: str = ""
    jobs: tuple[str, ...] = ()
    service: str = ""
    text: str = ""


@dataclass(slots=True)
class _Outage:
    text: str
    told: set[str] = field(default_factory=set)


class Outages:
    """Services that give no answers, and the jobs that know.

    Whoever calls it holds a lock.
    """

    def __init__(self) -> None:
        self._outages: dict[str, _Outage] = {}

    def begin(
        self, service: str, reason: str, seconds: float, jobs: Iterable[str]
    ) -> News:
        """Give what jobs shall hear that do not know yet.

        Parameters
        ----------
        reason
            What the service, or the way to it, says.
        seconds
            Until its jobs pause.
        """
        until = time.strftime("%H:%M:%S", time.localtime(time.time() + seconds))
        text = (
            f'waiting for the model service "{service}" ({reason.rstrip(".")}), trying '
            f"again until {until}"
        )
        self._outages.setdefault(service, _Outage(text))
        return self.join(service, jobs)

    def join(self, service: str, jobs: Iterable[str]) -> News:
        """Give what those of some jobs shall hear that wait too, but do not know."""
        outage = self._outages.get(service)
        if outage is None or not (new := set(jobs) - outage.told):
            return News()
        outage.told |= new
        return News("service_waiting", tuple(sorted(new)), service, outage.text)

    def end(self, service: str) -> News:
        """Give what jobs shall hear when a service answers."""
        outage = self._outages.pop(service, None)
        if outage is None:
            return News()
        text = f'the model service "{service}" answers again'
        return News("service_answers", tuple(sorted(outage.told)), service, text)

    def leave(self, job_id: str) -> None:
        """Forget that a job knows."""
        for outage in self._outages.values():
            outage.told.discard(job_id)

    def forget(self, service: str) -> None:
        """Forget who knows: the jobs are paused, which says why."""
        self._outages.pop(service, None)
