"""One paper on its way through a flow, in this process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import curation_kit as ck
from curation_kit.agents import get_agent
from curation_kit.jobs import KeptStep
from curation_kit.runner.desk import NoDesk
from curation_kit.runner.places import DocumentTask


class FakeDesk(NoDesk):
    """Says yes, until a step, and keeps what it is told in memory."""

    def __init__(self, *, stop_before: int | None = None) -> None:
        self.begun: list[int] = []
        self.kept: dict[str, KeptStep] = {}
        self.answers: dict[str, str] = {}
        self._stop_before = stop_before

    def get(self, key: str) -> str | None:
        """Give an answer that was kept."""
        return self.answers.get(key)

    def put(self, key: str, answer: str) -> None:
        """Keep an answer."""
        self.answers[key] = answer

    def begin(self, keys: Sequence[str]) -> KeptStep | bool:
        """Give the last step that was kept, or begin the first."""
        found = [self.kept[key] for key in keys if key in self.kept]
        return found[-1] if found else self.go_on(0)

    def go_on(self, step: int, done: tuple[str, KeptStep] | None = None) -> bool:
        """Note the step, and keep the one before."""
        if done is not None:
            self.keep(*done)
        if step == self._stop_before:
            return False
        self.begun.append(step)
        return True

    def keep(self, key: str, kept: KeptStep) -> None:
        """Keep a step."""
        self.kept[key] = kept


def task_of(flow: ck.Flow, path: Path, cache: Path | None = None) -> DocumentTask:
    """Give the task of a paper; its text and its steps are kept in a folder, if any."""
    return DocumentTask(
        document_id="0" * 64,
        name="Paper.pdf",
        path=path,
        stem="Paper",
        flow=flow,
        agents=tuple(get_agent(step.agent) for step in flow.steps),
        cache=cache,
    )
