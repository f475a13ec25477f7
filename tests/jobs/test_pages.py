from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from batches import fake_flow

from curation_kit.documents.report import Preflight
from curation_kit.errors import JobError
from curation_kit.jobs import JobStore, Outcome, Status
from curation_kit.jobs.model import Claim
from curation_kit.store import Database


@pytest.fixture
def store(tmp_path: Path):
    """An empty job store."""
    database = Database(tmp_path / "s")
    yield JobStore(database)
    database.close()


def create(store: JobStore, name: str, *documents: str) -> str:
    """Write a job whose documents have these names."""
    pairs = [(f"{number:064x}", item) for number, item in enumerate(documents)]
    return store.create(fake_flow("csv"), pairs, name=name)


def claim(store: JobStore) -> Claim:
    """Take the next document."""
    taken = store.claim()
    assert taken is not None
    return taken


def test_listing_counts_documents_and_time(store: JobStore) -> None:
    """The clock of a running job goes on; one that has not started has none."""
    job_id = create(store, "a", "x.pdf", "y.pdf")
    create(store, "b", "x.pdf")
    taken = claim(store)
    store.finish(taken, Outcome(status=Status.COMPLETED, seconds=1.0), [])
    since = store.get(job_id).since
    waiting, running = store.listing(now=since + 90.0)
    assert (running["id"], running["flow"], running["found"]) == (job_id, "Fake", 2)
    assert running["counts"] == '{"completed":1,"pending":1}'
    assert round(running["seconds"], 3) == 90.0
    assert (waiting["started"], waiting["seconds"]) == (None, 0)


def test_listing_looks_into_name_id_and_flow(store: JobStore) -> None:
    """All words, whatever the case and the alphabet; signs mean themselves."""
    job_id = create(store, "Größe 100%", "x.pdf")
    create(store, "other_", "x.pdf")
    for search in ("GRÖSSE fake", "100%", job_id[-6:]):
        assert [row["id"] for row in store.listing(now=0, search=search)] == [job_id]
    assert [row["name"] for row in store.listing(now=0, search="_")] == ["other_"]
    assert store.listing(now=0, status="failed") == []
    assert store.job_counts() == {"pending": 2}


def test_only_known_orders_reach_the_database(store: JobStore) -> None:
    """What comes from a page is no SQL."""
    job_id = create(store, "a", "x.pdf")
    with pytest.raises(JobError, match="not by"):
        store.listing(now=0, sort="name; DROP TABLE jobs")
    with pytest.raises(JobError, match="not by"):
        store.documents(job_id, sort="1")


def test_documents_are_searched_by_name(store: JobStore) -> None:
    """And counted without being read."""
    job_id = create(store, "a", "Ähre 1.pdf", "ähre 2.pdf", "wurzel.pdf")
    found = store.documents(job_id, search="ÄHRE", sort="document", descending=True)
    assert [row["name"] for row in found] == ["ähre 2.pdf", "Ähre 1.pdf"]
    assert store.found_documents(job_id, search="ähre pdf") == 2
    assert store.found_documents(job_id, status="failed", search="ähre") == 0


def test_names_are_found_however_their_accents_are_stored(store: JobStore) -> None:
    """Older ones may have them apart, and so may what is typed."""
    job_id = create(store, "Ähren", "Ähre.pdf")
    for table in ("jobs", "job_documents"):
        store.database.execute(
            f"UPDATE {table} SET name = replace(name, 'Ä', ?)",  # noqa: S608 - ours
            (unicodedata.normalize("NFD", "Ä"),),
        )

    for search in ("ähre", unicodedata.normalize("NFD", "ähre")):
        assert store.found_documents(job_id, search=search) == 1
        assert len(store.listing(now=0, search=search)) == 1


def test_events_come_in_pages(store: JobStore) -> None:
    """Oldest first, with the file name, of some documents only if wanted."""
    job_id = create(store, "a", "x.pdf", "y.pdf")
    claim(store)
    kinds = [row["type"] for row in store.event_rows(job_id, limit=9, offset=0)]
    assert kinds == ["job_created", "job_started", "document_started", "step_started"]
    found = store.event_rows(job_id, search="X", limit=9, offset=0)
    assert [row["name"] for row in found] == ["x.pdf", "x.pdf"]
    assert [row["type"] for row in found] == kinds[2:]
    assert store.event_count(job_id) == 4
    assert store.event_count(job_id, search="y") == 0


def test_times_leave_out_what_was_reused(store: JobStore) -> None:
    """A document whose first steps were kept says nothing of the flow's time."""
    create(store, "a", "x.pdf", "y.pdf", "removed.pdf")
    for number in range(2):
        store.database.execute(
            "INSERT INTO documents (id, name, added, preflight) VALUES (?, 'x', 0, ?)",
            (f"{number:064x}", Preflight(size=1, pages=7).model_dump_json()),
        )
    for reused in (False, True, False):
        taken = claim(store)
        if reused:
            store.steps_reused(taken, 2)
        store.finish(taken, Outcome(status=Status.COMPLETED, seconds=3.0), [])
    [row] = store.times_of(fake_flow("csv"), jobs=9, limit=9)
    assert (row["pages"], row["seconds"]) == (7, 3.0)
    assert store.times_of(fake_flow("json"), jobs=9, limit=9) == []


def test_one_failed_document_is_put_back(store: JobStore) -> None:
    """The others stay failed; what is not failed is refused."""
    job_id = create(store, "a", "x.pdf", "y.pdf")
    for _ in range(2):
        store.finish(claim(store), Outcome(status=Status.FAILED, seconds=1.0), [])
    first, second = store.documents_in(job_id, Status.FAILED)
    assert store.retry(job_id, document_id=second) == 1
    assert store.documents_in(job_id, Status.FAILED) == [first]
    with pytest.raises(JobError, match="is not failed"):
        store.retry(job_id, document_id=second)
