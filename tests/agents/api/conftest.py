"""Public databases on loopback, which answer as their documentation says."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from loopback import Loopback

from curation_kit.agents.api import inquiry
from curation_kit.llm import NoCalls
from curation_kit.web import transports


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: its path, its parameters, its headers."""

    path: str
    params: dict[str, str]
    headers: dict[str, str]


@dataclass(slots=True)
class Reply:
    """What is answered, as raw as need be."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0.0  # seconds between the bytes of the body


class Database(Loopback):
    """Answers by path and, where they matter, parameters."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.script: list[Reply] = []  # first answers, whatever is asked
        self._answers: dict[str, list[tuple[dict[str, str], Any]]] = defaultdict(list)
        http = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        http.daemon_threads = True
        super().__init__(http)
        self.url = f"{self.root}/api"

    def close(self) -> None:
        """Also close the connections of clients."""
        site = self.root.split("/")[2].encode()
        for key in [key for key in transports._idle if key[0] == site]:
            for transport in transports._idle.pop(key):
                transport.close()
        super().close()

    def answer(self, path: str, body: Any, **params: str) -> None:
        """Answer requests of a path that have at least these parameters."""
        wanted = {name.replace("__", "."): value for name, value in params.items()}
        self._answers[path].append((wanted, body))

    def reply(self, asked: Asked) -> Reply:
        """Give the answer to a request; 404 where there is none."""
        if self.script:
            return self.script.pop(0)
        for wanted, body in self._answers[asked.path]:
            if wanted.items() <= asked.params.items():
                return Reply(json.dumps(body).encode())
        return Reply(b'{"errors": ["not found"]}', 404)


def _handler_of(database: Database) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = Asked(
                parts.path.removeprefix("/api/"),
                dict(parse_qsl(parts.query)),
                {name.lower(): value for name, value in self.headers.items()},
            )
            database.asked.append(asked)
            reply = database.reply(asked)
            self.send_response(reply.status)
            headers = {
                "Content-Type": "application/json",
                "Content-Length": str(len(reply.body)),
                **reply.headers,
            }
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self._write(reply)
            if len(reply.body) < int(headers["Content-Length"]):
                self.close_connection = True  # in the middle of the body

        def _write(self, reply: Reply) -> None:
            if not reply.drip:
                self.wfile.write(reply.body)
                return
            for byte in reply.body:
                try:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                except OSError:  # the client has had enough
                    return
                time.sleep(reply.drip)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    return Handler


class Kept(NoCalls):
    """Keeps answers in memory; waits are noted, not waited."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.rests: list[float] = []
        self.turns: list[tuple[str, float]] = []

    def get(self, key: str) -> str | None:
        """Give a kept answer."""
        return self.answers.get(key)

    def put(self, key: str, answer: str) -> None:
        """Keep it."""
        self.answers[key] = answer

    def rest(self, seconds: float) -> None:
        """Note it."""
        self.rests.append(seconds)

    def wait_turn(self, source: str, per_second: float) -> None:
        """Note it."""
        self.turns.append((source, per_second))

    def age(self, days: int) -> None:
        """Make all answers older."""
        day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - days * 86400))
        for key, answer in self.answers.items():
            self.answers[key] = json.dumps({**json.loads(answer), "asked": day})


@pytest.fixture(autouse=True)
def _nobody_rests():
    """Forget which sources were out of reach: a port may come again."""
    yield
    inquiry._REST._since.clear()


@pytest.fixture
def database():
    """Give a public database without an answer yet."""
    with Database() as one:
        yield one


@pytest.fixture
def kept() -> Kept:
    """Give the answers that are kept, none at first."""
    return Kept()


@pytest.fixture
def reply() -> type[Reply]:
    """Make a raw answer."""
    return Reply


@pytest.fixture
def check(make_paper, database, kept) -> Callable[..., Any]:
    """Validate records with an agent whose API is on loopback."""

    def run(agent, *records, text="C. elegans", **options):
        paper = make_paper(("results", text))
        paper.answers = kept
        made = agent({"url": database.url, **options})
        return list(made.validate(paper, records)), paper

    return run
