"""What the page of one job shows, kept up to date while the job runs."""

from __future__ import annotations

import threading
import time
from typing import Any

from traitlets import Dict, HasTraits, Unicode, observe

from curation_kit.errors import JobError, NotFound
from curation_kit.jobs import JobRow, whole_seconds
from curation_kit.session.follower import Follower
from curation_kit.session.job_completeness import CompletenessTable
from curation_kit.session.job_costs import costs_of
from curation_kit.session.job_counts import JobCounts
from curation_kit.session.job_documents import DocumentTable
from curation_kit.session.job_log import EventLog
from curation_kit.session.job_part import JobPart
from curation_kit.session.job_records import RecordTable
from curation_kit.session.job_score import JobScore
from curation_kit.session.job_settings import JobSettings
from curation_kit.session.job_totals import FollowedTotals
from curation_kit.workspace import Job, Workspace

__all__ = [
    "COMPLETENESS",
    "DOCUMENTS",
    "LOG",
    "RESULTS",
    "SCORE",
    "SETTINGS",
    "JobView",
]

DOCUMENTS, RESULTS, LOG, SETTINGS = "documents", "results", "log", "settings"
COMPLETENESS, SCORE = "completeness", "score"

#: Shortest time between two looks at a job, in seconds: with the runner's 20 ms an
#: event is on its way to the browser within 150 ms, and all that changes stays below
#: ten messages per second.
INTERVAL = 0.11

#: How often it is looked whether a runner is at work, in seconds.
RUNNER_LOOKED_AT = 2.0

#: Costs are added up at most this often, in seconds.
COUNTED_EVERY = 2.0

#: A job with work and no runner for so long is told to stand still, in seconds: a
#: new runner needs a few to start.
STANDS_STILL = 12.0


class JobView(HasTraits):
    """One job as its page shows it.

    Attributes
    ----------
    monitor : dict
        Name, status, counts, ``evidence`` (records by verification, and
        those to ``check``), ``costs`` (see `costs_of`), rate, time left, and
        what it is ``waiting`` for, whether it is paused ``over_budget``; empty when
        no job is open.
        ``gone`` is true once it was deleted. Plain JSON values.
    offers : dict
        What can be done with it: ``id``, ``status``, ``over_budget`` and ``gone`` as
        above, and whether there is something to ``retry`` (failed), to
        ``retry_cancelled`` and to ``download``, and whether there are ``records``, and
        ``reviewed`` ones. It seldom changes.
    tab : str
        Part of the page on screen: ``documents``, ``results``,
        ``completeness``, ``score``, ``log`` or ``settings``; only this one is
        kept up to date.
    error : str
        Why the view could not be kept up to date; empty when it is.
    documents : DocumentTable
    records : RecordTable
    completeness : CompletenessTable
    score : JobScore
    log : EventLog
    settings : JobSettings
        The parts.

    Parameters
    ----------
    job
        The job to show, none when left out.
    workspace
        Where gold tables and other jobs are.
    """

    monitor = Dict()
    offers = Dict()
    tab = Unicode(DOCUMENTS)
    error = Unicode()

    def __init__(
        self, job: Job | None = None, *, workspace: Workspace | None = None
    ) -> None:
        super().__init__()
        self.job: Job | None = None
        self.documents = DocumentTable()
        self.records = RecordTable(self._failed, self._mended)
        self.completeness = CompletenessTable()
        self.score = JobScore(workspace)
        self.log = EventLog()
        self.settings = JobSettings()
        self._parts: dict[str, JobPart] = {
            DOCUMENTS: self.documents,
            RESULTS: self.records,
            COMPLETENESS: self.completeness,
            SCORE: self.score,
            LOG: self.log,
            SETTINGS: self.settings,
        }
        self._lock = threading.RLock()
        self._seq = 0
        self._follower = Follower(
            self._look, self._failed, self._mended, interval=INTERVAL
        )
        if job is not None:
            self.open(job)

    def open(self, job: Job, tab: str = "") -> None:
        """Show a job, and follow it until it has ended.

        Parameters
        ----------
        tab
            Part of the page to begin with; the first one if there is none of
            this name.
        """
        with self._lock:
            self.job = job
            self._counts = JobCounts(job)
            self.documents.counts = self.records.counts = self._counts
            self._totals = self.completeness.totals = FollowedTotals(job)
            self._runner_seen = time.monotonic()
            self._runner_due = 0.0
            self._costs: tuple[float, dict[str, Any]] = (0.0, {})
            self.error = ""
            self.tab = tab if tab in self._parts else DOCUMENTS
            for part in self._parts.values():
                part.close()
                part.open(job)
            self.refresh()
        self.follow()

    def opened(self) -> Job:
        """Give the job on screen.

        Raises
        ------
        JobError
            If there is none.
        NotFound
            If it was deleted meanwhile.
        """
        job = self.job
        if job is None:
            raise JobError("No job is open: choose one from Your Batch Jobs.")
        try:
            job.check_there()
        except NotFound:
            with self._lock:
                self._gone()
            raise NotFound("This job was deleted in another window.") from None
        return job

    def close(self) -> None:
        """Show no job."""
        with self._lock:
            self._follower.stop()
            self.job = None
            self.monitor = {}
            for part in self._parts.values():
                part.close()

    def follow(self) -> None:
        """Keep the view up to date from a thread, as long as the job can change."""
        with self._lock:
            try:
                follows = self.job is not None and not self.job.settled
            except NotFound:
                self._gone()
                return
            if follows:
                self._follower.start()
            elif self.job is not None and self.job.last_seq() != self._seq:
                self._show(at_once=True)  # reviewed elsewhere

    def join(self, timeout: float | None = None) -> None:
        """Wait until the view follows no more."""
        self._follower.join(timeout)

    def show_tab(self, tab: str) -> None:
        """Turn to a part of the page."""
        if tab not in self._parts:
            raise JobError(f"The page of a job has no part {tab!r}.")
        with self._lock:
            self.tab = tab
            self.refresh()

    def show_to_check(self) -> None:
        """Turn to the records that the flow asks to be looked at."""
        self.records.show(filters={"review": ["is", "check"]})
        self.show_tab(RESULTS)

    def show_log(self, search: str) -> None:
        """Turn to the log of the documents whose names have these words."""
        self.log.show(search)
        self.show_tab(LOG)

    @property
    def reviews(self) -> dict[str, int]:
        """Number of records by verdict; after `refresh` with those given just now."""
        return self._counts.reviews

    def refresh(self) -> None:
        """Look at the store and show what is there now."""
        with self._lock:
            self._show(at_once=True)

    def _show(self, *, at_once: bool) -> bool:
        """Show what is there now; say whether anything is still to come."""
        if self.job is None:
            return False
        try:
            row = self.job.row  # first: once it has ended, its last change is shown
            settled = row.status.ended and not self.job.progress.processing
            at_once = at_once or settled
            self._counts.look(row)
            self._totals.look()
            self.monitor = self._monitor(self.job, row, at_once=at_once)
            part = self._parts[self.tab]
            (part.refresh if at_once else part.look)()
            self._seq = self._counts.seq
        except NotFound:
            self._gone()
            return False
        return not settled

    @observe("monitor")
    def _offered(self, _: object) -> None:
        shown = self.monitor
        counts = shown.get("counts", {})
        stops = shown.get("status") == "cancelled" and counts["processing"] > 0
        self.offers = {
            "id": shown.get("id", ""),
            "status": shown.get("status", ""),
            "gone": shown.get("gone", False),
            "over_budget": shown.get("over_budget", False),
            "retry": counts.get("failed", 0) > 0 and not stops,
            "retry_cancelled": counts.get("cancelled", 0) > 0 and not stops,
            "download": counts.get("completed", 0) > 0,
            "records": shown.get("records", 0) > 0,
            "reviewed": shown.get("reviewed", 0) > 0,
        }

    def _gone(self) -> None:
        """Tell that the job was deleted, here or elsewhere, and show nothing of it."""
        for part in self._parts.values():
            part.close()
        if self.monitor:
            self.monitor = {**self.monitor, "gone": True}

    def _look(self) -> bool:
        with self._lock:
            return not self.monitor.get("gone") and self._show(at_once=False)

    def _failed(self, error: Exception) -> None:
        self.error = (
            f"This page is no longer up to date: {error} If this stays, reload it."
        )

    def _mended(self) -> None:
        self.error = ""

    def _monitor(self, job: Job, row: JobRow, *, at_once: bool) -> dict[str, Any]:
        progress = self._counts.progress
        return {
            "id": row.id,
            "name": row.name,
            "flow": row.flow.name,
            "status": row.status.value,
            "reason": row.reason or "",
            "over_budget": row.over_budget,
            "created": row.created,
            "ended": row.ended,
            "counts": {
                "": progress.total,
                "pending": progress.pending,
                "processing": progress.processing,
                "completed": progress.completed,
                "failed": progress.failed,
                "cancelled": progress.cancelled,
            },
            "records": self._counts.records,
            "reviewed": sum(self._counts.reviews.values()),
            **self._supported(),
            "costs": self._spent(job, at_once=at_once),
            "fraction": progress.fraction,
            "elapsed": whole_seconds(progress.elapsed),
            "rate": progress.rate,
            "eta": None if progress.eta is None else int(progress.eta) + 1,
            "waiting": [*self._counts.waiting.values()],
            "stands_still": self._stands_still(job),
        }

    def _supported(self) -> dict[str, Any]:
        """Number of records by verification, those to check, names not told of."""
        sums = self._totals.now.ledger
        return {
            "evidence": {
                **sums.verification,
                "check": max(sums.flagged - self._counts.checked, 0),
            },
            "unresolved": sums.unresolved(),
        }

    def _spent(self, job: Job, *, at_once: bool) -> dict[str, Any]:
        """What the job has cost; calls change it without an event."""
        due, costs = self._costs
        now = time.monotonic()
        if at_once or now >= due:
            costs = costs_of(job)
            due = now + max(COUNTED_EVERY, 10 * (time.monotonic() - now))
            self._costs = (due, costs)
        return costs

    def _stands_still(self, job: Job) -> bool:
        """Whether there is work and has been no runner for a while."""
        now = time.monotonic()
        if now >= self._runner_due:
            self._runner_due = now + RUNNER_LOOKED_AT
            if job.settled or job.paused_reason is not None or job.has_runner:
                self._runner_seen = now
        return now - self._runner_seen > STANDS_STILL
