"""Processes of one call or of several at once, and how they are lost."""

from __future__ import annotations

import asyncio
import mmap
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import repeat
from pathlib import Path
from typing import Any

import psutil
import pytest
from batches import alive, children, until

from curation_kit.processes import (
    Worker,
    WorkerDied,
    WorkerStopped,
    WorkerTimedOut,
    WorkerTooLarge,
)
from curation_kit.processes import worker as worker_module

TESTS = Path(__file__).parent


@pytest.fixture
def worker() -> Iterator[Worker]:
    """A worker that leaves nothing behind."""
    made = Worker()
    yield made
    made.close()


@pytest.fixture
def host() -> Iterator[Worker]:
    """A worker that serves up to eight calls at once."""
    made = Worker(8)
    yield made
    made.close()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """Threads for calls that overlap."""
    with ThreadPoolExecutor(16) as made:
        yield made


def meet(folder: Path, name: str, count: int, then: Callable[[], Any] = int) -> Any:
    """Wait until so many calls are here, then do something."""
    (folder / name).touch()
    while len(list(folder.iterdir())) < count:
        time.sleep(0.005)
    return then()


def raise_it(error: BaseException) -> None:
    """Raise an error in the child."""
    raise error


def end_by(number: int) -> None:
    """Send the child a signal from within."""
    os.kill(os.getpid(), number)
    time.sleep(60)


class Unportable(Exception):  # noqa: N818 - a fake
    """Cannot be unpickled: its arguments are not those of ``__init__``."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")


def raise_unportable() -> None:
    """Raise what cannot be sent home."""
    raise Unportable(1, 2)


def test_a_call_gives_the_result_of_the_function(worker: Worker) -> None:
    """It is computed in another process, the same one each time."""
    first = worker.call(os.getpid)

    assert first not in {os.getpid(), None}
    assert worker.call(os.getpid) == first == worker.pid
    assert worker.call(max, 2, 3) == 3


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


def test_a_call_past_its_time_limit_is_killed(worker: Worker) -> None:
    """The next call works and does not get the old answer."""
    worker.call(max, 1, 2)
    pid = worker.pid

    with pytest.raises(WorkerTimedOut, match=r"within 0\.1 s"):
        worker.call(time.sleep, 60, timeout=0.1)

    assert not alive(pid)
    assert worker.call(max, 2, 3, timeout=60) == 3


def ask_twice(first: int, ask) -> list[int]:
    """Ask the parent two questions."""
    return [ask(first), ask(first + 1)]


def test_the_child_can_ask_and_is_answered(worker: Worker) -> None:
    """Questions are answered in the parent, in order."""
    assert worker.call(ask_twice, 3, answer=lambda number: number * 10) == [30, 40]


def test_an_error_in_an_answer_is_raised_and_the_next_call_works(
    worker: Worker,
) -> None:
    """The child that waits for the answer is not left waiting."""
    with pytest.raises(OSError, match="disk full"):
        worker.call(ask_twice, 3, answer=lambda _: raise_it(OSError("disk full")))

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


def touch_and_sleep(path: Path) -> None:
    """Show that the call has begun, then do not end."""
    path.touch()
    time.sleep(600)


def touch_and_match(path: Path) -> None:
    """Show that the call has begun, then stay in C without letting others run."""
    path.touch()
    re.match(r"(a*)*b", "a" * 60)


def test_ctrl_c_does_not_reach_the_child(worker: Worker) -> None:
    """A terminal sends it to the whole group: the parent decides."""
    assert worker.call(signal.getsignal, signal.SIGINT) is signal.SIG_IGN
    pid = worker.call(os.getpid)

    os.kill(pid, signal.SIGINT)

    assert worker.call(os.getpid) == pid


@pytest.mark.parametrize(
    "busy",
    [
        "touch_and_sleep",
        pytest.param(
            "touch_and_match",
            marks=pytest.mark.skipif(
                sys.platform != "linux", reason="only Linux ends it from outside"
            ),
        ),
    ],
)
def test_a_killed_parent_leaves_no_child(tmp_path: Path, busy: str) -> None:
    """Even a child that is busy ends when its parent is killed."""
    started = tmp_path / "started"
    code = (
        "import pathlib, test_processes as t;"
        "from curation_kit.processes import Worker;"
        f"Worker().call(t.{busy}, pathlib.Path({str(started)!r}))"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(TESTS)}
    )
    until(started.exists)
    left = children(parent.pid)
    assert left

    parent.kill()
    parent.wait()

    until(lambda: not any(alive(pid) for pid in left))


def sit_there() -> None:
    """Do not end."""
    time.sleep(600)


def never_let_go() -> None:
    """Stay in C without letting other threads run."""
    sum(repeat(0))


def test_calls_of_a_wide_worker_overlap(
    host: Worker, threads: ThreadPoolExecutor, tmp_path: Path
) -> None:
    """They meet in one process; more than it is wide wait for their turn."""
    calls = [
        threads.submit(host.call, meet, tmp_path, str(n), 8, os.getpid)
        for n in range(12)
    ]

    assert {call.result(60) for call in calls} == {host.pid}


def gather(count: int, ask: Callable[[Any], Any]) -> list[int]:
    """Ask from several threads."""
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(ask, range(count)))


def test_several_threads_of_a_call_may_ask(
    host: Worker, threads: ThreadPoolExecutor
) -> None:
    """Each gets the answer to its own question, also beside other calls."""
    calls = [
        threads.submit(host.call, gather, 5, answer=lambda n, k=k: n * k)
        for k in range(8)
    ]

    assert [call.result(60) for call in calls] == [
        [n * k for n in range(5)] for k in range(8)
    ]


def ask_later(gate: Path, ask: Callable[[Any], Any]) -> None:
    """Leave a thread behind that asks when the gate is open."""

    def wait_and_ask() -> None:
        while not gate.exists():
            time.sleep(0.005)
        try:
            ask("late")
        except RuntimeError as error:
            gate.with_suffix(".told").write_text(str(error))

    threading.Thread(target=wait_and_ask, daemon=True).start()


def test_a_thread_left_behind_cannot_disturb_the_next_call(
    worker: Worker, tmp_path: Path
) -> None:
    """It is told that its call has ended."""
    heard: list[str] = []
    worker.call(ask_later, tmp_path / "gate", answer=heard.append)

    (tmp_path / "gate").touch()
    until((tmp_path / "gate.told").exists)

    assert worker.call(ask_twice, 1, answer=lambda number: number) == [1, 2]
    assert heard == []


def test_a_death_is_told_to_all_calls_in_the_process(
    host: Worker, threads: ThreadPoolExecutor, tmp_path: Path
) -> None:
    """Each learns how many there were, none is blamed; the next has a new process."""
    calls = [
        threads.submit(host.call, meet, tmp_path, str(n), 6, sit_there)
        for n in range(5)
    ]
    calls.append(threads.submit(host.call, meet, tmp_path, "bad", 6, bad_end))

    deaths = [call.exception(60) for call in calls]

    assert all(isinstance(death, WorkerDied) for death in deaths)
    assert {(d.exitcode, d.calls, d.ended_by) for d in deaths} == {(3, 6, None)}
    assert host.call(max, 2, 3) == 3


def start_program(path: Path, then: Callable[[], Any]) -> None:
    """Start a program that does not end, and tell its process id."""
    program = subprocess.Popen(["sleep", "600"])
    path.with_suffix(".part").write_text(str(program.pid))
    path.with_suffix(".part").rename(path)
    then()


def sit_there_late(worker: Worker, path: Path) -> None:
    """Have the call killed for being late."""
    with pytest.raises(WorkerTimedOut):
        worker.call(start_program, path, sit_there, timeout=3)


def crash(worker: Worker, path: Path) -> None:
    """Have the call crash."""
    with pytest.raises(WorkerDied):
        worker.call(start_program, path, bad_end)


@pytest.mark.parametrize("lose", [sit_there_late, crash])
def test_programs_that_a_call_has_started_end_with_its_process(
    worker: Worker, tmp_path: Path, lose: Callable[[Worker, Path], None]
) -> None:
    """They would go on using the machine."""
    path = tmp_path / "program"

    lose(worker, path)

    until(lambda: not alive(int(path.read_text())))


def bad_end() -> None:
    """End the process."""
    os._exit(3)


def late_and_neighbour(
    host: Worker,
    threads: ThreadPoolExecutor,
    folder: Path,
    neighbour: Callable[[], Any],
) -> tuple[BaseException | None, BaseException | None]:
    """Run a call that is late beside another one; give what both raised."""
    other: Future[Any] = threads.submit(host.call, touch_then, folder / "x", neighbour)
    until((folder / "x").exists)
    late = threads.submit(host.call, sit_there, timeout=0.2)
    return late.exception(60), other.exception(60)


def touch_then(path: Path, then: Callable[[], Any]) -> Any:
    """Show that the call has begun."""
    path.touch()
    return then()


def test_a_late_call_ends_its_neighbours_too(
    host: Worker, threads: ThreadPoolExecutor, tmp_path: Path
) -> None:
    """They learn for whose sake; the late one alone is to blame."""
    pid = host.call(os.getpid)

    late, other = late_and_neighbour(host, threads, tmp_path, sit_there)

    assert isinstance(late, WorkerTimedOut)
    assert late.calls == 1
    assert isinstance(other, WorkerDied)
    assert other.ended_by is late
    assert "another document in its process was stopped: no answer" in str(other)
    assert not alive(pid)
    assert host.call(max, 2, 3) == 3


def test_a_call_that_is_late_because_of_another_is_not_to_blame(
    host: Worker,
    threads: ThreadPoolExecutor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where C code keeps the interpreter to itself nobody knows whose it is."""
    monkeypatch.setattr(worker_module, "PULSE", 0.5)

    late, other = late_and_neighbour(host, threads, tmp_path, never_let_go)

    assert isinstance(late, WorkerTimedOut)
    assert isinstance(other, WorkerDied)
    assert other.ended_by is late
    assert late.calls == 2


def test_an_error_in_an_answer_ends_the_neighbours_with_its_reason(
    host: Worker, threads: ThreadPoolExecutor, tmp_path: Path
) -> None:
    """The child that asked cannot go on."""
    other = threads.submit(host.call, touch_and_sleep, tmp_path / "started")
    until((tmp_path / "started").exists)

    with pytest.raises(OSError, match="disk full"):
        host.call(ask_twice, 3, answer=lambda _: raise_it(OSError("disk full")))

    death = other.exception(60)
    assert isinstance(death, WorkerDied)
    assert isinstance(death.ended_by, WorkerStopped)
    assert "OSError: disk full" in str(death)


@pytest.mark.parametrize("error", [KeyboardInterrupt, asyncio.CancelledError])
def test_what_is_no_exception_comes_as_one(
    host: Worker, threads: ThreadPoolExecutor, tmp_path: Path, error: type
) -> None:
    """In whatever thread: its caller must neither wait nor be interrupted."""
    calls = [
        threads.submit(host.call, meet, tmp_path, str(n), 8, lambda: raise_it(error()))
        for n in range(8)
    ]

    raised = [call.exception(60) for call in calls]

    assert {type(one) for one in raised} == {RuntimeError}
    assert {str(one) for one in raised} == {f"{error.__name__}: "}


def test_sys_exit_in_a_thread_ends_the_process(
    host: Worker, threads: ThreadPoolExecutor, tmp_path: Path
) -> None:
    """As it does where there is one call at a time."""
    calls = [
        threads.submit(host.call, meet, tmp_path, str(n), 8, lambda: sys.exit(4))
        for n in range(8)
    ]

    for call in calls:
        death = call.exception(60)
        assert isinstance(death, WorkerDied)
        assert (death.exitcode, death.calls) == (4, 8)


def test_a_process_that_died_idle_is_no_callers_fault(worker: Worker) -> None:
    """The next call just has a new one."""
    pid = worker.call(os.getpid)
    os.kill(pid, signal.SIGKILL)
    until(lambda: not alive(pid))

    assert worker.call(os.getpid) != pid


def test_losses_leave_neither_processes_nor_open_files(
    host: Worker, threads: ThreadPoolExecutor
) -> None:
    """Many threads bury one process together, again and again."""
    before = 0
    for number in range(4):
        host.call(max, 1, 2)
        pid = host.pid
        calls = [threads.submit(host.call, end_by, signal.SIGSEGV) for _ in range(8)]
        codes = [(type(c.exception(60)), c.exception().exitcode) for c in calls]
        assert set(codes) == {(WorkerDied, -signal.SIGSEGV)}
        host.restart()
        assert pid not in children(os.getpid())
        del calls
        if number == 0:
            before = psutil.Process().num_fds()

    assert psutil.Process().num_fds() <= before


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


def test_restarting_gives_a_new_process_at_another_nice() -> None:
    """The level counts from that of the parent."""
    worker = Worker(nice=3)
    own = os.nice(0)
    try:
        assert worker.call(os.nice, 0) == min(own + 3, 19)
        pid = worker.pid

        worker.restart(nice=5)

        assert worker.pid is None
        assert not alive(pid)
        assert worker.call(os.nice, 0) == min(own + 5, 19)
    finally:
        worker.close()


def peak_of(allocate: Callable[[], Any]) -> tuple[str, int]:
    """Ask for memory; give the error and the most bytes the process had."""
    import resource

    try:
        allocate()
    except MemoryError as error:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return type(error).__name__, peak
    return "no error", 0


only_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux refuses memory beforehand"
)


@only_linux
@pytest.mark.parametrize(
    "allocate",
    [lambda: bytes(2**32), lambda: bytearray(2**32), lambda: b"x" * 2**32],
    ids=["untouched", "zeroed", "filled"],
)
def test_memory_beyond_the_limit_is_refused(
    worker: Worker, allocate: Callable[[], Any]
) -> None:
    """The process never has it; without a limit the next call may have more."""
    told, peak = worker.call(peak_of, allocate, memory=10**9)

    assert told == "MemoryError"
    assert peak < 0.3e9
    assert worker.call(lambda: len(mmap.mmap(-1, 2**31, mmap.MAP_PRIVATE))) == 2**31


@only_linux
def test_a_result_for_which_there_is_no_memory_is_an_error(worker: Worker) -> None:
    """To send a result takes its size again."""
    pid = worker.call(os.getpid)

    with pytest.raises(MemoryError):
        worker.call(lambda: bytes(400 * 2**20), memory=600 * 2**20)

    assert worker.call(os.getpid) == pid


def fill_shared(size: int) -> None:
    """Use memory that no system refuses, since it could be a file."""
    block = mmap.mmap(-1, size)
    for start in range(0, size, 2**20):
        block[start : start + 2**20] = b"x" * 2**20
    sit_there()


def test_a_process_that_is_too_large_is_killed(
    host: Worker, threads: ThreadPoolExecutor, tmp_path: Path
) -> None:
    """All calls in it learn that one of them is to blame."""
    other = threads.submit(host.call, touch_and_sleep, tmp_path / "started")
    until((tmp_path / "started").exists)

    with pytest.raises(WorkerTooLarge, match=r"more than 0\.2 GB") as caught:
        host.call(fill_shared, 2**28, memory=2 * 10**8)

    death = other.exception(60)
    assert isinstance(death, WorkerDied)
    assert death.ended_by is caught.value
    assert caught.value.calls == 2
    assert host.call(max, 2, 3) == 3
