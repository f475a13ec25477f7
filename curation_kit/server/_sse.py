"""Jobs as text for the network, and what clients may ask: pure functions.

The event stream follows the HTML standard, section 9.2 "Server-sent events".
An event has no ``event:`` field, so that a browser's ``onmessage`` sees all of
them; its type is in the data. Only the last line of a stream is a named event,
``end``: a client closes on it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tornado.web import HTTPError

if TYPE_CHECKING:
    from curation_kit.jobs import Event

__all__ = [
    "END_OF_EVENT",
    "HEARTBEAT",
    "RETRY",
    "end_text",
    "event_text",
    "json_text",
    "one_of",
    "sequence_after",
    "whole_number",
]

#: An empty line ends an event.
END_OF_EVENT = "\n\n"

#: A comment: it keeps proxies from closing a quiet connection.
HEARTBEAT = f": heartbeat{END_OF_EVENT}"

#: Tells a browser to come back after these milliseconds when the connection broke.
RETRY = f"retry: 2000{END_OF_EVENT}"

#: Digits of a number that SQLite can hold (2**63 has 19).
_NUMBER = re.compile(r"[0-9]{1,18}")


def json_text(value: Any) -> str:
    """Give JSON on one line, ASCII only; times become ISO strings with their zone.

    ASCII, because a file name may hold a lone surrogate, which is no UTF-8.
    """
    return json.dumps(value, default=_plain)


def _plain(value: Any) -> str:
    if hasattr(value, "astimezone"):  # naive ones are local time
        return str(value.astimezone().isoformat())
    return str(value)


def event_text(event: Event) -> str:
    """Give an event of a job as one event of the stream."""
    return f"id: {event.seq}\ndata: {json_text(asdict(event))}{END_OF_EVENT}"


def end_text(data: dict[str, Any]) -> str:
    """Give the last event of a stream."""
    return f"event: end\ndata: {json_text(data)}{END_OF_EVENT}"


def sequence_after(header: str | None, query: str | None) -> int:
    """Sequence number after which a client wants events.

    Parameters
    ----------
    header
        ``Last-Event-ID``: when a browser comes back it is the newer of the
        two, so it wins.
    query
        ``?after=``.
    """
    if header is not None:
        return whole_number("Last-Event-ID", header)
    return whole_number("after", query, default=0)


def whole_number(
    name: str,
    text: str | None,
    *,
    default: int = 0,
    least: int = 0,
    most: int | None = None,
) -> int:
    """Give a parameter as a number.

    Raises
    ------
    HTTPError
        400 if it is none, or out of bounds.
    """
    if text is None:
        return default
    bounds = f"from {least} to {most}" if most is not None else f"from {least} up"
    if not _NUMBER.fullmatch(text) or not least <= int(text) <= (most or int(text)):
        raise HTTPError(400, f"{name}={text!r} must be a whole number {bounds}.")
    return int(text)


def one_of(name: str, text: str | None, choices: Collection[str]) -> str | None:
    """Give a parameter that has only some values; None when left out.

    Raises
    ------
    HTTPError
        400 if it is another one.
    """
    if text is None or text in choices:
        return text
    raise HTTPError(400, f"{name}={text!r} must be one of {', '.join(choices)}.")
