"""A cluster that is this machine: it starts pilots as Dask and Ray do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue

import psutil
from batches import until

import curation_kit as ck
from curation_kit.jobs import JobStore
from curation_kit.runner import Folders
from curation_kit.runner.cluster.holding import Order, hold
from curation_kit.runner.schedule import Scheduler

ADDRESS = "tcp://fake:1"


class FakeCluster:
    """Holds so many pilots at once; further ones wait."""

    host = "127.0.0.1"

    def __init__(self, width: int = 2) -> None:
        self.free = threading.Semaphore(width)
        self.workers = width
        self.held = 0

    def __call__(self, lane: str) -> FakeCluster:
        """Connect to it."""
        assert lane == f"dask {ADDRESS}"
        return self

    def width(self) -> int:
        """Documents at the same time."""
        return self.workers

    def taken(self) -> int:
        """Nobody else works on it."""
        return 0

    def hold(self, orders: Iterable[Order]) -> list[str]:
        """Run pilots."""
        words: SimpleQueue[str] = SimpleQueue()

        def one(order: Order) -> None:
            with self.free:
                self.held += 1
                words.put(hold(order))

        threads = [threading.Thread(target=one, args=(order,)) for order in orders]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return [words.get() for _ in threads]

    def close(self) -> None:
        """Nothing is to be closed."""


def pilots() -> list[psutil.Process]:
    """The pilots of this process."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if process.cmdline()[-1:] == ["curation_kit.runner.cluster.pilot"]:
                found.append(process)
        except psutil.Error:
            continue
    return found


def run_on(
    connect: Callable[[str], object], workspace: ck.Workspace, *jobs: ck.Job
) -> None:
    """Work on jobs until they have ended or are paused."""
    with working_on(connect, workspace, *jobs):
        pass


@contextmanager
def working_on(
    connect: Callable[[str], object], workspace: ck.Workspace, *jobs: ck.Job
) -> Iterator[Scheduler]:
    """Work on jobs in a thread while the block lasts, and until they have ended."""
    store = JobStore(workspace._database)
    scheduler = Scheduler(store, Folders.of(workspace.path), clusters=connect)
    errors: list[BaseException] = []

    def work() -> None:
        try:
            scheduler.run(
                until=lambda: all(job._ended_or_paused() for job in jobs), slots=2
            )
        except BaseException as error:  # noqa: BLE001 - raised below
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield scheduler
        thread.join(90)
    finally:
        scheduler.stop()
        thread.join()
        until(lambda: not pilots())
    if errors:
        raise errors[0]
