"""What HTTP/1.1 allows a server to say, said by one that is scripted byte by byte."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

import pytest
import trustme
from chat_server import ChatServer

from curation_kit.web import Trouble, WebError, send, transports

LAST = None  # the server closes the connection


class Scripted:
    """Says to each request in turn what it is told to.

    Attributes
    ----------
    asked
        Requests by connection, each with its body.
    """

    def __init__(self, said: Sequence[bytes | None]) -> None:
        self.asked: list[list[bytes]] = []
        self._said = list(said)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}/a?b=c%20d"
        self.closed = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        transports._close()  # it ends when its connections do
        with suppress(OSError):  # it may wait for one in vain
            self._door.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._door.close()

    def _serve(self) -> None:
        while self._said:
            try:
                link, _ = self._door.accept()
            except OSError:
                return
            self.asked.append([])
            with link:
                while self._said and (request := link.recv(1 << 16)):
                    self.asked[-1].append(request)
                    link.sendall(self._said.pop(0) or b"")
                    if self._said and self._said[0] is LAST:
                        self._said.pop(0)
                        break
            self.closed.release()

    def get(self) -> bytes:
        """Ask, and give the body of the response."""
        return send("GET", self.url, timeout=10.0).body


def said(body: bytes, *fields: bytes) -> bytes:
    """Give a response with a body, whose length stands in it unless others do."""
    about = fields or (b"content-length: %d" % len(body),)
    return b"\r\n".join([b"HTTP/1.1 200 Said", *about, b"", body])


def test_a_request_arrives_in_one_piece() -> None:
    """As long as it is short: a server need not wait for the rest."""
    with Scripted([said(b"ok")]) as server:
        answer = send("POST", server.url, body={"a": 1}, timeout=10.0)
        [[request]] = server.asked
    assert answer.status == 200
    assert request.startswith(b"POST /a?b=c%20d HTTP/1.1\r\nhost: 127.0.0.1:")
    assert request.endswith(b'\r\n\r\n{"a":1}')


@pytest.mark.parametrize(
    "answer",
    [
        said(b"2\r\nar\r\n5\r\nrival\r\n0\r\n\r\n", b"transfer-encoding: chunked"),
        b"HTTP/1.1 100 Continue\r\n\r\n" + said(b"arrival"),
        said(b"arrival", b"Content-Length:7", b"X: " + b"x" * 10_000),
    ],
)
def test_a_body_is_read_to_its_end(answer) -> None:
    """The next request is answered by the next response, on the same connection."""
    with Scripted([answer, said(b"next")]) as server:
        assert (server.get(), server.get()) == (b"arrival", b"next")
        assert len(server.asked) == 1


@pytest.mark.parametrize("version", [b"HTTP/1.0", b"HTTP/1.1"])
def test_a_body_that_ends_with_the_connection(version) -> None:
    """So old servers do; another connection is made then."""
    answer = said(b"all", b"x: y").replace(b"HTTP/1.1", version)
    with Scripted([answer, LAST, said(b"next")]) as server:
        assert (server.get(), server.get()) == (b"all", b"next")
        assert list(map(len, server.asked)) == [1, 1]


def test_a_connection_that_the_server_does_not_keep() -> None:
    """Whether it says so or not, the next request is not lost with it."""
    told = said(b"one", b"content-length: 3", b"connection: close")
    with Scripted([told, said(b"two"), LAST, said(b"three")]) as server:
        assert (server.get(), server.get()) == (b"one", b"two")
        server.closed.acquire()
        server.closed.acquire()
        assert server.get() == b"three"
        assert list(map(len, server.asked)) == [1, 1, 1]


@pytest.mark.parametrize(
    "answer",
    [
        said(b"half", b"content-length: 8"),
        said(b"8\r\nhalf", b"transfer-encoding: chunked"),
        b"HTTP/1.1 200 Sa",
        b"HTTP/1.1 200 Said\r\ncontent-le",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"",
    ],
)
def test_a_response_that_breaks_off(answer) -> None:
    """It is not taken for a whole one, and the next request is not harmed."""
    with Scripted([answer, LAST, said(b"whole")]) as server:
        with pytest.raises(WebError) as raised:
            server.get()
        assert (raised.value.trouble, raised.value.sent) == (Trouble.BROKEN, True)
        assert server.get() == b"whole"


def test_a_certificate_that_somebody_vouches_for(monkeypatch, tmp_path) -> None:
    """TLS connections are kept open, too."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "institution.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "institution.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    transports._certificates.cache_clear()
    try:
        with ChatServer(tls=context) as server:
            for _ in range(3):
                found = send("GET", f"{server.url}/models", timeout=10.0)
                assert found.json() == {"data": [{"id": "fake"}]}
            assert server.connections == 1
    finally:
        transports._certificates.cache_clear()
