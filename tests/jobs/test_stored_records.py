"""Records of a job, read from the store in several ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from batches import fake_flow

from curation_kit.errors import FailureCategory, NotFound
from curation_kit.jobs import JobStore, Outcome, Review, Status
from curation_kit.records import GeneExpressionRecord, Ledger, Verdict
from curation_kit.store import Database, Row

#: Genes of each document; one has none, one fails, one has not begun.
GENES: dict[str, list[str] | None] = {
    "z": ["a", "b"],
    "y": [],
    "x": None,
    "w": ["c", "d", "e"],
}
ORDER = [("z", 0), ("z", 1), ("w", 0), ("w", 1), ("w", 2)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[JobStore]:
    """An empty job store."""
    database = Database(tmp_path / "s")
    yield JobStore(database)
    database.close()


@pytest.fixture
def job_id(store: JobStore) -> str:
    """A job whose documents have ended, but the last; another job of the same."""
    flow, names = fake_flow("csv"), [*GENES, "v"]
    job_id = store.create(flow, [(name, f"{name}.pdf") for name in names])
    for genes in GENES.values():
        claim = store.claim()
        assert claim is not None
        if genes is None:
            outcome = Outcome.failure(FailureCategory.INPUT, "It is blank.", "")
        else:
            outcome = completed(*genes)
        store.finish(claim, outcome, [])
    other = store.create(flow, [("z", "z.pdf")])
    while (claim := store.claim()) and claim.job_id != other:
        pass
    assert claim is not None
    store.finish(claim, completed("g"), [])
    return job_id


def completed(*genes: str) -> Outcome:
    """Outcome of a document with these genes."""
    records = [GeneExpressionRecord(gene_symbol=gene) for gene in genes]
    return Outcome.of(Status.COMPLETED, 0.1, records, Ledger())


def keys(rows: Sequence[Row]) -> list[tuple[str, int]]:
    """Document and number of records."""
    return [(row["document_id"], row["number"]) for row in rows]


def test_records_come_in_the_order_of_the_documents(
    store: JobStore, job_id: str
) -> None:
    """That in which they were given, whatever their names; no other job's."""
    rows = store.records(job_id)

    assert keys(rows) == ORDER
    assert [row["name"] for row in rows] == ["z.pdf"] * 2 + ["w.pdf"] * 3
    genes = [
        GeneExpressionRecord.model_validate_json(row["record"]).gene_symbol
        for row in rows
    ]
    assert genes == ["a", "b", "c", "d", "e"]
    assert keys(store.records(job_id, limit=3)) == ORDER[:3]
    assert store.total_records(job_id) == len(ORDER)


def test_a_record_comes_with_what_a_curator_said_of_it(
    store: JobStore, job_id: str
) -> None:
    """However it is read; the others have no verdict."""
    edit = Review(Verdict.EDITED, {"gene_symbol": "f"}, reviewer="Ann")
    store.review(job_id, {("w", 1): edit})

    alone = store.record(job_id, "w", 1)
    assert alone is not None
    [among] = [row for row in store.records(job_id) if row["verdict"]]
    [of_some] = [row for row in store.records_of(job_id, ["w"]) if row["verdict"]]
    assert tuple(alone) == tuple(among) == tuple(of_some)
    assert alone["verdict"] == "edited"
    assert alone["changes"] == '{"gene_symbol": "f"}'


def test_a_record_that_is_not_there_is_none(store: JobStore, job_id: str) -> None:
    """Nor is one of another job or of an unknown document."""
    assert store.record(job_id, "w", 3) is None
    assert store.record(job_id, "y", 0) is None
    assert store.record("no job", "w", 0) is None
    assert store.records("no job") == []
    assert store.total_records("no job") == 0


def test_a_place_counts_from_either_end(store: JobStore, job_id: str) -> None:
    """As in a list; past its ends there is nothing."""
    places = range(-len(ORDER), len(ORDER))

    found = [store.key_at(job_id, place) for place in places]

    assert keys([row for row in found if row is not None]) == ORDER * 2
    assert store.key_at(job_id, len(ORDER)) is None
    assert store.key_at(job_id, -len(ORDER) - 1) is None


def test_a_table_of_a_job_that_is_deleted_meanwhile_is_not_taken_for_whole(
    store: JobStore, job_id: str
) -> None:
    """Who writes it is told, and has no file without the last rows."""
    rows, documents = store.records_reviewed(job_id), store.all_documents(job_id)
    next(rows)
    next(documents)
    store.cancel(job_id)
    store.delete(job_id)

    for table in (rows, documents):
        with pytest.raises(NotFound, match="no job"):
            list(table)
    with pytest.raises(NotFound, match="no job"):
        store.about_document(job_id, "z")


def test_the_first_and_last_records_of_a_large_job_come_at_once(
    store: JobStore, job_id: str
) -> None:
    """Those between are not read for it."""
    large = store.create(fake_flow("csv"), [(f"d{n}", f"{n}.pdf") for n in range(200)])
    while claim := store.claim():
        store.finish(claim, completed("a", "b", "c"), [])
    steps: list[int] = []
    store._database._connection.set_progress_handler(lambda: steps.append(1), 100)

    for job in (job_id, large):
        assert len(store.records(job, limit=1)) == 1
        assert store.key_at(job, 0) is not None
        assert store.key_at(job, -1) is not None

        assert len(steps) < 20


def test_records_of_some_documents_come_in_the_order_asked_for(
    store: JobStore, job_id: str
) -> None:
    """Documents without records, and those that the job does not have, give none."""
    assert (
        keys(store.records_of(job_id, ["w", "y", "no", "z"])) == ORDER[2:] + ORDER[:2]
    )
    assert store.records_of(job_id, []) == []


def test_documents_with_records_are_the_completed_that_have_some(
    store: JobStore, job_id: str
) -> None:
    """In the order of the job, each with its end."""
    rows = store.documents_with_records(job_id)

    assert [row["document_id"] for row in rows] == ["z", "w"]
    assert rows[0]["ended"] <= rows[1]["ended"]
