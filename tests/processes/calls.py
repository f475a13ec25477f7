"""What the tests of workers have done in another process."""

from __future__ import annotations

import mmap
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path
from typing import Any

import psutil
import pytest

only_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has it")


def meet(folder: Path, name: str, count: int, then: Callable[[], Any] = int) -> Any:
    """Wait until so many calls are here, then do something."""
    (folder / name).touch()
    while len(list(folder.iterdir())) < count:
        time.sleep(0.005)
    return then()


def kept_memory() -> int:
    """Bytes by which the process is larger after blocks were used and freed."""
    process = psutil.Process()
    before = process.memory_info().rss
    del [bytearray(20_000_000)][:]
    del [bytearray(1_000_000) for _ in range(30)][:]
    return process.memory_info().rss - before


def take_memory() -> None:
    """Take 100 MB in small pieces for a while; the last one stays."""
    pieces = [bytes(1000) for _ in range(100_000)]
    took.append(pieces[-1])
    end = time.thread_time() + 0.05
    while time.thread_time() < end:
        pass


took: list[bytes] = []


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


def ask_twice(first: int, ask) -> list[int]:
    """Ask the parent two questions."""
    return [ask(first), ask(first + 1)]


def tell_and_ask(first: int, ask) -> int:
    """Tell the parent two things, then ask."""
    ask.tell(first)
    ask.tell(first + 1)
    return ask(first + 2)


def kill_after_telling(ask) -> None:
    """Tell something and end the process at once."""
    ask.tell("last words")
    os.kill(os.getpid(), signal.SIGKILL)


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


def gather(count: int, ask: Callable[[Any], Any]) -> list[int]:
    """Ask from several threads."""
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(ask, range(count)))


def touch_and_sleep(path: Path) -> None:
    """Show that the call has begun, then do not end."""
    path.touch()
    time.sleep(600)


def touch_and_match(path: Path) -> None:
    """Show that the call has begun, then stay in C without letting others run."""
    path.touch()
    re.match(r"(a*)*b", "a" * 60)


def sit_there() -> None:
    """Do not end."""
    time.sleep(600)


def start_program(path: Path, then: Callable[[], Any]) -> None:
    """Start a program that does not end, and tell its process id."""
    program = subprocess.Popen(["sleep", "600"])
    path.with_suffix(".part").write_text(str(program.pid))
    path.with_suffix(".part").rename(path)
    then()


def touch_and_start(path: Path) -> None:
    """Start a program that does not end, then show that the call has begun."""
    start_program(path, sit_there)


def never_let_go() -> None:
    """Stay in C without letting other threads run."""
    sum(repeat(0))


def bad_end() -> None:
    """End the process."""
    os._exit(3)


def leave_behind(then: Callable[[], Any]) -> Any:
    """Fork, as an agent may: what lives on has all that this process has open."""
    if not os.fork():
        sit_there()
    return then()


def touch_then(path: Path, then: Callable[[], Any]) -> Any:
    """Show that the call has begun."""
    path.touch()
    return then()


def peak_of(allocate: Callable[[], Any]) -> tuple[str, int]:
    """Ask for memory; give the error and the most bytes the process had."""
    try:
        allocate()
    except MemoryError as error:
        # Not ru_maxrss: that begins with what the parent had at the fork.
        status = Path("/proc/self/status").read_text()
        [peak] = re.findall(r"VmHWM:\s+(\d+) kB", status)
        return type(error).__name__, int(peak) * 1024
    return "no error", 0


def start_threads(count: int) -> int:
    """Have so many threads at the same time."""
    all_there = threading.Barrier(count)
    with ThreadPoolExecutor(count) as threads:
        list(threads.map(lambda _: all_there.wait(60), range(count)))
    return count


def fill_shared(size: int) -> None:
    """Use memory that no system refuses, since it could be a file."""
    block = mmap.mmap(-1, size)
    for start in range(0, size, 2**20):
        block[start : start + 2**20] = b"x" * 2**20
    sit_there()


def leave_holes(size: int) -> list[bytearray]:
    """Take memory in pieces and give back all but the last, which pins the heap."""
    pieces = [bytearray(65_536) for _ in range(size // 65_536)]
    began = time.perf_counter()
    while time.perf_counter() - began < 0.1:  # long enough to count as work
        pass
    globals()["_kept"] = pieces.pop()
    pieces.clear()
    return pieces
