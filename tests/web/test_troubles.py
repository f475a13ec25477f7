"""What is said when there is no response, over real HTTP on loopback."""

from __future__ import annotations

import socket
import ssl

import pytest
import trustme
from chat_server import ChatServer, Reply
from posting import post

from curation_kit.web import Trouble, WebError, host_of


@pytest.mark.parametrize(
    ("reply", "trouble"),
    [
        (Reply(hang=True), Trouble.SLOW),
        (Reply(body="x" * 200, trickle=0.02), Trouble.SLOW),
        (Reply(body="", trickle=0.05, slow_head=True), Trouble.SLOW),
        (Reply(body="x" * 200, reset_after=100), Trouble.BROKEN),
        (Reply(body="no gzip", headers={"Content-Encoding": "gzip"}), Trouble.BROKEN),
        (Reply(body="x" * 20_000), Trouble.LARGE),
    ],
)
def test_a_response_that_does_not_come_to_an_end(server, reply, trouble) -> None:
    """It may have been worked on: whoever pays must know."""
    server.script(reply)
    slow = trouble is Trouble.SLOW
    with pytest.raises(WebError) as raised:
        post(server.url, timeout=1.0 if slow else 60.0, most_bytes=10_000)
    assert (raised.value.trouble, raised.value.sent) == (trouble, True)
    assert host_of(server.url) in raised.value.message
    assert raised.value.hint
    assert post(server.url).status == 200  # the next one is not harmed


def test_nobody_listens() -> None:
    """Nothing was sent."""
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(WebError, match="cannot be reached") as raised:
        post(f"http://127.0.0.1:{port}")
    assert (raised.value.trouble, raised.value.sent) == (Trouble.UNREACHABLE, False)


def test_a_certificate_that_nobody_vouches_for() -> None:
    """It is told apart from a service that is away."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with (
        ChatServer(tls=context) as server,
        pytest.raises(WebError, match="certificate is not trusted") as raised,
    ):
        post(server.url)
    assert raised.value.trouble is Trouble.TLS
    assert "SSL_CERT_FILE" in raised.value.hint


def test_https_to_a_server_that_speaks_http(server) -> None:
    """The address begins wrongly."""
    with pytest.raises(WebError, match="No secure connection") as raised:
        post(server.url.replace("http", "https"))
    assert raised.value.trouble is Trouble.TLS


@pytest.mark.parametrize(
    "headers", [{"authorization": "Bearer planted\nkey"}, {"authorization": "kéy"}]
)
def test_what_cannot_be_sent_is_not_shown(server, headers) -> None:
    """It may be a key; neither message nor chain of exceptions has it."""
    with pytest.raises(WebError) as raised:
        post(server.url, headers=headers)
    assert raised.value.trouble is Trouble.ADDRESS
    assert raised.value.__context__ is None
    assert "planted" not in raised.value.message
    assert server.asked == []


@pytest.mark.parametrize(
    ("proxy", "said"), [("socks5://localhost:1", "SOCKS"), ("ftp://localhost", "sent")]
)
def test_a_proxy_that_cannot_be_used(server, proxy, said) -> None:
    """The settings are wrong, or a package is not there."""
    with pytest.raises(WebError, match=said) as raised:
        post(server.url, proxy=proxy)
    assert raised.value.trouble is Trouble.ADDRESS
