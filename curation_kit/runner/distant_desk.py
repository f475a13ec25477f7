"""The desk of the runner as a document sees it from a process of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

from curation_kit.documents.cache import packed, unpacked
from curation_kit.documents.text import DocumentText
from curation_kit.errors import Suspended
from curation_kit.jobs import KeptStep
from curation_kit.llm import Admission, Call, Report, Verdict
from curation_kit.processes import Line
from curation_kit.runner.admission import NOT_YET
from curation_kit.runner.desk import LEASE, NotDone

__all__ = ["DistantDesk", "DistantTexts"]


class DistantDesk:
    """The desk as seen from a worker's process.

    Parameters
    ----------
    lease
        Seconds for which steps may begin unasked.
    """

    def __init__(self, line: Line, lease: float = 0.0) -> None:
        self._line = line
        self._until = time.monotonic() + lease
        # An agent may ask in several threads. While the runner lets one wait, the line
        # is taken: the end of a call that it may wait for could not be told.
        lock = threading.Lock()
        self._call_ended = threading.Condition(lock)
        self._all_ended = threading.Condition(lock)
        self._under_way = 0  # calls

    def _ask(self, message: tuple[Any, ...]) -> Any:
        answer = self._line(message)
        if isinstance(answer, NotDone):
            raise answer
        return answer

    def begin(self, keys: Sequence[str]) -> KeptStep | bool:
        """Ask for the kept result of the last step that has one, or begin the first."""
        kept: KeptStep | bool = self._ask(("begin", list(keys)))
        if kept is True:
            self._renew()
        return kept

    def go_on(self, step: int, done: tuple[str, KeptStep] | None = None) -> bool:
        """Tell that a step begins; ask, if the last permission is too old.

        Nothing is written before the answer: the step does not wait for that.
        """
        leased = time.monotonic() < self._until
        if not leased:
            if not self._ask(("may_go",)):
                if done is not None:
                    self.keep(*done)
                return False
            self._renew()
        self._line.tell(("go_on", step, done), later=leased)
        return True

    def _renew(self) -> None:
        self._until = time.monotonic() + LEASE

    def keep(self, key: str, kept: KeptStep) -> None:
        """Hand in the result of a step."""
        self._line.tell(("keep", key, kept), later=True)

    def get(self, key: str) -> str | None:
        """Ask for a kept answer."""
        answer: str | None = self._ask(("get", key))
        return answer

    def put(self, key: str, answer: str) -> None:
        """Hand in an answer; it is stored when this returns."""
        self._ask(("put", key, answer))

    def admit(self, call: Call) -> Admission:
        """Wait until a call may be made: in the runner, if no other is under way."""
        with self._call_ended:
            waited = False
            try:
                while (admission := self._admission(call)) == NOT_YET:
                    self._call_ended.wait()
                    waited = True
                self._under_way += admission.number is not None
                return admission
            finally:
                if waited:
                    self._call_ended.notify()  # the next one may look, too

    def _admission(self, call: Call) -> Admission:
        name = "try_admit" if self._under_way else "admit"
        admission: Admission = self._ask((name, call))
        return admission

    def settle(self, number: int, report: Report) -> Verdict:
        """Tell how a call ended; there is no judgement to wait for on an answer."""
        with self._call_ended:
            self._under_way -= 1
            self._call_ended.notify()
            if not self._under_way:
                self._all_ended.notify_all()
            if report.fault is None:
                self._line.tell(("settle", number, report))
                return Verdict()
            verdict: Verdict = self._ask(("settle", number, report))
            return verdict

    def rest(self, seconds: float) -> None:
        """Wait in the runner's time: it does not count as the document's.

        First for the calls under way: while the runner waits, the line is taken.
        """
        until = time.monotonic() + seconds
        with self._all_ended:
            self._all_ended.wait_for(lambda: not self._under_way, seconds)
            if (left := until - time.monotonic()) > 0:
                self._ask(("rest", left))  # no other call begins meanwhile

    def text(self, key: str) -> bytes | None:
        """Ask for a text that is kept."""
        data: bytes | None = self._ask(("text", key))
        return data

    def keep_text(self, key: str, data: bytes) -> str:
        """Hand in a text; gives what is wrong, if it cannot be kept."""
        wrong: str = self._ask(("keep_text", key, data))
        return wrong

    def wait_turn(self, source: str, per_second: float) -> None:
        """Wait until a source may be asked."""
        if suspended := self._ask(("turn", source, per_second)):
            raise Suspended(suspended)


class DistantTexts:
    """The texts that the runner keeps, as seen from a machine that has no such folder.

    Those of one document: the runner knows of which.
    """

    def __init__(self, desk: DistantDesk) -> None:
        self._desk = desk

    def get(self, document_id: str, key: str) -> DocumentText | None:
        """Ask for a text."""
        del document_id
        data = self._desk.text(key)
        return None if data is None else unpacked(data)

    def put(self, document_id: str, key: str, text: DocumentText) -> None:
        """Hand in a text."""
        del document_id
        if wrong := self._desk.keep_text(key, packed(text)):
            raise OSError(wrong)
