"""Requests and responses over real HTTP on loopback."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from chat_server import Reply
from posting import post

from curation_kit.web import Response, host_of


def test_a_response_is_given_whatever_its_status(server) -> None:
    """A refusal is for the caller to read."""
    server.script(Reply.error(418, "short and stout"))
    response = post(server.url)
    assert (response.status, response.is_json) == (418, True)
    assert response.json()["error"]["message"] == "short and stout"


def test_it_says_who_asks(server) -> None:
    """Services want to know."""
    post(server.url)
    assert server.asked[0].headers["user-agent"].startswith("curation-kit/")


def test_redirections_are_not_followed(server) -> None:
    """A key would go with them."""
    server.script(Reply(status=307, body="", headers={"Location": server.url}))
    assert post(server.url, headers={"authorization": "secret"}).status == 307
    assert len(server.asked) == 1


def test_a_packed_body_is_unpacked(server) -> None:
    """Whatever way it was sent."""
    body = gzip.compress(b'{"data": []}')
    server.script(Reply(body=body, headers={"Content-Encoding": "gzip"}))
    assert post(server.url).json() == {"data": []}


def test_a_response_may_come_in_bits(server) -> None:
    """A slow line is no matter as long as all of it comes in time."""
    server.script(Reply(body={"data": []}, trickle=0.001, slow_head=True))
    assert post(server.url).json() == {"data": []}


def test_the_user_in_an_address_is_told(server) -> None:
    """As services behind a password expect it."""
    post(server.url.replace("//", "//me:secret@"))
    [asked] = server.asked
    assert asked.headers["authorization"] == "Basic bWU6c2VjcmV0"


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("soon", None),
        ("inf", None),
        ("", None),
        ("Mon, 01 Jan 2024 00:00:00 +99999999999999", None),
    ],
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
