from __future__ import annotations

import time
from pathlib import Path

import pytest
from batches import fake_flow
from event_log import fold

from curation_kit.errors import FailureCategory, JobError, NotFound
from curation_kit.jobs import JobOptions, JobStore, Outcome, Status, Suspicion
from curation_kit.records import GeneExpressionRecord, Ledger
from curation_kit.store import Database

DONE = Outcome.of(
    Status.COMPLETED,
    0.5,
    [GeneExpressionRecord(gene_symbol="a"), GeneExpressionRecord(gene_symbol="b")],
    Ledger(pages=3),
)
FAILED = Outcome(
    status=Status.FAILED,
    seconds=0.1,
    step=1,
    category=FailureCategory.INPUT,
    message="Blank.",
    hint="Scan it.",
)
FILES = [{"step": 3, "name": "x.csv", "size": 1, "sha256": "0"}]


@pytest.fixture
def store(tmp_path: Path):
    """An empty job store."""
    database = Database(tmp_path / "s")
    yield JobStore(database)
    database.close()


def create(store: JobStore, *names: str, **options: object) -> str:
    """Make a job whose documents have one-letter ids."""
    return store.create(
        fake_flow("csv"),
        [(name, f"{name}.pdf") for name in names],
        name=str(options.pop("name", "Job")),
        options=JobOptions.model_validate(options),
    )


def run(store: JobStore, *outcomes: Outcome) -> None:
    """Claim and finish as many documents as there are outcomes."""
    for outcome in outcomes:
        claim = store.claim()
        assert claim is not None
        store.finish(claim, outcome, FILES if outcome is DONE else [])


def states(store: JobStore, job_id: str) -> list[str]:
    """Status of the job, then of each document."""
    return [store.get(job_id).status, *(r["status"] for r in store.documents(job_id))]


def types(store: JobStore, job_id: str) -> list[str]:
    """Types of the job's events."""
    return [event.type for event in store.events(job_id)]


def test_a_job_keeps_a_copy_of_its_flow_and_options(store: JobStore) -> None:
    """Later changes of the flow do not touch it."""
    flow = fake_flow("csv")
    job_id = store.create(flow, [("a", "a.pdf")], options=JobOptions(n_jobs=2))
    flow.steps.clear()

    job = store.get(job_id)

    assert (len(job.flow.steps), job.options.n_jobs) == (4, 2)
    assert (job.status, job.started, job.ended) == (Status.PENDING, None, None)
    assert job.name.startswith("Fake · 1 document · ")


def test_a_job_needs_documents_and_counts_each_once(store: JobStore) -> None:
    """An empty batch is refused; a document given twice is run once."""
    with pytest.raises(JobError, match="at least one document"):
        create(store)

    assert len(store.documents(create(store, "a", "a", "b"))) == 2


@pytest.mark.parametrize("name", ["last", " last\n", "20261130-101112-0a1b2c"])
def test_a_job_is_not_named_as_another_one_is_meant(store: JobStore, name: str) -> None:
    """By that name one would get the newest job, or one of that id."""
    with pytest.raises(JobError, match="cannot have the name"):
        store.create(fake_flow("csv"), [("a", "a.pdf")], name=name)


def test_a_job_is_found_by_a_unique_part_of_its_id(store: JobStore) -> None:
    """Start or end of it; what is unknown or ambiguous is said."""
    one, two = create(store, "a"), create(store, "a")

    assert store.get(one[-6:]).id == one
    with pytest.raises(NotFound, match="More than one"):
        store.get(one[:8])
    for unknown in ("%", "ffffffff", "", two[:3]):
        with pytest.raises(NotFound, match="no job"):
            store.get(unknown)
    with pytest.raises(NotFound, match="no job"):
        store.progress("nothing")
    assert [job.id for job in store.jobs()] in ([two, one], [one, two])


def test_a_job_is_found_by_its_name(store: JobStore) -> None:
    """If no other has it; the error then has the ids."""
    one = create(store, "a", name="First batch")
    create(store, "a", name="Second batch")
    assert store.get("First batch").id == one
    two = create(store, "a", name="First batch")
    with pytest.raises(NotFound, match="one of the ids") as refused:
        store.get("First batch")
    assert one in str(refused.value)
    assert two in str(refused.value)


def test_a_job_goes_from_pending_to_completed(store: JobStore) -> None:
    """Each change has its event; records and files belong to their document."""
    job_id = create(store, "a", "b")

    run(store, DONE, FAILED)

    assert states(store, job_id) == ["completed", "completed", "failed"]
    assert types(store, job_id) == [
        "job_created",
        "job_started",
        "document_started",
        "step_started",
        "document_completed",
        "document_started",
        "step_started",
        "document_failed",
        "job_completed",
    ]
    done, failed = store.documents(job_id)
    assert (done["records"], done["seconds"], done["step"]) == (2, 0.5, None)
    assert (failed["step"], failed["category"]) == (1, "input")
    assert (failed["message"], failed["hint"]) == ("Blank.", "Scan it.")
    assert [row["document_id"] for row in store.records(job_id)] == ["a", "a"]
    assert [row["name"] for row in store.result_files(job_id)] == ["x.csv"]
    assert [row["outcome"] for row in store.attempts(job_id)] == ["completed", "failed"]
    [told] = [
        event for event in store.events(job_id) if event.type == "document_failed"
    ]
    assert told.data["message"] == "Blank."


def test_a_job_whose_documents_all_fail_has_failed(store: JobStore) -> None:
    """It says so."""
    job_id = create(store, "a")

    run(store, FAILED)

    assert store.get(job_id).status is Status.FAILED
    assert store.get(job_id).reason == "Every document failed."


def test_a_worker_that_died_leaves_the_step_it_was_at(store: JobStore) -> None:
    """Nobody else knows it."""
    job_id = create(store, "a")
    claim = store.claim()
    assert claim is not None
    assert store.documents(job_id)[0]["step"] == 0
    store.steps_started(claim, [(1, time.time())])

    store.finish(
        claim,
        Outcome(status=Status.FAILED, seconds=1, category=FailureCategory.CRASHED),
        [],
    )

    assert store.documents(job_id)[0]["step"] == 1


def test_jobs_take_turns(store: JobStore) -> None:
    """Two long ones get every other slot."""
    one = create(store, *"abcd")
    two = create(store, *"abcd")

    taken = [claim.job_id for _ in range(4) if (claim := store.claim())]

    assert taken == [one, two, one, two]


def test_the_last_documents_of_a_job_go_first(store: JobStore) -> None:
    """A short job behind a long one is done in about the time it takes alone."""
    long = create(store, *"abcdefgh")
    claims = [store.claim(slots=2), store.claim(slots=2)]
    short = create(store, "x", "y", "z")
    assert all(claims)

    taken = [claim.job_id for _ in range(5) if (claim := store.claim(slots=2))]

    assert taken == [short, short, short, long, long]


def test_a_slot_that_comes_free_goes_to_the_job_with_the_fewest_in_flight(
    store: JobStore,
) -> None:
    """A job that came late does not wait for the early one to end."""
    long = create(store, *"abcdefgh")
    claims = [store.claim(), store.claim()]
    short = create(store, "x", "y")
    assert claims[0] is not None

    store.finish(claims[0], DONE, [])

    claim = store.claim()
    assert claim is not None
    assert (claim.job_id, store.counts(long)[Status.PROCESSING]) == (short, 1)


@pytest.mark.parametrize(
    ("options", "most"),
    [({"n_jobs": 2}, 2), ({"backend": "sequential", "n_jobs": 3}, 1), ({}, 4)],
)
def test_a_job_has_no_more_in_flight_than_it_asks_for(
    store: JobStore, options: dict[str, object], most: int
) -> None:
    """The slots left are for others."""
    create(store, *"abcd", **options)

    assert sum(store.claim() is not None for _ in range(6)) == most


def test_a_document_that_is_being_stored_keeps_no_slot(store: JobStore) -> None:
    """It is in flight until then, and a job has one more, but not two."""
    create(store, "a.pdf", "b.pdf", "c.pdf", n_jobs=1)
    first = store.claim()
    assert first is not None
    assert store.claim() is None

    store.set_down(first)
    second = store.claim()

    assert second is not None
    assert store.claim() is None
    assert len(store.in_flight()) == 2
    store.finish(first, Outcome(status=Status.COMPLETED, seconds=0.1), [])
    assert store.claim() is None
    store.set_down(second)
    store.release(second, "its worker was lost", charged=False)
    third = store.claim()
    assert third is not None
    assert third.document_id == second.document_id
    assert store.claim() is None


def test_a_document_that_was_done_before_the_cancel_stays_done(
    store: JobStore,
) -> None:
    """Also when its outcome is stored after that; one that was not is cancelled."""
    job_id = create(store, "a.pdf", "b.pdf", "c.pdf")
    done, running = store.claim(), store.claim()
    assert done is not None
    assert running is not None
    store.set_down(done)

    store.cancel(job_id)
    store.set_down(running)
    store.finish(running, DONE, FILES)
    store.finish(done, DONE, FILES)

    assert states(store, job_id) == ["cancelled", "completed", "cancelled", "cancelled"]


def test_cancelling_ends_what_waits_and_stops_what_runs(store: JobStore) -> None:
    """Done documents keep their results; the one in flight becomes cancelled."""
    job_id = create(store, "a", "b", "c")
    run(store, DONE)
    claim = store.claim()
    assert claim is not None

    store.cancel(job_id)

    assert states(store, job_id) == [
        "cancelled",
        "completed",
        "processing",
        "cancelled",
    ]
    assert not store.may_go_on(claim)
    store.finish(claim, DONE, FILES)
    assert states(store, job_id) == ["cancelled", "completed", "cancelled", "cancelled"]
    assert len(store.records(job_id)) == 2
    assert store.claim() is None
    with pytest.raises(JobError, match="already ended"):
        store.cancel(job_id)


def test_a_document_that_fails_after_the_cancel_is_cancelled(store: JobStore) -> None:
    """It shows no error."""
    job_id = create(store, "a")
    claim = store.claim()
    assert claim is not None
    store.cancel(job_id)

    store.finish(claim, FAILED, [])

    [row] = store.documents(job_id)
    assert (row["status"], row["category"], row["message"]) == ("cancelled", None, None)


def test_a_paused_job_gives_no_documents_until_resumed(store: JobStore) -> None:
    """Its reason is kept while it is paused."""
    job_id = create(store, "a", "b")
    run(store, DONE)

    store.pause(job_id, "Lunch.")
    store.pause(job_id, "Second lunch.")

    assert (store.get(job_id).status, store.get(job_id).reason) == ("paused", "Lunch.")
    assert store.claim() is None
    store.resume(job_id)
    assert store.get(job_id).reason is None
    run(store, DONE)
    assert store.get(job_id).status is Status.COMPLETED
    for change in (store.resume, lambda job: store.pause(job, "x")):
        with pytest.raises(JobError, match=r"not paused|already ended"):
            change(job_id)


def test_a_job_paused_before_it_began_begins_when_resumed(store: JobStore) -> None:
    """Its time starts with its first document."""
    job_id = create(store, "a")
    store.pause(job_id, "Not yet.")

    store.resume(job_id)

    assert store.get(job_id).status is Status.PENDING
    run(store, DONE)
    assert "job_started" in types(store, job_id)
    assert store.get(job_id).started is not None


def test_a_job_is_resumed_on_a_cluster_that_has_moved(store: JobStore) -> None:
    """An address that cannot be one changes nothing."""
    job_id = create(store, "a", backend="dask", address="tcp://wrong:1", n_jobs=3)
    store.pause(job_id, "Nobody answers.")

    with pytest.raises(JobError, match="dask needs"):
        store.resume(job_id, address="nowhere")
    assert store.get(job_id).status is Status.PAUSED
    store.resume(job_id, address="tcp://right:2")

    resumed = store.get(job_id)
    assert resumed.status is Status.PENDING
    assert resumed.options.lane == "dask tcp://right:2"
    assert resumed.options.n_jobs == 3
    assert store.claim(1, resumed.options.lane) is not None


def test_a_paused_job_ends_when_its_last_document_in_flight_ends(
    store: JobStore,
) -> None:
    """There is nothing to resume."""
    job_id = create(store, "a")
    claim = store.claim()
    assert claim is not None
    store.pause(job_id, "Lunch.")

    store.finish(claim, DONE, [])

    assert store.get(job_id).status is Status.COMPLETED


def test_failed_documents_can_be_tried_again(store: JobStore) -> None:
    """Only they; earlier attempts are kept; the job is open again."""
    job_id = create(store, "a", "b")
    run(store, DONE, FAILED)

    assert store.retry(job_id) == 1

    assert states(store, job_id) == ["processing", "completed", "pending"]
    assert store.documents(job_id)[1]["message"] is None
    run(store, DONE)
    assert states(store, job_id) == ["completed", "completed", "completed"]
    numbers = [(r["document_id"], r["number"]) for r in store.attempts(job_id)]
    assert numbers == [("a", 1), ("b", 1), ("b", 2)]
    with pytest.raises(JobError, match="no failed documents"):
        store.retry(job_id)


def test_failed_documents_of_a_cancelled_job_can_be_tried_again(
    store: JobStore,
) -> None:
    """The cancelled ones stay cancelled."""
    job_id = create(store, "a", "b")
    run(store, FAILED)
    store.cancel(job_id)

    store.retry(job_id)
    run(store, DONE)

    assert states(store, job_id) == ["completed", "completed", "cancelled"]


def test_cancelled_documents_can_be_run_after_all(store: JobStore) -> None:
    """Only they; the job is open again, and its log tells the same."""
    job_id = create(store, "a", "b", "c")
    run(store, DONE, FAILED)
    store.cancel(job_id)

    assert store.retry(job_id, status=Status.CANCELLED) == 1

    assert states(store, job_id) == ["processing", "completed", "failed", "pending"]
    run(store, DONE)
    assert states(store, job_id) == ["completed", "completed", "failed", "completed"]
    told = fold("abc", store.events(job_id))
    assert list(told.values()) == ["completed", "failed", "completed", "completed"]
    with pytest.raises(JobError, match=r"no cancelled .*1 failed.*retry_failed\(\)"):
        store.retry(job_id, status=Status.CANCELLED)


def test_cancelled_documents_are_named_where_one_looks_for_them(
    store: JobStore,
) -> None:
    """Who resumes or retries a cancelled job learns what runs its documents."""
    job_id = create(store, "a")
    store.cancel(job_id)
    for attempt in (store.resume, store.retry):
        with pytest.raises(JobError, match=f"retry {job_id} --cancelled"):
            attempt(job_id)


def test_a_retry_waits_for_documents_that_are_being_cancelled(store: JobStore) -> None:
    """Else they would be cancelled in the job that was opened again."""
    job_id = create(store, "a", "b")
    claim = store.claim()
    assert claim is not None
    store.cancel(job_id)
    with pytest.raises(JobError, match="when they have stopped"):
        store.retry(job_id, status=Status.CANCELLED)

    store.finish(claim, DONE, [])

    assert store.retry(job_id, status=Status.CANCELLED) == 2


def test_a_job_with_cancelled_documents_does_not_say_that_all_failed(
    store: JobStore,
) -> None:
    """They did not."""
    job_id = create(store, "a", "b")
    run(store, FAILED)
    store.cancel(job_id)
    store.retry(job_id)
    run(store, FAILED)
    assert store.get(job_id).reason == "No document completed."


def test_a_document_left_in_flight_is_started_three_times_at_most(
    store: JobStore,
) -> None:
    """Then it counts as crashed, with what happened."""
    job_id = create(store, "a")
    for _ in range(3):
        assert store.claim() is not None
        assert store.recover() == 1

    assert states(store, job_id) == ["failed", "failed"]
    [row] = store.documents(job_id)
    assert (row["category"], row["attempts"]) == ("crashed", 3)
    assert row["message"].startswith("Started 3 times and never finished")
    assert [r["outcome"] for r in store.attempts(job_id)] == ["lost"] * 3
    [told] = [
        event for event in store.events(job_id) if event.type == "document_failed"
    ]
    assert (told.data["category"], told.data["hint"]) == ("crashed", row["hint"])


def test_a_suspect_runs_alone(store: JobStore) -> None:
    """It waits until nothing is in flight, and nothing else is started beside it."""
    job_id = create(store, "a", "b")
    other = create(store, "x")
    claim = store.claim()
    assert claim is not None
    store.release(claim, "killed", charged=True, suspect=Suspicion.ALONE)

    taken = [store.claim(), store.claim(), store.claim()]

    assert [c and c.document_id for c in taken] == ["x", "b", None]
    for neighbour in taken[:2]:
        store.finish(neighbour, DONE, [])
    alone = store.claim()
    assert alone is not None
    late = create(store, "y")
    assert (alone.job_id, alone.suspect) == (job_id, Suspicion.ALONE)
    assert store.claim() is None
    store.finish(alone, DONE, [])
    assert [store.get(job).status for job in (job_id, other)] == ["completed"] * 2
    assert [store.claim().job_id, store.claim()] == [late, None]  # type: ignore[union-attr]


def test_a_document_lost_with_its_runner_twice_is_a_suspect(store: JobStore) -> None:
    """Once may be chance."""
    create(store, "a")

    seen = []
    for _ in range(3):
        claim = store.claim()
        assert claim is not None
        seen.append(claim.suspect)
        store.recover()

    assert seen == [Suspicion.NONE, Suspicion.NONE, Suspicion.ALONE]


def test_a_corrected_flow_is_used_for_the_failed_documents_only(
    store: JobStore,
) -> None:
    """Which attempt used which is on record; the job keeps its own copy."""
    job_id = create(store, "a", "b")
    run(store, DONE, FAILED)
    corrected = fake_flow("json")

    store.retry(job_id, corrected)

    claim = store.claim()
    assert claim is not None
    assert claim.flow == corrected
    assert store.get(job_id).flow == fake_flow("csv")
    assert store.flows(job_id) == [fake_flow("csv"), corrected]
    rows = store.attempts(job_id)
    assert [(r["name"], r["number"], r["flow"]) for r in rows] == [
        ("a.pdf", 1, 0),
        ("b.pdf", 1, 0),
        ("b.pdf", 2, 1),
    ]


def test_a_retry_gives_three_more_attempts(store: JobStore) -> None:
    """All attempts count on."""
    job_id = create(store, "a")
    run(store, FAILED)
    store.retry(job_id)
    for _ in range(2):
        store.claim()
        store.recover()
    assert states(store, job_id) == ["processing", "pending"]

    run(store, DONE)

    [row] = store.documents(job_id)
    assert (row["status"], row["attempts"]) == ("completed", 4)
    assert [r["outcome"] for r in store.attempts(job_id)] == [
        "failed",
        "lost",
        "lost",
        "completed",
    ]


def test_the_clock_of_a_job_stands_still_while_it_does(store: JobStore) -> None:
    """Pauses, the time before a retry and that after a crash do not count."""
    job_id = create(store, "a", "b")
    later = store.database.execute
    run(store, FAILED)
    store.pause(job_id, "Night.")
    worked = store.progress(job_id).elapsed
    assert store.progress(job_id).elapsed == worked
    store.resume(job_id)
    assert store.claim() is not None
    # The runner dies, and nobody looks for a year.
    year = 365 * 86400
    later("UPDATE jobs SET since = since - ?", (year,))
    later("UPDATE events SET time = time - ?", (year,))

    store.recover()

    assert store.progress(job_id).elapsed < 60
    run(store, DONE)
    ended = store.progress(job_id).elapsed
    later("UPDATE jobs SET ended = ended - ?", (year,))
    store.retry(job_id)
    assert ended <= store.progress(job_id).elapsed < 60


def test_a_release_that_is_nobodys_fault_is_not_charged(store: JobStore) -> None:
    """A document may be interrupted any number of times."""
    job_id = create(store, "a")
    for _ in range(5):
        claim = store.claim()
        assert claim is not None
        assert claim.attempt == 1
        store.release(claim, "stopped", charged=False)

    assert states(store, job_id) == ["processing", "pending"]


def test_recovering_finishes_what_was_cancelled(store: JobStore) -> None:
    """A document in flight when its runner died is not started again."""
    job_id = create(store, "a")
    store.claim()
    store.cancel(job_id)

    store.recover()

    assert states(store, job_id) == ["cancelled", "cancelled"]


def test_a_job_tells_that_a_new_runner_goes_on_with_it(store: JobStore) -> None:
    """Not one that is paused, that was cancelled, or that was not begun."""
    jobs = begun, paused, cancelled = [create(store, name) for name in "abc"]
    for _ in jobs:
        assert store.claim() is not None
    store.pause(paused, "Night.")
    store.cancel(cancelled)
    new = create(store, "d")

    store.recover()

    assert types(store, begun)[-2:] == ["document_requeued", "runner_started"]
    for job_id in (paused, cancelled, new):
        assert "runner_started" not in types(store, job_id)


def test_a_job_can_be_deleted_when_nothing_runs(store: JobStore) -> None:
    """Its records and events go with it; others stay."""
    job_id, other = create(store, "a", "b"), create(store, "a")
    claim = store.claim()
    assert claim is not None
    with pytest.raises(JobError, match="still running"):
        store.delete(job_id)
    store.pause(job_id, "Wait.")
    with pytest.raises(JobError, match="in work"):
        store.delete(job_id)
    store.finish(claim, DONE, FILES)

    store.delete(job_id)

    assert [job.id for job in store.jobs()] == [other]
    for table in ("job_documents", "records", "result_files", "events", "attempts"):
        rows = store._database.all(f"SELECT * FROM {table}")  # noqa: S608 - constants
        assert all(row["job_id"] == other for row in rows)


def test_events_can_be_read_from_any_point(store: JobStore) -> None:
    """Numbers grow over all jobs; a replay misses none."""
    job_id, _ = create(store, "a"), create(store, "b")
    run(store, DONE)
    seqs = [event.seq for event in store.events(job_id)]

    assert seqs == sorted(set(seqs))
    assert [event.seq for event in store.events(job_id, after=seqs[1])] == seqs[2:]
    assert store.last_seq(job_id) == seqs[-1]
    assert list(store.events(job_id, after=seqs[-1])) == []


def test_progress_counts_and_estimates(store: JobStore) -> None:
    """The rate is known after the first document, time left while it runs."""
    job_id = create(store, "a", "b", "c", "d")
    before = store.progress(job_id)
    assert (before.total, before.pending, before.fraction) == (4, 4, 0.0)
    assert (before.rate, before.eta, before.elapsed) == (None, None, 0.0)

    run(store, DONE, FAILED)
    store.claim()

    now = store.progress(job_id)
    assert (now.completed, now.failed, now.processing, now.pending) == (1, 1, 1, 1)
    assert now.fraction == 0.5
    assert now.rate is not None
    assert now.rate > 0
    assert now.eta is not None
    store.cancel(job_id)
    assert store.progress(job_id).eta is None


def test_one_page_of_the_documents_can_be_read(store: JobStore) -> None:
    """Tables show a part of a large job."""
    job_id = create(store, *"abcde")
    run(store, DONE, FAILED)

    page = store.documents(job_id, status="pending", limit=2, offset=1)

    assert [row["document_id"] for row in page] == ["d", "e"]


def test_jobs_that_use_a_document_are_named(store: JobStore) -> None:
    """For the question before it is removed."""
    create(store, "a", name="One")
    create(store, "b", name="Two")

    assert store.using("a") == ['job "One"']
    assert store.using("c") == []


def test_jobs_are_counted_per_document(store: JobStore) -> None:
    """For some documents or all; the newest job is named first."""
    first = create(store, "a", "b", name="One")
    second = create(store, "a", name="Two")

    assert store.uses() == {"a": 2, "b": 1}
    assert store.uses(["b", "c"]) == {"b": 1}
    assert [tuple(row) for row in store.holding(["a", "b"])] == [
        (second, "Two", "pending", 1, 1),
        (first, "One", "pending", 2, 2),
    ]
    store.cancel(first)
    assert [row["waiting"] for row in store.holding(["b"])] == [0]
    assert store.holding(["c"]) == []


def test_a_job_paused_until_a_time_goes_on_when_it_has_come(store: JobStore) -> None:
    """And not before; other paused jobs stay as they are."""
    due, other = create(store, "a"), create(store, "b")
    store.pause(due, "Enough for today.", until=1000.0)
    store.pause(other, "Paused by the user.")

    store.resume_due(999.0)
    assert store.get(due).status is Status.PAUSED

    store.resume_due(1000.0)
    assert store.get(due).status is Status.PENDING
    assert store.get(other).status is Status.PAUSED
    store.pause(due, "Paused by the user.")  # the earlier time does not count for it
    store.resume_due(1001.0)
    assert store.get(due).status is Status.PAUSED


def test_a_pause_by_a_person_lasts(store: JobStore) -> None:
    """It takes the place of one that would have ended by itself."""
    job_id = create(store, "a")
    store.pause(job_id, "Enough for today.", until=1000.0)
    store.pause(job_id, "And again.", until=1000.0)
    store.pause(job_id, "Paused by the user.")
    store.pause(job_id, "Enough for today.", until=1000.0)

    store.resume_due(2000.0)

    assert store.get(job_id).reason == "Paused by the user."
    assert [e.type for e in store.events(job_id)].count("job_paused") == 2


def test_a_job_of_a_session_does_not_go_on_by_itself(store: JobStore) -> None:
    """Nobody else could work on it."""
    job_id = create(store, "a", session_agents=["mine"])
    store.pause(job_id, "Enough for today.", until=1000.0)

    store.resume_due(2000.0)

    assert store.get(job_id).status is Status.PAUSED
