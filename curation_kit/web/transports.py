"""Connections that are kept open: one for each request in flight.

httpcore's pool looks through all its connections several times for each request;
only HTTP/2 has use for one transport with many.
"""

from __future__ import annotations

import atexit
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

# Workers that ask nobody do without.
if TYPE_CHECKING:
    import ssl

    import httpx

__all__ = ["Late", "transport_to"]

#: Seconds after which a connection on which nothing comes may be broken.
SILENCE = 10.0

#: Those that nobody uses now, by site, proxy, and whether they speak HTTP/2; the
#: one used last is the one whose connection is most likely still open.
_idle: defaultdict[tuple[bytes, str, bool], deque[httpx.HTTPTransport]]
_idle = defaultdict(deque)


@contextmanager
def transport_to(
    url: httpx.URL, proxy: str = "", *, http2: bool = False
) -> Iterator[httpx.HTTPTransport]:
    """Give a transport that no other thread has, unless it speaks HTTP/2.

    The timeouts of its requests are not seconds but moments, of `time.monotonic`.

    Parameters
    ----------
    proxy
        URL of a proxy; "" takes those of the environment, for other machines.
    """
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
    import httpcore
    import httpx

    transport = httpx.HTTPTransport(
        # No bound: who may be in flight is decided elsewhere, and a pool that
        # closes spare connections may close one that was just given away
        # (httpcore #1110).
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=None),
        proxy=proxy or None,
        http2=http2,
        verify=_certificates(),
    )
    pool: Any = transport._pool  # noqa: SLF001 - httpx has no parameter for it
    pool._network_backend = _Timed(httpcore.SyncBackend())  # noqa: SLF001
    return transport


class Late(BaseException):
    """The moment of a request has come, and its connection is well.

    No `Exception`: httpcore would take a connection of HTTP/2 for broken, and end the
    requests of others on it, which have time left.
    """


class _Timed:
    """A backend or stream of httpcore whose timeouts are moments.

    httpcore's own bound a single read: a server that sends a byte now and then would
    never be too slow.

    Parameters
    ----------
    until
        For reads without a timeout: httpcore has none for what a SOCKS proxy answers.
    """

    def __init__(self, timed: Any, until: float | None = None) -> None:
        self._timed = timed
        self._until = until
        self._heard = time.monotonic()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._timed, name)

    def connect_tcp(self, *given: Any, timeout: float | None, **named: Any) -> _Timed:
        import httpcore

        left = _left(timeout, httpcore.ConnectTimeout)
        return _Timed(self._timed.connect_tcp(*given, timeout=left, **named), timeout)

    def start_tls(self, *given: Any, timeout: float | None, **named: Any) -> _Timed:
        import httpcore

        left = _left(timeout, httpcore.ConnectTimeout)
        return _Timed(self._timed.start_tls(*given, timeout=left, **named))

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        import httpcore

        late: type[BaseException] = Late
        if timeout is None:
            timeout, late = self._until, httpcore.ConnectTimeout
        try:
            read: bytes = self._timed.read(max_bytes, _left(timeout, late))
        except httpcore.ReadTimeout:
            if late is Late and time.monotonic() - self._heard >= SILENCE:
                raise
            raise late from None
        if not read and late is not Late:  # or the package for SOCKS raises its own
            raise httpcore.ConnectError("closed")
        self._heard = time.monotonic()
        return read

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        import httpcore

        self._timed.write(buffer, _left(timeout, httpcore.WriteTimeout))


def _left(until: float | None, late: type[BaseException]) -> float | None:
    """Give the seconds until a moment, for a socket: it takes 0 as "do not wait"."""
    if until is None:
        return None
    if (left := until - time.monotonic()) <= 0:
        raise late
    return left


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    import httpx

    return httpx.create_ssl_context()


@atexit.register
def _close() -> None:
    for idle in _idle.values():
        for transport in idle:
            transport.close()
