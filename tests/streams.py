"""Serve a workspace in a thread, and read event streams as a client does."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

from batches import until
from jupyter_server.auth.authorizer import AllowAllAuthorizer
from jupyter_server.auth.identity import IdentityProvider
from jupyter_server.log import log_request
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application

from curation_kit.server._feed import Feed
from curation_kit.server._handlers import curation_handlers

TOKEN = "let-me-in"  # noqa: S105 - of servers that live for one test

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Message:
    """One event of a stream."""

    id: int | None
    event: str
    data: Any


def messages(lines: Iterable[str]) -> Iterator[Message]:
    """Read a stream line by line, by the rules of the standard; skip comments."""
    fields: dict[str, str] = {}
    for line in lines:
        text = line.rstrip("\r\n")
        if not text:
            if "data" in fields:
                number = fields.get("id")
                yield Message(
                    id=None if number is None else int(number),
                    event=fields.get("event", "message"),
                    data=json.loads(fields["data"]),
                )
            fields = {}
        elif not text.startswith(":"):
            name, _, value = text.partition(":")
            fields[name] = value.removeprefix(" ")


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs in a process of its own."""

    pid: int
    log: Path


@contextmanager
def serving(
    *arguments: str, folder: Path, sign: str = "token=", **environment: str
) -> Iterator[Served]:
    """Run a Python process that serves, once its log has the sign that it listens.

    Its settings are in `folder`, so that those of the user have no say.
    """
    log = folder / "server.log"
    settings = {
        f"JUPYTER_{name}_DIR": str(folder / name) for name in ("CONFIG", "RUNTIME")
    }
    with log.open("w") as file:
        server = subprocess.Popen(
            [sys.executable, *arguments],
            stdout=file,
            stderr=file,
            env={**os.environ, **settings, **environment},
        )
    try:
        until(lambda: server.poll() is not None or sign in log.read_text())
        assert server.poll() is None, log.read_text()
        yield Served(server.pid, log)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def dashboard(folder: Path, workspace: Path, *, port: int) -> Any:
    """Run the dashboard server; see `serving`."""
    code = (
        "import sys, pathlib; from curation_kit.server import serve_dashboard; "
        "serve_dashboard(pathlib.Path(sys.argv[1]), port=int(sys.argv[2]), "
        "open_browser=False, token=sys.argv[3])"
    )
    return serving("-c", code, str(workspace), str(port), TOKEN, folder=folder)


def jupyter_server(folder: Path, *options: str, port: int, **environment: str) -> Any:
    """Run Jupyter Server below ``/base/``; see `serving`."""
    return serving(
        *("-m", "jupyter_server", "--no-browser", "--allow-root"),
        *(f"--ServerApp.port={port}", "--ServerApp.base_url=/base/"),
        *(f"--IdentityProvider.token={TOKEN}", "--ServerApp.port_retries=0"),
        *options,
        folder=folder,
        **environment,
    )


class LocalServer:
    """The handlers on a server of their own, in a thread of this process."""

    def __init__(self, workspace: Path, **times: float) -> None:
        self._workspace = workspace
        self._times = {"heartbeat_after": 3600.0, **times}
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(30)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self.feed = Feed(self._workspace)
        provider = IdentityProvider(token=TOKEN)
        self.application = Application(
            curation_handlers("/", self.feed, **self._times),
            identity_provider=provider,
            authorizer=AllowAllAuthorizer(identity_provider=provider),
            cookie_secret=TOKEN,
            base_url="/",
            log_function=log_request,
        )
        self.server = HTTPServer(self.application)
        sockets = bind_sockets(0, "127.0.0.1")
        self.port = sockets[0].getsockname()[1]
        self.server.add_sockets(sockets)
        self._ready.set()
        await self._stop.wait()
        self.server.stop()
        await self.server.close_all_connections()
        self.feed.close()

    @property
    def jobs(self) -> str:
        """Address of the list of jobs."""
        return f"http://127.0.0.1:{self.port}/curation/jobs"

    def inside(self, question: Callable[[], T]) -> T:
        """Ask something in the thread of the server."""

        async def ask() -> T:
            return question()

        return asyncio.run_coroutine_threadsafe(ask(), self._loop).result(30)

    def drop(self) -> None:
        """Break all connections, as a network does."""

        def close() -> None:
            for connection in list(self.server._connections):
                connection.stream.close()

        self.inside(close)

    def quiet(self) -> bool:
        """Whether nobody follows, nothing watches and no connection is open."""
        return self.inside(
            lambda: (
                not self.feed.followers
                and self.feed._watcher is None
                and not self.feed._looks
                and not self.server._connections
                and len(asyncio.all_tasks()) == 2  # the server, and this question
            )
        )
