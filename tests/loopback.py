"""An HTTP server on loopback, served by a thread while it is entered."""

from __future__ import annotations

import threading
from http.server import ThreadingHTTPServer
from typing import Self


class Loopback:
    """Base of servers that answer tests.

    Attributes
    ----------
    root
        Address without a slash at the end.
    """

    def __init__(self, http: ThreadingHTTPServer) -> None:
        self._http = http
        self.root = f"http://127.0.0.1:{http.server_address[1]}"
        self._thread = threading.Thread(
            target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Answer nobody any more."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
