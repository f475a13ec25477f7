"""The sums of the ledgers, and the candidates that became no record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import pytest
from batches import add_papers, fake_flow
from fakes import FakeExtractor

import curation_kit as ck
from curation_kit.agents import Paper, register
from curation_kit.errors import NotFound
from curation_kit.records import Record


class Dropper(FakeExtractor):
    """Obeys, and drops two candidates of each paper."""

    name = "dropper"
    title = "Dropper"
    reasons: ClassVar = {"too dull": "Nobody wants to know."}

    def extract(self, paper: Paper) -> Iterable[Record]:
        """Drop two, then do as the paper says."""
        ledger, size = paper.ledger, len(paper.text.text)
        ledger.pages, ledger.sentences = 2, 7
        ledger.sections_read, ledger.sections_skipped = ["results"], ["references"]
        for reason, gene in (("too dull", "unc-86|mec-4"), ("hypothesis", "lin-12")):
            ledger.drop(
                reason,
                agent=self.name,
                evidence=paper.evidence(0, size),
                record={"gene_symbol": gene},
            )
        ledger.candidates += 2
        if paper.text.text.startswith("match"):
            return
        yield from super().extract(paper)


@pytest.fixture
def job(workspace: ck.Workspace, fakes) -> ck.Job:
    """Three papers with a record, one without any, one that fails."""
    del fakes
    register(Dropper)
    flow = fake_flow("csv")
    flow.steps[1].agent = "dropper"
    papers = add_papers(
        workspace, "ok red words", "ok green words", "ok", "match nothing", "fail"
    )
    return workspace.run(flow, papers, backend="sequential")


def test_completeness_is_the_sum_of_the_ledgers(job: ck.Job) -> None:
    """Of the documents that are completed; the numbers add up."""
    found = job.completeness

    assert (found.pages, found.sentences) == (8, 28)
    assert (found.candidates, found.kept) == (11, 3)
    assert found.dropped == {"hypothesis": 4, "too dull": 4}
    assert found.verification == {"verified": 3}
    assert found.summary() == (
        "8 pages, 1 section read, 28 sentences judged, 11 candidates, 3 kept, "
        "8 dropped: 4 hypothesis, 4 too dull; 3 verified; skipped: references"
    )
    assert job.verified() == ({"verified": 3}, 0)


def test_dropped_candidates_are_listed(job: ck.Job) -> None:
    """In the order of the documents, those that are meant, page by page."""
    rows = job.dropped_rows()
    assert [row["number"] for row in rows] == [0, 1] * 4
    assert job.dropped_count() == 8
    first = rows[0]
    assert (first["document"], first["gene_symbol"]) == ("000-ok.pdf", "unc-86|mec-4")
    assert (first["quote"], first["page"]) == ("ok red words", 1)
    assert job.dropped_rows(limit=3, offset=2) == rows[2:5]

    dull = job.dropped_rows(reason="too dull")
    assert [row["gene_symbol"] for row in dull] == ["unc-86|mec-4"] * 4
    assert job.dropped_count(reason="too dull") == 4
    for words, number in (("RED lin", 1), ("002-ok", 2), ("mec-4", 4), ("blue", 0)):
        assert job.dropped_count(search=words) == number
        assert len(job.dropped_rows(search=words)) == number
    document_id = rows[2]["document_id"]
    own = job.dropped_rows(document_id=document_id, reason="hypothesis")
    assert [row["number"] for row in own] == [1]


def test_one_dropped_candidate_can_be_opened(job: ck.Job) -> None:
    """With its sentence and the boxes of it."""
    row = job.dropped_rows()[1]

    found = job.dropped_candidate(row["document_id"], 1)

    assert (found.reason, found.agent) == ("hypothesis", "dropper")
    assert found.evidence is not None
    assert found.evidence.boxes
    with pytest.raises(NotFound, match="no longer"):
        job.dropped_candidate(row["document_id"], 2)


def test_dropped_candidates_as_a_table(job: ck.Job) -> None:
    """Also where there are none."""
    table = job.dropped

    assert list(table.columns) == [
        "document", "reason", "agent", "gene_symbol", "quote", "page", "section",
        "figures", "document_id",
    ]  # fmt: skip
    assert len(table) == 8
    assert table["page"].dtype == "Int64"
    assert table["reason"].value_counts().to_dict() == job.completeness.dropped


def test_reasons_are_explained_by_their_agents(job: ck.Job) -> None:
    """And those of the gate by it."""
    meanings = job.drop_reasons()

    assert meanings["too dull"] == "Nobody wants to know."
    assert "not found in the paper" in meanings["evidence unsupported"]


def test_papers_without_a_record_are_told(job: ck.Job) -> None:
    """That a paper was read in full and has nothing is a finding."""
    [row] = job.nothing_found()

    assert (row["document"], row["in_full"]) == ("003-match.pdf", True)
    assert "2 dropped" in row["ledger"]


def test_a_retry_replaces_what_was_dropped(
    job: ck.Job, workspace: ck.Workspace
) -> None:
    """No document has its candidates twice; a failed one has none."""
    stored = workspace._store.database.all(
        "SELECT document_id, count(*) AS n FROM dropped_candidates GROUP BY document_id"
    )
    assert [row["n"] for row in stored] == [2] * 4
    ledgers = workspace._store.database.all("SELECT ledger FROM job_documents")
    assert all('"drops"' not in row["ledger"] for row in ledgers)
    job.retry_failed()
    job.wait(60)
    assert job.dropped_count() == 8
    job.delete()
    assert not workspace._store.database.all("SELECT 1 FROM dropped_candidates")


def test_what_is_reviewed_needs_no_check(workspace: ck.Workspace, fakes) -> None:
    """The number to check is what is left to do."""
    del fakes

    class Inventor(FakeExtractor):
        name = "inventor"
        title = "Inventor"

        def extract(self, paper: Paper) -> Iterable[Record]:
            for record in super().extract(paper):
                record.evidence = [paper.align("It is said nowhere at all.")]
                yield record

    register(Inventor)
    flow = fake_flow("csv")
    flow.steps[1].agent = "inventor"
    job = workspace.run(flow, add_papers(workspace, "ok", "ok"), backend="sequential")
    assert job.verified() == ({"unsupported": 2}, 2)

    [(_, document_id, _), _] = list(job.records())
    job.review((document_id, 0), "accepted")

    assert job.verified() == ({"unsupported": 2}, 1)
    assert job.completeness.flagged == 2


def test_ledgers_of_an_earlier_version_are_read(
    job: ck.Job, workspace: ck.Workspace
) -> None:
    """They have counts of dropped candidates, and no more."""
    database = workspace._store.database
    with database.transaction():
        database.execute("DELETE FROM dropped_candidates")
        database.execute(
            "UPDATE job_documents SET ledger = ? WHERE status = 'completed'",
            [
                (
                    '{"pages": 3, "pages_without_text": 0, "sentences": 5, '
                    '"sections_read": ["results"], "sections_skipped": [], '
                    '"candidates": 4, "kept": 1, "chunks_sent": 0, '
                    '"chunks_answered": 0, "chunks_unparseable": 0, '
                    '"dropped": {"no anatomy": 3}, "notes": ["Worms."]}'
                )
            ],
        )
    found = job.completeness
    assert (found.pages, found.candidates, found.dropped) == (
        12,
        16,
        {"no anatomy": 12},
    )
    assert (job.dropped_count(), job.dropped_rows(), job.verified()) == (0, [], ({}, 0))
    assert len(job.dropped) == 0
    assert next(iter(job.documents["ledger"])).endswith("3 no anatomy; Worms.")
