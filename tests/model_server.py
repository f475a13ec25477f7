"""A model service on loopback that counts what it is asked."""

from __future__ import annotations

import hashlib
import json
import select
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

from loopback import Loopback

#: What is asked for: a document's id and the number of a chunk of it.
Key = tuple[str, int]


def answer_to(paper: str, chunk: int) -> str:
    """Give the answer that a paper's chunk always gets."""
    return f"gene-{hashlib.sha256(f'{paper}.{chunk}'.encode()).hexdigest()[:10]}"


@dataclass(slots=True)
class Call:
    """One request.

    Attributes
    ----------
    arrived
        When, in seconds since the epoch.
    status
        None while there is no response, and when nobody was left to get it.
    open
        Whether the client waits for a response.
    """

    key: Key
    arrived: float
    status: int | None = None
    open: bool = True


class ModelServer(Loopback):
    """Answers ``POST {"paper": ..., "chunk": ...}`` after a delay, over real HTTP.

    Parameters
    ----------
    delay
        Seconds that each answer takes.
    """

    def __init__(self, delay: float = 0.0) -> None:
        self.delay = delay
        self._lock = threading.Lock()
        self._calls: list[Call] = []
        self._failures: dict[Key, list[int | Literal["hang"]]] = defaultdict(list)
        self._held: set[Key] = set()
        self._changed = threading.Condition(self._lock)
        self._closed = False
        super().__init__(_Server(("127.0.0.1", 0), _handler_of(self)))
        self.url = f"{self.root}/"

    def close(self) -> None:
        """Also answer those that are kept waiting."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        super().close()

    @property
    def calls(self) -> list[Call]:
        """All requests so far, in the order of their arrival."""
        with self._lock:
            return list(self._calls)

    def calls_of(self, key: Key) -> list[Call]:
        """Requests for one chunk."""
        return [call for call in self.calls if call.key == key]

    def waiting(self, key: Key) -> bool:
        """Whether a client waits for the answer to a chunk."""
        return any(call.open for call in self.calls_of(key))

    def fail(self, key: Key, *how: int | Literal["hang"]) -> None:
        """Have the first requests of a key fail: with a status, or unanswered."""
        with self._lock:
            self._failures[key].extend(how)

    def hold(self, keys: Iterable[Key]) -> None:
        """Leave requests of these keys without an answer until `let_go`."""
        with self._lock:
            self._held.update(keys)

    def let_go(self) -> None:
        """Answer what was held."""
        with self._changed:
            self._held.clear()
            self._changed.notify_all()

    def serve(self, key: Key, connection: socket.socket) -> tuple[Call, int]:
        """Give the status to respond with, when it is time."""
        with self._lock:
            call = Call(key, time.time())
            self._calls.append(call)
            failures = self._failures[key]
            failure = failures.pop(0) if failures else None
        if isinstance(failure, int):
            return call, failure
        time.sleep(self.delay)
        with self._changed:
            while failure == "hang" or key in self._held:
                if self._closed or _gone(connection):
                    return call, 503
                self._changed.wait(0.05)  # nobody tells when a client is gone
        return call, 200

    def note(self, call: Call, status: int) -> None:
        """Note that a response is written."""
        with self._lock:
            call.status, call.open = status, False


class _Server(ThreadingHTTPServer):
    """Keeps quiet about clients that are killed in the middle of a request."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


def _gone(connection: socket.socket) -> bool:
    """Whether the client has closed its end."""
    readable, _, _ = select.select([connection], [], [], 0)
    try:
        return bool(readable) and not connection.recv(1, socket.MSG_PEEK)
    except OSError:
        return True


def _handler_of(server: ModelServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """One connection."""

        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            """Answer."""
            size = int(self.headers["Content-Length"])
            asked = json.loads(self.rfile.read(size))
            key = (asked["paper"], asked["chunk"])
            call, status = server.serve(key, self.connection)
            if _gone(self.connection):
                call.open = False
                self.close_connection = True
                return
            body = (answer_to(*key) if status == 200 else "no").encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            server.note(call, status)
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as in the base
            """Say nothing."""

    return Handler
