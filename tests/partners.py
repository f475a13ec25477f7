"""With whom a function in another process speaks, in tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from curation_kit.processes import Note


class Answering:
    """Answers with a function, and has it hear what is told, too."""

    def __init__(
        self,
        answer: Callable[[Any], Any],
        waits: Callable[[], bool] = lambda: False,
    ) -> None:
        self.answer = answer
        self._waits = waits
        self.heard: list[list[Any]] = []  # what was heard together

    @property
    def waits(self) -> bool:
        """As told."""
        return self._waits()

    def begun(self, over: Callable[[], bool]) -> None:
        """Take no note."""

    def hear(self, notes: Sequence[Note]) -> None:
        """Hear notes one by one."""
        self.heard.append([what for _, what in notes])
        for _, what in notes:
            self.answer(what)
