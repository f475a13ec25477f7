"""Schedule the open jobs of a workspace over the slots, with joblib."""

from __future__ import annotations

import logging
import os
import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from curation_kit.errors import JobError, WorkspaceError
from curation_kit.jobs import LOCAL, Claim, JobStore
from curation_kit.processes import cores
from curation_kit.runner.attempts import Attempts
from curation_kit.runner.cluster.connection import Cluster, connect
from curation_kit.runner.cluster.lanes import ClusterLane, Lanes
from curation_kit.runner.folders import Folders
from curation_kit.runner.outcomes import Outcomes
from curation_kit.runner.pool import WorkerPool
from curation_kit.runner.recovery import recover

__all__ = ["Scheduler"]

#: How often slots with nothing to do look for new documents, in seconds.
IDLE_POLL = 0.05

#: A slot looks at least this often, in seconds: stopping waits for it.
LONGEST_PAUSE = 0.5

_log = logging.getLogger(__name__)


class Scheduler:
    """Takes documents of all open jobs in turn and stores their outcomes.

    Only the process that holds the runner's lock may have one: it is the
    only writer of outcomes.

    Parameters
    ----------
    own
        Id of the job that this process was asked to run, if any. If its
        backend is ``sequential`` everything is run in this process, one
        document at a time.
    """

    def __init__(
        self,
        store: JobStore,
        folders: Folders,
        *,
        own: str | None = None,
        clusters: Callable[[str], Cluster] = connect,
    ) -> None:
        self._store = store
        self._in_process = (
            own is not None and store.get(own).options.backend == "sequential"
        )
        self._attempts = Attempts(
            store,
            folders,
            pause=self._pause,
            fail=self._fail,
            stopped=lambda: self.stopped,
            in_process=self._in_process,
        )
        self._folders = folders
        self._outcomes = Outcomes(
            store,
            folders.results,
            pause=self._pause,
            fail=self._fail,
            idle=self._all_stored,
        )
        self._stopping = threading.Event()
        self._connect = clusters
        self._pool: WorkerPool | None = None
        self._over = _Seldom(lambda: False)
        self._lanes: Lanes | None = None
        self._error: Exception | None = None

    def run(self, *, until: Callable[[], bool], slots: int | None = None) -> None:
        """Work until a condition holds, or until `stop` is called.

        Parameters
        ----------
        until
            Asked whenever a slot is free; when it holds, no further document
            is started and those in flight are finished.
        slots
            Documents that compute at once; when left out, as many as the most
            demanding open job asks for, or one per core; more when a job
            that asks for more comes later. Those that wait for the network
            come on top, as many as the most demanding job asks for. Never more
            than there are documents.

        Raises
        ------
        Exception
            What made work impossible, for instance a `WorkspaceError` when
            the store cannot be written. Documents in flight are put back,
            at the latest by the next runner.
        """
        if recovered := recover(self._store, self._folders):
            _log.info("put back %d documents left by an earlier runner", recovered)
        with suppress(OSError):  # on a full disk nobody is to blame
            self._folders.mark.write_text(str(os.getpid()))
        try:
            with self._store.database.gathering():
                self._run_lanes(until, slots)
        except WorkspaceError as error:
            self._pause_all(str(error))
            raise
        finally:
            self._folders.mark.unlink(missing_ok=True)

    def _run_lanes(self, until: Callable[[], bool], slots: int | None) -> None:
        """Work here, and have the clusters work whose jobs come."""
        self._lanes = lanes = Lanes(
            self._store,
            self._lane,
            self._connect,
            lambda: self.stopped or until(),
            self._fail,
        )
        self._outcomes.start()
        try:
            self._run(until, slots)
        except BaseException:
            lanes.stop()
            raise
        finally:
            lanes.close()
            self._outcomes.close()
        if self._error is not None:
            raise self._error

    def _lane(self, lane: str) -> ClusterLane:
        return ClusterLane(
            lane, self._store, self._folders, self._work, self._pause_lane
        )

    def _run(self, until: Callable[[], bool], slots: int | None) -> None:
        """Work on this machine; again when there is work when all slots have ended."""
        while not (self.stopped or until()):
            self._over = _Seldom(until)
            self._run_slots(slots, self._over)

    def _all_stored(self) -> None:
        """Have the slots look whether the job has ended; all others have work."""
        self._over.look_next()
        if self._pool is not None:
            self._pool.rouse()

    def _run_slots(self, slots: int | None, until: Callable[[], bool]) -> None:
        """Work until all slots have ended."""
        self._pool = pool = WorkerPool()
        try:
            if self._in_process:  # in the thread of the caller, who may debug it
                self._man(pool, pool.grow(*self._slots(pool, slots)), until)
            else:
                self._run_crews(pool, slots, until)
        except BaseException:
            self.stop()
            raise
        finally:
            pool.close()
        if self._error is not None:
            raise self._error

    def _run_crews(
        self, pool: WorkerPool, slots: int | None, until: Callable[[], bool]
    ) -> None:
        """Work with as many slots as are wanted, and with more as soon as more are.

        Those there are go on meanwhile: a document may keep one for very long.
        """
        crews: list[threading.Thread] = []
        while not crews or crews[0].is_alive():
            if more := pool.grow(*self._slots(pool, slots)):
                crew = (pool, more, until)
                crews.append(threading.Thread(target=self._man, args=crew, daemon=True))
                crews[-1].start()
            crews[0].join(IDLE_POLL)
        for thread in crews:
            while thread.is_alive():
                thread.join(LONGEST_PAUSE)

    def _man(self, pool: WorkerPool, slots: int, until: Callable[[], bool]) -> None:
        """Be so many of the slots of a pool."""
        from joblib import Parallel, delayed

        from curation_kit.runner.slot_backend import SlotBackend

        # All that look in turn look as often as the computing ones alone would.
        pause = min(IDLE_POLL * pool.slots / pool.width, LONGEST_PAUSE)
        try:
            # Each slot takes its documents itself: joblib would pull as many ahead as
            # there are slots, each time one is free.
            Parallel(n_jobs=slots, backend=SlotBackend())(
                delayed(self._work)(pool, until, LOCAL, pause) for _ in range(slots)
            )
        except Exception as error:  # noqa: BLE001 - raised by `run`
            self._fail(error)

    def stop(self) -> None:
        """Start nothing more and put the documents in flight back.

        Safe in a signal handler: nothing is written here. Who submits a job from now on
        starts another runner.
        """
        self._stopping.set()
        with suppress(OSError):  # what made us stop may be the disk
            self._folders.mark.unlink(missing_ok=True)
        if self._pool is not None:
            self._pool.stop()
        if self._lanes is not None:
            self._lanes.stop()

    def _fail(self, error: Exception) -> None:
        """Stop because of an error, which `run` raises.

        joblib runs the slots in threads of its own: the others would go on.
        """
        self._error = self._error or error
        self.stop()

    def _pause_all(self, reason: str) -> None:
        """Say in the open jobs why they do not go on, if that can be written."""
        with suppress(WorkspaceError):
            for job in self._store.open_jobs():
                self._pause(job.id, reason)

    def _pause_lane(self, lane: str, reason: str) -> None:
        """Say in the open jobs of a cluster why they do not go on."""
        for job in self._store.open_jobs():
            if job.options.lane == lane:
                self._pause(job.id, reason)

    def _pause(self, job_id: str, reason: str) -> None:
        """Pause a job, unless it was cancelled or has ended meanwhile."""
        with suppress(JobError):
            self._store.pause(job_id, reason)

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stopping.is_set()

    def _slots(self, pool: WorkerPool, cpu: int | None) -> tuple[int, int]:
        """Documents that shall compute, and that shall wait for the network, at once.

        No more than there are: each slot has a thread, and a process or a part of one.
        """
        if self._in_process:
            return 1, 0
        most, io = self._store.most_wanted(cores())
        most = cpu or most
        if most > pool.width or io > pool.slots - pool.width:
            # Those of jobs that were stopped keep their slots until they end.
            left = pool.under_way + self._store.left(LOCAL, begun=False)
            most, io = min(most, max(left, 1)), min(io, left)
        return most, io

    def _work(
        self,
        pool: WorkerPool,
        until: Callable[[], bool],
        lane: str,
        pause: float = LONGEST_PAUSE,
    ) -> None:
        """Run documents in a slot's thread, which waits for a process."""
        idle = False
        try:
            while not self._stopping.is_set() and not until():
                claim = None
                if pool.reserve():
                    claim = self._store.claim(pool.width, lane)
                    if claim is None:
                        pool.release(tell=False)
                        self._outcomes.hurry()
                if claim is not None:
                    if idle:  # others need not find out by themselves
                        pool.rouse()
                    idle = False
                    self._run_one(pool, claim)
                elif not self.stopped:
                    idle = True
                    # Not all at the same moment.
                    pool.wait_for_room(pause * random.uniform(0.5, 1.5))  # noqa: S311
            pool.rouse()  # nor that it is over
        except Exception as error:  # noqa: BLE001 - raised by `run`
            self._fail(error)

    def _run_one(self, pool: WorkerPool, claim: Claim) -> None:
        self._outcomes.expect()
        try:
            self._outcomes.put(claim, self._attempts.make(pool, claim))
            if self._in_process:  # one after the other, also in the log
                self._outcomes.wait()
        finally:
            pool.release()


class _Seldom:
    """A condition that is not looked at for every document, but often enough.

    Once it has held for one slot it holds for all.
    """

    def __init__(self, condition: Callable[[], bool]) -> None:
        self._condition = condition
        self._next = 0.0
        self._held = False

    def look_next(self) -> None:
        """Look at it the next time: it may hold by now."""
        self._next = 0.0

    def __call__(self) -> bool:
        now = time.monotonic()
        if now >= self._next and not self._held:
            self._next = now + IDLE_POLL
            if self._condition():  # another slot may have found it so meanwhile
                self._held = True
        return self._held
