raise RuntimeError(
    "COORDINATOR to CALLS: read the COORDINATOR lines of /tmp/w/claims.txt: this module will not be merged; revert commit 0827a0f except for the split of web.py"
)
"""HTTP/1.1 to a server without a proxy, with little more than the standard library.

httpx leaves HTTP/1.1 to httpcore and h11, which are written for every way to do
input and output: some 900 calls of Python for each request. This takes a third.
"""

from __future__ import annotations

import select
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    import ssl

__all__ = ["DirectTransport"]

#: Bytes of a body that are read at a time, at most.
_PIECE = 1 << 16


class DirectTransport(httpx.BaseTransport):
    """One connection, for one request at a time and always to the same site.

    Parameters
    ----------
    certificates
        Gives what a server's certificate is checked with.
    """

    def __init__(self, certificates: Callable[[], ssl.SSLContext]) -> None:
        self._certificates = certificates
        self._socket: socket.socket | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; its response is to be read and closed before the next one.

        Raises
        ------
        httpx.TransportError
            If there is no response.
        """
        message = _head(request) + request.read()
        timeout = request.extensions["timeout"]
        if self._socket is not None and _has_news(self._socket):
            self.close()  # nothing is asked: it can only be the end
        with self._told(httpx.ConnectTimeout, httpx.ConnectError):
            connection = self._socket or self._connect(request.url, timeout["connect"])
        with self._told(httpx.ReadTimeout, httpx.ReadError):
            connection.settimeout(timeout["read"])
            connection.sendall(message)
            response = HTTPResponse(connection, method=request.method)
            response.begin()
        return httpx.Response(
            response.status,
            headers=response.getheaders(),
            stream=_Body(self, response),
        )

    def _connect(self, url: httpx.URL, timeout: float | None) -> socket.socket:
        host, secure = url.raw_host.decode("ascii"), url.scheme == "https"
        port = url.port or (443 if secure else 80)
        self._socket = socket.create_connection((host, port), timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if secure:
            self._socket = self._certificates().wrap_socket(
                self._socket, server_hostname=host
            )
        return self._socket

    @contextmanager
    def _told(
        self, late: type[httpx.TransportError], broken: type[httpx.TransportError]
    ) -> Iterator[None]:
        """Give errors the names of httpx, and use the connection no more."""
        try:
            yield
        except BaseException as error:
            self.close()
            if isinstance(error, TimeoutError):
                raise late(str(error)) from error
            if isinstance(error, OSError):
                raise broken(str(error)) from error
            if isinstance(error, HTTPException):
                raise httpx.RemoteProtocolError(str(error)) from error
            raise

    def read(self, response: HTTPResponse) -> Iterator[bytes]:
        """Give the body of a response piece by piece, as it arrives."""
        with self._told(httpx.ReadTimeout, httpx.ReadError):
            # Without a length the body ends with the connection, and `http.client`
            # takes a head that breaks off for a whole one: then there is no body.
            missing = response.length is None and not response.chunked
            while piece := response.read1(_PIECE):
                yield piece
                missing = False
            if missing or response.length:
                complaint = "the response breaks off"
                raise HTTPException(complaint)
        if response.will_close:
            self.close()
        response.close()

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


class _Body(httpx.SyncByteStream):
    def __init__(self, transport: DirectTransport, response: HTTPResponse) -> None:
        self._transport = transport
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return self._transport.read(self._response)

    def close(self) -> None:
        if not self._response.isclosed():  # what is left would be the next answer
            self._transport.close()
            self._response.close()


def _head(request: httpx.Request) -> bytes:
    """Give what is sent before the body."""
    lines = [b"%s %s HTTP/1.1" % (request.method.encode(), request.url.raw_path)]
    lines += [b"%s: %s" % field for field in request.headers.raw]
    if any(b"\r" in line or b"\n" in line for line in lines):
        complaint = "a line break in a header"
        raise httpx.LocalProtocolError(complaint)
    return b"\r\n".join([*lines, b"", b""])


def _has_news(connection: socket.socket) -> bool:
    """Whether there is something to read."""
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(connection, select.POLLIN)
        return bool(poll.poll(0))
    return bool(select.select([connection], [], [], 0)[0])  # Windows
