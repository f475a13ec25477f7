"""Jobs and documents over HTTP, for servers that are built on Jupyter Server."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeVar

from jupyter_server.auth.decorator import authorized
from jupyter_server.utils import url_path_join
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, authenticated

from curation_kit.errors import CurationKitError
from curation_kit.server._base import CurationHandler, as_http
from curation_kit.server._downloads import (
    DocumentResultHandler,
    EvidenceHandler,
    ResultsHandler,
    TableHandler,
)
from curation_kit.server._feed import Feed, News
from curation_kit.server._sse import (
    HEARTBEAT,
    RETRY,
    end_text,
    one_of,
    sequence_after,
    whole_number,
)
from curation_kit.server._uploads import ArrivalHandler, DocumentHandler

if TYPE_CHECKING:
    from curation_kit.workspace import Job

__all__ = ["curation_handlers"]

T = TypeVar("T")

#: A comment is sent after so many quiet seconds: proxies close connections that
#: are silent for 30 to 60 seconds.
HEARTBEAT_AFTER = 15.0

#: A client that takes nothing for so many seconds is let go; it loses nothing,
#: because it says where it was when it comes back.
STALLED_AFTER = 60.0

#: Characters written before the client must have taken them.
CHUNK = 1 << 16

#: Downloads that are made at the same time: each may take a process of its own.
DOWNLOADS_AT_ONCE = 2

#: Rows of documents in one answer: unless asked, and at most.
ROWS = 100
MOST_ROWS = 1000

#: States of a document.
STATUSES = ("pending", "processing", "completed", "failed", "cancelled")


def curation_handlers(
    base_url: str,
    feed: Feed,
    *,
    heartbeat_after: float = HEARTBEAT_AFTER,
    stalled_after: float = STALLED_AFTER,
) -> list[tuple[str, type[CurationHandler], dict[str, Any]]]:
    """Give the handlers of ``/curation``, for the application of a server.

    Parameters
    ----------
    base_url
        Of the server.
    feed
        The workspace that is served.
    heartbeat_after, stalled_after
        Seconds without an event before a stream sends a comment; seconds
        after which it lets a client go that takes nothing.
    """
    common = {"feed": feed}
    downloads = {"feed": feed, "turns": asyncio.Semaphore(DOWNLOADS_AT_ONCE)}
    times = {"heartbeat_after": heartbeat_after, "stalled_after": stalled_after}
    routes: list[tuple[str, type[CurationHandler], dict[str, Any]]] = [
        (r"/curation/jobs/?", JobsHandler, common),
        (r"/curation/jobs/([^/]+)", JobHandler, common),
        (r"/curation/jobs/([^/]+)/documents", DocumentsHandler, common),
        (
            r"/curation/jobs/([^/]+)/documents/([^/]+)/results",
            DocumentResultHandler,
            downloads,
        ),
        (
            r"/curation/jobs/([^/]+)/documents/([^/]+)/evidence\.pdf",
            EvidenceHandler,
            downloads,
        ),
        (r"/curation/jobs/([^/]+)/results\.zip", ResultsHandler, downloads),
        (
            r"/curation/jobs/([^/]+)/results\.(csv|tsv|json|xlsx|parquet)",
            TableHandler,
            downloads,
        ),
        (r"/curation/jobs/([^/]+)/events", EventsHandler, {**common, **times}),
        (
            r"/curation/documents/([^/]+)",
            DocumentHandler,
            {**common, "turn": asyncio.Lock()},
        ),
        (
            r"/curation/uploads/(upload-\w+)/([0-9a-f]{32})",
            ArrivalHandler,
            common,
        ),
        # Voilà would show its notebook for any other address.
        (r"/curation/.*", UnknownHandler, common),
    ]
    return [
        (url_path_join(base_url, route), handler, arguments)
        for route, handler, arguments in routes
    ]


class JobsHandler(CurationHandler):
    """``GET /curation/jobs``: all jobs, newest first."""

    @authenticated
    @authorized
    async def get(self) -> None:
        """Give the list."""
        self.reply(await self.ask(lambda jobs: [job.summary() for job in jobs]))


class JobHandler(CurationHandler):
    """``GET /curation/jobs/ID``: one job. ID as in `Jobs.get`."""

    @authenticated
    @authorized
    async def get(self, job_id: str) -> None:
        """Give its summary, progress, flow and newest sequence number."""
        self.reply(await self.ask_job(job_id, _detail))


class DocumentsHandler(CurationHandler):
    """``GET /curation/jobs/ID/documents``, with ``?status=&limit=&offset=``."""

    @authenticated
    @authorized
    async def get(self, job_id: str) -> None:
        """Give a page of its documents, and how many there are of that status."""
        asked = self.get_query_argument
        status = one_of("status", asked("status", None), STATUSES)
        limit = whole_number(
            "limit", asked("limit", None), default=ROWS, least=1, most=MOST_ROWS
        )
        offset = whole_number("offset", asked("offset", None))

        def page(job: Job) -> dict[str, Any]:
            return {
                "total": getattr(job.progress, status or "total"),
                "offset": offset,
                "documents": job.document_rows(
                    status=status, limit=limit, offset=offset
                ),
            }

        self.reply(await self.ask_job(job_id, page))


class UnknownHandler(CurationHandler):
    """Any other address below ``/curation``."""

    @authenticated
    async def get(self) -> None:
        """Say what there is."""
        raise HTTPError(
            404,
            "There is only /curation/jobs, /curation/jobs/ID, "
            "/curation/jobs/ID/documents, /curation/jobs/ID/events, "
            "/curation/jobs/ID/results.zip, "
            "/curation/jobs/ID/results.csv (or tsv, json, xlsx, parquet), "
            "/curation/jobs/ID/documents/DOCUMENT/results, "
            "/curation/jobs/ID/documents/DOCUMENT/evidence.pdf and, to add a PDF with "
            "PUT, /curation/documents/NAME.",
        )


class EventsHandler(CurationHandler):
    """``GET /curation/jobs/ID/events``: the event stream of a job.

    It resumes after the sequence number in ``Last-Event-ID`` or ``?after=``,
    goes on live and ends, with the event ``end``, when the job is settled. A
    client that comes back then is told 204, which stops a browser's
    ``EventSource``. When the job is retried a new stream goes on.
    """

    def initialize(
        self,
        feed: Feed,
        heartbeat_after: float = HEARTBEAT_AFTER,
        stalled_after: float = STALLED_AFTER,
    ) -> None:
        super().initialize(feed)
        self._heartbeat_after = heartbeat_after
        self._stalled_after = stalled_after
        self._heartbeat_due = 0.0
        self._following: asyncio.Task[None] | None = None

    @authenticated
    @authorized
    async def get(self, job_id: str) -> None:
        """Stream the events."""
        after = sequence_after(
            self.request.headers.get("Last-Event-ID"),
            self.get_query_argument("after", None),
        )
        job_id = await self.ask_job(job_id, lambda job: job.id)
        with self.feed.watching():
            turn = self.feed.turn
            with as_http():
                news = await self.feed.news(job_id, after)
            if news.final and not news.text:
                self.set_status(204)
                return
            self.set_header("Content-Type", "text/event-stream; charset=utf-8")
            self.set_header("Cache-Control", "no-cache, no-transform")
            self.set_header("X-Accel-Buffering", "no")
            self._following = asyncio.ensure_future(self._follow(job_id, turn, news))
            with suppress(asyncio.CancelledError, StreamClosedError):
                await self._following

    def on_connection_close(self) -> None:
        """Stop following: the client has left."""
        super().on_connection_close()
        if self._following is not None:
            self._following.cancel()

    async def _follow(self, job_id: str, turn: int, news: News) -> None:
        await self._send(RETRY)
        end = {"job_id": job_id}
        try:
            while True:
                await self._send(news.text)
                if news.final:
                    break
                if not news.more:
                    await self._quiet(turn)
                turn = self.feed.turn
                news = await self.feed.news(job_id, news.last)
            end["status"] = news.status
        except CurationKitError as error:  # deleted meanwhile, or no disk any more
            end["error"] = str(error)
        await self._send(end_text(end))

    async def _quiet(self, turn: int) -> None:
        """Wait for news since a turn, with a heartbeat from time to time."""
        while True:
            try:
                async with asyncio.timeout_at(self._heartbeat_due):
                    return await self.feed.change(turn)
            except TimeoutError:
                await self._send(HEARTBEAT)

    async def _send(self, text: str) -> None:
        """Write, and wait until the client has taken it."""
        for start in range(0, len(text), CHUNK):
            self.write(text[start : start + CHUNK])
            try:
                async with asyncio.timeout(self._stalled_after):
                    await self.flush()
            except TimeoutError:
                self.detach().close()
                raise StreamClosedError from None
            now = asyncio.get_running_loop().time()
            self._heartbeat_due = now + self._heartbeat_after


def _detail(job: Job) -> dict[str, Any]:
    progress = job.progress
    return {
        **job.summary(),
        "progress": {**asdict(progress), "fraction": progress.fraction},
        "paused_reason": job.paused_reason,
        "settled": job.settled,
        "last_seq": job.last_seq(),
        "flow": job.flow.model_dump(mode="json"),
    }
