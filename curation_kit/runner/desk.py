"""What a document may ask of the runner while it is processed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from curation_kit.jobs import Claim, JobStore, KeptStep, StepCache
from curation_kit.llm import AnswerCache
from curation_kit.llm.answers import NoAnswers

__all__ = ["Desk", "DistantDesk", "NoDesk", "RunnerDesk"]


class Desk(Protocol):
    """The one channel from a document to the runner, who alone writes the store."""

    def latest(self, keys: Sequence[str]) -> KeptStep | None:
        """Give the kept result of the last step that has one."""

    def go_on(self, step: int, done: tuple[str, KeptStep] | None = None) -> bool:
        """Tell that a step begins; False when the document shall stop before it.

        Parameters
        ----------
        done
            Key and result of the step before, to be kept: one message less.
        """

    def keep(self, key: str, kept: KeptStep) -> None:
        """Keep the result of a step that has succeeded."""

    def get(self, key: str) -> str | None:
        """Give a service's answer to a request; see `curation_kit.llm.Answers`."""

    def put(self, key: str, answer: str) -> None:
        """Keep a service's answer."""


class RunnerDesk:
    """The desk in the runner's process, for one document."""

    def __init__(
        self, claim: Claim, store: JobStore, steps: StepCache, answers: AnswerCache
    ) -> None:
        self._claim = claim
        self._store = store
        self._steps = steps
        self._answers = answers
        self._begun = False

    def latest(self, keys: Sequence[str]) -> KeptStep | None:
        """Give the kept result of the last step that has one."""
        return self._steps.latest(keys, self._claim.reuse_since)

    def go_on(self, step: int, done: tuple[str, KeptStep] | None = None) -> bool:
        """Note that a step begins; if it is not the first, those before are reused."""
        with self._store.database.transaction():
            if done is not None:
                self.keep(*done)
            if step and not self._begun:
                self._store.steps_reused(self._claim, step)
            self._begun = True
            return self._store.step_started(self._claim, step)

    def keep(self, key: str, kept: KeptStep) -> None:
        """Keep the result of a step."""
        self._steps.keep(self._claim.document_id, key, kept)

    def get(self, key: str) -> str | None:
        """Give a kept answer."""
        return self._answers.get(key, self._claim.reuse_since)

    def put(self, key: str, answer: str) -> None:
        """Keep an answer."""
        self._answers.put(key, answer)


class DistantDesk:
    """The desk as seen from a worker's process."""

    def __init__(self, ask: Callable[[Any], Any]) -> None:
        self._ask = ask

    def latest(self, keys: Sequence[str]) -> KeptStep | None:
        """Ask for the kept result of the last step that has one."""
        kept: KeptStep | None = self._ask(("latest", list(keys)))
        return kept

    def go_on(self, step: int, done: tuple[str, KeptStep] | None = None) -> bool:
        """Tell that a step begins."""
        return bool(self._ask(("go_on", step, done)))

    def keep(self, key: str, kept: KeptStep) -> None:
        """Hand in the result of a step."""
        self._ask(("keep", key, kept))

    def get(self, key: str) -> str | None:
        """Ask for a kept answer."""
        answer: str | None = self._ask(("get", key))
        return answer

    def put(self, key: str, answer: str) -> None:
        """Hand in an answer; it is stored when this returns."""
        self._ask(("put", key, answer))


class NoDesk(NoAnswers):
    """Nobody: for one step that is run outside a job."""

    def latest(self, keys: Sequence[str]) -> KeptStep | None:
        """Give None."""
        del keys
        return None

    def go_on(self, step: int, done: tuple[str, KeptStep] | None = None) -> bool:
        """Say yes."""
        del step, done
        return True

    def keep(self, key: str, kept: KeptStep) -> None:
        """Forget it."""
