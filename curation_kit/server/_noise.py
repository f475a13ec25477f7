"""Keep from the terminal what says nothing to the person who looks at it."""

from __future__ import annotations

import logging
import re

from jupyter_server.log import log_request
from tornado.iostream import StreamClosedError
from tornado.web import RequestHandler
from tornado.websocket import WebSocketClosedError

__all__ = ["ClosedTab", "Expected", "log_failure"]

#: Beginnings of messages about what is as it should be, each with the reason.
EXPECTED = re.compile(
    # Its outputs are cleared before it is run, so nobody need trust them.
    r"Notebook .* is not trusted"
    # The end of a kernel whose page was left without a word is what culling is for.
    r"|Culling '"
    # A page that was open before a restart of the server, or was left, asks for its
    # kernel; it shows a banner.
    r"|(wrote error: ')?Kernel does not exist"
    r"|Couldn't authenticate"
    r"|No session ID specified"
)


class Expected(logging.Filter):
    """Drops these messages, below the level of errors, and no other."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a message is to be shown."""
        error = record.levelno >= logging.ERROR
        return error or not EXPECTED.match(record.getMessage())


class ClosedTab(logging.Filter):
    """Drops that a message found its page closed: a tab may be closed at any time."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a message is to be shown."""
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, WebSocketClosedError | StreamClosedError)


def log_failure(handler: RequestHandler) -> None:
    """Log a request at which the server failed.

    One that was refused (4xx) is told to whoever sent it. Tornado's own function
    would log the token in the address; this one hides it.
    """
    if handler.get_status() >= 500:  # noqa: PLR2004 - a fault of the server
        log_request(handler)  # type: ignore[no-untyped-call]
