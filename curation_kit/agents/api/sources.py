"""Ask web APIs of public databases: politely, and once per answer.

An answer is kept with its day. One that is too old is asked for again; where
the source is then out of reach, the old one is better than none.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ValidationError

from curation_kit.errors import DocumentFailure, FailureCategory
from curation_kit.llm import Calls, answer_key
from curation_kit.records import LookupStatus
from curation_kit.web import Response, Trouble, WebError, send

# Who lists the agents shall do without tenacity, and what it brings.
if TYPE_CHECKING:
    from tenacity import RetryCallState

__all__ = ["Answer", "Inquiry", "Source", "Unanswered", "segment", "today"]

Shape = TypeVar("Shape", bound=BaseModel)

#: Attempts in all, with pauses of up to `LONGEST_PAUSE` seconds in between.
ATTEMPTS = 4
LONGEST_PAUSE = 20.0

#: The longest ``Retry-After`` that is waited for, in seconds.
MOST_PATIENCE = 120.0

#: Seconds for which a source that was out of reach is not asked again: four
#: hundred papers need not find that out one by one.
REST = 60.0

_GOOD = range(200, 300)
_PASSING = {408, 425, 429, 500, 502, 503, 504}

#: What becomes of a question without a response, why a paper would fail, and
#: whether another attempt may help.
_TROUBLE = {
    **dict.fromkeys(
        (Trouble.UNREACHABLE, Trouble.SLOW, Trouble.BROKEN),
        (LookupStatus.OFFLINE, FailureCategory.TIMEOUT, True),
    ),
    Trouble.TLS: (LookupStatus.OFFLINE, FailureCategory.TIMEOUT, False),
    Trouble.ADDRESS: (LookupStatus.OFFLINE, FailureCategory.FLOW, False),
    Trouble.LARGE: (LookupStatus.NOT_UNDERSTOOD, FailureCategory.INTERNAL, False),
}


@dataclass(frozen=True, slots=True)
class Source:
    """A public database with a web API.

    Attributes
    ----------
    name, title
        Short, and as people know it.
    address
        Of its API.
    variable
        Environment variable that tells another address, for instance of a mirror.
    per_second
        Requests per second of all workers together. None of these sources
        publishes a limit; this is what scripts are commonly asked to keep to.
    deadline
        Seconds that one attempt may take in all.
    most_bytes
        Of an answer; the longest that we know of have 1 MB.
    """

    name: str
    title: str
    address: str
    variable: str
    per_second: float = 3.0
    deadline: float = 60.0
    most_bytes: int = 20_000_000

    def url(self, chosen: str = "") -> str:
        """Give the address that is asked: the chosen one, else the environment's."""
        return (chosen or os.environ.get(self.variable) or self.address).rstrip("/")


class Unanswered(Exception):  # noqa: N818 - as `DocumentFailure`
    """A source gave no answer that can be used.

    Attributes
    ----------
    status, category
        What becomes of the question, and of the paper if its flow says so.
    passing
        Whether the same request may succeed later.
    retry_after
        Seconds that the source asks to wait.
    """

    def __init__(
        self,
        message: str,
        *,
        status: LookupStatus = LookupStatus.OFFLINE,
        category: FailureCategory = FailureCategory.TIMEOUT,
        passing: bool = True,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.category = category
        self.passing = passing
        self.retry_after = retry_after

    def failure(self, source: Source) -> DocumentFailure:
        """Give the failure of a paper that cannot do without the answer."""
        hint = "Retry it later: answers that have arrived are kept."
        if self.status is LookupStatus.NOT_UNDERSTOOD:
            hint = (
                f"The API of {source.title} may have changed: report the message, and "
                'set the option "offline" to "unresolved" meanwhile.'
            )
        return DocumentFailure(self.category, f"{source.title}: {self}", hint)


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
        if kept is not None and today() - kept.asked < self._max_age:
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
        content = _fetch(self._source, request["url"], request["params"], absent)
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


def segment(identifier: str) -> str:
    """Spell an identifier for use in a path; its colon stays."""
    return quote(identifier, safe=":")


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


def _fetch(
    source: Source, url: str, params: dict[str, str], absent: Collection[int]
) -> bytes | None:
    """Give the body of a response; None if there is no such thing."""
    try:
        response = send(
            "GET",
            url,
            headers={"Accept": "application/json"},
            params=params,
            timeout=source.deadline,
            most_bytes=source.most_bytes,
        )
    except WebError as error:
        status, category, passing = _TROUBLE[error.trouble]
        raise Unanswered(
            error.message, status=status, category=category, passing=passing
        ) from error
    if response.status in absent:
        return None
    _check_status(response)
    return response.body


def _check_status(response: Response) -> None:
    status = response.status
    if status in _GOOD:
        return
    if status in _PASSING:
        busy = status == HTTPStatus.TOO_MANY_REQUESTS
        raise Unanswered(
            f"it asks for fewer requests (HTTP {status})."
            if busy
            else f"it cannot answer now (HTTP {status}).",
            category=FailureCategory.RATE_LIMIT if busy else FailureCategory.TIMEOUT,
            retry_after=response.retry_after,
        )
    raise Unanswered(
        f"it refused the request (HTTP {status}).",
        status=LookupStatus.NOT_UNDERSTOOD,
        category=FailureCategory.INTERNAL,
        passing=False,
    )
