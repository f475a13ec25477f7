"""Several calls in one process, and whom its loss is told."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
from batches import alive, children, until
from calls import (
    ask_twice,
    bad_end,
    end_by,
    gather,
    meet,
    never_let_go,
    raise_it,
    sit_there,
    touch_and_sleep,
    touch_then,
)
from partners import Answering

from curation_kit.processes import (
    Worker,
    WorkerDied,
    WorkerStopped,
    WorkerTimedOut,
)
from curation_kit.processes import child as child_module


def test_calls_of_a_wide_worker_overlap(
    host: Worker, threads: ThreadPoolExecutor, tmp_path: Path
) -> None:
    """They meet in one process; more than it is wide wait for their turn."""
    calls = [
        threads.submit(host.call, meet, tmp_path, str(n), 8, os.getpid)
        for n in range(12)
    ]

    assert {call.result(60) for call in calls} == {host.pid}


def test_several_threads_of_a_call_may_ask(
    host: Worker, threads: ThreadPoolExecutor
) -> None:
    """Each gets the answer to its own question, also beside other calls."""
    calls = [
        threads.submit(host.call, gather, 5, partner=Answering(lambda n, k=k: n * k))
        for k in range(8)
    ]

    assert [call.result(60) for call in calls] == [
        [n * k for n in range(5)] for k in range(8)
    ]


def test_a_process_that_is_renewed_ends_with_its_last_call(
    host: Worker, threads: ThreadPoolExecutor, tmp_path: Path
) -> None:
    """Nobody joins it, so it is not kept for ever by those who come."""
    first = threads.submit(host.call, meet, tmp_path, "first", 2, os.getpid)
    until((tmp_path / "first").exists)
    old = host.pid
    assert old is not None

    host.renew()
    new = host.call(os.getpid)
    host.renew()  # in vain: there would be three

    assert new == host.pid != old
    assert alive(old)
    (tmp_path / "go").touch()
    assert first.result(60) == old
    until(lambda: not alive(old))
    host.renew()  # without a call it ends at once
    assert not alive(new)


def test_what_a_process_needs_is_known_from_its_first_call(host: Worker) -> None:
    """Later calls only add to it."""
    keep = "import builtins; builtins.kept = b'x' * {}"
    assert host.needed == 0

    host.call(exec, keep.format(60_000_000))
    needed = host.needed
    host.call(exec, keep.format(90_000_000))

    assert host.needed == needed > 60_000_000
    host.renew()
    host.call(max, 1, 2)
    assert 0 < host.needed < needed


def test_what_is_left_of_a_renewed_process_ends_with_its_worker(
    host: Worker, threads: ThreadPoolExecutor, tmp_path: Path
) -> None:
    """The call in it is told."""
    call = threads.submit(host.call, touch_and_sleep, tmp_path / "begun")
    until((tmp_path / "begun").exists)
    old = host.pid
    assert old is not None
    host.renew()

    host.close()

    assert isinstance(call.exception(60), WorkerDied)
    assert not alive(old)


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
    monkeypatch.setattr(child_module, "PULSE", 0.5)

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
        host.call(
            ask_twice, 3, partner=Answering(lambda _: raise_it(OSError("disk full")))
        )

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


def test_losses_leave_neither_processes_nor_open_files(
    host: Worker, threads: ThreadPoolExecutor
) -> None:
    """Many threads bury one process together, again and again."""
    before = 0
    for number in range(3):
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
