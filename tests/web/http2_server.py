"""A server on loopback that speaks HTTP/2 and drips what it sends."""

from __future__ import annotations

import ssl
import threading
from contextlib import suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from time import sleep

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived

__all__ = ["Http2Server"]


class Http2Server(ThreadingTCPServer):
    """Answers ``/N`` with N bytes, one at a time, and ``/0`` never."""

    daemon_threads = True

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        context.set_alpn_protocols(["h2"])
        self.context = context
        self.url = f"https://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Handler(BaseRequestHandler):
    def handle(self) -> None:
        self._socket = self.server.context.wrap_socket(self.request, server_side=True)
        self._connection = H2Connection(H2Configuration(client_side=False))
        self._connection.initiate_connection()
        self._lock = threading.Lock()
        with suppress(OSError):
            self._send()
            while data := self._socket.recv(65_536):
                with self._lock:
                    events = self._connection.receive_data(data)
                self._send()
                for event in events:
                    if isinstance(event, RequestReceived):
                        threading.Thread(target=self._drip, args=(event,)).start()

    def _send(self) -> None:
        with self._lock:
            self._socket.sendall(self._connection.data_to_send())

    def _drip(self, asked: RequestReceived) -> None:
        stream, count = asked.stream_id, int(dict(asked.headers)[b":path"][1:])
        if not count:
            return
        with suppress(OSError):
            self._connection.send_headers(stream, [(":status", "200")])
            for number in range(count):
                last = number == count - 1
                self._connection.send_data(stream, b"x", end_stream=last)
                self._send()
                sleep(0.02)
