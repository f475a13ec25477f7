from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from batches import add_papers

import curation_kit as ck
from curation_kit.errors import CurationKitError, JobError
from curation_kit.session.score_content import ErrorQuery, score_content

NAME = "main.pdf"


@pytest.fixture
def job(workspace: ck.Workspace, flow: ck.Flow) -> ck.Job:
    """An ended job: two papers of one name with a record each, and another paper."""
    papers = add_papers(workspace, "myo-2 a", "unc-54 b", "eve c")
    for paper in papers[:2]:
        workspace.documents.rename(paper, NAME)
    return workspace.run(flow, [paper.id for paper in papers], backend="sequential")


def symbols(job: ck.Job, keys: list[tuple[str, int]]) -> list[str]:
    """Genes of some records."""
    return [job.record(*key).gene_symbol for key in keys]


def test_papers_of_one_name_are_scored_by_what_was_reviewed_of_each(
    job: ck.Job, tmp_path: Path
) -> None:
    """The gold table of the job tells them apart, also in a file."""
    job.review_all("accepted", job.results.index[1:])
    job.review(0, "rejected")

    gold = job.gold()
    path = tmp_path / "gold.csv"
    gold.to_csv(path, index=False)

    assert gold["document"].tolist() == [NAME, NAME, "002-eve.pdf"]
    assert gold["document_id"].tolist() == job.documents["document_id"].tolist()
    for table in (gold, path):
        result = job.evaluate(table)
        assert (result.precision, result.recall) == (2 / 3, 1.0)
        assert result.documents["found_right"].tolist() == [1, 0, 1]
        shown = score_content(result, ErrorQuery("wrong"))
        assert shown["documents"][0][0] == shown["rows"][0]["document"]
        worst = shown["documents"][0][0]
        assert worst == f"{NAME} ({gold['document_id'][0][:12]})"
        assert score_content(result, ErrorQuery("wrong", worst))["found"] == 1


def test_a_gold_table_has_ids_only_where_names_do_not_do(
    workspace: ck.Workspace, flow: ck.Flow, job: ck.Job
) -> None:
    """Names also hold for another copy of a paper, with other bytes."""
    one = workspace.run(flow, job.documents.iloc[1:], backend="sequential")
    one.review_all("accepted", one.results)
    assert "document_id" not in one.gold()
    assert one.evaluate(one.gold()).f1 == 1.0


def test_a_name_of_several_papers_of_the_job_is_refused(job: ck.Job) -> None:
    """Also where one of them has no record; the others are scored by name as ever."""
    ids = job.documents["document_id"].str[:12]
    gold = pd.DataFrame(
        {"document": [NAME], "gene_symbol": "myo-2", "anatomy_label": ""}
    )
    told = rf'^The gold table has "{NAME}", and 2 papers .* \({ids[0]}, {ids[1]}\): wr'
    with pytest.raises(CurationKitError, match=told):
        job.evaluate(gold)
    named = gold.assign(document_id=ids[0])  # the start of it will do
    other = gold.assign(document="002-EVE.pdf", gene_symbol="eve")
    result = job.evaluate(pd.concat([named, other]))
    assert (result.f1, len(result.judged), result.strange) == (1.0, 2, ())
    missed = job.evaluate(other.assign(gene_symbol="x")).missed
    assert missed["document_id"].tolist() == [job.documents["document_id"][2]]


def test_other_files_with_the_names_of_the_job_are_told(job: ck.Job) -> None:
    """With what to do if they are the same papers all the same."""
    gold = job.results.tail(1).assign(document_id="0f" * 32)
    told = "1 paper has the same name in both, but another document_id: 002-eve.pdf."
    with pytest.raises(JobError, match=rf"{told} Tables without this column are match"):
        job.evaluate(gold)
    part = pd.concat([job.results.head(2), gold])
    for result in (job.evaluate(gold, all_papers=True), job.evaluate(part)):
        assert told in score_content(result, ErrorQuery("wrong"))["summary"]
    for own in (None, "PMID:12345678", 12345678):
        result = job.evaluate(gold.assign(document_id=own))
        assert (result.f1, result.namesakes) == (1.0, ())


def test_jobs_are_compared_in_the_same_papers(
    workspace: ck.Workspace, flow: ck.Flow, job: ck.Job
) -> None:
    """Whatever these are called; positions lead to the records of either job."""
    first, second, third = job.documents["document_id"]
    workspace.documents.rename(third, "new.pdf")
    part = workspace.run(flow, [third, second], backend="sequential")
    job.review_all("rejected", [0])

    result = job.compare(part)
    assert (result.same, len(result.lost), len(result.gained)) == (2, 0, 0)
    moved = ck.compare(job.results, part.results.assign(quote="x"), documents=third)
    assert moved.moved["document"].tolist() == ["new.pdf"]
    [there], [here] = moved.moved[["first_row", "second_row"]].to_numpy().T
    assert symbols(job, [result.keys[0][there]]) == ["eve"]
    assert symbols(part, [result.keys[1][here]]) == ["eve"]

    alone = workspace.run(flow, first, backend="sequential")
    told = rf"1 paper has the same name in both, but another document_id: {NAME}\."
    with pytest.raises(JobError, match=rf"no paper in common.* {told}"):
        part.compare(alone)
    alone = workspace.run(flow, [first, third], backend="sequential")
    assert alone.compare(part).namesakes == (NAME,)
    assert alone.compare(job).namesakes == ()
    assert "002-eve.pdf" not in part.document_names().values()


def test_papers_that_not_both_have_completed_are_not_compared(
    workspace: ck.Workspace, flow: ck.Flow, tmp_path: Path
) -> None:
    """Their rows are neither lost nor gained, and the summary tells of them."""
    there = tmp_path / "there"
    papers = add_papers(workspace, "fail", f"need {there}", "ok")
    before = workspace.run(flow, papers, backend="sequential")
    there.touch()
    after = workspace.run(flow, papers, backend="sequential")
    assert len(after.results) == 2
    told = (
        "2 papers are left out, as not both jobs have completed them: "
        '"000-fail.pdf", "001-need.pdf".'
    )
    for result in (before.compare(after), after.compare(before)):
        numbers = "1 the same, 0 changed, 0 lost, 0 gained."
        assert result.summary() == f"{numbers} {told}"
        assert told.replace('"', "&quot;") in result._repr_html_()
    failed = workspace.run(flow, papers[0], backend="sequential")
    assert failed.compare(after).summary() == (
        "0 the same, 0 changed, 0 lost, 0 gained. 1 paper is left out, as not both "
        'jobs have completed it: "000-fail.pdf".'
    )
