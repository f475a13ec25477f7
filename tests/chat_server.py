"""A chat service on loopback that does what its script says, and notes all it sees.

It speaks the OpenAI chat API over real HTTP, from one thread, to hundreds of
connections. Run as a program it is a process of its own (``--help``).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import random
import socket
import ssl
import struct
import sys
import threading
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from curation_kit.llm import Price, Service

__all__ = ["Asked", "ChatServer", "Reply", "tokens_of", "unreliable"]


def tokens_of(text: str) -> int:
    """Tokens of a text, as this service counts them."""
    return math.ceil(len(text.encode()) / 4)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the service does with one request.

    Attributes
    ----------
    content
        What the model says.
    body
        Sent instead of a completion: text, bytes, or a JSON value.
    finish
        Why the model stopped.
    latency
        Seconds until the response; None for that of the server.
    reset_after
        Bytes of the body after which the connection is reset.
    trickle
        Seconds between two bytes of the body.
    slow_head
        Whether those of the head come as slowly.
    hang
        Whether there is never a response.
    company
        There is no response before so many completions were under way at once.
    usage
        Whether the response tells the tokens.
    """

    content: str | None = "{}"
    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    finish: str = "stop"
    latency: float | None = None
    reset_after: int | None = None
    trickle: float = 0.0
    slow_head: bool = False
    hang: bool = False
    company: int = 1
    usage: bool = True

    @classmethod
    def error(
        cls, status: int, message: str = "no", code: str = "", **headers: str
    ) -> Self:
        """Refuse, in the way of the API; ``Retry_After="3"`` is a header."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        body = {"error": {"message": message, "type": code, "code": code}}
        return cls(status=status, body=body, headers=named)


@dataclass(slots=True)
class Asked:
    """One request for a completion.

    Attributes
    ----------
    status
        None while there is no response, and when nobody was left to get it.
    input_tokens, output_tokens
        As told in the response; 0 for a response that is no completion.
    """

    body: dict[str, Any]
    headers: dict[str, str]
    status: int | None = None
    input_tokens: int = 0
    output_tokens: int = 0

    @property
    def prompt(self) -> str:
        """What the user says, at last."""
        return str(self.body["messages"][-1]["content"])


#: What the service says to a request that the script does not name.
Answer = str | Reply | Callable[[Asked], "str | Reply"]


class ChatServer:
    """Serves ``POST /v1/chat/completions`` and ``GET /v1/models``.

    Parameters
    ----------
    answer
        What the model says, a whole reply, or what gives one for a request.
        It is called in the server's thread and must not wait.
    latency
        Seconds that each completion takes.
    key
        Asked for as bearer token, if it is not empty.
    tls
        To serve HTTPS.
    """

    def __init__(
        self,
        answer: Answer = "{}",
        *,
        latency: float = 0.0,
        key: str = "",
        models: tuple[str, ...] = ("fake",),
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.answer = answer
        self.latency = latency
        self.models = models
        self.connections = 0
        self.peak = 0  # completions under way at once, at most
        self._key = key
        self._tls = tls
        self._script: deque[Reply] = deque()
        self._asked: list[Asked] = []
        self._under_way = 0
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._closing = asyncio.Event()
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._up.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join()

    @property
    def url(self) -> str:
        """The base URL of the service."""
        scheme = "https" if self._tls else "http"
        return f"{scheme}://127.0.0.1:{self.port}/v1"

    def service(self, **settings: Any) -> Service:
        """Settings of a service that is this one."""
        return Service(**{"base_url": self.url, "model": self.models[0], **settings})

    def script(self, *replies: Reply | str) -> None:
        """Say what the next requests get; those after them get `answer`."""
        self._script.extend(
            Reply(reply) if isinstance(reply, str) else reply for reply in replies
        )

    @property
    def asked(self) -> list[Asked]:
        """All requests for completions so far, in the order of their arrival."""
        return list(self._asked)

    @property
    def counts(self) -> Counter[str]:
        """How often each prompt was asked, with or without an answer."""
        return Counter(asked.prompt for asked in self.asked)

    @property
    def answered(self) -> Counter[str]:
        """How often each prompt was answered: what one pays for."""
        return Counter(asked.prompt for asked in self.asked if asked.output_tokens)

    def spent(self, price: Price) -> float:
        """What the completions cost, in US dollars."""
        return sum(price.cost(a.input_tokens, a.output_tokens) for a in self.asked)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port = listening.getsockname()[1]
        server = await asyncio.start_server(
            self._connected, sock=listening, ssl=self._tls, limit=2**24
        )
        self._up.set()
        await self._closing.wait()
        # A connection that is just being accepted takes some turns of the loop: if the
        # server closed before, nobody would close its socket.
        for _ in range(10):
            await asyncio.sleep(0)
        server.close()
        # Also those whose TLS never comes to an end.
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0)  # what they have closed is closed by the loop

    async def _connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.connections += 1
        # asyncio does this only for sockets that name their protocol.
        connection = writer.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while await self._serve_one(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client is gone, or the server closes
        finally:
            writer.transport.abort()

    async def _serve_one(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Serve one request; False ends the connection."""
        first = await reader.readexactly(1)
        if not first.isalpha():  # it speaks TLS
            await self._send(writer, Reply.error(400, "not HTTP"))
            return False
        head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *fields = head.strip().split("\r\n")
        headers = {
            name.lower(): value
            for name, value in (one.split(": ", 1) for one in fields)
        }
        sent = await reader.readexactly(int(headers.get("content-length", "0")))
        method, path, _ = line.split()
        if method == "GET" and path == "/v1/models":
            listed = {"data": [{"id": name} for name in self.models]}
            return await self._send(writer, self._checked(headers, Reply(body=listed)))
        if method == "GET" and path == "/log":
            log = {"counts": self.counts, "answered": self.answered, "peak": self.peak}
            return await self._send(writer, Reply(body=log))
        if method != "POST" or path != "/v1/chat/completions":
            return await self._send(writer, Reply.error(404, f"no {path} here"))
        asked = Asked(json.loads(sent), headers)
        self._asked.append(asked)
        self._under_way += 1
        self.peak = max(self.peak, self._under_way)
        try:
            return await self._complete(asked, writer)
        finally:
            self._under_way -= 1

    def _checked(self, headers: Mapping[str, str], reply: Reply) -> Reply:
        if self._key and headers.get("authorization") != f"Bearer {self._key}":
            given = headers.get("authorization", "none")
            return Reply.error(401, f"Incorrect API key provided: {given}.")
        return reply

    async def _complete(self, asked: Asked, writer: asyncio.StreamWriter) -> bool:
        said = self._script.popleft() if self._script else self.answer
        if callable(said):
            said = said(asked)
        reply = Reply(said) if isinstance(said, str) else said
        reply = self._checked(asked.headers, reply)
        await asyncio.sleep(self.latency if reply.latency is None else reply.latency)
        if reply.hang:
            await self._closing.wait()
        while self.peak < reply.company:  # noqa: ASYNC110 - a few turns at most
            await asyncio.sleep(0.01)
        if reply.body is None and reply.status == 200:
            reply = self._completion(asked, reply)
        again = await self._send(writer, reply)
        asked.status = reply.status
        return again

    @staticmethod
    def _completion(asked: Asked, reply: Reply) -> Reply:
        prompt = "".join(str(m["content"]) for m in asked.body["messages"])
        asked.input_tokens = tokens_of(prompt)
        asked.output_tokens = tokens_of(reply.content or "")
        body: dict[str, Any] = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "model": asked.body["model"],
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": reply.content},
                    "finish_reason": reply.finish,
                }
            ],
        }
        if reply.usage:
            body["usage"] = {
                "prompt_tokens": asked.input_tokens,
                "completion_tokens": asked.output_tokens,
            }
        return Reply(
            body=body,
            headers=reply.headers,
            reset_after=reply.reset_after,
            trickle=reply.trickle,
            slow_head=reply.slow_head,
        )

    @staticmethod
    async def _send(writer: asyncio.StreamWriter, reply: Reply) -> bool:
        body = reply.body
        if not isinstance(body, bytes):
            body = (body if isinstance(body, str) else json.dumps(body)).encode()
        headers = {
            "content-type": "application/json",
            **{name.lower(): value for name, value in reply.headers.items()},
            "content-length": str(len(body)),
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"HTTP/1.1 {reply.status} Said\r\n{lines}\r\n".encode("latin-1")
        if reply.slow_head:
            head, body = b"", head + body
        writer.write(head)
        if reply.reset_after is not None:
            writer.write(body[: reply.reset_after])
            await writer.drain()
            sock = writer.get_extra_info("socket")
            sock.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
            return False
        if reply.trickle:
            for byte in body:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(reply.trickle)
            return True
        writer.write(body)
        await writer.drain()
        return True


def unreliable(
    content: str, limited: float, broken: float, *, retry_after: str = "0.5"
) -> Callable[[Asked], Reply]:
    """Give what answers with a content, but refuses or breaks some requests.

    Parameters
    ----------
    limited, broken
        Shares of the requests that get status 429, at once, and 500, late; the
        same ones in each run.
    """
    dice = random.Random(8)  # noqa: S311

    def answer(asked: Asked) -> Reply:
        del asked
        fate = dice.random()
        if fate < limited:
            refusal = Reply.error(429, "slow down", Retry_After=retry_after)
            return replace(refusal, latency=0.0)
        if fate < limited + broken:
            return Reply.error(500, "something broke")
        return Reply(content)

    return answer


def main() -> None:
    """Serve until the standard input ends; the base URL is printed first.

    ``GET /log`` (not below ``/v1``) gives the counts.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--answer", default="{}")
    parser.add_argument("--limited", type=float, default=0.0, help="share of 429")
    parser.add_argument("--broken", type=float, default=0.0, help="share of 500")
    given = parser.parse_args()
    answer = unreliable(given.answer, given.limited, given.broken)
    with ChatServer(answer, latency=given.latency) as server:
        print(server.url, flush=True)  # noqa: T201 - for the one who starts it
        sys.stdin.read()


if __name__ == "__main__":
    main()
