from __future__ import annotations

import random

import pytest
from batches import add_papers, fake_flow
from large import finish_documents

import curation_kit as ck
from curation_kit.jobs import Review
from curation_kit.records import Verdict
from curation_kit.session.job_totals import FollowedTotals


@pytest.mark.usefixtures("fakes")
def test_follows_the_log(workspace: ck.Workspace) -> None:
    """What was added look by look is what is added up anew."""
    job = workspace.create(fake_flow("csv"), add_papers(workspace, *["ok"] * 120))
    totals, chance = FollowedTotals(job), random.Random(3)  # noqa: S311 - only varied
    store = workspace._store
    for look in range(20):
        finish_documents(
            store, chance.randrange(5), records=2, drops=4, seed=look, steps=True
        )
        claim = store.claim()
        assert claim is not None
        store.release(claim, "lost", charged=False)
        totals.look()
        assert totals.now == job.totals()
    assert totals.now.listed == 4 * totals.now.documents > 0
    assert totals.now.empty > 0
    finish_documents(store, 50, records=2, drops=4)
    job.review(store.record_keys(job.id)[0], "accepted")
    totals.look()
    for row in job.document_rows():  # also to one that had no record
        if row["records"] in {0, 2}:
            record = ck.GeneExpressionRecord(gene_symbol="a", review="added")
            text, verdict = record.model_dump_json(), Review(Verdict.ADDED)
            added = store.add_record(job.id, row["document_id"], text, verdict)
            totals.look()
            assert totals.now == job.totals()
            store.withdraw_review(job.id, row["document_id"], added, reviewer="Ann")
            totals.look()
            assert totals.now == job.totals()
    job.cancel()
    store.retry(job.id)
    totals.look()
    assert totals.now == job.totals()


@pytest.mark.usefixtures("fakes")
def test_nothing_is_read_when_nothing_has_happened(workspace: ck.Workspace) -> None:
    """A look at a job that waits costs a look at its log."""
    job = workspace.create(fake_flow("csv"), add_papers(workspace, "ok"))
    totals = FollowedTotals(job)
    before = totals.now
    totals.look()
    assert totals.now is before
