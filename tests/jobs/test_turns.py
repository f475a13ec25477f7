"""In which order the documents of a job are taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from batches import fake_flow

from curation_kit.documents.report import Preflight
from curation_kit.jobs import JobOptions, JobStore, Suspicion
from curation_kit.store import Database

#: Documents of a job and how many characters they have.
LENGTHS = {"a": 10, "b": 90, "c": 20, "d": 50, "e": 30, "f": 80, "g": 20, "h": 70}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[JobStore]:
    """A job store."""
    database = Database(tmp_path / "s")
    yield JobStore(database)
    database.close()


def create(store: JobStore, lengths: Mapping[str, int], n_jobs: int) -> None:
    """Make a job of documents that the library has."""
    store.database.executemany(
        "INSERT INTO documents (id, name, added, preflight) VALUES (?, ?, 0, ?)",
        [
            (name, name, Preflight(size=1, characters=length).model_dump_json())
            for name, length in lengths.items()
        ],
    )
    store.create(
        fake_flow("csv"),
        [(name, name) for name in lengths],
        options=JobOptions(n_jobs=n_jobs),
    )


def taken(store: JobStore, slots: int) -> str:
    """Take all documents, each put down at once; give their names in order."""
    names = ""
    while claim := store.claim(slots):
        names += claim.name
        store.set_down(claim)
    return names


def test_the_longest_of_the_last_documents_goes_first(store: JobStore) -> None:
    """No slot is left with a long one while the other has nothing to do."""
    create(store, LENGTHS, n_jobs=2)

    assert taken(store, 2) == "abfhdecg"  # of equal ones the first


@pytest.mark.parametrize(("slots", "n_jobs"), [(1, 2), (2, 1), (0, 2)])
def test_one_slot_takes_documents_in_order(
    store: JobStore, slots: int, n_jobs: int
) -> None:
    """There is nobody who could wait for the last one."""
    create(store, LENGTHS, n_jobs)

    assert taken(store, slots) == "abcdefgh"


def test_documents_of_no_known_length_are_taken_in_order(store: JobStore) -> None:
    """Such as those that nobody has counted, or that were removed."""
    create(store, dict.fromkeys("abcd", 0), n_jobs=2)
    store.database.execute("DELETE FROM documents")

    assert taken(store, 2) == "abcd"


def test_a_suspect_is_taken_last_however_long(store: JobStore) -> None:
    """It may end its process once more."""
    create(store, LENGTHS, n_jobs=2)
    claim = store.claim(2)
    assert claim is not None
    store.release(claim, "killed", charged=False, suspect=Suspicion.APART)
    store.database.execute("UPDATE documents SET preflight = '{\"characters\": 999}'")

    assert taken(store, 2) == "bcdefgha"
