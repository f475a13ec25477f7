from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from types import SimpleNamespace

import pytest
from batches import until
from fake_cluster import FakeCluster

from curation_kit.runner.cluster.holding import Order
from curation_kit.runner.cluster.pilots import Reception
from curation_kit.runner.cluster.waves import AGAIN, Gauge, Waves


class Crowded(FakeCluster):
    """Others work on it."""

    def __init__(self, width: int, others: int) -> None:
        super().__init__(width)
        self.others = others

    def taken(self) -> int:
        """Documents whose places they take."""
        return self.others


@pytest.mark.parametrize(
    ("width", "others", "told"),
    [
        (0, 0, "The cluster has no workers at the moment."),
        (2, 2, "All workers of the cluster are busy with other work."),
        (2, 1, "are starting what processes the papers"),
        (2, 0, "are starting what processes the papers"),
    ],
)
def test_it_is_told_why_nobody_comes(width: int, others: int, told: str) -> None:
    """Nobody is there, nobody has time, or they are on their way."""
    assert told in Gauge(Crowded(width, others)).why_nobody_comes()


def test_workers_that_have_gone_meanwhile_are_not_called_busy() -> None:
    """The cluster is asked, though it was a moment ago."""
    cluster = Crowded(2, 2)
    gauge = Gauge(cluster)
    gauge.look(manned=True)
    cluster.workers = 0

    assert gauge.why_nobody_comes() == "The cluster has no workers at the moment."


class Holding(FakeCluster):
    """Holds what it is given until it may end."""

    def __init__(self) -> None:
        super().__init__()
        self.orders: list[int] = []
        self.may_end = threading.Event()

    def hold(self, orders: Iterable[Order]) -> list[str]:
        """Run nothing."""
        self.orders += [order.number for order in orders]
        assert self.may_end.wait(60)
        return []


class Clock:
    """Goes when it is told."""

    now = 0.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Give the clock of the waves."""
    made = Clock()
    monkeypatch.setattr(
        "curation_kit.runner.cluster.waves.time",
        SimpleNamespace(monotonic=lambda: made.now),
    )
    return made


@pytest.fixture
def cluster() -> Iterator[Holding]:
    """Give a cluster that holds its orders to the end."""
    made = Holding()
    yield made
    made.may_end.set()


@pytest.fixture
def reception() -> Iterator[Reception]:
    """Give one where nobody connects."""
    made = Reception("127.0.0.1", "mark", print, print)
    yield made
    made.close()


def manned(cluster: Holding, reception: Reception, wanted: int) -> Waves:
    """Give the waves after so many pilots were called for and have come."""
    waves = Waves()
    waves.call(cluster, reception, wanted)
    for number in range(1, wanted + 1):
        waves.came(number)
    return waves


def test_a_pilot_that_comes_again_is_not_called_for(
    cluster: Holding, reception: Reception, clock: Clock
) -> None:
    """Dask gives the order of one that was lost to another worker."""
    waves = manned(cluster, reception, 2)

    waves.lost(1)
    waves.came(1)
    clock.now += AGAIN
    waves.call(cluster, reception, 2)
    waves.lost(2)
    clock.now += AGAIN
    waves.call(cluster, reception, 2)
    until(lambda: len(cluster.orders) == 3)
    cluster.may_end.set()
    until(lambda: not waves.out)
    waves.lost(3)  # heard of late

    assert waves.out == 0
    assert sorted(cluster.orders) == [1, 2, 3]


@pytest.mark.parametrize("first", ["successor", "loss"])
def test_a_pilot_whose_successor_is_there_is_not_missed(
    cluster: Holding, reception: Reception, clock: Clock, first: str
) -> None:
    """Also when the successor comes before anybody knows of the loss."""
    waves = manned(cluster, reception, 1)

    doings = [waves.came, waves.lost]
    for do in doings if first == "successor" else reversed(doings):
        do(1)
    clock.now += AGAIN

    assert waves.out == 1
    waves.lost(1)
    assert waves.out == 1
    clock.now += AGAIN
    assert waves.out == 0


def test_each_lost_pilot_is_replaced_in_its_time(
    cluster: Holding, reception: Reception, clock: Clock
) -> None:
    """However many others are lost meanwhile; and more come when more are wanted."""
    waves = manned(cluster, reception, 9)

    for number in range(1, 9):
        waves.lost(number)
        clock.now += AGAIN / 2
        waves.call(cluster, reception, 9)
        assert waves.out == 9  # the one lost last may come again
        until(lambda number=number: len(cluster.orders) == 9 + number - 1)
    waves.call(cluster, reception, 12)
    until(lambda: len(cluster.orders) == 9 + 7 + 3)


class Ending(FakeCluster):
    """Ends what waits in its queue."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def hold(self, orders: object) -> list[str]:
        """Raise as Dask does."""
        del orders
        raise self.error


@pytest.mark.parametrize(
    ("error", "traces"),
    [(CancelledError("no more work"), 0), (RuntimeError("KilledWorker"), 1)],
)
def test_only_a_fault_leaves_a_traceback_in_the_log(
    reception: Reception,
    error: Exception,
    traces: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """That calls are withdrawn is the usual end of a job."""
    caplog.set_level("INFO")
    waves = Waves()

    waves.call(Ending(error), reception, 1)
    until(lambda: not waves.out)

    assert sum(record.exc_info is not None for record in caplog.records) == traces
    assert str(error) in waves.complaint()


class Lacking(Holding):
    """Has a worker that cannot begin."""

    def hold(self, orders: Iterable[Order]) -> list[str]:
        """Raise as Dask does."""
        super().hold(orders)
        raise ModuleNotFoundError("No module named 'curation_kit'")


def test_a_worker_that_lacks_the_package_is_told_though_others_work(
    reception: Reception,
) -> None:
    """It would take one pilot after another."""
    cluster = Lacking()
    waves = manned(cluster, reception, 2)

    cluster.may_end.set()
    until(lambda: not waves.out)

    assert "No module named 'curation_kit'; install" in waves.complaint()
