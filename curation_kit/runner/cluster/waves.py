"""How wide a cluster is, and the calls for pilots that wait for room on it."""

from __future__ import annotations

import itertools
import logging
import math
import threading
import time
from concurrent.futures import CancelledError
from dataclasses import dataclass

from curation_kit.runner.cluster.connection import Cluster
from curation_kit.runner.cluster.holding import Order
from curation_kit.runner.cluster.pilots import Reception

__all__ = ["Gauge", "Waves"]

#: How often a cluster is asked how wide it is, in seconds.
ASK_WIDTH = 5.0

#: Pilots are called for so many seconds after a call has ended; one that was lost is
#: missed after so many: the cluster may give its order to another worker.
REST, AGAIN = 1.0, 5.0

_log = logging.getLogger(__name__)


class Gauge:
    """How wide a cluster is, and for how long it has had no workers, in seconds."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._asked = -math.inf
        self._manned = time.monotonic()
        self.width = 0

    def look(self, *, manned: bool, anew: bool = False) -> None:
        """Ask the cluster again after a while, or `anew`; `manned`: has pilots."""
        now = time.monotonic()
        if anew or now - self._asked > ASK_WIDTH or not self.width:
            self.width, self._asked = self._cluster.width(), now
        if self.width or manned:
            self._manned = now

    def why_nobody_comes(self) -> str:
        """Say why a pilot that was called for has not come; the cluster is asked."""
        self.look(manned=False, anew=True)
        if not self.width:
            return "The cluster has no workers at the moment."
        if self._cluster.taken() >= self.width:
            return "All workers of the cluster are busy with other work."
        return (
            "The workers of the cluster are starting what processes the papers; it has "
            "not connected yet."
        )

    @property
    def empty(self) -> float:
        """Seconds without workers."""
        return time.monotonic() - self._manned


@dataclass
class _Held:
    """What is known of an order that the cluster holds."""

    pilots: int = 0  # there now; another may come before the first is known to be lost
    manned: bool = False  # whether any has ever come
    missed: float = math.inf  # from when on nobody is expected


class Waves:
    """Calls for pilots, each of which waits until all of its pilots have ended.

    A pilot that is lost is replaced before the others of its call have ended: they
    may go on for days.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()  # guards what is held
        self._threads: list[threading.Thread] = []
        self._held: dict[int, _Held] = {}  # by number
        self._complaint = ""
        self._over = False
        self._numbers = itertools.count(1)
        self._not_before = 0.0

    @property
    def out(self) -> int:
        """Pilots that were called for and are there or will come."""
        now = time.monotonic()
        with self._lock:
            return sum(now < held.missed for held in self._held.values())

    def call(self, cluster: Cluster, reception: Reception, wanted: int) -> None:
        """Call for as many pilots as are missing, not at once after a call."""
        if time.monotonic() < self._not_before:
            return
        with self._lock:
            numbers = list(itertools.islice(self._numbers, max(wanted - self.out, 0)))
            self._held.update((number, _Held()) for number in numbers)
        if not numbers:
            return
        orders = [reception.order(number) for number in numbers]
        thread = threading.Thread(
            target=self._hold, args=(cluster, orders), daemon=True
        )
        thread.start()
        self._threads = [one for one in self._threads if one.is_alive()] + [thread]

    def _hold(self, cluster: Cluster, orders: list[Order]) -> None:
        lacking = False
        try:
            words = next(filter(None, cluster.hold(orders)), "")
        except ImportError as error:
            words = (
                f"{type(error).__name__}: {error}; install the same packages on all "
                "workers"
            )
            lacking = True
            _log.info("pilots cannot begin: %s", error)
        except CancelledError as error:  # by us at the end, or with the scheduler
            words = f"{type(error).__name__}: {error}"
            _log.info("pilots are not waited for any more: %s", error)
        except Exception as error:  # noqa: BLE001 - whatever the cluster raises
            words = f"{type(error).__name__}: {error}"
            _log.info("pilots were lost", exc_info=True)
        else:
            if words and not self._over:  # later nobody misses it
                _log.warning("a worker of the cluster has ended: %s", words)
        with self._lock:
            ended = [self._held.pop(order.number) for order in orders]
            if words and (lacking or not any(held.manned for held in ended)):
                self._complaint = words
            self._not_before = time.monotonic() + REST

    def came(self, number: int) -> None:
        """Know that the pilot of an order has come, the first or another one."""
        with self._lock:
            if held := self._held.get(number):
                held.pilots += 1
                held.manned, held.missed = True, math.inf

    def lost(self, number: int) -> None:
        """Know that a pilot of an order, which had come, is not there any more."""
        with self._lock:
            if held := self._held.get(number):
                held.pilots -= 1
                if not held.pilots:
                    held.missed = time.monotonic() + AGAIN

    def complaint(self) -> str:
        """Why no pilot of a call has come, or some cannot, if there was one."""
        with self._lock:
            return self._complaint

    def wait(self, seconds: float) -> None:
        """Wait until all have ended, but not for longer."""
        self._over = True
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0.0))
