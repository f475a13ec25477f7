"""The pace of calls to one service: its limits, and what its faults teach.

All is computed from the time that is given: nothing waits here.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from curation_kit.errors import FailureCategory
from curation_kit.llm.faults import Fault, Scope
from curation_kit.llm.settings import Service

__all__ = ["DOWN_AFTER", "MINUTE", "Pace", "Start"]

#: Seconds. No minute, whenever it begins, has more calls than the account may make.
MINUTE = 60.0

#: Faults of the service in a row after which it counts as down.
DOWN_AFTER = 3

#: So many calls, the last to end and those under way, tell whether a service limits
#: its callers: when this share of them is refused. A refusal now and then concerns
#: the call that gets it and nobody else: it would leave a few calls under way for good.
RECENT, LIMITING = 64, 1 / 6

#: Seconds between two looks at a service that is down: doubled up to the second.
FIRST_PROBE, LAST_PROBE = 1.0, 15.0


@dataclass(slots=True, eq=False)
class Start:
    """A call that was begun.

    Attributes
    ----------
    time
        In the seconds of the clock that the pace is given.
    tokens
        That it may take; once it has ended, that it took.
    company
        Whether others were under way when it began.
    """

    time: float
    tokens: int
    company: bool = False


class Pace:
    """What may be asked of a service now, by all documents of all jobs together.

    Calls under way are bounded as TCP bounds packets: refusals for asking too much,
    unless they are rare, halve the bound, each answer raises it a little, up to the
    one in the settings (additive increase, multiplicative decrease). A service that
    gives faults only is asked by one call at a time, at growing intervals.

    Parameters
    ----------
    service
        Its limits.
    earlier
        Calls of the last minute, as a runner before this one has made them.
    """

    def __init__(self, service: Service, earlier: Iterable[Start] = ()) -> None:
        self.in_flight = 0
        self.answers = 0  # since the last fault that gave it up
        self.refusals = 0  # final ones in a row
        self._service = service
        self._width = float(service.in_flight)
        self._minute = deque(earlier)
        self._not_before = -math.inf
        self._cut = -math.inf  # when the width was halved
        self._refused = deque[bool](maxlen=RECENT)  # calls begun since that have ended
        self._most = 0  # under way at once since then
        self._faults = 0  # passing ones in a row
        self._failing_since: float | None = None

    def adopt(self, service: Service) -> None:
        """Keep to other limits from now on."""
        if service.in_flight != self._service.in_flight:
            self._width = float(service.in_flight)
        self._service = service

    @property
    def width(self) -> int:
        """Calls that may be under way at the same time now."""
        return max(int(self._width), 1)

    @property
    def down(self) -> bool:
        """Whether the service gives faults only."""
        return self._faults >= DOWN_AFTER

    def failing_for(self, now: float) -> float:
        """Seconds since the first fault after the last answer, and those to wait."""
        if self._failing_since is None:
            return 0.0
        return max(now, self._not_before) - self._failing_since

    def delay(self, now: float, tokens: int) -> float:
        """Seconds until a call may begin; infinite: when another one has ended."""
        if self.in_flight >= (1 if self.down else self.width):
            return math.inf
        return max(self._not_before - now, self._room_in(now, tokens), 0.0)

    def _room_in(self, now: float, tokens: int) -> float:
        """Seconds until the last minute has room for one more call."""
        while self._minute and self._minute[0].time <= now - MINUTE:
            self._minute.popleft()
        most_calls = self._service.requests_per_minute or math.inf
        most_tokens = self._service.tokens_per_minute or math.inf
        if most_calls == most_tokens == math.inf:
            return 0.0  # there may be very many: they are not counted in vain
        calls = len(self._minute)
        taken = sum(start.tokens for start in self._minute)
        if calls < most_calls and taken + tokens <= most_tokens:
            return 0.0
        for start in self._minute:
            calls, taken = calls - 1, taken - start.tokens
            # One that is larger than the limit is made when nothing else counts.
            if calls < most_calls and (taken + tokens <= most_tokens or not calls):
                return start.time + MINUTE - now
        return 0.0

    def begin(self, now: float, tokens: int) -> Start:
        """Count a call that begins."""
        start = Start(now, tokens, company=self.in_flight > 0)
        self.in_flight += 1
        self._most = max(self._most, self.in_flight)
        self._minute.append(start)
        return start

    def end(
        self, start: Start, now: float, fault: Fault | None, tokens: int | None = None
    ) -> None:
        """Count a call that has ended, and learn from it."""
        self.in_flight -= 1
        if tokens is not None:
            start.tokens = tokens
        limited = fault is not None and fault.category is FailureCategory.RATE_LIMIT
        if start.time >= self._cut:
            self._refused.append(limited)
        if fault is None or not (limited or fault.scope is Scope.SERVICE):
            self._answered()
        elif not fault.passing:
            self.refusals += 1
        elif not limited or self._limits():  # else who was refused waits, no others
            self._failed(start, now, fault, limited=limited)

    def _limits(self) -> bool:
        """Whether more than a few are refused for asking too much."""
        recent = min(len(self._refused) + self.in_flight, RECENT)
        return self._refused.count(True) >= LIMITING * recent

    def abandon(self, start: Start) -> None:
        """Count a call as ended of which nobody knows how."""
        del start
        self.in_flight -= 1

    def _answered(self) -> None:
        """Learn that the service is well."""
        self.answers += 1
        self.refusals = self._faults = 0
        self._failing_since = None
        self._width = min(self._width + 1 / self._width, self._service.in_flight)

    def _failed(self, start: Start, now: float, fault: Fault, *, limited: bool) -> None:
        """Learn from a fault that will pass."""
        self._faults += 1
        if self._failing_since is None:
            self._failing_since = now
        if limited and start.time >= self._cut:  # one cut for all that began before
            # Half of what was tried, which may be less than what was allowed.
            self._width = max(min(self._width, self._most) / 2, 1.0)
            self._cut, self._most = now, self.in_flight
            self._refused.clear()
        pause = fault.retry_after
        if pause is None and (limited or self.down):
            doublings = max(self._faults - DOWN_AFTER, 0)
            pause = min(FIRST_PROBE * 2.0**doublings, LAST_PROBE)
        if pause is not None:
            self._not_before = max(self._not_before, now + pause)

    def forgive(self) -> None:
        """Forget the faults: who resumes the job may have mended the service."""
        self.answers = self.refusals = self._faults = 0
        self._failing_since = None
        self._not_before = -math.inf
