"""Public databases with a web API, and one request to one of them."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from curation_kit.errors import DocumentFailure, FailureCategory
from curation_kit.records import LookupStatus
from curation_kit.web import Response, Trouble, WebError, send

__all__ = ["Source", "Unanswered", "fetch", "segment"]

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


def segment(identifier: str) -> str:
    """Spell an identifier for use in a path; its colon stays."""
    return quote(identifier, safe=":")


def fetch(
    source: Source, url: str, params: dict[str, str], absent: Collection[int]
) -> bytes | None:
    """Give the body of a response; None if there is no such thing.

    Raises
    ------
    Unanswered
        If there is no response, or one that cannot be used.
    """
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
