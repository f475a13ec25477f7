from __future__ import annotations

import threading
from pathlib import Path

import pytest
from batches import fake_flow

from curation_kit.errors import NotFound
from curation_kit.jobs import JobStore, Outcome, Review, Status
from curation_kit.records import GeneExpressionRecord, Ledger, Verdict
from curation_kit.store import Database

RECORDS = [GeneExpressionRecord(gene_symbol=name) for name in ("a", "b", "c")]
EDIT = Review(Verdict.EDITED, {"gene_symbol": "z"}, "a misprint", "Ann", 7.0)
ACCEPT = Review(Verdict.ACCEPTED, reviewer="Ann")
REJECT = Review(Verdict.REJECTED, reviewer="Bob")


def done(store: JobStore, records: list[GeneExpressionRecord]) -> str:
    """A job whose two documents have these records each."""
    job_id = store.create(fake_flow("csv"), [("x", "x.pdf"), ("y", "y.pdf")])
    for _ in range(2):
        claim = store.claim()
        assert claim is not None
        outcome = Outcome.of(Status.COMPLETED, 0.1, records, Ledger())
        store.finish(claim, outcome, [])
    return job_id


@pytest.fixture
def store(tmp_path: Path):
    """An empty job store."""
    database = Database(tmp_path / "s")
    yield JobStore(database)
    database.close()


@pytest.fixture
def job_id(store: JobStore) -> str:
    """A job with three records in each of two documents."""
    return done(store, RECORDS)


def test_the_newest_review_counts_and_the_log_keeps_all(
    store: JobStore, job_id: str
) -> None:
    """A record has one review; the events tell how it came to it."""
    before = store.last_seq(job_id)
    store.review(job_id, {("y", 1): ACCEPT})
    store.review(job_id, {("y", 1): EDIT, ("x", 0): REJECT})
    assert store.review_of(job_id, "y", 1) == EDIT
    assert store.review_of(job_id, "y", 0) is None
    assert [(row["name"], row["number"]) for row in store.reviews(job_id)] == [
        ("x.pdf", 0),
        ("y.pdf", 1),
    ]
    assert store.review_counts(job_id) == {
        "accepted": 0,
        "edited": 1,
        "added": 0,
        "rejected": 1,
    }
    assert store.reviewed_after(job_id, before) == {"x", "y"}
    assert store.reviewed_after(job_id, store.last_seq(job_id)) == set()
    events = list(store.events(job_id, before))
    assert [event.document_id for event in events] == ["y", "y", "x"]
    assert events[1].type == "record_reviewed"
    assert events[1].data == {
        "record": 1,
        "verdict": "edited",
        "changes": {"gene_symbol": "z"},
        "note": "a misprint",
        "reviewer": "Ann",
    }


def test_the_log_keeps_all_changes(store: JobStore, job_id: str) -> None:
    """Of each record, in the order in which they were made."""
    for review in (EDIT, ACCEPT):
        store.review(job_id, {("y", 1): review})
    store.review(job_id, {("x", 0): REJECT})
    assert store.changes_logged(job_id) == {
        ("y", 1): [{"gene_symbol": "z"}, {}],
        ("x", 0): [{}],
    }


def test_a_review_is_taken_back(store: JobStore, job_id: str) -> None:
    """Once; what never was cannot be."""
    store.review(job_id, {("x", 2): ACCEPT})
    store.withdraw_review(job_id, "x", 2, reviewer="Bob")
    assert store.review_of(job_id, "x", 2) is None
    last = list(store.events(job_id))[-1]
    assert (last.type, last.data) == (
        "review_withdrawn",
        {"record": 2, "reviewer": "Bob"},
    )
    with pytest.raises(NotFound, match="no review to take back"):
        store.withdraw_review(job_id, "x", 2, reviewer="Bob")


def test_all_reviews_of_a_call_or_none(store: JobStore, job_id: str) -> None:
    """One of a record that is not there stops the others."""
    before = store.last_seq(job_id)
    with pytest.raises(NotFound, match="no longer among the results"):
        store.review(job_id, {("x", 0): ACCEPT, ("x", 3): ACCEPT})
    assert store.reviews(job_id) == []
    assert store.last_seq(job_id) == before


def test_reviews_go_with_their_records(store: JobStore, job_id: str) -> None:
    """When a document is processed again, and when its job is deleted."""
    store.review(job_id, {("x", 0): ACCEPT, ("y", 0): ACCEPT})
    store._clear_results(job_id, "x")
    assert store.reviewed_keys(job_id) == {("y", 0)}
    assert [row["name"] for row in store.reviews_per_document(job_id)] == ["y.pdf"]
    store.delete(job_id)
    assert store.database.all("SELECT * FROM reviews") == []


def test_curators_and_the_runner_write_at_once(tmp_path: Path) -> None:
    """Each through a connection of their own; nothing is lost."""
    database = Database(tmp_path / "s")
    job_id = done(JobStore(database), RECORDS * 20)
    failures: list[Exception] = []

    def review(document_id: str) -> None:
        own = Database(tmp_path / "s")
        try:
            for number in range(60):
                JobStore(own).review(job_id, {(document_id, number): ACCEPT})
        except Exception as error:  # noqa: BLE001 - shown by the test
            failures.append(error)
        finally:
            own.close()

    threads = [threading.Thread(target=review, args=(name,)) for name in "xy"]
    for thread in threads:
        thread.start()
    other = done(JobStore(database), RECORDS)
    for thread in threads:
        thread.join()
    assert failures == []
    assert JobStore(database).review_counts(job_id)["accepted"] == 120
    assert JobStore(database).review_counts(other)["accepted"] == 0
    database.close()


def test_verdicts_that_the_caller_does_not_know_stay(
    store: JobStore, job_id: str
) -> None:
    """Also one that another curator has given a moment ago; those known do not."""
    store.review(job_id, {("x", 0): EDIT})
    wanted = {("x", 0): ACCEPT, ("x", 1): ACCEPT}
    before = store.last_seq(job_id)

    assert store.review(job_id, wanted, over={}) == 1
    assert store.review_of(job_id, "x", 0) == EDIT
    assert store.last_seq(job_id) == before + 1
    with pytest.raises(NotFound):
        store.review(job_id, {("x", 2): ACCEPT, ("x", 3): ACCEPT}, over={})
    assert store.review_of(job_id, "x", 2) is None
    times = {("x", 0): EDIT.time, ("x", 2): 1.0}  # the second was taken back
    wanted = {("x", 0): ACCEPT, ("x", 2): ACCEPT}
    assert store.review(job_id, wanted, over=times) == 1
    assert store.review_of(job_id, "x", 2) is None


def test_to_add_a_record_does_not_read_the_log(store: JobStore, job_id: str) -> None:
    """All who write wait for it, and a large job has a hundred thousand events."""
    steps: list[int] = []
    added = Review(Verdict.ADDED)
    store._database._connection.set_progress_handler(lambda: steps.append(1), 100)

    def work() -> int:
        """What it takes, in hundreds of instructions of SQLite."""
        steps.clear()
        store.add_record(job_id, "x", RECORDS[0].model_dump_json(), added)
        return len(steps)

    before = work()
    with store._database.transaction():
        for number in range(5000):
            store._event(job_id, "step_started", f"other-{number}")

    assert work() <= before + 2
