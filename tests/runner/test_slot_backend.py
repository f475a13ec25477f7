"""The threads of slots, by joblib."""

from __future__ import annotations

import threading

import pytest
from joblib import Parallel, delayed

from curation_kit.runner.slot_backend import SlotBackend


def test_slots_run_at_the_same_time() -> None:
    """None ends before all have begun; results come in order."""
    together = threading.Barrier(3, timeout=60)

    def slot(number: int) -> int:
        together.wait()
        return number

    given = Parallel(n_jobs=3, backend=SlotBackend())(
        delayed(slot)(number) for number in range(3)
    )

    assert given == [0, 1, 2]


def test_who_waits_for_slots_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without this backend they would look a hundred times a second."""
    naps: list[float] = []

    def sleep(seconds: float) -> None:
        if threading.current_thread() is threading.main_thread():
            naps.append(seconds)

    monkeypatch.setattr("joblib.parallel.time.sleep", sleep)
    done = threading.Event()
    threading.Timer(0.1, done.set).start()

    Parallel(n_jobs=2, backend=SlotBackend())(delayed(done.wait)(60) for _ in range(2))

    assert naps == []


def test_what_a_slot_raises_is_raised() -> None:
    """`Scheduler` stops the others itself."""

    def slot(number: int) -> None:
        if number:
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        Parallel(n_jobs=2, backend=SlotBackend())(
            delayed(slot)(number) for number in range(2)
        )
