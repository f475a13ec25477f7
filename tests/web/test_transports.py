"""Connections that stay open, and proxies."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpcore
import pytest
import trustme
from chat_server import ChatServer, Reply
from http2_server import Http2Server
from posting import post

from curation_kit.web import Trouble, WebError, send
from curation_kit.web.transports import _certificates, _Timed


def test_one_connection_serves_many_requests(server) -> None:
    """Connections are kept open."""
    for _ in range(5):
        post(server.url)
    assert (len(server.asked), server.connections) == (5, 1)


def test_http2_is_no_demand(server) -> None:
    """A server that does not offer it is asked as ever."""
    assert post(server.url, http2=True).status == 200


@pytest.fixture
def http2(tmp_path, monkeypatch) -> Iterator[Http2Server]:
    """A server that drips, with a certificate that is trusted here."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    _certificates.cache_clear()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with Http2Server(context) as server:
        yield server
        server.shutdown()
    _certificates.cache_clear()


def test_a_request_that_is_late_ends_no_other_on_its_connection(http2) -> None:
    """HTTP/2 has many on one; the server still sends what others have asked for."""

    def get(count: int, timeout: float) -> bytes:
        return send("GET", f"{http2.url}/{count}", timeout=timeout, http2=True).body

    assert get(1, 20) == b"x"  # there is a connection now
    with ThreadPoolExecutor(2) as threads:
        long = threads.submit(get, 100, 20)
        with pytest.raises(WebError, match="did not answer within 1 s"):
            get(0, 1)
        assert long.result() == b"x" * 100


@pytest.mark.parametrize(
    ("closes", "trouble"),
    [(False, httpcore.ConnectTimeout), (True, httpcore.ConnectError)],
)
def test_a_proxy_that_says_nothing_is_not_reached(closes, trouble) -> None:
    """What a SOCKS proxy says has no timeout in httpcore: that of connecting is kept.

    Not asked by `send`: that needs another package for SOCKS.
    """
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        until = time.monotonic() + (20 if closes else 1)
        stream = _Timed(httpcore.SyncBackend()).connect_tcp(
            *proxy.getsockname(), timeout=until
        )
        if closes:
            proxy.accept()[0].close()
        with pytest.raises(trouble):
            stream.read(100)
        stream.close()


def test_each_request_in_flight_has_a_connection() -> None:
    """Nobody queues for one: none is answered before all are there."""
    with ChatServer() as server, ThreadPoolExecutor(32) as threads:
        server.answer = lambda _: Reply(company=32)
        answered = list(threads.map(lambda _: post(server.url), range(32)))
    assert [one.status for one in answered] == [200] * 32


def test_a_proxy_is_asked_instead(server) -> None:
    """The host behind it need not be known here."""
    proxy = server.url.removesuffix("/v1")
    with pytest.raises(WebError) as raised:  # it answers CONNECT with 404
        post("https://models.example/v1", proxy=proxy)
    assert raised.value.trouble is Trouble.UNREACHABLE
    assert "proxy" in raised.value.message.lower()


def test_an_http_proxy_is_sent_the_whole_address(server) -> None:
    """With its own user, who is not the service's."""
    proxy = server.url.removesuffix("/v1").replace("//", "//me:secret@")
    response = post("http://models.example/v1", proxy=proxy)
    assert response.json()["error"]["message"].startswith("no http://models.example/")


def test_the_proxy_of_the_environment_is_not_for_this_machine(
    server, monkeypatch
) -> None:
    """A local service is asked directly."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert post(server.url).status == 200


def test_the_proxy_of_the_environment_leads_to_other_machines(
    server, monkeypatch
) -> None:
    """It may be named without a scheme, as for other programs."""
    monkeypatch.setenv("HTTP_PROXY", server.url.split("/")[2])
    monkeypatch.delenv("NO_PROXY", raising=False)
    response = post("http://models.example/v1")
    assert response.json()["error"]["message"].startswith("no http://models.example/")
