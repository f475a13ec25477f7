"""What a fault of a service means for the document that has met it, and for jobs."""

from __future__ import annotations

import logging
import os

from curation_kit.errors import FailureCategory
from curation_kit.jobs import duration
from curation_kit.llm import Call, Fault, Pace, Scope, Start, Verdict

__all__ = ["Judge"]

#: Final faults of a service in a row after which its jobs pause.
REFUSALS = 3

#: Refusals for asking too much that are blamed on others who ask at the same time.
MOST_LIMITED = 20

#: A runner goes on for a while after its last job, and other jobs keep it alive.
_OLD_ENVIRONMENT = (
    " The runner (process {}) has the environment that it was started with: to have "
    "it replaced, pause the other jobs, wait until it has ended (10 s), then resume. "
    "An entry of the keyring needs no new start."
)

_log = logging.getLogger(__name__)


class Judge:
    """Tells a service that fails from a request that does.

    Whoever calls it holds a lock.

    Parameters
    ----------
    patience
        Seconds that a service may be down before the jobs that need it pause.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._refused: dict[str, int] = {}  # answers of the service so far, by key

    def verdict(
        self, call: Call, fault: Fault, pace: Pace, start: Start, now: float
    ) -> tuple[Verdict, str]:
        """Say what becomes of a document, and why the jobs of a service pause.

        Parameters
        ----------
        pace, start
            Of the service, and of the call.
        now
            When the call has ended, by the monotonic clock.
        """
        limited = fault.category is FailureCategory.RATE_LIMIT
        if fault.scope is Scope.REQUEST and not limited:
            return Verdict(), ""
        told = f'The model service "{call.service}"'
        if fault.passing:
            failing = pace.failing_for(now)
            asks_to_wait = (fault.retry_after or 0) > self._patience
            if not (asks_to_wait or (pace.down and failing > self._patience)):
                crowded = start.company and call.attempt < MOST_LIMITED
                return Verdict(blameless=pace.down or (limited and crowded)), ""
            told += (
                f" asks to wait for {duration(fault.retry_after or 0)}"
                if asks_to_wait
                else f" has given no answer for {duration(failing)}"
            )
        else:
            answers = self._refused.get(call.key)
            self._refused[call.key] = pace.answers
            if answers is not None and pace.answers > answers:
                return Verdict(), ""  # others are answered: it is this request
            if answers is None and pace.answers and pace.refusals < REFUSALS:
                return Verdict(suspended=fault.message), ""  # once more, later
            told += " gives no answers"
        pace.forgive()
        self._refused.clear()
        reason = f"{told}: {fault.message} {fault.hint}"
        if "resume the job" not in reason:
            reason += " Then resume the job."
        if fault.environment:
            reason += _OLD_ENVIRONMENT.format(os.getpid())
        # No warning: it would show in the terminal of somebody else's job. The jobs
        # that it concerns have it as their reason.
        _log.info("%s", reason)
        return Verdict(suspended=reason), reason
