"""What is said in a call, on the side of who calls."""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any, Protocol

from curation_kit.processes.serving import ERROR, LATER, NOTES, QUESTION, RESULT
from curation_kit.processes.waiting import HungUp, Limits

__all__ = ["PATIENCE", "Conversation", "Note", "Partner"]

#: Notes that may be heard later are heard after so many seconds, or with what is
#: said next: to hear each by itself may take several times what it tells of.
PATIENCE = 0.02

#: How many seconds ago something was told, and what.
Note = tuple[float, Any]


class Partner(Protocol):
    """With whom a function that is called may speak (`Line`)."""

    @property
    def waits(self) -> bool:
        """Whether the function, until its next message, waits for somebody else.

        That may take a time limit of its own, each time.
        """

    def begun(self, over: Callable[[], bool]) -> None:
        """Told first: what tells whether the process has ended.

        An answer that takes long need not be given then.
        """

    def answer(self, question: Any) -> Any:
        """Give the answer to a question."""

    def hear(self, notes: Sequence[Note]) -> None:
        """Hear what was told, all of it before any later question or result."""


class Conversation:
    """One call: it is sent, what is asked in it is answered, and its end is given.

    Parameters
    ----------
    hear
        Whether there is something to read within a time in seconds; None: wait
        for it. Raises when a limit is passed, and `HungUp`.
    pack
        Makes the message with an answer.
    """

    def __init__(
        self,
        connection: Connection,
        partner: Partner | None,
        limits: Limits,
        hear: Callable[[float | None], bool],
        pack: Callable[[Any], bytes] = pickle.dumps,
    ) -> None:
        self._connection = connection
        self._partner = partner
        self._limits = limits
        self._hear = hear
        self._pack = pack
        self._told: list[tuple[float, Any]] = []  # when, and what; to be heard later

    def hold(self, call: bytes) -> tuple[str, Any]:
        """Give what `result_of` understands.

        Raises
        ------
        HungUp
            If the other side is gone. What it has told before was heard.
        Exception
            Whatever `Partner` or `hear` raises.
        """
        payload: bytes | None = call
        try:
            while True:
                received = self._exchange(payload)
                payload = None
                if received is None:
                    self._listen()
                    continue
                kind, value = pickle.loads(received)  # noqa: S301 - our child
                if kind == LATER:
                    self._told.append((time.monotonic(), value))
                elif kind == NOTES:
                    self._listen(value)
                elif kind == QUESTION:
                    self._listen()
                    assert self._partner is not None  # noqa: S101 - who is asked
                    payload = self._pack(self._partner.answer(value))
                elif kind in {RESULT, ERROR}:
                    return kind, value
        finally:
            self._listen()

    def _exchange(self, payload: bytes | None) -> bytes | None:
        """Send and receive; None when something is to be heard before."""
        try:
            if payload is not None:
                self._connection.send_bytes(payload)
            return self._connection.recv_bytes() if self._is_spoken_to() else None
        except (EOFError, OSError) as error:
            raise HungUp from error

    def _is_spoken_to(self) -> bool:
        patience = None
        if self._told:
            patience = max(self._told[0][0] + PATIENCE - time.monotonic(), 0.0)
        partner = self._partner
        self._limits.begin(apart=partner is not None and partner.waits)
        try:
            return self._hear(patience)
        finally:
            self._limits.end()

    def _listen(self, notes: Sequence[Note] = ()) -> None:
        """Have the partner hear what was told, and notes that came now."""
        if self._told or notes:
            assert self._partner is not None  # noqa: S101 - who is told
            now = time.monotonic()
            told, self._told = self._told, []
            self._partner.hear([*((now - when, what) for when, what in told), *notes])
