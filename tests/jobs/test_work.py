"""Any order of events keeps the job store sound."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from pathlib import Path

from batches import fake_flow
from event_log import fold
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
)

import curation_kit as ck
from curation_kit.errors import FailureCategory, JobError
from curation_kit.jobs import Claim, JobOptions, JobStore, Outcome, Status, Suspicion
from curation_kit.records import GeneExpressionRecord, Ledger
from curation_kit.store import Database

#: Which states may follow which, for jobs and for documents.
JOB_MOVES = {
    "pending": {"processing", "paused", "cancelled"},
    "processing": {"paused", "completed", "failed", "cancelled"},
    "paused": {"pending", "processing", "completed", "failed", "cancelled"},
    "completed": {"processing"},
    "failed": {"processing"},
    "cancelled": {"processing"},
}
DOCUMENT_MOVES = {
    "pending": {"processing", "cancelled"},
    "processing": {"pending", "completed", "failed", "cancelled"},
    "completed": set(),
    "failed": {"pending"},
    "cancelled": set(),
}


class Jobs(RuleBasedStateMachine):
    """People and a runner act on a store in any order."""

    jobs = Bundle("jobs")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.database = Database(Path(self.folder.name) / "s")
        self.store = JobStore(self.database)
        self.claims: list[Claim] = []
        self.ended: dict[tuple[str, str], int] = {}
        self.before: dict[tuple[str, str | None], str] = {}
        self.last_seq = 0

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.database.close()
        self.folder.cleanup()

    @rule(target=jobs, count=st.integers(1, 4), n_jobs=st.sampled_from([None, 1, 2]))
    def create(self, count: int, n_jobs: int | None) -> str:
        """Submit a job."""
        documents = [(str(number), f"{number}.pdf") for number in range(count)]
        return self.store.create(
            fake_flow("csv"), documents, options=JobOptions(n_jobs=n_jobs)
        )

    @rule(slots=st.integers(0, 4))
    def claim(self, slots: int) -> None:
        """A slot asks for work."""
        waiting = {
            job.id
            for job in self.store.open_jobs()
            if self.store.counts(job.id)[Status.PENDING]
            and self.store.counts(job.id)[Status.PROCESSING]
            < (job.options.n_jobs or 1 << 30)
        }
        suspects = any(
            row["suspect"] == Suspicion.ALONE
            for job in waiting
            for row in self.store.documents(job, status="pending")
        )
        claim = self.store.claim(slots)
        if any(claim.suspect is Suspicion.ALONE for claim in self.claims):
            assert claim is None
        elif claim is None:
            assert not waiting or (suspects and self.claims)
        if claim is not None:
            assert claim.suspect is not Suspicion.ALONE or not self.claims
            assert claim.job_id in waiting
            assert (claim.job_id, claim.document_id) not in self.ended or (
                self.ended[claim.job_id, claim.document_id] == 0
            )
            self.claims.append(claim)

    def _take(self, data: st.DataObject) -> Claim | None:
        if not self.claims:
            return None
        return self.claims.pop(data.draw(st.integers(0, len(self.claims) - 1)))

    @rule(data=st.data(), step=st.integers(0, 3))
    def step(self, data: st.DataObject, step: int) -> None:
        """A document begins a step."""
        if self.claims:
            claim = data.draw(st.sampled_from(self.claims))
            cancelled = self.store.get(claim.job_id).status is Status.CANCELLED
            assert self.store.may_go_on(claim) is not cancelled
            self.store.steps_started(claim, [(step, time.time())])
            self.store.steps_reused(claim, step)

    @rule(data=st.data(), good=st.booleans())
    def finish(self, data: st.DataObject, *, good: bool) -> None:
        """A document ends."""
        if claim := self._take(data):
            outcome = (
                Outcome.of(
                    Status.COMPLETED,
                    0.1,
                    [GeneExpressionRecord(gene_symbol="a")],
                    Ledger(),
                )
                if good
                else Outcome(
                    status=Status.FAILED,
                    seconds=0.1,
                    step=1,
                    category=FailureCategory.INPUT,
                    message="Blank.",
                )
            )
            self.store.finish(claim, outcome, [])

    @rule(
        data=st.data(), charged=st.booleans(), suspect=st.sampled_from(list(Suspicion))
    )
    def release(
        self, data: st.DataObject, *, charged: bool, suspect: Suspicion
    ) -> None:
        """A worker is lost."""
        if claim := self._take(data):
            self.store.release(claim, "lost", charged=charged, suspect=suspect)

    @rule()
    def recover(self) -> None:
        """The runner is killed and another one starts."""
        assert self.store.recover() == len(self.claims)
        self.claims.clear()

    @rule(job=jobs)
    def cancel(self, job: str) -> None:
        """A person cancels."""
        self._try(lambda: self.store.cancel(job), job, ended=False)

    @rule(job=jobs)
    def pause(self, job: str) -> None:
        """A person pauses."""
        self._try(lambda: self.store.pause(job, "Lunch."), job, ended=False)

    @rule(job=jobs)
    def resume(self, job: str) -> None:
        """A person resumes."""
        paused = self.store.get(job).status is Status.PAUSED
        try:
            self.store.resume(job)
        except JobError:
            assert not paused
        else:
            assert paused

    @rule(job=jobs, flow=st.sampled_from([None, fake_flow("json")]))
    def retry(self, job: str, flow: ck.Flow | None) -> None:
        """A person retries."""
        failed = self.store.counts(job)[Status.FAILED]
        try:
            assert self.store.retry(job, flow) == failed
        except JobError:
            assert not failed

    def _try(self, change, job: str, *, ended: bool) -> None:
        allowed = self.store.get(job).status.ended is ended
        try:
            change()
        except JobError:
            assert not allowed
        else:
            assert allowed

    @invariant()
    def sound(self) -> None:
        """Counts, moves, events and attempts agree."""
        in_flight = Counter(claim.job_id for claim in self.claims)
        for job in self.store.jobs():
            rows = self.store.documents(job.id)
            counts, progress = self.store.counts(job.id), self.store.progress(job.id)
            assert sum(counts.values()) == progress.total == len(rows)
            assert counts[Status.PROCESSING] == in_flight[job.id]
            assert in_flight[job.id] <= (job.options.n_jobs or len(rows))
            assert all(0 <= row["attempts"] <= row["allowed"] for row in rows)
            assert (job.since is not None) == (job.status is Status.PROCESSING)
            assert progress.elapsed >= 0
            assert job.status.ended == (job.ended is not None)
            if job.status in {Status.COMPLETED, Status.FAILED}:
                assert counts[Status.PENDING] == counts[Status.PROCESSING] == 0
                assert (job.status is Status.COMPLETED) == bool(
                    counts[Status.COMPLETED]
                )
            if job.status is Status.CANCELLED:
                assert counts[Status.PENDING] == 0
            folded = fold(
                (row["document_id"] for row in rows), self.store.events(job.id)
            )
            assert folded.pop(None) == job.status
            assert folded == {row["document_id"]: row["status"] for row in rows}
            self._moved((job.id, None), job.status.value, JOB_MOVES)
            for row in rows:
                key = (job.id, row["document_id"])
                self._moved(key, row["status"], DOCUMENT_MOVES)
                assert bool(row["records"]) == (row["status"] == "completed")
                assert (row["message"] is not None) == (row["status"] == "failed")
            assert len(self.store.records(job.id)) == counts[Status.COMPLETED]
            open_attempts = [
                row for row in self.store.attempts(job.id) if row["ended"] is None
            ]
            assert len(open_attempts) == in_flight[job.id]

    def _moved(
        self, key: tuple[str, str | None], now: str, moves: dict[str, set[str]]
    ) -> None:
        before = self.before.get(key, now)
        if now != before:
            # One call may make two moves, the second of which ends the job.
            reached = moves[before] | set().union(*(moves[m] for m in moves[before]))
            assert now in (reached if key[1] is None else moves[before])
        self.before[key] = now


TestJobs = Jobs.TestCase
TestJobs.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
