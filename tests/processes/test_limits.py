"""Time, memory and nice level of a worker."""

from __future__ import annotations

import mmap
import os
import platform
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
from batches import alive, until
from calls import (
    fill_shared,
    leave_holes,
    only_linux,
    peak_of,
    start_threads,
    touch_and_sleep,
)
from partners import Answering

from curation_kit.processes import (
    Worker,
    WorkerDied,
    WorkerTimedOut,
    WorkerTooLarge,
)
from curation_kit.processes import child as child_module


def test_a_call_past_its_time_limit_is_killed(worker: Worker) -> None:
    """The next call works and does not get the old answer."""
    worker.call(max, 1, 2)
    pid = worker.pid

    with pytest.raises(WorkerTimedOut, match=r"within 0\.1 s"):
        worker.call(time.sleep, 60, timeout=0.1)

    assert not alive(pid)
    assert worker.call(max, 2, 3, timeout=60) == 3


def test_a_process_that_cannot_be_killed_holds_nobody_up(
    worker: Worker, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that waits for a disk that is away is left; others go on meanwhile."""
    with monkeypatch.context() as patch:
        patch.setattr(child_module.Child, "kill", lambda _: None)
        patch.setattr(child_module, "KEPT", 3600.0)
        pid = worker.call(os.getpid)
        left = threads.submit(worker.call, time.sleep, 3600, timeout=0.1)
        until(lambda: worker.pid is None)

        other = Worker()
        with pytest.raises(WorkerDied):
            other.call(os._exit, 3)
        assert other.call(max, 2, 3) == 3
        os.kill(pid, signal.SIGKILL)
        assert isinstance(left.exception(60), WorkerTimedOut)

        patch.setattr(child_module, "KEPT", 0.0)
        pid = worker.call(os.getpid)
        with pytest.raises(WorkerTimedOut):
            worker.call(time.sleep, 3600, timeout=0.1)
    assert worker.call(max, 2, 3) == 3
    until(lambda: not alive(pid))  # it is told in other ways, too
    other.close()


def test_a_time_limit_may_be_longer_than_the_system_can_wait(worker: Worker) -> None:
    """Milliseconds of the longest that a job may have are no C integer."""
    assert worker.call(max, 2, 3, timeout=1e8) == 3


def _ask_and_sleep(ask: Callable[[float], float]) -> float:
    """Sleep twice, each time as long as told."""
    time.sleep(ask(1))
    time.sleep(ask(2))
    return ask(0)


def test_waiting_for_somebody_else_has_the_limit_for_itself(worker: Worker) -> None:
    """Twice 3 s are more than 5.5 s, but one of them was not the function's own."""
    told: list[float] = []
    # To start, and to import this module, takes long on a busy machine.
    worker.call(_ask_and_sleep, partner=Answering(lambda _: 0.0))

    def answer(which: float) -> float:
        told.append(which)
        return 3.0 if which else 7.0

    assert (
        worker.call(
            _ask_and_sleep,
            timeout=5.5,
            partner=Answering(answer, lambda: told == [1]),
        )
        == 7.0
    )


def test_waiting_for_somebody_else_ends_at_the_limit(worker: Worker) -> None:
    """A service that never answers keeps nobody for ever."""
    with pytest.raises(WorkerTimedOut, match=r"within 0\.1 s"):
        worker.call(
            _ask_and_sleep,
            timeout=0.1,
            partner=Answering(lambda _: 60.0, lambda: True),
        )


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
def test_the_stacks_of_threads_do_not_count() -> None:
    """Those of 32 threads are 256 MB, of which hardly anything is used."""
    worker = Worker(32)
    try:
        assert worker.call(lambda: len(bytes(8 * 10**8)), memory=10**9) == 8 * 10**8
        with pytest.raises(MemoryError):
            worker.call(lambda: len(bytes(10**9)), memory=10**9)
    finally:
        worker.close()


@only_linux
def test_calls_may_start_threads_of_their_own(worker: Worker) -> None:
    """Their stacks are small, so that many papers may ask about many parts."""
    assert worker.call(start_threads, 100, memory=5 * 10**8) == 100


@only_linux
def test_a_result_for_which_there_is_no_memory_is_an_error(worker: Worker) -> None:
    """To send a result takes its size again."""
    pid = worker.call(os.getpid)

    with pytest.raises(MemoryError):
        worker.call(lambda: bytes(400 * 2**20), memory=600 * 2**20)

    assert worker.call(os.getpid) == pid


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


@only_linux
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc hoards")
def test_what_a_call_has_freed_goes_back_to_the_system(worker: Worker) -> None:
    """The process stays small between papers."""
    worker.call(leave_holes, 65_536)
    process = psutil.Process(worker.pid)
    before = process.memory_info().rss

    worker.call(leave_holes, 200_000_000)

    until(lambda: process.memory_info().rss < before + 50_000_000)
