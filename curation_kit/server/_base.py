"""What all handlers of ``/curation`` have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from jupyter_server.base.handlers import APIHandler
from tornado.web import HTTPError

from curation_kit.errors import CurationKitError, JobError, NotFound
from curation_kit.server._feed import Feed
from curation_kit.server._sse import json_text

if TYPE_CHECKING:
    from curation_kit.workspace import Job, Jobs

__all__ = ["CurationHandler", "as_http"]

T = TypeVar("T")


class CurationHandler(APIHandler):
    """Answers in JSON, errors too: ``{"error": "a sentence"}``."""

    auth_resource = "curation_kit"

    def initialize(self, feed: Feed) -> None:
        self.feed = feed

    async def ask(self, question: Callable[[Jobs], T]) -> T:
        with as_http():
            return await self.feed.ask(question)

    async def ask_job(self, job_id: str, question: Callable[[Job], T]) -> T:
        return await self.ask(lambda jobs: question(jobs.get(job_id)))

    def reply(self, value: Any) -> None:
        self.set_header("Cache-Control", "no-cache")
        self.finish(json_text(value))

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Log without the address, in which a token may be (Tornado logs it)."""
        if not isinstance(value, HTTPError):
            where = f"{self.request.method} {self.request.path} failed"
            self.log.error(where, exc_info=(typ, value, tb))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say what is wrong; what a fault of ours was is in the server's log."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        sentence = ""
        if isinstance(error, HTTPError):
            sentence = (error.log_message or "") % error.args
        if status_code == 403 and not self.current_user:  # noqa: PLR2004 - forbidden
            sentence = (
                "The server does not know you: give its token, as ?token=TOKEN or in "
                "the header Authorization: token TOKEN."
            )
        self.finish(json_text({"error": sentence or f"{status_code} {self._reason}."}))


@contextmanager
def as_http() -> Iterator[None]:
    """Raise our errors as those of HTTP."""
    try:
        yield
    except NotFound as error:
        raise HTTPError(404, str(error)) from error
    except JobError as error:
        raise HTTPError(409, str(error)) from error
    except CurationKitError as error:
        raise HTTPError(503, str(error)) from error
