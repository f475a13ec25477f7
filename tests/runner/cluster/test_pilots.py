"""Where pilots connect: who is let in."""

from __future__ import annotations

import pickle
import socket
import threading
from collections.abc import Iterator
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any

import pytest
from partners import Answering

from curation_kit.jobs import JobOptions, Suspicion
from curation_kit.processes import Limits, WorkerNotStarted
from curation_kit.processes.serving import RESULT
from curation_kit.runner.cluster.holding import Order, hold
from curation_kit.runner.cluster.likeness import differences, identity
from curation_kit.runner.cluster.pilots import (
    Pilot,
    PilotLost,
    PilotPool,
    Reception,
)
from curation_kit.runner.cluster.wire import Wire
from curation_kit.runner.places import Place
from curation_kit.runner.pool import Lost


class Hall:
    """A reception, and who has come to it."""

    def __init__(self) -> None:
        self.joined: SimpleQueue[Pilot] = SimpleQueue()
        self.refused: SimpleQueue[str] = SimpleQueue()
        self.reception = Reception(
            "127.0.0.1", "/no/such/mark", self.joined.put, self.refused.put
        )
        self.order = self.reception.order(7)
        self.worker = ""

    def visit(self, **changes: str) -> Wire:
        """Connect as a pilot does."""
        order = self.order
        wire = Wire.to(order.host, order.port, bytes.fromhex(order.key))
        told = {**identity(), **changes}
        wire.tell(
            {
                "host": "node7",
                "worker": self.worker,
                "pid": 1,
                "order": 7,
                "identity": told,
            }
        )
        return wire


@pytest.fixture
def hall() -> Iterator[Hall]:
    """A reception that is open."""
    made = Hall()
    yield made
    made.reception.close()


def test_a_pilot_is_let_in_beside_one_who_is_silent(hall: Hall) -> None:
    """Somebody who looks for open ports shall not keep pilots out."""
    with socket.create_connection((hall.order.host, hall.order.port)):
        wire = hall.visit()
        assert wire.hear() == {"mark": "/no/such/mark"}
        pilot = hall.joined.get(timeout=30)
    assert (pilot.host, pilot.order) == ("node7 (process 1)", 7)
    pilot.close()
    wire.close()


def test_workers_of_one_machine_can_be_told_apart(hall: Hall) -> None:
    """By what the cluster calls them, and by their processes."""
    hall.worker = "Dask worker tcp://10.0.0.7:33333"
    wire = hall.visit()
    pilot = hall.joined.get(timeout=30)
    assert pilot.host == "node7 (Dask worker tcp://10.0.0.7:33333, process 1)"
    pilot.close()
    wire.close()


def test_a_stranger_is_not_let_in(hall: Hall) -> None:
    """Nothing of what it sends is read."""
    with pytest.raises(OSError, match="refused the key"):
        Wire.to(hall.order.host, hall.order.port, b"another key")
    assert hall.joined.empty()


def test_a_pilot_of_another_version_is_sent_away(hall: Hall) -> None:
    """It is told, and so is the runner: what differs, and where."""
    wire = hall.visit(Python="3.9")
    assert "Python 3.9 there" in wire.hear()["refused"][0]
    assert "node7: Python 3.9 there" in hall.refused.get(timeout=30)
    wire.close()


def test_what_a_machine_lacks_differs() -> None:
    """Also an old version that does not tell everything."""
    assert differences(identity()) == []
    assert len(differences({})) == len(identity())


def test_a_pilot_that_is_silent_is_lost(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After its time and some grace; its host is named."""
    monkeypatch.setattr("curation_kit.runner.cluster.pilots.GRACE", 0.1)
    wire = hall.visit()
    pilot = hall.joined.get(timeout=30)
    with pytest.raises(PilotLost, match=r"node7 \(process 1\) does not answer"):
        call(pilot, timeout=0.1)
    pilot.close()
    wire.close()


def test_a_pilot_whose_connection_breaks_is_lost(hall: Hall) -> None:
    """In the middle of a call."""
    wire = hall.visit()
    pilot = hall.joined.get(timeout=30)
    threading.Thread(target=wire.close).start()
    with pytest.raises(PilotLost, match=r"node7 \(process 1\) was lost"):
        call(pilot)
    pilot.close()


def call(pilot: Pilot, timeout: float | None = None) -> object:
    """Have a pilot do something."""
    return pilot.call_packed(
        pickle.dumps((len, ("four",))),
        Limits(timeout, 10**9),
        Answering(lambda _: None),
    )


def test_a_pilot_is_told_when_its_process_shall_be_a_new_one(hall: Hall) -> None:
    """With its nice level: before the first call, and on a restart."""
    wire = hall.visit()
    pilot = hall.joined.get(timeout=30)
    wire.hear()
    told = []

    def serve() -> None:
        for _ in range(4):
            *_, nice = pickle.loads(wire.connection.recv_bytes())  # noqa: S301 - our own
            told.append(nice)
            wire.connection.send_bytes(pickle.dumps((RESULT, None)))

    server = threading.Thread(target=serve)
    server.start()
    pilot.restart(nice=5)
    for _ in range(2):
        call(pilot)
    pilot.restart()
    for _ in range(2):
        call(pilot)
    server.join(30)

    pilot.close()
    wire.close()
    assert told == [5, None, 5, None]


class Refused:
    """A pilot whose machine starts no more processes."""

    host, order, nice, needed, lost = "node7", 1, 0, 0, False

    def call_packed(self, *_: object) -> None:
        """Say so."""
        raise WorkerNotStarted("too many")

    def stop(self) -> None:
        """End."""
        self.lost = True

    def close(self) -> None:
        """Free nothing."""


def test_a_paper_that_no_machine_can_begin_runs_here_in_the_end() -> None:
    """It would else go from one to the next for ever, and its job never end."""
    pool = PilotPool(1)
    call: Any = SimpleNamespace(
        document_id="paper",
        options=JobOptions(nice=0),
        on=lambda pilot, _: pilot.call_packed(),
    )
    suspects = []
    for _ in range(2):
        assert pool.join(Refused())  # type: ignore[arg-type]
        with pytest.raises(Lost, match=r"node7: no worker process .*too many") as lost:
            pool._run_here(call, Place.CPU)
        suspects.append(lost.value.suspect)

    pool.close()
    assert suspects == [Suspicion.NONE, Suspicion.APART]


def test_the_runner_may_open_the_files_that_its_pilots_take() -> None:
    """Most systems allow 1024, which is less than those of a large cluster take."""
    resource = pytest.importorskip("resource")
    before = _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    pool = PilotPool(1)
    resource.setrlimit(resource.RLIMIT_NOFILE, (300, hard))
    try:
        for _ in range(50):
            assert pool.join(Refused())  # type: ignore[arg-type]
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= 400
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
        pool.close()


def test_the_key_is_not_told_with_an_order(hall: Hall) -> None:
    """Clusters log the arguments of what has failed."""
    assert hall.order.key not in repr(hall.order)


def test_who_holds_a_pilot_is_told_why_it_could_not_work() -> None:
    """The last words of the program."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert "cannot reach the runner at 127.0.0.1" in hold(
        Order("127.0.0.1", port, "00", 1)
    )
