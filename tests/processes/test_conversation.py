"""What is said in a call: when it is heard, and that nothing is lost."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from batches import until
from partners import Answering

from curation_kit.processes import Line, Note, Worker, WorkerDied, WorkerTimedOut


def _tell_later(line: Line) -> str:
    """Tell three things, of which one is to be heard at once; then ask and tell."""
    line.tell("a", later=True)
    line.tell("b", later=True)
    line.tell("now")
    line.tell("c", later=True)
    line("question")
    line.tell("d", later=True)
    return "end"


def test_what_may_be_heard_later_is_heard_with_what_comes_next(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it in order: before a note, before a question, before the end."""
    monkeypatch.setattr("curation_kit.processes.conversation.PATIENCE", 60.0)
    partner = Answering(lambda _: None)

    assert worker.call(_tell_later, partner=partner) == "end"

    assert partner.heard == [["a", "b", "now"], ["c"], ["d"]]


def _tell_and_wait(gate: Path, line: Line) -> None:
    """Tell two things, and go on when they were heard."""
    line.tell("a", later=True)
    line.tell("b", later=True)
    while not gate.exists():
        time.sleep(0.005)


def test_what_may_be_heard_later_is_heard_soon(worker: Worker, tmp_path: Path) -> None:
    """Also when nothing else is said; and it is told how long ago it was."""
    gate = tmp_path / "gate"
    ages: list[float] = []

    class Opening(Answering):
        """Opens the gate when it has heard both."""

        def hear(self, notes: list[Note]) -> None:
            super().hear(notes)
            ages.extend(age for age, _ in notes)
            if len(ages) == 2:
                gate.touch()

    worker.call(_tell_and_wait, gate, partner=Opening(lambda _: None))

    assert ages == sorted(ages, reverse=True)
    assert all(0 <= age < 30 for age in ages)


def _tell_and_die(line: Line) -> None:
    """Tell something and end the process at once."""
    line.tell("last words", later=True)
    os.kill(os.getpid(), signal.SIGKILL)


def _tell_and_stay(line: Line) -> None:
    """Tell something and do not end."""
    line.tell("last words", later=True)
    time.sleep(600)


@pytest.mark.parametrize(
    ("how", "loss", "limit"),
    [(_tell_and_die, WorkerDied, None), (_tell_and_stay, WorkerTimedOut, 5.0)],
)
def test_what_may_be_heard_later_is_heard_although_the_process_is_lost(
    worker: Worker,
    monkeypatch: pytest.MonkeyPatch,
    how: Callable[[Line], None],
    loss: type[Exception],
    limit: float | None,
) -> None:
    """It tells where the call was."""
    monkeypatch.setattr("curation_kit.processes.conversation.PATIENCE", 60.0)
    partner = Answering(lambda _: None)
    # To start, and to import this module, takes long on a busy machine.
    worker.call(_tell_later, partner=Answering(lambda _: None))

    with pytest.raises(loss):
        worker.call(how, timeout=limit, partner=partner)

    assert partner.heard == [["last words"]]


def test_an_error_in_hearing_is_raised_once(worker: Worker) -> None:
    """And the next call works, in another process."""
    pid = worker.call(os.getpid)
    heard: list[str] = []

    def refuse(what: str) -> None:
        heard.append(what)
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        worker.call(_tell_and_stay, partner=Answering(refuse))

    assert heard == ["last words"]
    until(lambda: worker.call(os.getpid) != pid)
