"""One batch: what can be read of it, and what can be done with it."""

from __future__ import annotations

import math
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from curation_kit.agents import agents
from curation_kit.documents.document import Document
from curation_kit.errors import CurationKitError, JobError, JobPaused
from curation_kit.flow import Flow
from curation_kit.jobs import LOCAL, Event, JobOptions, Status
from curation_kit.runner import recover, work
from curation_kit.workspace.adding import JobAdding
from curation_kit.workspace.corrected_flow import corrected
from curation_kit.workspace.costs import JobCosts
from curation_kit.workspace.exporting import JobExporting
from curation_kit.workspace.scoring import JobScoring

__all__ = ["Job"]

#: How often a waiting caller looks for news, in seconds; a look takes microseconds.
POLL = 0.01

#: How often one looks that waits for the runner's lock, which takes longer.
LOCK_POLL = 0.05

#: A runner that died is missed at most this late, in seconds.
RUNNER_INTERVAL = 1.0


class Job(JobAdding, JobExporting, JobScoring, JobCosts):
    """One batch: a flow run over documents. A view of the store, never stale."""

    def __repr__(self) -> str:
        try:
            done = self.progress
        except CurationKitError as error:  # deleted, or its workspace is closed
            return f"<Job {self.id}: {error}>"
        return (
            f"<Job {self.id} {self.status}: {done.completed} completed, "
            f"{done.failed} failed, {done.total} in all>"
        )

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """Show the live monitor, by whoever offers one for jobs."""
        from importlib.metadata import entry_points

        with suppress(CurationKitError):  # of a job that is gone, `repr` says so
            for entry in entry_points(group="curation_kit.displays", name="job"):
                bundle: dict[str, Any] = entry.load()(self)
                return bundle
        return {"text/plain": repr(self)}

    def follow(self, after: int = 0) -> Iterator[Event]:
        """Events so far and then live, until the job has ended.

        A paused job has not ended: the iterator waits for it to go on. A
        cancelled one has when the documents in work have stopped too. If its
        runner dies, another one is started.

        Raises
        ------
        JobError
            If the runner cannot work.
        """
        for _ in self._changes():
            ended = self.settled  # asked first: its last event is then read
            for event in self.events(after):
                after = event.seq
                yield event
            if ended:
                return

    def _changes(self, deadline: float = math.inf) -> Iterator[None]:
        """Come back at once, and whenever anybody has written, until a time.

        Meanwhile there is a runner for the job.
        """
        version, looked = None, -math.inf
        while True:
            before, version = version, self._store.data_version()
            if before != version:
                yield
            if (now := time.monotonic()) > deadline:
                return
            if now - looked > RUNNER_INTERVAL:
                looked = now
                self._ensure_runner()
            time.sleep(POLL)

    def _ensure_runner(self) -> None:
        """Start a runner if the job needs one and none is at work.

        For what one that died has left of a cancelled job none is needed.
        """
        row = self.row
        if row.status is Status.CANCELLED:
            self._recover()
        elif row.status in {Status.PENDING, Status.PROCESSING} and not (
            row.options.session_agents
        ):
            self._runner.ensure()

    def run(self) -> Job:
        """Work on the job in this process until it has ended.

        A paused job goes on. When a runner is at work on this workspace, it
        does the job and this waits; a job with agents of this session waits
        for that runner to end.

        Raises
        ------
        JobPaused
            If the job was paused, for instance because the disk is full.
        KeyboardInterrupt
            On Ctrl-C or SIGTERM; the job is then paused and can be resumed.
        """
        missing = set(self.row.options.session_agents) - set(agents())
        if missing:
            raise JobError(
                f"{self.name} needs agents that were registered in another session: "
                f"register {', '.join(sorted(missing))} here first."
            )
        if self.status is Status.PAUSED:
            self._store.resume(self.id)
        lock = self._runner.lock()
        while not self._ended_or_paused():
            try:
                lock.acquire(blocking=False)
            except TimeoutError:
                self._wait_for_runner()
                continue
            with lock.acquire():  # counted: released when the block ends
                lock.release()
                self._work()
        return self._not_paused()

    def _work(self) -> None:
        options = self.row.options
        try:
            stopped = work(
                self._store,
                self._folders,
                until=self._ended_or_paused,
                # For this machine's lane, where other jobs may be.
                slots=options.most_computing if options.lane == LOCAL else None,
                own=self.id,
            )
        except KeyboardInterrupt:  # the second Ctrl-C
            stopped = signal.SIGINT
        interrupt = KeyboardInterrupt()
        if stopped is not None:
            self._interrupted(interrupt, stopped)
        if self._store.has_work():  # submitted by others meanwhile
            self._runner.start()
        if stopped is not None:
            raise interrupt

    def _wait_for_runner(self) -> None:
        try:
            while self._runner.is_alive() and not self._ended_or_paused():
                time.sleep(LOCK_POLL)
        except KeyboardInterrupt as interrupt:
            self._interrupted(interrupt)
            raise

    def _interrupted(
        self, interrupt: KeyboardInterrupt, stopped: signal.Signals = signal.SIGINT
    ) -> None:
        how = (
            "Interrupted with Ctrl-C."
            if stopped == signal.SIGINT
            else f"Its program was told to end ({stopped.name})."
        )
        with suppress(JobError):  # it has just ended
            self._store.pause(self.id, how)
            interrupt.add_note(
                f"{self.name} is paused: ws.jobs.get({self.id!r}).resume() goes on."
            )

    def _not_paused(self) -> Job:
        if self.status is Status.PAUSED:
            raise JobPaused(f"{self.name} is paused: {self.paused_reason}")
        return self

    def _ended_or_paused(self) -> bool:
        status = self.status
        return status.ended or status is Status.PAUSED

    def wait(self, timeout: float | None = None) -> Job:
        """Return when the job has ended.

        Raises
        ------
        TimeoutError
            If it has not ended after `timeout` seconds.
        JobPaused
            If it is paused.
        JobError
            If the runner cannot work, or `timeout` is no number.
        """
        deadline = math.inf if timeout is None else time.monotonic() + _seconds(timeout)
        for _ in self._changes(deadline):
            if self._ended_or_paused():
                return self._not_paused()
        message = f"{self.name} has not ended after {timeout:g} s: {self!r}"
        raise TimeoutError(message)

    def cancel(self) -> None:
        """Cancel: done documents keep their results, pending ones are cancelled.

        A document in flight stops before its next step.

        Raises
        ------
        JobError
            If it has already ended.
        """
        self._store.cancel(self.id)
        self._recover()

    def _recover(self) -> None:
        """Take over what a runner that died has left in work.

        Where one is at work the lock is taken, and it stops cancelled documents itself.
        """
        with suppress(TimeoutError), self._runner.lock().acquire(blocking=False):
            recover(self._store, self._folders, self.id)

    def pause(self, reason: str = "Paused by the user.") -> None:
        """Start no more documents until `resume`.

        Parameters
        ----------
        reason
            Told as `paused_reason`.

        Raises
        ------
        JobError
            If it has already ended.
        """
        self._store.pause(self.id, reason)

    def resume(
        self, *, budget: float | None = None, address: str | None = None
    ) -> None:
        """Go on with a paused job, or with one whose runner died.

        In the detached runner; a job with agents of this session goes on in
        this process, and this returns when it has ended.

        Parameters
        ----------
        budget
            US dollars that its calls to models may cost from now on, those made
            so far included; as before when left out.
        address
            Where the job's cluster is now; as before when left out.

        Raises
        ------
        JobError
            If the job has ended; if it has a budget and a model no price, if
            the budget is spent already or no higher than the one that it was paused
            for, or if the address is none of a cluster.
        """
        if budget is not None:
            budget = JobOptions.of({"budget": budget}).budget
        self.check_budget(budget)
        changed = budget is not None or address is not None
        if changed or self.status not in {Status.PENDING, Status.PROCESSING}:
            self._store.resume(self.id, budget=budget, address=address)
        self._go_on()

    def retry_failed(
        self, flow: Flow | None = None, *, document_id: Document | str | None = None
    ) -> int:
        """Run the failed documents again, from the step that failed.

        Where: see `resume`. Steps that had succeeded are not run again while
        neither the document nor they have changed.

        Parameters
        ----------
        flow
            A corrected flow for these documents; which one an attempt used is
            in `attempts`. Its records must have the columns of the job, of the same
            types.
        document_id
            Only this one of the failed documents: it, its file name, its id, or its
            row of `documents`.

        Returns
        -------
        int
            Number of documents.

        Raises
        ------
        JobError
            If no document has failed, or the flow gives other columns.
        FlowError
            If the flow has problems.
        """
        return self._retry(Status.FAILED, flow, document_id)

    def retry_cancelled(
        self, flow: Flow | None = None, *, document_id: Document | str | None = None
    ) -> int:
        """Run the documents that were cancelled with the job.

        As `retry_failed`, for those that the job was cancelled before; the job is
        open again, and what was done stays.

        Parameters
        ----------
        flow, document_id
            As for `retry_failed`.

        Returns
        -------
        int
            Number of documents.

        Raises
        ------
        JobError
            If no document is cancelled, some are still being cancelled, or the flow
            gives other columns.
        FlowError
            If the flow has problems.
        """
        return self._retry(Status.CANCELLED, flow, document_id)

    def _retry(
        self, status: Status, flow: Flow | None, document: Document | str | None
    ) -> int:
        document_id = None if document is None else self.find_document(document)
        if flow is not None:
            flow = corrected(flow, self, self._folders.workspace)
        if self.progress.processing:
            self._recover()
        count = self._store.retry(self.id, flow, document_id, status=status)
        self._go_on()
        return count

    def _go_on(self) -> None:
        if self.row.options.session_agents:
            self.run()
        else:
            self._runner.call()

    def delete(self) -> None:
        """Delete an ended or paused job with its records and result files.

        Raises
        ------
        JobError
            If it is running, or has documents in work.
        """
        import shutil

        if self.progress.processing:
            self._recover()
        folder = self._folders.results / self.id
        self._store.delete(self.id)
        if folder.exists():
            # Interrupted here, the doctor knows what it is.
            shutil.rmtree(folder.rename(folder.with_name(f".deleted-{self.id}")))


def _seconds(timeout: float) -> float:
    """Give a number of seconds that somebody wants to wait."""
    try:
        seconds = float(timeout)
    except (TypeError, ValueError):
        seconds = math.nan
    if math.isnan(seconds):
        raise JobError(
            f"timeout={timeout!r} must be a number of seconds; leave it out to wait "
            "as long as it takes."
        )
    return seconds
