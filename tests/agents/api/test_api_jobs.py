"""Whole jobs with a validator that asks a database: real processes, real store."""

from __future__ import annotations

import pytest
from batches import add_papers, statuses

import curation_kit as ck
from curation_kit.cli.foreground import finish
from curation_kit.session.job_view import JobView

pytestmark = pytest.mark.usefixtures("plugins")

GENE = {
    "total": 1,
    "results": [{"id": "WB:WBGene1", "symbol": "ok", "species": None}],
}


@pytest.fixture
def flow(database):
    """Make a flow whose validator asks the database on loopback."""

    def make(**options):
        options = {"url": database.url, **options}
        return ck.Flow(
            name="API",
            steps=[
                ck.Step(agent="fake_input"),
                ck.Step(agent="fake_extractor"),
                ck.Step(agent="alliance_gene", options=options),
                ck.Step(agent="json"),
            ],
        )

    return make


def test_answers_are_kept_for_later_jobs(workspace, database, flow):
    """The second paper about a gene does not ask, nor does the next job."""
    database.answer("search", GENE)
    papers = add_papers(workspace, "ok", "ok")

    first = workspace.run(flow(), papers, backend="sequential")
    second = workspace.run(flow(max_age_days=9), papers, n_jobs=1)

    assert statuses(first) == statuses(second) == ["completed"] * 2
    assert len(database.asked) == 1
    for job in (first, second):
        assert list(job.results["gene_id"]) == ["WB:WBGene1"] * 2


def test_offline_is_on_the_record_and_asked_again_by_the_next_job(
    workspace, database, flow, reply, capsys
):
    """No paper fails; what was not answered is no result to build on."""
    database.answer("search", GENE)
    database.script = [reply(b"", 429, {"Retry-After": "86400"})]
    papers = add_papers(workspace, "ok")

    first = workspace.run(flow(), papers, n_jobs=1)
    second = workspace.run(flow(), papers, n_jobs=1)

    assert statuses(first) == statuses(second) == ["completed"]
    assert first.results["gene_id"].isna().all()
    told = "1 name unresolved: offline (Alliance Gene)"
    assert first.completeness.unresolved() == told
    view = JobView(first)
    assert view.monitor["unresolved"] == told
    view.close()
    finish(first, ended=True, out=None)
    assert told in capsys.readouterr().err
    assert second.completeness.unresolved() == ""
    assert "1 name unresolved" in first.documents["ledger"].iloc[0]
    ((_, _, record),) = first.records()
    assert record.lookups["gene_id"].status == "unresolved: offline"
    assert list(second.results["gene_id"]) == ["WB:WBGene1"]


def test_paper_fails_where_the_flow_says_so_and_can_be_retried(
    workspace, database, flow, reply
):
    """With the category and the hint of the source."""
    database.answer("search", GENE)
    database.script = [reply(b"", 429, {"Retry-After": "86400"})]
    papers = add_papers(workspace, "ok")

    job = workspace.run(flow(offline="fail"), papers, n_jobs=1)

    (row,) = job.document_rows()
    assert (row["status"], row["category"]) == ("failed", "rate_limit")
    assert "Alliance of Genome Resources" in row["error"]
    job.retry_failed()
    job.wait(timeout=60)
    assert list(job.results["gene_id"]) == ["WB:WBGene1"]
