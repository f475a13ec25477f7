"""One call at a time in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
from batches import alive, children, until
from calls import (
    ask_later,
    ask_twice,
    bad_end,
    end_by,
    kept_memory,
    kill_after_telling,
    leave_behind,
    only_linux,
    raise_it,
    raise_unportable,
    sit_there,
    start_program,
    take_memory,
    tell_and_ask,
    touch_and_sleep,
)
from partners import Answering

from curation_kit.processes import (
    Worker,
    WorkerDied,
    WorkerNotStarted,
)


def test_a_call_gives_the_result_of_the_function(worker: Worker) -> None:
    """It is computed in another process, the same one each time."""
    first = worker.call(os.getpid)

    assert first not in {os.getpid(), None}
    assert worker.call(os.getpid) == first == worker.pid
    assert worker.call(max, 2, 3) == 3


@only_linux
def test_memory_is_given_back_where_a_short_call_was_the_last(worker: Worker) -> None:
    """A heap that was large shrinks when nothing is asked for a while."""
    process = psutil.Process(worker.call(os.getpid))
    worker.call(take_memory)
    worker.call(os.getpid)
    until(lambda: process.memory_info().rss < 80e6)


@only_linux
def test_memory_is_given_back_within_a_call(worker: Worker) -> None:
    """One large block does not make glibc keep what is freed later."""
    assert worker.call(kept_memory) < 10e6


def test_a_function_of_a_notebook_can_be_sent(worker: Worker) -> None:
    """Closures travel too."""
    offset = 40

    assert worker.call(lambda number: number + offset, 2) == 42


def test_an_exception_comes_home_with_its_traceback(worker: Worker) -> None:
    """The note shows where in the child it was raised; the process lives on."""
    pid = worker.call(os.getpid)

    with pytest.raises(ZeroDivisionError, match="by nought") as caught:
        worker.call(raise_it, ZeroDivisionError("by nought"))

    assert "in raise_it" in caught.value.__notes__[0]
    assert worker.call(os.getpid) == pid


@pytest.mark.parametrize(
    "error", [EOFError(), BrokenPipeError(), ConnectionResetError()]
)
def test_an_error_of_the_function_is_no_death(worker: Worker, error: Exception) -> None:
    """What looks like a lost connection may be the function's own error."""
    pid = worker.call(os.getpid)

    with pytest.raises(type(error)):
        worker.call(raise_it, error)

    assert worker.call(os.getpid) == pid


def test_an_exception_that_cannot_travel_comes_as_its_text(worker: Worker) -> None:
    """Its class and message are told."""
    with pytest.raises(RuntimeError, match="Unportable: 1 and 2"):
        worker.call(raise_unportable)


def test_a_result_that_cannot_travel_is_an_error(worker: Worker) -> None:
    """The process does not die of it."""
    with pytest.raises(Exception, match="pickle"):
        worker.call(threading.Lock)

    assert worker.call(max, 2, 3) == 3


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL, signal.SIGABRT])
def test_a_death_by_signal_names_the_signal(worker: Worker, number: int) -> None:
    """The caller learns what happened; the next call has a new process."""
    with pytest.raises(WorkerDied, match=signal.Signals(number).name) as caught:
        worker.call(end_by, number)

    assert caught.value.exitcode == -number
    assert worker.call(max, 2, 3) == 3


def test_a_death_by_exit_tells_the_status(worker: Worker) -> None:
    """``os._exit`` in native code looks like this."""
    with pytest.raises(WorkerDied, match="exit status 3"):
        worker.call(os._exit, 3)

    assert worker.call(max, 2, 3) == 3


def test_sys_exit_ends_the_process_with_its_status(worker: Worker) -> None:
    """An agent that calls ``sys.exit`` ends its own process only."""
    with pytest.raises(WorkerDied, match="exit status 4"):
        worker.call(sys.exit, 4)


def test_the_child_can_ask_and_is_answered(worker: Worker) -> None:
    """Questions are answered in the parent, in order."""
    assert worker.call(ask_twice, 3, partner=Answering(lambda number: number * 10)) == [
        30,
        40,
    ]


def test_the_child_can_tell_without_waiting(worker: Worker) -> None:
    """Nothing is sent back for what it tells; all is heard in order."""
    heard: list[int] = []

    def answer(number: int) -> int:
        heard.append(number)
        return number * 10

    assert worker.call(tell_and_ask, 1, partner=Answering(answer)) == 30
    assert heard == [1, 2, 3]


def test_what_a_child_tells_is_heard_although_it_dies(worker: Worker) -> None:
    """An answer that was paid for is not lost with it."""
    heard: list[str] = []

    with pytest.raises(WorkerDied):
        worker.call(kill_after_telling, partner=Answering(heard.append))

    assert heard == ["last words"]


def test_an_error_in_an_answer_is_raised_and_the_next_call_works(
    worker: Worker,
) -> None:
    """The child that waits for the answer is not left waiting."""
    with pytest.raises(OSError, match="disk full"):
        worker.call(
            ask_twice, 3, partner=Answering(lambda _: raise_it(OSError("disk full")))
        )

    assert worker.call(max, 2, 3) == 3


def test_a_closed_worker_refuses_calls_and_leaves_no_process(worker: Worker) -> None:
    """Closing waits for the end: there is no zombie."""
    worker.call(max, 1, 2)
    pid = worker.pid

    worker.close()

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(WorkerDied):
        worker.call(max, 2, 3)


def test_stopping_ends_a_call_under_way(worker: Worker, tmp_path: Path) -> None:
    """The thread that waits for the call learns of it."""
    raised: list[WorkerDied] = []

    def wait_for_ever() -> None:
        try:
            worker.call(touch_and_sleep, tmp_path / "started")
        except WorkerDied as death:
            raised.append(death)

    thread = threading.Thread(target=wait_for_ever)
    thread.start()
    until((tmp_path / "started").exists)
    worker.stop()
    thread.join(60)

    assert [death.exitcode for death in raised] == [-signal.SIGKILL]


def test_ctrl_c_does_not_reach_the_child(worker: Worker) -> None:
    """A terminal sends it to the whole group: the parent decides."""
    assert worker.call(signal.getsignal, signal.SIGINT) is signal.SIG_IGN
    pid = worker.call(os.getpid)

    os.kill(pid, signal.SIGINT)

    assert worker.call(os.getpid) == pid


def test_ctrl_c_does_not_reach_a_child_that_starts() -> None:
    """It would end with a traceback; the first one of a program is no exception."""
    program = (
        "import os, signal\n"
        "from curation_kit.processes.child import Child\n"
        "child = Child(1, 0)\n"
        "os.kill(child.pid, signal.SIGINT)\n"
        "print(child.serves())\n"
        "child.reap(0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )

    assert (done.stdout, done.stderr) == ("True\n", "")


@pytest.mark.parametrize(
    "busy",
    [
        "touch_and_sleep",
        pytest.param("touch_and_match", marks=only_linux),
        pytest.param("touch_and_start", marks=only_linux),
    ],
)
def test_a_killed_parent_leaves_no_child(tmp_path: Path, busy: str) -> None:
    """Even one that is busy ends when its parent is killed, with its programs."""
    started = tmp_path / "started"
    code = (
        "import pathlib, calls;"
        "from curation_kit.processes import Worker;"
        f"Worker().call(calls.{busy}, pathlib.Path({str(started)!r}))"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
    )
    until(started.exists)
    left = children(parent.pid)
    left += [program for pid in left for program in children(pid)]
    assert left

    parent.kill()
    parent.wait()

    until(lambda: not any(alive(pid) for pid in left))


def test_a_thread_left_behind_cannot_disturb_the_next_call(
    worker: Worker, tmp_path: Path
) -> None:
    """It is told that its call has ended."""
    heard: list[str] = []
    worker.call(ask_later, tmp_path / "gate", partner=Answering(heard.append))

    (tmp_path / "gate").touch()
    until((tmp_path / "gate.told").exists)

    assert worker.call(ask_twice, 1, partner=Answering(lambda number: number)) == [1, 2]
    assert heard == []


@pytest.mark.parametrize("lose", ["killed", "ends"])
def test_programs_that_a_call_has_started_end_with_its_process(
    worker: Worker, threads: ThreadPoolExecutor, tmp_path: Path, lose: str
) -> None:
    """They would go on using the machine."""
    path = tmp_path / "program"
    then = sit_there if lose == "killed" else bad_end
    call = threads.submit(worker.call, start_program, path, then)
    until(path.exists)
    if lose == "killed":
        worker.kill()

    assert isinstance(call.exception(60), WorkerDied)
    until(lambda: not alive(int(path.read_text())))


@only_linux
@pytest.mark.parametrize("end", [bad_end, lambda: end_by(signal.SIGSEGV)])
def test_a_death_is_noticed_while_what_it_has_forked_lives_on(
    threads: ThreadPoolExecutor, worker: Worker, end: Callable[[], Any]
) -> None:
    """That keeps the connection open; it is ended, too."""
    death = threads.submit(worker.call, leave_behind, end).exception(60)

    assert isinstance(death, WorkerDied)
    assert death.exitcode in {3, -signal.SIGSEGV}
    assert worker.call(max, 2, 3) == 3


@only_linux
def test_what_was_said_before_a_death_is_heard(
    threads: ThreadPoolExecutor, worker: Worker
) -> None:
    """Also where the connection stays open."""
    heard: list[str] = []
    call = threads.submit(
        worker.call,
        lambda line: leave_behind(lambda: kill_after_telling(line)),
        partner=Answering(heard.append),
    )

    assert isinstance(call.exception(60), WorkerDied)
    assert heard == ["last words"]


def test_a_process_that_died_idle_is_no_callers_fault(worker: Worker) -> None:
    """The next call just has a new one."""
    pid = worker.call(os.getpid)
    os.kill(pid, signal.SIGKILL)
    until(lambda: not alive(pid))

    assert worker.call(os.getpid) != pid


def test_calls_that_wait_for_their_turn_are_refused_when_it_is_stopped(
    worker: Worker, threads: ThreadPoolExecutor, tmp_path: Path
) -> None:
    """None of them waits for ever, and no process is started for them."""
    calls = [threads.submit(worker.call, touch_and_sleep, tmp_path / "started")]
    until((tmp_path / "started").exists)
    calls += [threads.submit(worker.call, max, 1, 2) for _ in range(3)]

    worker.stop()

    assert {type(call.exception(60)) for call in calls} == {WorkerDied}
    assert worker.pid is None


@only_linux
def test_a_system_that_allows_no_more_files_starts_no_process(worker: Worker) -> None:
    """Whichever file it is that is refused, the call is not to blame."""
    import resource

    worker.call(max, 1, 2)  # from now on all else is open that it takes
    worker.restart()
    before = _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.dup(0)
    os.close(free)
    refused = 0
    try:
        for more in range(100):
            resource.setrlimit(resource.RLIMIT_NOFILE, (free + more, hard))
            try:
                assert worker.call(max, 2, 3) == 3
                break
            except WorkerNotStarted as error:
                assert "Too many open files" in str(error)  # noqa: PT017
                refused += 1
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)

    assert refused > 8


@pytest.fixture
def bad_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder; for each file in it one process of a worker ends as it starts."""
    folder = tmp_path / "bad-starts"
    folder.mkdir()
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\nif 'loky.backend.popen_loky_posix' in sys.orig_argv:\n"
        f"    for one in os.scandir({str(folder)!r}):\n"
        "        os.unlink(one)\n        os._exit(1)\n"
    )
    earlier = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), earlier]))
    return folder


def test_a_process_that_ends_as_it_starts_is_no_callers_fault(
    worker: Worker, bad_starts: Path
) -> None:
    """Memory or threads may have been short for a moment: another one is started."""
    (bad_starts / "1").touch()

    assert worker.call(max, 2, 3) == 3
    assert not list(bad_starts.iterdir())


def test_processes_that_end_as_they_start_are_not_tried_for_ever(
    worker: Worker, bad_starts: Path
) -> None:
    """Nor is the call told as what ended them; later it may be tried again."""
    (bad_starts / "1").touch()
    (bad_starts / "2").touch()

    with pytest.raises(WorkerNotStarted, match="ended at once"):
        worker.call(max, 2, 3)

    assert worker.call(max, 2, 3) == 3
