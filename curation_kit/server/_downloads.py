"""Results over HTTP: a file of one document, one table, or a ZIP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast, get_args

from jupyter_server.auth.decorator import authorized
from tornado.web import HTTPError, authenticated

from curation_kit.errors import JobError
from curation_kit.server._base import CurationHandler, as_http
from curation_kit.server._sse import one_of

if TYPE_CHECKING:
    from curation_kit.jobs import Rows
    from curation_kit.server._feed import Feed
    from curation_kit.workspace import Job

__all__ = [
    "DocumentResultHandler",
    "EvidenceHandler",
    "ResultsHandler",
    "TableHandler",
]

#: Media types of what is sent, by the end of its name.
_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".tsv": "text/tab-separated-values; charset=utf-8",
    ".json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".parquet": "application/vnd.apache.parquet",
    ".zip": "application/zip",
    ".pdf": "application/pdf",
}

#: Bytes that are read and sent at a time.
CHUNK = 1 << 18


class _Download(CurationHandler):
    """Sends a file that a question about a job gives."""

    def initialize(self, feed: Feed, turns: asyncio.Semaphore | None = None) -> None:
        super().initialize(feed)
        self._turns = turns or asyncio.Semaphore()
        self._left = False

    def on_connection_close(self) -> None:
        """Remember that the client has left."""
        super().on_connection_close()
        self._left = True

    def still_wanted(self, *_: object) -> None:
        """Raise if nobody waits for what is being made."""
        if self._left:
            raise JobError("The client has left.")

    async def send(self, job_id: str, make: Callable[[Job, Path], Path]) -> None:
        """Make a file in a folder of its own, or name one, and send it."""
        job = await self.ask_job(job_id, lambda job: job)
        with TemporaryDirectory(prefix="curation-kit-") as folder:
            async with self._turns:
                with as_http():
                    path = await asyncio.to_thread(make, job, Path(folder))
            await self._send_file(path)

    def rows(self) -> Rows:
        """Which records are asked for with ``?rows=``."""
        from curation_kit.jobs import Rows

        asked = self.get_query_argument("rows", None)
        return cast("Rows", one_of("rows", asked, get_args(Rows)) or "all")

    async def _send_file(self, path: Path) -> None:
        # All of it comes from papers: never to be shown as a page of ours.
        kind = _TYPES.get(path.suffix.lower(), "application/octet-stream")
        self.set_header("Content-Type", kind)
        self.set_header("Content-Disposition", _attachment(path.name))
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "no-cache")
        with path.open("rb") as file:
            while chunk := await asyncio.to_thread(file.read, CHUNK):
                self.write(chunk)
                await self.flush()


class ResultsHandler(_Download):
    """``GET /curation/jobs/ID/results.zip``: all results of a job.

    ``?rows=`` says which records, see `Job.records`; with ``?evidence=1`` the ZIP
    also holds the highlighted papers.
    """

    @authenticated
    @authorized
    async def get(self, job_id: str) -> None:
        """Send the ZIP, named by the job's id."""
        asked = self.get_query_argument("evidence", None)
        evidence = one_of("evidence", asked, ("0", "1")) == "1"
        rows = self.rows()
        await self.send(
            job_id,
            lambda job, folder: job.export_zip(
                folder, rows=rows, evidence=evidence, progress=self.still_wanted
            ),
        )


class TableHandler(_Download):
    """``GET /curation/jobs/ID/results.FORMAT``: all records in one table.

    ``?rows=`` says which, see `Job.records`; with ``?wide=1`` CSV, TSV and Parquet
    have the columns that JSON and workbooks always have.
    """

    @authenticated
    @authorized
    async def get(self, job_id: str, wanted: str) -> None:
        """Send the table, named by the job's id."""
        rows = self.rows()
        asked = self.get_query_argument("wide", None)
        wide = one_of("wide", asked, ("0", "1")) == "1"
        await self.send(
            job_id,
            lambda job, folder: job.export_table(
                folder / f"{job.id}.{wanted}",
                rows=rows,
                wide=wide,
                progress=self.still_wanted,
            ),
        )


class DocumentResultHandler(_Download):
    """``GET /curation/jobs/ID/documents/DOCUMENT/results``: those of one document."""

    @authenticated
    @authorized
    async def get(self, job_id: str, document_id: str) -> None:
        """Send the result file, or a ZIP if the flow has several outputs."""

        def make(job: Job, folder: Path) -> Path:
            if not job.result_files(document_id):
                raise HTTPError(
                    404,
                    "This document has no results: it is not one of the job's, "
                    "or it did not complete.",
                )
            return job.write_results(folder, document_id)

        await self.send(job_id, make)


class EvidenceHandler(_Download):
    """``GET /curation/jobs/ID/documents/DOCUMENT/evidence.pdf``."""

    @authenticated
    @authorized
    async def get(self, job_id: str, document_id: str) -> None:
        """Send a copy of the paper with its evidence highlighted."""

        def make(job: Job, folder: Path) -> Path:
            return job.highlighted_pdf(document_id, folder)

        await self.send(job_id, make)


def _attachment(name: str) -> str:
    """Give the header of a download: RFC 6266, any name in UTF-8 by RFC 5987."""
    from urllib.parse import quote

    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"
