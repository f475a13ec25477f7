"""Send a request and read the response.

An `httpx.Client` would spend a third more CPU on cookies, redirections and the
merging of settings, of which nothing is used here.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json, to_json

from curation_kit.web.transports import Late, transport_to
from curation_kit.web.troubles import Trouble, WebError, in_words

# Workers that ask nobody do without.
if TYPE_CHECKING:
    import httpx

__all__ = ["Response", "host_of", "send"]

#: Seconds in which a connection is made, or never.
CONNECT_SECONDS = 10.0
#: Largest body, in bytes, that is read unless told otherwise.
MOST_BYTES = 8_000_000


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
            except (ValueError, OverflowError):  # neither a number nor a date
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
        Seconds that all of it may take.
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

    now = time.monotonic()
    try:
        limits = httpx.Timeout(
            now + timeout, connect=now + min(timeout, CONNECT_SECONDS), pool=None
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
        with transport_to(target, proxy, http2=http2) as transport:
            response = transport.handle_request(request)
            try:
                read = _read(response, most_bytes)
            finally:
                response.close()
            return Response(response.status_code, response.headers, read)
    except Late:
        error = in_words(httpx.ReadTimeout(""), host_of(url), timeout)
    # ImportError: a SOCKS proxy without the package for it. ValueError: what
    # cannot be sent in a header or a URL.
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, ImportError) as raised:
        error = in_words(raised, host_of(url), timeout)
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


def _read(response: httpx.Response, most_bytes: int) -> bytes:
    read = bytearray()
    is_packed = "content-encoding" in response.headers
    for part in response.iter_bytes() if is_packed else response.iter_raw():
        read += part
        if len(read) > most_bytes:
            raise _TooLarge
    return bytes(read)


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
