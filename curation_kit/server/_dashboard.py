"""Voilà, made a server of the dashboard."""

from __future__ import annotations

import html
import logging
import os
import signal
import tempfile
import threading
import webbrowser
from pathlib import Path
from typing import Any

from jupyter_server.utils import url_path_join
from traitlets.config import Config
from voila.app import Voila
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from curation_kit.server._door import Door
from curation_kit.server._feed import Feed
from curation_kit.server._handlers import curation_handlers
from curation_kit.server._headers import SafeHeaders
from curation_kit.server._noise import ClosedTab, Expected

__all__ = ["Dashboard"]

#: The template of the page, and its static files.
PAGE = Path(__file__).parent / "page"


class PageHandler(TornadoVoilaHandler):
    """The page."""

    async def prepare(self) -> None:
        """Give the page what it must know to end its kernel when it is left.

        Reading the token sets its cookie. Without that cookie the request of a
        closed tab is refused, and its kernel stays.
        """
        await super().prepare()
        _ = self.xsrf_token


class Channels(VoilaKernelWebsocketHandler):
    """The socket of a page to its kernel."""

    def write_error(self, status_code: int, **_: Any) -> None:  # noqa: ARG002 - is set
        """Refuse a page whose kernel has ended; the page itself tells why.

        Jupyter would draw a page with a picture that Voilà does not have, and log
        that it failed.
        """
        self.finish()


#: What we serve in another way than Voilà.
OURS = {TornadoVoilaHandler: PageHandler, VoilaKernelWebsocketHandler: Channels}


class Dashboard(Voila):
    """Voilà that serves ``/curation`` too, and tells its address with the token.

    Parameters
    ----------
    feed
        The workspace that is served.
    open_browser
        Whether to open the page.
    config
        Configuration of Voilà.
    """

    name = "voila"

    def __init__(self, feed: Feed, *, open_browser: bool, config: Config) -> None:
        super().__init__(config=config)
        self.feed = feed
        self.way_in: Path | None = None
        self._opens = open_browser
        self._wanted_port = self.port
        for log in (self.log, logging.getLogger("tornado.application")):
            log.addFilter(Expected())
        logging.getLogger("asyncio").addFilter(ClosedTab())
        # Its warnings are requests that were refused, with the token in the address,
        # and a unit of jupyter_server's pings that it reads in another way.
        logging.getLogger("tornado.general").setLevel(logging.ERROR)

    @property
    def address(self) -> str:
        """Address of the page, with the token."""
        return f"http://{self.ip}:{self.port}/?token={self.identity_provider.token}"

    def setup_template_dirs(self) -> None:
        """Put our page before that of Voilà."""
        super().setup_template_dirs()
        self.template_paths: list[str] = [str(PAGE), *self.template_paths]
        self.static_paths: list[str] = [str(PAGE / "static"), *self.static_paths]

    def init_settings(self) -> dict[str, Any]:
        """Send safe headers with every answer."""
        settings: dict[str, Any] = super().init_settings()
        return {**settings, "transforms": [SafeHeaders]}

    def init_handlers(self) -> list[Any]:
        """Add ``/curation``; our pages take the place of Voilà's."""
        ours = [
            (url_path_join(self.server_url, "login"), Door),
            *curation_handlers(self.server_url, self.feed),
        ]
        theirs = [
            (route, OURS.get(handler, handler), *more)
            for route, handler, *more in super().init_handlers()
        ]
        return [*ours, *theirs]

    def listen(self) -> None:
        """Serve until Ctrl-C."""
        import tornado.ioloop

        # Runs once the port is bound: listen() itself returns at the end.
        loop = self.ioloop = tornado.ioloop.IOLoop.current()
        # An interrupt that is raised in the middle of an answer would come up again
        # while the kernels are ended: it only stops the loop.
        signal.signal(signal.SIGINT, self._handle_signal_stop)
        loop.add_callback(self.tell)
        loop.add_callback(self.kernel_manager.make_ready)
        super().listen()

    def stop(self) -> None:
        """End the kernels, then what Voilà ends.

        Before Voilà removes their sockets, and in the loop in which they started.
        """
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a second Ctrl-C
        self.ioloop.run_sync(self.kernel_manager.shutdown_all)
        super().stop()

    def tell(self) -> None:
        """Print the address, and open it."""
        if self.port != self._wanted_port:
            print(  # noqa: T201 - why the address is not the one they know
                f"Port {self._wanted_port} is in use, perhaps by another dashboard: "
                f"this one takes port {self.port}."
            )
        print(  # noqa: T201 - the way to the page
            f"The dashboard is at {self.address}\nPress Ctrl-C to stop it; "
            "running jobs go on.",
            flush=True,
        )
        if self._opens:
            self.way_in = _way_in(self.address)
            threading.Thread(
                target=webbrowser.open, args=(self.way_in.as_uri(),), daemon=True
            ).start()


def _way_in(address: str) -> Path:
    """Write a page that only its owner can read and that leads to an address.

    The arguments of a process are there for everybody to read, so those of the
    browser must not have the token; as Jupyter Server does.
    """
    handle, name = tempfile.mkstemp(prefix="curation-kit-", suffix=".html")  # mode 0600
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(
            '<!DOCTYPE html><meta charset="utf-8"><title>Curation Kit</title>'
            f'<meta http-equiv="refresh" content="0; url={html.escape(address)}">'
            f'<p><a href="{html.escape(address)}">To the dashboard</a></p>'
        )
    return Path(name)
