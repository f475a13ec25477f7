"""What a document may ask of the runner while it is processed."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Protocol

from curation_kit.documents.cache import TextCache
from curation_kit.errors import Suspended
from curation_kit.jobs import Claim, JobStore, KeptStep, StepCache
from curation_kit.llm import (
    Admission,
    Call,
    Calls,
    NoCalls,
    Report,
    Verdict,
)
from curation_kit.processes import Note
from curation_kit.runner.admission import Admissions, present
from curation_kit.runner.folders import Folders

__all__ = [
    "LEASE",
    "Desk",
    "NoDesk",
    "NotDone",
    "RunnerDesk",
]

#: Bytes of a PDF that are sent at a time.
PIECE = 1 << 22

#: Seconds for which a document that may begin a step may begin those after it, too,
#: and only tells of them. Nobody can tell a job that was cancelled before such a step
#: from one that was cancelled after it.
LEASE = 0.02


class NotDone(Exception):  # noqa: N818 - told to the document that has asked
    """The runner could not do what a document has asked for.

    Sent back as an answer: what is wrong with one message is no reason to end a
    process that other documents share.
    """


class Desk(Calls, Protocol):
    """The one channel from a document to the runner, who alone writes the store."""

    def begin(self, keys: Sequence[str]) -> KeptStep | bool:
        """Give the kept result of the last step that has one.

        If none has, the first step begins: False when the document shall stop
        before it.
        """

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
    """The desk in the runner's process, for one document.

    Attributes
    ----------
    gone
        Tells whether the document's worker has ended: nobody waits for it then.
    """

    def __init__(
        self,
        claim: Claim,
        store: JobStore,
        steps: StepCache,
        admissions: Admissions,
        folders: Folders | None = None,
    ) -> None:
        self._claim = claim
        self._store = store
        self._folders = folders
        self._steps = steps
        self._admissions = admissions
        self.gone = present
        self._begun = claim.fresh
        self._permitted = time.monotonic() if claim.fresh else -math.inf
        self._under_way: set[int] = set()

    def hear(self, notes: Sequence[Note]) -> None:
        """Do what a document has told, that of its steps in one transaction."""
        now = time.time()
        begun: list[tuple[int, float]] = []
        done: list[tuple[str, KeptStep]] = []
        for age, (name, *arguments) in notes:
            if name == "settle":
                self.settle(*arguments)
            elif name == "keep":
                done.append(arguments)
            else:
                step, before = arguments
                begun.append((step, now - age))
                done += [] if before is None else [before]
        self._step(begun, done)

    def begin(self, keys: Sequence[str]) -> KeptStep | bool:
        """Give the kept result of the last step that has one, or begin the first."""
        kept = self._steps.latest(keys, self._claim.reuse_since)
        return self.go_on(0) if kept is None else kept

    def may_go(self) -> bool:
        """Whether steps may begin now and in the next time (`LEASE`)."""
        may_go = self._store.may_go_on(self._claim)
        if may_go:
            self._permitted = time.monotonic()
        return may_go

    def go_on(self, step: int, done: tuple[str, KeptStep] | None = None) -> bool:
        """Note that a step begins; if it is not the first, those before are reused."""
        with self._store.database.transaction():
            may_go = self.may_go()
            begun = [(step, time.time())] if may_go else []
            self._step(begun, [] if done is None else [done])
        return may_go

    def keep(self, key: str, kept: KeptStep) -> None:
        """Keep the result of a step."""
        self._step([], [(key, kept)])

    def _step(
        self,
        begun: Sequence[tuple[int, float]],
        done: Sequence[tuple[str, KeptStep]],
    ) -> None:
        """Note steps that have begun, and when, and keep the results of some."""
        with self._store.database.transaction():
            if done:
                self._steps.keep(self._claim.document_id, done)
            if begun:
                if not self._begun and (first := begun[0][0]):
                    self._store.steps_reused(self._claim, first)
                self._begun = True
                self._store.steps_started(self._claim, begun)

    @property
    def lease(self) -> float:
        """Seconds for which the document need not ask before it begins a step."""
        return max(self._permitted + LEASE - time.monotonic(), 0.0)

    def get(self, key: str) -> str | None:
        """Give a kept answer."""
        return self._admissions.answers.get(key, self._claim.reuse_since)

    def put(self, key: str, answer: str) -> None:
        """Keep an answer."""
        self._admissions.answers.put(key, answer)

    def admit(self, call: Call, *, wait: bool = True) -> Admission:
        """Wait until a call may be made, or say `NOT_YET`."""
        admission = self._admissions.admit(self._claim, call, self.gone, wait=wait)
        if admission.number is not None:
            self._under_way.add(admission.number)
        return admission

    def try_admit(self, call: Call) -> Admission:
        """As `admit`, but say `NOT_YET` instead of waiting."""
        return self.admit(call, wait=False)

    def settle(self, number: int, report: Report) -> Verdict:
        """Keep the answer and the cost."""
        verdict = self._admissions.settle(number, report)
        self._under_way.discard(number)
        return verdict

    def rest(self, seconds: float) -> None:
        """Wait, unless the job is stopped."""
        self._admissions.rest(self._claim.job_id, seconds, self.gone)

    def wait_turn(self, source: str, per_second: float) -> None:
        """Wait until a source may be asked."""
        if suspended := self.turn(source, per_second):
            raise Suspended(suspended)

    def turn(self, source: str, per_second: float) -> str:
        """As `wait_turn`; what it raises could not cross the channel."""
        return self._admissions.turn(self._claim.job_id, source, per_second, self.gone)

    # What a document asks for on a machine that cannot read the workspace.

    def document(self, offset: int) -> bytes:
        """Give a piece of the PDF; none where it ends, or is not there any more."""
        assert self._folders is not None  # noqa: S101 - given for jobs on clusters
        path = self._folders.documents / f"{self._claim.document_id}.pdf"
        try:
            with path.open("rb") as file:
                file.seek(offset)
                return file.read(PIECE)
        except FileNotFoundError:
            return b""

    def text(self, key: str) -> bytes | None:
        """Give a kept text of the document, packed."""
        return self._text_cache().read(self._claim.document_id, key)

    def keep_text(self, key: str, data: bytes) -> str:
        """Keep a text of the document; say what is wrong if that cannot be done."""
        try:
            self._text_cache().write(self._claim.document_id, key, data)
        except OSError as error:
            return str(error)
        return ""

    def _text_cache(self) -> TextCache:
        assert self._folders is not None  # noqa: S101 - given for jobs on clusters
        return TextCache(self._folders.cache)

    @property
    def waits(self) -> bool:
        """Whether the document waits for a service, which has limits of its own."""
        return bool(self._under_way)

    def give_up(self) -> None:
        """Give up calls that nobody will settle: the process that made them is gone."""
        self._admissions.lose(self._under_way)
        self._under_way.clear()

    def close(self) -> None:
        """Know that the document is not in work any more."""
        self.give_up()
        self._admissions.depart(self._claim)


class NoDesk(NoCalls):
    """Nobody: for one step that is run outside a job."""

    def begin(self, keys: Sequence[str]) -> KeptStep | bool:
        """Say yes."""
        del keys
        return True

    def may_go(self) -> bool:
        """Say yes."""
        return True

    def try_admit(self, call: Call) -> Admission:
        """Admit it."""
        return self.admit(call)

    def go_on(self, step: int, done: tuple[str, KeptStep] | None = None) -> bool:
        """Say yes."""
        del step, done
        return True

    def keep(self, key: str, kept: KeptStep) -> None:
        """Forget it."""

    def hear(self, notes: Sequence[Note]) -> None:
        """Forget it."""
