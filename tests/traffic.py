"""Count what a server sends to a page over websockets."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page, WebSocket


class Traffic:
    """Bytes and messages that a page received; make it before `page.goto`."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.sizes: list[int] = []
        page.on("websocket", self._follow)

    def _follow(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._received)

    def _received(self, payload: str | bytes) -> None:
        self.sizes.append(len(payload))

    def during(self, seconds: float) -> tuple[float, float]:
        """Let the page be for so long; give bytes and messages per second."""
        self.sizes.clear()
        begun = time.monotonic()
        self._page.wait_for_timeout(1000 * seconds)
        took = time.monotonic() - begun
        return sum(self.sizes) / took, len(self.sizes) / took
