"""A lane for each cluster that open jobs name, beside that of the runner's machine."""

from __future__ import annotations

import logging
import os
import secrets
import threading
import time
from collections.abc import Callable

from curation_kit.errors import JobError
from curation_kit.jobs import LOCAL, JobRow, JobStore
from curation_kit.processes import cores
from curation_kit.runner.cluster.connection import Cluster
from curation_kit.runner.cluster.pilots import Pilot, PilotPool, Reception
from curation_kit.runner.cluster.waves import Gauge, Waves
from curation_kit.runner.folders import Folders

__all__ = ["ClusterLane", "Lanes"]

#: How often a lane looks for work and after its pilots, in seconds.
LOOK = 0.25

#: A lane without work gives its slots back after this many seconds.
IDLE = 2.0

#: A cluster without workers may take this long to have one, in seconds: one that was
#: just started, and one that grows with what waits in its queue (`n_jobs` is given).
EMPTY, GROWING = 10.0, 600.0

#: Jobs are told that they wait for a worker after so many seconds.
PATIENCE = 5.0

#: Time for pilots to end before the connection to their cluster is closed, in seconds.
FAREWELL = 2.0

_log = logging.getLogger(__name__)

#: Works in the calling thread, as one slot of a pool, until the second argument holds.
Work = Callable[[PilotPool, Callable[[], bool], str], None]


class ClusterLane:
    """The work on one cluster: slots, pilots, and calls for more of them.

    Parameters
    ----------
    lane
        `JobOptions.lane` of its jobs.
    work
        Takes and runs documents; see `Work`.
    pause
        Pauses the open jobs of the lane with a reason.
    """

    def __init__(
        self,
        lane: str,
        store: JobStore,
        folders: Folders,
        work: Work,
        pause: Callable[[str, str], None],
    ) -> None:
        self._lane = lane
        self._store = store
        self._folders = folders
        self._work = work
        self._pause = pause
        self._over = threading.Event()
        self._lock = threading.Lock()  # guards the slots
        self._slots: list[threading.Thread] = []
        self._waves = Waves()
        self._patience = 0.0  # when jobs are told that they wait
        # Why, if they were told; None if an earlier lane may have told them.
        self._told: str | None = None
        self.pool: PilotPool | None = None

    def run(self, connect: Callable[[str], Cluster], until: Callable[[], bool]) -> None:
        """Work until there is nothing to do in this lane, or a condition holds."""
        try:
            cluster = connect(self._lane)
        except JobError as error:
            self._give_up(
                f"{error}. Start it, or correct that, then resume the job, with its "
                "address if that has changed (resume --address)."
            )
            return
        # Named as files are that are written just now; see the doctor.
        name = f".{secrets.token_hex(8)}.{os.getpid()}.tmp"
        mark = self._folders.workspace / name
        self.pool = pool = PilotPool(cores(), self._left)
        reception = None
        try:
            mark.touch()
            reception = Reception(cluster.host, str(mark), self._join, self._give_up)
            self._add_slot(self._over.is_set)
            self._watch(cluster, reception, until)
        except OSError as error:
            self._give_up(f"This machine cannot wait for workers: {error}.")
        finally:
            self._over.set()
            pool.dismiss()
            if reception is not None:
                reception.close()
            for slot in list(self._slots):
                slot.join()
            pool.close()
            self._waves.wait(FAREWELL)
            cluster.close()
            mark.unlink(missing_ok=True)

    def stop(self) -> None:
        """Put the documents in flight back; safe in a signal handler."""
        self._over.set()
        if self.pool is not None:
            self.pool.stop()

    def _give_up(self, reason: str) -> None:
        """Pause the jobs of the lane, which then has no work."""
        _log.info("%s: %s", self._lane, reason)  # the jobs tell people
        self._over.set()
        self._pause(self._lane, reason)

    def _join(self, pilot: Pilot) -> None:
        """Take in a pilot, with a slot of its own."""
        self._waves.came(pilot.order)
        pool = self.pool
        assert pool is not None  # noqa: S101 - it is there before the reception
        if pool.join(pilot):
            _log.info("a worker on %s has come", pilot.host)
            self._add_slot(lambda: self._over.is_set() or not pool.has(pilot))
            if self._told != "":
                self._told = ""
                self._tell("cluster_works", f"A worker on {pilot.host} has come.")
        else:
            pilot.close()

    def _left(self, pilot: Pilot) -> None:
        """Miss a pilot; at the end nobody calls for another."""
        self._waves.lost(pilot.order)

    def _add_slot(self, until: Callable[[], bool]) -> None:
        slot = threading.Thread(
            target=self._work, args=(self.pool, until, self._lane), daemon=True
        )
        slot.start()
        with self._lock:  # pilots come at the same time
            self._slots = [one for one in self._slots if one.is_alive()] + [slot]

    def _watch(
        self, cluster: Cluster, reception: Reception, until: Callable[[], bool]
    ) -> None:
        """Call for pilots while there is work."""
        assert self.pool is not None  # noqa: S101 - as above
        gauge, busy = Gauge(cluster), time.monotonic()
        self._patience = busy + PATIENCE
        while not (self._over.wait(LOOK) or until()):
            left = self._store.left(self._lane)
            if left or self._store.in_work(self._lane):  # a paused job may go on
                busy = time.monotonic()
            elif time.monotonic() - busy > IDLE:
                return
            complaint = self._waves.complaint()
            try:
                # What is the matter with calls may be that the cluster is gone.
                gauge.look(manned=bool(self.pool.width), anew=bool(complaint))
                told = self._why_nobody_comes(gauge, manned=bool(self.pool.width))
            except Exception as error:  # noqa: BLE001 - whatever the client raises
                _log.info("%s: %s: %s", self._lane, type(error).__name__, error)
                self._give_up(
                    f"The cluster is lost: {self._lane} does not answer. Start "
                    "it again, then resume the job."
                )
                return
            wanted, waiting = self._store.most_wanted(gauge.width, self._lane)
            # Those of jobs that were stopped keep their places until they end.
            most = self.pool.under_way + self._store.left(self._lane, begun=False)
            for _ in range(self.pool.grow(0, min(waiting, most))):
                self._add_slot(self._over.is_set)
            if gauge.empty > (GROWING if wanted else EMPTY):
                self._give_up(
                    "The cluster has no workers. Start some (for Dask: dask worker "
                    "ADDRESS), or give n_jobs where it grows by itself, then resume "
                    "the job."
                )
                return
            if complaint:
                self._give_up(
                    "The workers of the cluster cannot work for this job "
                    f"({complaint}). Correct that, then resume the job."
                )
                return
            self._waves.call(cluster, reception, min(wanted, most))
            if told:
                self._tell("cluster_waiting", told)

    def _why_nobody_comes(self, gauge: Gauge, *, manned: bool) -> str:
        """Say why no pilot has come, after a while and when that has changed."""
        now = time.monotonic()
        if not manned and now < self._patience:
            return ""
        self._patience = now + PATIENCE
        told = "" if manned else gauge.why_nobody_comes()
        if told in ("", self._told):
            return ""
        self._told = told
        return told

    def _tell(self, kind: str, text: str) -> None:
        """Note something in the open jobs of the lane."""
        jobs = [job.id for job in self._store.open_jobs() if self._has(job)]
        self._store.service_told(jobs, kind, text=text)

    def _has(self, job: JobRow) -> bool:
        return job.options.lane == self._lane


class Lanes:
    """Gives each cluster that open jobs name a lane, in a thread of its own.

    Parameters
    ----------
    make
        Gives a new `ClusterLane`.
    failed
        Called with what has ended a lane.
    """

    def __init__(
        self,
        store: JobStore,
        make: Callable[[str], ClusterLane],
        connect: Callable[[str], Cluster],
        until: Callable[[], bool],
        failed: Callable[[Exception], None],
    ) -> None:
        self._store = store
        self._make = make
        self._connect = connect
        self._until = until
        self._failed = failed
        self._over = threading.Event()
        self._lanes: dict[str, ClusterLane] = {}
        self._threads: dict[str, threading.Thread] = {}
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def _watch(self) -> None:
        try:
            # Until `close`, not until the condition holds: it may not hold any more
            # when the scheduler looks at it.
            while not self._over.is_set():
                for lane in set() if self._until() else self._store.lanes() - {LOCAL}:
                    thread = self._threads.get(lane)
                    if thread is None or not thread.is_alive():
                        self._open(lane)
                self._over.wait(LOOK)
        except Exception as error:  # noqa: BLE001 - raised by the scheduler's `run`
            self._failed(error)

    def _open(self, lane: str) -> None:
        made = self._lanes[lane] = self._make(lane)

        def run() -> None:
            try:
                made.run(self._connect, lambda: self._over.is_set() or self._until())
            except Exception as error:  # noqa: BLE001 - as above
                self._failed(error)

        self._threads[lane] = threading.Thread(target=run, daemon=True)
        self._threads[lane].start()

    def stop(self) -> None:
        """Put the documents in flight back; safe in a signal handler."""
        self._over.set()
        for lane in list(self._lanes.values()):
            lane.stop()

    def close(self) -> None:
        """Have the lanes begin nothing more, and wait until all have ended."""
        self._over.set()
        self._watcher.join()
        for thread in self._threads.values():
            thread.join()
