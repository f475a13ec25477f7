"""What a document may ask of the runner while it is processed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from curation_kit.jobs import Claim, JobStore, KeptStep, StepCache
from curation_kit.llm import (
    Admission,
    AnswerCache,
    Call,
    Calls,
    NoCalls,
    Report,
    Verdict,
)

__all__ = ["Desk", "DistantDesk", "NoDesk", "RunnerDesk"]


class Desk(Calls, Protocol):
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
        self._calls = 0
        self._keys: dict[int, str] = {}

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

    def admit(self, call: Call) -> Admission:
        """Give a kept answer, else admit the call."""
        answer = self.get(call.key)
        if answer is not None:
            return Admission(answer=answer)
        self._calls += 1
        self._keys[self._calls] = call.key
        return Admission(number=self._calls)

    def settle(self, number: int, report: Report) -> Verdict:
        """Keep the answer."""
        key = self._keys.pop(number)
        if report.answer is not None:
            self.put(key, report.answer)
        return Verdict()

    def rest(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    def wait_turn(self, source: str, per_second: float) -> None:
        """Do not wait."""


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

    def admit(self, call: Call) -> Admission:
        """Ask whether a call may be made."""
        admission: Admission = self._ask(("admit", call))
        return admission

    def settle(self, number: int, report: Report) -> Verdict:
        """Tell how a call ended."""
        verdict: Verdict = self._ask(("settle", number, report))
        return verdict

    def rest(self, seconds: float) -> None:
        """Wait in the runner's time: it does not count as the document's."""
        self._ask(("rest", seconds))

    def wait_turn(self, source: str, per_second: float) -> None:
        """Wait until a source may be asked."""
        self._ask(("wait_turn", source, per_second))


class NoDesk(NoCalls):
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
