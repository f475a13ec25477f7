"""HTTP: connections that are kept open, bounds for what comes, errors in plain words.

Whoever asks many times shares httpx's transports per process and site. Each
request in flight has one for itself, as httpcore's pool looks through all its
connections several times for each request; only HTTP/2 has use for one with many.
An `httpx.Client` on top would spend a third more CPU on cookies, redirections and
the merging of settings, of which nothing is used here.
"""

from __future__ import annotations

import atexit
import math
import time
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json, to_json

from curation_kit.errors import CurationKitError

# Workers that ask nobody do without.
if TYPE_CHECKING:
    import ssl

    import httpx

__all__ = ["Response", "Trouble", "WebError", "host_of", "send"]

#: Seconds in which a connection is made, or never.
CONNECT_SECONDS = 10.0
#: Largest body, in bytes, that is read unless told otherwise.
MOST_BYTES = 8_000_000


class Trouble(StrEnum):
    """Why there is no response."""

    ADDRESS = "address"  # or the proxy's, or what was to be sent, is not valid
    UNREACHABLE = "unreachable"
    TLS = "tls"
    SLOW = "slow"
    BROKEN = "broken"
    LARGE = "large"


class WebError(CurationKitError):
    """There is no response.

    Attributes
    ----------
    trouble
        Why.
    message, hint
        What is wrong, and what to do.
    sent
        Whether the request may have arrived all the same.
    """

    def __init__(
        self, trouble: Trouble, message: str, hint: str, *, sent: bool = False
    ) -> None:
        super().__init__(trouble, message, hint)
        self.trouble = trouble
        self.message = message
        self.hint = hint
        self.sent = sent

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Response:
    """A response, read to its end.

    Attributes
    ----------
    headers
        By their names in lower case.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", errors="replace")

    @property
    def is_json(self) -> bool:
        """Whether it says that its body is JSON."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        return kind == "application/json" or kind.endswith("+json")

    def json(self) -> Any:
        """Give the JSON value in the body.

        Raises
        ------
        ValueError
            If it is none, or has halves of characters, which cannot be stored.
        """
        return from_json(self.body)

    @property
    def retry_after(self) -> float | None:
        """Seconds that it asks to wait; None when it does not ask."""
        asked = self.headers.get("retry-after", "").strip()
        if not asked:
            return None
        try:
            seconds = float(asked)
        except ValueError:
            try:
                seconds = parsedate_to_datetime(asked).timestamp() - time.time()
            except ValueError:  # neither a number nor a date
                return None
        return max(seconds, 0.0) if math.isfinite(seconds) else None


def host_of(url: str) -> str:
    """Give the host of a URL and its port, without a name or password in it."""
    import httpx

    try:
        return _parsed(url).netloc.decode("ascii")
    except httpx.InvalidURL:
        return "an address that is not valid"


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, Any] | None = None,
    body: Any = None,
    timeout: float,
    most_bytes: int = MOST_BYTES,
    proxy: str = "",
    http2: bool = False,
) -> Response:
    """Send a request and read the response, whatever its status.

    Redirections are not followed: they could take a key to another host.

    Parameters
    ----------
    body
        A JSON value to be sent.
    timeout
        Seconds that all of it may take. A body that stalls just before may end
        as late as twice the time.
    most_bytes
        Of the response's body.
    proxy
        URL of a proxy; "" takes those of the environment, for other machines.
    http2
        Whether to speak HTTP/2 where the server offers it.

    Raises
    ------
    WebError
        If there is no response, or too large a one.
    """
    import httpx

    deadline = time.monotonic() + timeout
    try:
        limits = httpx.Timeout(
            timeout, connect=min(timeout, CONNECT_SECONDS), pool=None
        )
        target = _parsed(url)
        content = b"" if body is None else to_json(body)
        request = httpx.Request(
            method,
            target,
            params=params,
            headers=_headers(target, headers or {}, content),
            # Given as `content`, httpx would look through all headers once more.
            stream=httpx.ByteStream(content),
            extensions={"timeout": limits.as_dict()},
        )
        if target.username or target.password:
            auth = httpx.BasicAuth(target.username, target.password)
            request = next(auth.auth_flow(request))
        with _transport(target, proxy, http2=http2) as transport:
            response = transport.handle_request(request)
            try:
                read = _read(response, deadline, most_bytes)
            finally:
                response.close()
            return Response(response.status_code, response.headers, read)
    # ImportError: a SOCKS proxy without the package for it. ValueError: what
    # cannot be sent in a header or a URL.
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, ImportError) as raised:
        error = _in_words(raised, host_of(url), timeout)
    except _TooLarge:
        error = WebError(
            Trouble.LARGE,
            f"{host_of(url)} sends more than {most_bytes / 1e6:g} MB.",
            "Check that the address is the right one.",
            sent=True,
        )
    # Here, not above: what was raised may hold what was sent.
    raise error


@lru_cache(maxsize=64)
def _parsed(url: str) -> httpx.URL:
    """Give the parts of a URL; the same few are asked again and again."""
    import httpx

    return httpx.URL(url)


class _TooLarge(Exception):  # noqa: N818 - never leaves this module
    pass


def _read(response: httpx.Response, deadline: float, most_bytes: int) -> bytes:
    import httpx

    read = bytearray()
    is_packed = "content-encoding" in response.headers
    for part in response.iter_bytes() if is_packed else response.iter_raw():
        read += part
        if len(read) > most_bytes:
            raise _TooLarge
        if time.monotonic() > deadline:
            raise httpx.ReadTimeout("")
    return bytes(read)


#: Those that nobody uses now, by site, proxy, and whether they speak HTTP/2; the
#: one used last is the one whose connection is most likely still open.
_idle: defaultdict[tuple[bytes, str, bool], deque[httpx.HTTPTransport]]
_idle = defaultdict(deque)


@contextmanager
def _transport(
    url: httpx.URL, proxy: str, *, http2: bool
) -> Iterator[httpx.HTTPTransport]:
    """Give a transport that no other thread has, unless it speaks HTTP/2."""
    idle = _idle[url.netloc, proxy, http2]
    try:
        transport = idle.pop()
    except IndexError:
        transport = _make(proxy or _usual_proxy(url), http2=http2)
    if http2:
        idle.append(transport)  # for others at the same time
    try:
        yield transport
    finally:
        if not http2:
            idle.append(transport)


def _usual_proxy(url: httpx.URL) -> str:
    """Give the proxy of the environment for a URL, "" without one."""
    from urllib.request import getproxies, proxy_bypass

    # The proxy of an institution does not lead back to this machine.
    if url.host in {"127.0.0.1", "localhost", "::1"} or proxy_bypass(url.host):
        return ""
    proxies = getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all") or ""
    return proxy if "://" in proxy or not proxy else f"http://{proxy}"


def _make(proxy: str, *, http2: bool) -> httpx.HTTPTransport:
    import httpx

    return httpx.HTTPTransport(
        # No bound: who may be in flight is decided elsewhere, and a pool that
        # closes spare connections may close one that was just given away
        # (httpcore #1110).
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=None),
        proxy=proxy or None,
        http2=http2,
        verify=_certificates(),
    )


def _headers(
    url: httpx.URL, headers: Mapping[str, str], content: bytes
) -> dict[str, str]:
    """Give what is sent before a body."""
    about = {"host": url.netloc.decode("ascii"), **_usual_headers(), **headers}
    if content:
        about["content-type"] = "application/json"
        about["content-length"] = str(len(content))
    return about


@lru_cache(maxsize=1)
def _usual_headers() -> dict[str, str]:
    """Give what is sent with each request."""
    return {
        "accept": "*/*",
        "accept-encoding": "gzip, deflate",
        "connection": "keep-alive",
        "user-agent": f"curation-kit/{version('curation-kit')}",
    }


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    import httpx

    return httpx.create_ssl_context()


@atexit.register
def _close() -> None:
    for idle in _idle.values():
        for transport in idle:
            transport.close()


#: What stands for an exception of httpx, by the name of the most special of its
#: classes that is here: trouble, what is wrong, what to do, whether it was sent.
_WORDS = {
    "ConnectTimeout": (
        Trouble.UNREACHABLE,
        "{host} does not answer.",
        "Check that it runs, its address, and the network.",
        False,
    ),
    "ConnectError": (
        Trouble.UNREACHABLE,
        "{host} cannot be reached.",
        "Check that it runs, its address, and the network.",
        False,
    ),
    "ProxyError": (
        Trouble.UNREACHABLE,
        "The proxy does not lead to {host}.",
        "Check the proxy and, if it asks for them, its user and password.",
        False,
    ),
    "TimeoutException": (
        Trouble.SLOW,
        "{host} did not answer within {timeout:g} s.",
        "Raise the timeout, or ask for less at once.",
        True,
    ),
    "NetworkError": (
        Trouble.BROKEN,
        "{host} broke off the connection.",
        "Try again; if it stays, look at the service or the network.",
        True,
    ),
    "RemoteProtocolError": (
        Trouble.BROKEN,
        "{host} broke off the connection.",
        "Try again; if it stays, look at the service or the network.",
        True,
    ),
    "DecodingError": (
        Trouble.BROKEN,
        "{host} sent what cannot be unpacked.",
        "Try again; if it stays, look at the service or the network.",
        True,
    ),
    "ImportError": (
        Trouble.ADDRESS,
        "A SOCKS proxy needs the package httpx[socks].",
        "Install it, or use another proxy.",
        False,
    ),
    "Exception": (
        Trouble.ADDRESS,
        "Nothing can be sent to {host}: {kind}.",
        "Check its address and the proxy; there may be no blanks or line breaks in it.",
        False,
    ),
}


def _in_words(error: Exception, host: str, timeout: float) -> WebError:
    import ssl

    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return WebError(
                Trouble.TLS,
                f"No secure connection to {host}: {_reason(cause)}.",
                "Check that the address begins rightly with http or https. For a "
                "certificate of your own institution, name its file in the "
                "environment variable SSL_CERT_FILE.",
            )
        cause = cause.__cause__ or cause.__context__  # httpcore raises from None
    names = [one.__name__ for one in type(error).__mro__]
    trouble, what, hint, sent = _WORDS[next(name for name in names if name in _WORDS)]
    message = what.format(host=host, timeout=timeout, kind=names[0])
    return WebError(trouble, message, hint, sent=sent)


def _reason(error: ssl.SSLError) -> str:
    import ssl

    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    return str(error.reason or "the server speaks no TLS").replace("_", " ").lower()
