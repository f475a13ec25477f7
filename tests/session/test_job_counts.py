from __future__ import annotations

import random
from collections.abc import Iterator
from typing import ClassVar

import pytest
from batches import add_papers, fake_flow
from large import finish_documents

import curation_kit as ck
from curation_kit.jobs import Review
from curation_kit.records import Verdict
from curation_kit.session.job_counts import JobCounts


def same(counts: JobCounts, job: ck.Job) -> None:
    """What was followed is what is counted anew."""
    counts.look(job.row)
    assert counts.records == job.total_records
    assert counts.seq == job.last_seq()
    followed, stored = counts.progress, job.progress
    for name in ("total", "pending", "processing", "completed", "failed", "cancelled"):
        assert getattr(followed, name) == getattr(stored, name), name
    assert (followed.rate is None) == (stored.rate is None)
    assert (followed.eta is None) == (stored.eta is None)
    assert followed.elapsed == pytest.approx(stored.elapsed, abs=1.0)


@pytest.fixture
def job(workspace: ck.Workspace, fakes: None) -> ck.Job:
    """A job that nobody works on."""
    assert fakes is None
    return workspace.create(fake_flow("csv"), add_papers(workspace, *["ok"] * 120))


def test_follows_the_log(workspace: ck.Workspace, job: ck.Job) -> None:
    """Documents that start, end, fail, go back; pauses, a cancel and a retry."""
    counts, chance = JobCounts(job), random.Random(7)  # noqa: S311 - only varied
    store = workspace._store
    for _ in range(20):
        finish_documents(store, chance.randrange(5), records=3)
        same(counts, job)
        claim = store.claim()
        assert claim is not None
        same(counts, job)
        store.release(claim, "lost", charged=False)
        same(counts, job)
    document_id, number = job.all_keys()[0]
    record = job.record(document_id, number).model_copy(update={"review": "added"})
    added = store.add_record(
        job.id, document_id, record.model_dump_json(), Review(Verdict.ADDED)
    )
    same(counts, job)
    store.withdraw_review(job.id, document_id, added, reviewer="Ann")
    same(counts, job)
    finish_documents(store, 50)
    assert job.progress.failed == 1
    job.pause()
    same(counts, job)
    store.resume(job.id)
    same(counts, job)
    job.cancel()
    same(counts, job)
    assert counts.progress.pending == 0
    store.retry(job.id)
    same(counts, job)


def test_counts_all_but_seldom(
    job: ck.Job, workspace: ck.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a look costs does not grow with the number of documents."""
    counts = JobCounts(job)
    counted: list[str] = []
    number = type(workspace._store).progress
    monkeypatch.setattr(
        type(workspace._store),
        "progress",
        lambda store, job_id: counted.append(job_id) or number(store, job_id),
    )
    for _ in range(10):
        finish_documents(workspace._store, 1)
        counts.look(job.row)
    assert counted == []
    counts._due = 0.0
    counts.look(job.row)
    assert counted == [job.id]


def test_tells_of_services_that_do_not_answer(
    workspace: ck.Workspace, job: ck.Job
) -> None:
    """Whether the page was open before or not; until they answer, or the job pauses."""
    store, early = workspace._store, JobCounts(job)

    def told(kind: str, **data: str) -> list[dict[str, str]]:
        store.service_told([job.id], kind, **data)
        early.look(job.row)
        return [dict(early.waiting), JobCounts(job).waiting]

    assert told("service_waiting", service="a", text="A?") == [{"a": "A?"}] * 2
    both = {"a": "A?", "": "None."}
    assert told("cluster_waiting", text="None.") == [both] * 2
    assert told("service_answers", service="a", text="A.") == [{"": "None."}] * 2
    job.pause()
    early.look(job.row)
    assert early.waiting == {}


def test_a_new_runner_has_not_waited(workspace: ck.Workspace, job: ck.Job) -> None:
    """It tells anew of what does not answer; of what does it tells nothing."""
    store, early = workspace._store, JobCounts(job)
    assert store.claim() is not None
    store.service_told([job.id], "service_waiting", service="a", text="A?")
    same(early, job)
    assert early.waiting == JobCounts(job).waiting == {"a": "A?"}

    store.recover()

    same(early, job)
    assert early.waiting == JobCounts(job).waiting == {}


class BusyJob(ck.Job):
    """Its log goes on while its records are counted."""

    @property
    def total_records(self) -> int:
        """Its number of records, after a service has stopped to answer."""
        self._store.service_told([self.id], "service_waiting", service="a", text="A?")
        return super().total_records


def test_hears_what_happens_while_all_is_counted(job: ck.Job) -> None:
    """A service that stops to answer then is told of at the next look."""
    busy = BusyJob(job.id, store=job._store, folders=job._folders, runner=job._runner)
    counts = JobCounts(busy)
    counts.look(job.row)
    assert counts.waiting == {"a": "A?"}


class ReadJob(ck.Job):
    """It notes which of its events are read."""

    read: ClassVar[list[int]] = []

    def events(self, after: int = 0) -> Iterator[ck.Event]:
        """Its events, as ever."""
        for event in super().events(after):
            self.read.append(event.seq)
            yield event


def test_reads_no_event_twice(workspace: ck.Workspace, job: ck.Job) -> None:
    """Not even when the job pauses or ends after very many documents."""
    read = ReadJob(job.id, store=job._store, folders=job._folders, runner=job._runner)
    counts = JobCounts(read)
    for _ in range(10):
        finish_documents(workspace._store, 10)
        counts.look(job.row)
    read.read.clear()
    job.pause()
    counts.look(job.row)
    counts._due = 0.0
    counts.look(job.row)
    assert read.read == [job.last_seq()]
