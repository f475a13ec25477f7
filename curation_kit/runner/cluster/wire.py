"""TCP between the runner and its pilots on a cluster.

Whoever connects must have the key, and must be what the runner is: what they
send each other is pickled. Nothing is encrypted.
"""

from __future__ import annotations

import json
import os
import socket
import struct
from multiprocessing import AuthenticationError
from multiprocessing.connection import (
    Connection,
    answer_challenge,
    deliver_challenge,
)
from typing import Any

__all__ = ["GONE", "Wire"]

#: What a pilot says while the runner answers: nobody waits for that any more.
GONE = "gone"

#: Seconds in which the other side must show the key, and what it is.
PATIENCE = 20.0

#: A host that is silent for about a minute is lost: seconds until the system
#: asks, between its questions, and how often it asks.
_IDLE, _INTERVAL, _COUNT = 30, 5, 6


class Wire:
    """One connection, after both sides have shown the key.

    Attributes
    ----------
    connection
        Sends and receives bytes.
    """

    def __init__(self, link: socket.socket) -> None:
        self._socket = link
        _tune(link)
        self.connection = Connection(os.dup(link.fileno()))

    @classmethod
    def to(cls, host: str, port: int, key: bytes) -> Wire:
        """Connect to the runner.

        Raises
        ------
        OSError
            If it cannot be reached, or does not have the key.
        """
        wire = cls(socket.create_connection((host, port), timeout=PATIENCE))
        try:
            answer_challenge(wire.connection, key)
            deliver_challenge(wire.connection, key)
        except (AuthenticationError, EOFError) as error:
            wire.close()
            raise ConnectionRefusedError(f"{host}:{port} refused the key") from error
        return wire

    @classmethod
    def accepted(cls, link: socket.socket, key: bytes) -> Wire:
        """Answer a pilot that has connected.

        Raises
        ------
        OSError
            If it does not have the key, or does not answer.
        """
        wire = cls(link)
        try:
            deliver_challenge(wire.connection, key)
            answer_challenge(wire.connection, key)
        except (AuthenticationError, EOFError) as error:
            wire.close()
            raise ConnectionRefusedError("a stranger has connected") from error
        except OSError:
            wire.close()
            raise
        return wire

    def tell(self, message: dict[str, Any]) -> None:
        """Send what every version of Python can read."""
        self.connection.send_bytes(json.dumps(message).encode())

    def hear(self) -> dict[str, Any]:
        """Give what `tell` has sent."""
        message: dict[str, Any] = json.loads(self.connection.recv_bytes(1 << 20))
        return message

    def be_patient(self) -> None:
        """From now on wait for the other side for as long as it lives."""
        _wait_at_most(self._socket, 0.0)

    def shut(self) -> None:
        """End the connection; whoever reads from it is told. Any thread may."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:  # it is broken already
            return

    def close(self) -> None:
        """Free the connection; only who reads from it may."""
        self.shut()
        self.connection.close()
        self._socket.close()


def _tune(link: socket.socket) -> None:
    """Send at once, notice a host that is gone, and wait for a while at first."""
    link.setblocking(True)  # noqa: FBT003 - socket's own signature
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (
        ("TCP_KEEPIDLE", _IDLE),
        ("TCP_KEEPALIVE", _IDLE),  # the name on macOS
        ("TCP_KEEPINTVL", _INTERVAL),
        ("TCP_KEEPCNT", _COUNT),
        # The same for what is sent and never acknowledged, in milliseconds (Linux).
        ("TCP_USER_TIMEOUT", (_IDLE + _INTERVAL * _COUNT) * 1000),
    ):
        if hasattr(socket, option):
            link.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
    _wait_at_most(link, PATIENCE)


def _wait_at_most(link: socket.socket, seconds: float) -> None:
    """Let reading fail after a time; 0 for never."""
    link.setsockopt(
        socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", int(seconds), 0)
    )
