"""PDFs over HTTP: streamed to the workspace's disk, never whole in memory.

Two ways in. ``PUT /curation/documents/NAME`` adds a document: the way of other
programs. ``PUT /curation/uploads/FOLDER/FILE`` only puts a file where a kernel
has made room for it: the way of the page, whose kernel then goes on as with a
file that came through itself. The folder's name cannot be guessed, so a page
finds it here only if its kernel works on the workspace that is served.
"""

from __future__ import annotations

import asyncio
import errno
import threading
import warnings
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from jupyter_server.auth.decorator import authorized
from tornado.web import HTTPError, authenticated, stream_request_body

from curation_kit.server._base import CurationHandler, as_http
from curation_kit.server._feed import Feed

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

    from curation_kit.workspace import Workspace

__all__ = ["ArrivalHandler", "DocumentHandler"]

#: Errors of the system that mean a full disk: RFC 4918, 507 Insufficient Storage.
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

_NOT_EXPECTED = "No file is expected there: start the upload again."


@stream_request_body
class _Receiver(CurationHandler, ABC):
    """Writes the body of a PUT to a file.

    Tornado hands it on in pieces of 64 kB and reads on when one is written. A
    piece that cannot be written is remembered and the rest let go: a client
    that is still sending would not see an earlier answer.
    """

    #: Whether what is received makes a workspace that is not there.
    creates = False

    _path: Path | None = None
    _file: BinaryIO | None = None
    _problem: HTTPError | None = None
    _received = 0
    _whole = False

    def initialize(self, feed: Feed, **_: Any) -> None:
        super().initialize(feed)
        self._writing = threading.Lock()

    async def prepare(self) -> None:  # type: ignore[override]
        """Look at who sends what before a byte of it is taken."""
        await super().prepare()
        if self.request.method == "PUT" and not self._finished:
            await self._make_room(*self.path_args)  # type: ignore[misc]

    @authenticated
    @authorized
    async def _make_room(self, *names: str) -> None:
        from curation_kit.session.incoming import LARGEST_UPLOAD

        self._most = LARGEST_UPLOAD
        # Ours to watch: the server's own limit answers without a reason.
        self.request.connection.set_max_body_size(1 << 62)  # type: ignore[union-attr]
        length = self.request.headers.get("Content-Length", "")
        size = int(length) if length.isdecimal() else 0
        if size > self._most:
            raise self._too_large()
        with as_http():
            workspace = await self.feed.workspace(create=self.creates)
            try:
                path = await asyncio.to_thread(self.place, workspace, size, *names)
                self._file = path.open("xb")
                self._path = path
            except FileExistsError:  # two at once would mix their bytes
                self._problem = HTTPError(
                    409, "Another file is on its way there: start the upload again."
                )
            except OSError as error:
                raise _disk_error(error) from error

    @abstractmethod
    def place(self, workspace: Workspace, size: int, *names: str) -> Path:
        """Give the file to write; `size` is 0 when it is not known."""

    @abstractmethod
    def discard(self) -> None:
        """Delete what was written."""

    async def data_received(self, chunk: bytes) -> None:
        """Write a piece, in a thread: the disk may be slow."""
        self._received += len(chunk)
        if self._received > self._most:
            error = self._too_large()
            self.send_error(error.status_code, exc_info=(HTTPError, error, None))
        elif self._problem is None:
            try:
                await asyncio.to_thread(self._write, chunk)
            except OSError as error:
                self._problem = _disk_error(error)

    def _write(self, chunk: bytes) -> None:
        with self._writing:
            if self._file is not None and not self._file.closed:
                self._file.write(chunk)

    async def complete(self) -> None:
        """Close the file once the body has ended."""
        self._whole = True
        try:
            await asyncio.to_thread(self._close)
        except OSError as error:
            self._problem = self._problem or _disk_error(error)
        if self._problem is not None:
            raise self._problem

    def _close(self) -> None:
        with self._writing:
            if self._file is not None:
                self._file.close()

    def on_connection_close(self) -> None:
        """Leave nothing of a file that has not arrived."""
        super().on_connection_close()
        if not self._whole:
            self._drop()

    def on_finish(self) -> None:
        """Leave nothing of a file that was refused."""
        super().on_finish()
        if self._problem is not None or not self._whole:
            self._drop()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say that the connection ends where the rest of a body is not read."""
        if not self._whole:
            self.set_header("Connection", "close")
        super().write_error(status_code, **kwargs)

    def _drop(self) -> None:
        with suppress(OSError):  # what was in the buffer finds no room either
            self._close()
        self.discard()

    def _too_large(self) -> HTTPError:
        return HTTPError(
            413,
            f"The file is larger than {self._most / 1e9:.1f} GB: copy it to the "
            "server and add its folder instead.",
        )


class DocumentHandler(_Receiver):
    """``PUT /curation/documents/NAME``, with ``?batch=``: add a PDF."""

    creates = True

    def initialize(self, feed: Feed, turn: asyncio.Lock) -> None:  # type: ignore[override]
        super().initialize(feed)
        self._turn = turn
        self._folder: TemporaryDirectory[str] | None = None

    def place(self, workspace: Workspace, size: int, *names: str) -> Path:
        """Make a folder for the file; its name is data, and loses its folders."""
        from curation_kit.session import incoming

        self._library = workspace.documents
        self._name = incoming.file_name(names[0])
        self._folder = incoming.incoming_folder(workspace.path / "cache")
        folder = Path(self._folder.name)
        if not incoming.has_room(folder, size):
            raise HTTPError(507, "%s", incoming.no_room(self._name))
        self._file_path = folder / self._name
        return self._file_path

    def discard(self) -> None:
        """Delete the folder."""
        if self._folder is not None:
            self._folder.cleanup()

    async def put(self, _name: str) -> None:
        """Add it, and tell what became of it."""
        await self.complete()
        batch = self.get_query_argument("batch", "")
        try:
            # One after the other: each looks into its PDF in a process of its own.
            async with self._turn:
                with as_http():
                    told = await asyncio.to_thread(self._add, batch)
        finally:
            await asyncio.to_thread(self.discard)
        self.set_status(200 if told["status"] == "duplicate" else 201)
        self.reply(told)

    def _add(self, batch: str) -> dict[str, str]:
        from curation_kit.session import incoming
        from curation_kit.session.outcomes import outcome

        path = self._file_path
        if not self._received:
            raise HTTPError(400, "%s is empty (0 bytes).", self._name)
        with path.open("rb") as file:
            if not incoming.is_pdf(file.read(incoming.HEAD)):
                raise HTTPError(415, "%s %s", self._name, incoming.NOT_A_PDF)
        with warnings.catch_warnings(action="ignore"):  # the refusal is raised
            added = self._library.add(path, incoming.batch_name(batch))
        if added.refused:
            raise HTTPError(507, "%s %s.", self._name, added.refused[0].reason)
        [document] = added
        status, text = outcome(
            document, self._name, known=document.name if added.duplicates else None
        )
        return {
            "id": document.id,
            "name": document.name,
            "status": status,
            "text": text,
        }


class ArrivalHandler(_Receiver):
    """``/curation/uploads/FOLDER/FILE``: room that a kernel has made for a file.

    ``HEAD`` tells the page whether it is here, and gives it the cookie without
    which no page may send anything.
    """

    @authenticated
    @authorized
    async def head(self, *names: str) -> None:
        """Answer 204 if this is the place."""
        with as_http():
            workspace = await self.feed.workspace()
            await asyncio.to_thread(self.place, workspace, 0, *names)
        _ = self.xsrf_token  # Tornado sets the cookie when it is asked for
        self.set_status(204)
        await self.finish()

    async def put(self, *_names: str) -> None:
        """Tell how much has arrived; the page tells its kernel."""
        await self.complete()
        try:
            await asyncio.to_thread(self._hand_over)
        except FileNotFoundError:  # the kernel has stopped it meanwhile
            raise HTTPError(404, _NOT_EXPECTED) from None
        except OSError as error:
            self._problem = _disk_error(error)
            raise self._problem from error
        self.reply({"received": self._received})

    def place(self, workspace: Workspace, size: int, *names: str) -> Path:
        """Find the folder that the kernel has made; none is ever made here."""
        from curation_kit.session import incoming

        del size  # the kernel has looked whether there is room
        folder = (workspace.path / "cache").joinpath(*names)
        if not folder.is_dir():
            raise HTTPError(404, _NOT_EXPECTED)
        return folder / f"{incoming.BODY}.part"

    def _hand_over(self) -> None:
        """Let the kernel find the whole file."""
        if self._path is not None:
            self._path.replace(self._path.with_suffix(""))

    def discard(self) -> None:
        """Delete the file; the folder is the kernel's."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)


def _disk_error(error: OSError) -> HTTPError:
    reason = error.strerror or str(error)
    if error.errno in _FULL:
        return HTTPError(
            507,
            "The file could not be stored (%s). Make room on the disk of the "
            "workspace and upload it again.",
            reason,
        )
    return HTTPError(
        503,
        "The file could not be stored (%s). Check that the workspace is there and "
        "can be written, then upload it again.",
        reason,
    )
