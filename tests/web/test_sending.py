"""Requests over real HTTP on loopback, and what is said when there is no response."""

from __future__ import annotations

import gzip
import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import trustme
from chat_server import ChatServer, Reply

from curation_kit.web import Response, Trouble, WebError, host_of, send

ASK = {"model": "fake", "messages": [{"role": "user", "content": "hi"}]}


@pytest.fixture
def server() -> Iterator[ChatServer]:
    """A chat service; its `asked` tells what arrived."""
    with ChatServer() as server:
        yield server


def post(url: str, **given) -> Response:
    """Ask for a completion."""
    return send(
        "POST", f"{url}/chat/completions", body=ASK, **{"timeout": 20.0, **given}
    )


def test_a_response_is_given_whatever_its_status(server) -> None:
    """A refusal is for the caller to read."""
    server.script(Reply.error(418, "short and stout"))
    response = post(server.url)
    assert (response.status, response.is_json) == (418, True)
    assert response.json()["error"]["message"] == "short and stout"


def test_one_connection_serves_many_requests(server) -> None:
    """Connections are kept open."""
    for _ in range(5):
        post(server.url)
    assert (len(server.asked), server.connections) == (5, 1)


def test_http2_is_no_demand(server) -> None:
    """A server that does not offer it is asked as ever."""
    assert post(server.url, http2=True).status == 200


def test_each_request_in_flight_has_a_connection() -> None:
    """Nobody queues for one."""
    with ChatServer(latency=1.0) as server, ThreadPoolExecutor(32) as threads:
        list(threads.map(lambda _: post(server.url), range(32)))
        assert server.peak == 32


def test_it_says_who_asks(server) -> None:
    """Services want to know."""
    post(server.url)
    assert server.asked[0].headers["user-agent"].startswith("curation-kit/")


def test_redirections_are_not_followed(server) -> None:
    """A key would go with them."""
    server.script(Reply(status=307, body="", headers={"Location": server.url}))
    assert post(server.url, headers={"authorization": "secret"}).status == 307
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("reply", "trouble"),
    [
        (Reply(hang=True), Trouble.SLOW),
        (Reply(body="x" * 200, trickle=0.02), Trouble.SLOW),
        (Reply(body="x" * 200, reset_after=100), Trouble.BROKEN),
        (Reply(body="no gzip", headers={"Content-Encoding": "gzip"}), Trouble.BROKEN),
        (Reply(body="x" * 20_000), Trouble.LARGE),
    ],
)
def test_a_response_that_does_not_come_to_an_end(server, reply, trouble) -> None:
    """It may have been worked on: whoever pays must know."""
    server.script(reply)
    with pytest.raises(WebError) as raised:
        post(server.url, timeout=0.5, most_bytes=10_000)
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


@pytest.mark.parametrize(
    ("proxy", "said"), [("socks5://localhost:1", "SOCKS"), ("ftp://localhost", "sent")]
)
def test_a_proxy_that_cannot_be_used(server, proxy, said) -> None:
    """The settings are wrong, or a package is not there."""
    with pytest.raises(WebError, match=said) as raised:
        post(server.url, proxy=proxy)
    assert raised.value.trouble is Trouble.ADDRESS


def test_a_packed_body_is_unpacked(server) -> None:
    """Whatever way it was sent."""
    body = gzip.compress(b'{"data": []}')
    server.script(Reply(body=body, headers={"Content-Encoding": "gzip"}))
    assert post(server.url).json() == {"data": []}


def test_the_user_in_an_address_is_told(server) -> None:
    """As services behind a password expect it."""
    post(server.url.replace("//", "//me:secret@"))
    [asked] = server.asked
    assert asked.headers["authorization"] == "Basic bWU6c2VjcmV0"


def test_the_proxy_of_the_environment_is_not_for_this_machine(
    server, monkeypatch
) -> None:
    """A local service is asked directly."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert post(server.url).status == 200


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("7", 7.0), ("0.5", 0.5), ("-3", 0.0), ("soon", None), ("inf", None), ("", None)],
)
def test_how_long_to_wait(asked, seconds) -> None:
    """Numbers of seconds."""
    assert Response(429, {"retry-after": asked}, b"").retry_after == seconds


@pytest.mark.parametrize("body", [b'{"a": "\\ud800"}', b"[" * 100_000, b"<html>"])
def test_what_cannot_be_used_is_no_json(body) -> None:
    """Half a character cannot be stored, and nobody nests so deep."""
    with pytest.raises(ValueError, match=r"line 1"):
        Response(200, {}, body).json()


def test_until_when_to_wait() -> None:
    """HTTP dates; one that has passed does not ask to wait."""
    now = datetime.now(UTC)
    soon = Response(429, {"retry-after": format_datetime(now + timedelta(60))}, b"")
    past = Response(429, {"retry-after": format_datetime(now - timedelta(60))}, b"")
    assert soon.retry_after is not None
    assert soon.retry_after > 86_000
    assert past.retry_after == 0.0


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://name:secret@models.example:8443/v1", "models.example:8443"),
        ("http://host:port", "an address that is not valid"),
    ],
)
def test_a_host_is_named_without_its_password(url, host) -> None:
    """It stands in messages."""
    assert host_of(url) == host
