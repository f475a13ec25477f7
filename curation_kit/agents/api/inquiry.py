"""Ask public databases politely, and once per answer.

An answer is kept with its day. One that is too old is asked for again; where
the source is then out of reach, the old one is better than none.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from curation_kit.agents.api.sources import Source, Unanswered, fetch
from curation_kit.errors import FailureCategory
from curation_kit.llm import Calls, answer_key
from curation_kit.records import LookupStatus

# Who lists the agents shall do without tenacity, and what it brings.
if TYPE_CHECKING:
    from tenacity import RetryCallState

__all__ = ["Answer", "Inquiry", "today"]

Shape = TypeVar("Shape", bound=BaseModel)

#: Attempts in all, with pauses of up to `LONGEST_PAUSE` seconds in between.
ATTEMPTS = 4
LONGEST_PAUSE = 20.0

#: The longest ``Retry-After`` that is waited for, in seconds.
MOST_PATIENCE = 120.0

#: Seconds for which a source that was out of reach is not asked again: four
#: hundred papers need not find that out one by one.
REST = 60.0


@dataclass(frozen=True, slots=True)
class Answer(Generic[Shape]):
    """What a source said, and when.

    Attributes
    ----------
    body
        None where the source does not know what it was asked about.
    stale
        What keeps the source from giving a newer one; empty for one that is
        not too old.
    """

    body: Shape | None
    asked: date
    stale: str = ""


class _Kept(BaseModel):
    """An answer as it is kept."""

    asked: date
    body: str | None


def today() -> date:
    """Give the day, the same all over the world."""
    return datetime.now(UTC).date()


class Inquiry:
    """Asks one source for one paper.

    Parameters
    ----------
    source
        Who is asked.
    url
        Where; see `Source.url`.
    calls
        Keeps the answers, and waits.
    max_age
        Days for which an answer is good.
    """

    def __init__(self, source: Source, url: str, calls: Calls, max_age: int) -> None:
        self._source = source
        self._url = url
        self._calls = calls
        self._max_age = timedelta(days=max_age)

    def get(
        self,
        path: str,
        params: dict[str, str],
        shape: type[Shape],
        *,
        absent: Collection[int] = (404,),
    ) -> Answer[Shape]:
        """Give the answer to a request, a kept one if there is one.

        Parameters
        ----------
        path
            Below the address of the API; see `segment`.
        shape
            What is read of the answer; only that is kept.
        absent
            Statuses that say that there is no such thing.

        Raises
        ------
        Unanswered
            If there is none.
        """
        request = {"url": f"{self._url}/{path}", "params": params}
        key = answer_key({**request, "shape": shape.model_json_schema()})
        kept = self._kept(key, shape)
        # An answer from the future is of a day when the clock was wrong.
        if kept and timedelta(0) <= today() - kept.asked < self._max_age:
            return kept
        try:
            body = self._ask(request, shape, absent)
        except Unanswered as error:
            if kept is None:
                raise
            return Answer(kept.body, kept.asked, stale=str(error))
        text = None if body is None else body.model_dump_json()
        asked = today()
        self._calls.put(key, _Kept(asked=asked, body=text).model_dump_json())
        return Answer(body, asked)

    def _kept(self, key: str, shape: type[Shape]) -> Answer[Shape] | None:
        text = self._calls.get(key)
        if text is None:
            return None
        kept = _Kept.model_validate_json(text)
        body = None if kept.body is None else shape.model_validate_json(kept.body)
        return Answer(body, kept.asked)

    def _ask(
        self, request: dict[str, Any], shape: type[Shape], absent: Collection[int]
    ) -> Shape | None:
        """Ask until there is an answer, or no hope of one."""
        from tenacity import Retrying, retry_if_exception, stop_after_attempt

        _REST.check(self._url)
        retrying = Retrying(
            retry=retry_if_exception(_worth_another),
            wait=_pause,
            stop=stop_after_attempt(ATTEMPTS),
            sleep=self._calls.rest,
            reraise=True,
        )
        try:
            return retrying(self._attempt, request, shape, absent)
        except Unanswered as error:
            if error.status is LookupStatus.OFFLINE:
                _REST.note(self._url, error)
            raise

    def _attempt(
        self, request: dict[str, Any], shape: type[Shape], absent: Collection[int]
    ) -> Shape | None:
        self._calls.wait_turn(self._source.name, self._source.per_second)
        content = fetch(self._source, request["url"], request["params"], absent)
        if content is None:
            return None
        try:
            return shape.model_validate_json(content)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"])) or "the whole of it"
            raise Unanswered(
                f"the answer is not as documented ({place}: {first['msg']}).",
                status=LookupStatus.NOT_UNDERSTOOD,
                category=FailureCategory.INTERNAL,
                passing=False,
            ) from error


class _Resting:
    """Sources that were out of reach a moment ago, in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._since: dict[str, tuple[float, Unanswered]] = {}

    def check(self, url: str) -> None:
        """Raise what was noted, if that was not long ago."""
        with self._lock:
            since, error = self._since.get(url, (-REST, None))
        if error is not None and time.monotonic() - since < REST:
            raise Unanswered(str(error), category=error.category)

    def note(self, url: str, error: Unanswered) -> None:
        """Note that a source is out of reach."""
        with self._lock:
            self._since[url] = (time.monotonic(), error)


_REST = _Resting()


def _worth_another(error: BaseException) -> bool:
    return (
        isinstance(error, Unanswered)
        and error.passing
        and (error.retry_after or 0) <= MOST_PATIENCE
    )


def _pause(state: RetryCallState) -> float:
    """Seconds before the next attempt: what the source asks for goes first."""
    from tenacity import wait_random_exponential

    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, Unanswered) else None
    if asked is not None:
        return asked
    return wait_random_exponential(multiplier=1, max=LONGEST_PAUSE)(state)
