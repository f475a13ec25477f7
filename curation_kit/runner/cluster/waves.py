"""How wide a cluster is, and the calls for pilots that wait for room on it."""

from __future__ import annotations

import itertools
import logging
import math
import threading
import time
from concurrent.futures import CancelledError

from curation_kit.runner.cluster.connection import Cluster
from curation_kit.runner.cluster.holding import Order
from curation_kit.runner.cluster.pilots import Reception

__all__ = ["Gauge", "Waves"]

#: How often a cluster is asked how wide it is, in seconds.
ASK_WIDTH = 5.0

#: Pilots are called for so many seconds after a call has ended, and after one was lost
#: whose order the cluster may give to another worker.
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


class Waves:
    """Calls for pilots, each of which waits until all of its pilots have ended.

    A pilot that is lost before the others of its call is missed at once: they may
    go on for days.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()  # guards the numbers of orders
        self._threads: list[threading.Thread] = []
        self._held: set[int] = set()  # by the cluster
        self._came: set[int] = set()  # of those, whose pilots have ever come
        self._lost: set[int] = set()  # of those, whose pilots are not there any more
        self._complaint = ""
        self._over = False
        self._numbers = itertools.count(1)
        self._not_before = 0.0

    @property
    def out(self) -> int:
        """Pilots that were called for and are there or will come."""
        return len(self._held - self._lost)

    def call(self, cluster: Cluster, reception: Reception, wanted: int) -> None:
        """Call for as many pilots as are missing, not at once after some were lost."""
        if time.monotonic() < self._not_before:
            return
        with self._lock:
            numbers = list(itertools.islice(self._numbers, max(wanted - self.out, 0)))
            self._held.update(numbers)
        if not numbers:
            return
        orders = [reception.order(number) for number in numbers]
        thread = threading.Thread(
            target=self._hold, args=(cluster, orders), daemon=True
        )
        thread.start()
        self._threads = [one for one in self._threads if one.is_alive()] + [thread]

    def _hold(self, cluster: Cluster, orders: list[Order]) -> None:
        try:
            words = next(filter(None, cluster.hold(orders)), "")
        except CancelledError as error:  # by us at the end, or with the scheduler
            words = f"{type(error).__name__}: {error}"
            _log.info("pilots are not waited for any more: %s", error)
        except Exception as error:  # noqa: BLE001 - whatever the cluster raises
            words = f"{type(error).__name__}: {error}"
            _log.info("pilots were lost", exc_info=True)
        else:
            if words and not self._over:  # later nobody misses it
                _log.warning("a worker of the cluster has ended: %s", words)
        numbers = {order.number for order in orders}
        with self._lock:
            if words and not self._came & numbers:
                self._complaint = words
            self._not_before = time.monotonic() + REST
            for known in (self._held, self._came, self._lost):
                known.difference_update(numbers)

    def came(self, number: int) -> None:
        """Know that the pilot of an order has come, the first or another one."""
        with self._lock:
            if number in self._held:
                self._came.add(number)
                self._lost.discard(number)

    def lost(self, number: int) -> None:
        """Know that the pilot of an order is not there any more."""
        with self._lock:
            if number in self._held:
                self._lost.add(number)
                # The cluster may have another one come.
                self._not_before = time.monotonic() + AGAIN

    def complaint(self) -> str:
        """Why no pilot of a call has come, if there was one."""
        with self._lock:
            return self._complaint

    def wait(self, seconds: float) -> None:
        """Wait until all have ended, but not for longer."""
        self._over = True
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0.0))
