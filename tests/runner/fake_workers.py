"""Processes that do as told, and whom a document tells of its steps."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from curation_kit.processes import Limits, Note, Partner, Worker
from curation_kit.runner.parcels import Parcel
from curation_kit.runner.places import Place

#: A paper that goes on where others wait.
TO_HOST = Parcel(Place.IO, None, None, b"")


class FakeWorker:
    """A process that does as told instead of running steps."""

    def __init__(self, *doings: Any) -> None:
        self.pid, self.memory, self.needed, self.nice = 1, 0, 0, 0
        self.renewed = False
        self.left: list[float] = []  # seconds
        self.spent: list[float] = []  # before each call
        self._doings: Iterator[Any] = iter(doings)

    def call_packed(self, packed: bytes, limits: Limits, partner: Partner) -> Any:
        """Take some time, then raise or give what was told."""
        del packed
        self.spent.append(limits.spent)
        limits.begin(apart=False)
        self.left.append(limits.left() or 0)
        start = time.perf_counter()
        while time.perf_counter() < start + 0.01:
            pass
        limits.end()
        self.speak(partner)
        doing = next(self._doings)
        if isinstance(doing, BaseException):
            raise doing
        return doing

    def speak(self, partner: Partner) -> None:
        """Say nothing."""

    def restart(self, *, nice: int | None = None) -> None:
        """Take another level, and need nothing yet."""
        self.nice = nice or self.nice
        self.memory = self.needed = 0

    has_outgrown = Worker.has_outgrown

    def renew(self) -> None:
        """Note it."""
        self.renewed = True


class FakeDesk:
    """Notes what it is told, and cannot store answers."""

    waits, lease = False, 0.0

    def __init__(self, *, go_on: bool = True) -> None:
        self.told: list[tuple[Any, ...]] = []
        self._go_on = go_on

    def go_on(self, *step: Any) -> bool:
        """Note the step and the result of the one before."""
        self.told.append(step)
        return self._go_on

    def give_up(self) -> None:
        """Note it."""
        self.told.append(("give up",))

    def hear(self, notes: Sequence[Note]) -> None:
        """Refuse."""
        raise ValueError(f"no room for {notes}")
