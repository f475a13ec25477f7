from __future__ import annotations

import re

import pytest
from batches import add_papers

import curation_kit as ck
from curation_kit.errors import CurationKitError, NotFound
from curation_kit.workspace.record_keys import resolve


@pytest.fixture
def job(workspace: ck.Workspace, flow: ck.Flow) -> ck.Job:
    """An ended job: two papers with a record, one failed between them."""
    papers = add_papers(workspace, "ok", "fail", "ok")
    return workspace.run(flow, papers, "My job", n_jobs=1, backend="sequential")


def test_a_record_is_meant_by_its_row_its_key_or_its_position(job: ck.Job) -> None:
    """Whatever a user has at hand leads to the same record."""
    results = job.results
    [meant] = results.loc[["002-ok.pdf"], "document_id"]
    row = results.iloc[1]

    for record in (
        row,
        row[["gene_symbol", "quote"]],
        results.reset_index().loc[1],
        results.reset_index()[["record", "paper"]].loc[1],
        next(results.loc[["002-ok.pdf"]].iterrows())[1],
        next(results.loc[["002-ok.pdf"]].itertuples()),
        results.index[1],
        ("002-ok.pdf", 0),
        (meant, 0),
        1,
        -1,
        results["page"].index.get_indexer([("002-ok.pdf", 0)])[0],
    ):
        assert resolve(job, record) == (meant, 0)
    assert job.record(*resolve(job, row)).gene_symbol == "ok"


@pytest.mark.parametrize(
    ("record", "told"),
    [
        (("002-ok.pdf", 1), "002-ok.pdf has no record 1: it has record 0 only."),
        (("nothing.pdf", 0), "The job has no document nothing.pdf"),
        (9999, "have no row 9999: they have rows 0 to 1."),
        (-3, "have no row -3: they have rows 0 to 1."),
    ],
)
def test_a_record_that_is_not_there_is_not_found(
    job: ck.Job, record: object, told: str
) -> None:
    """The error says which are there."""
    with pytest.raises(NotFound, match=re.escape(told)):
        resolve(job, record)
    with pytest.raises(NotFound, match=re.escape(told)):
        job.review_all("accepted", [record])


def test_the_rows_of_one_paper_are_records(job: ck.Job) -> None:
    """Their index has lost the paper: its id is in a column."""
    [meant] = job.results.loc[["002-ok.pdf"], "document_id"]

    assert job.resolved(job.results.loc["002-ok.pdf"]) == [(meant, 0)]
    assert job.resolved(job.results.loc[["002-ok.pdf"]]) == [(meant, 0)]
    assert job.resolved(job.results.head(0)) == []
    for lost in (
        job.results.loc["002-ok.pdf"][["quote"]],
        job.results.reset_index(drop=True),
    ):
        with pytest.raises(CurationKitError, match="give a row of job"):
            job.resolved(lost)


def test_a_name_is_the_same_however_its_accents_are_stored(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """A Mac gives them as characters of their own; earlier such names were kept."""
    papers = add_papers(workspace, "ok", "ok")
    composed, apart = "Gr\u00fcn.pdf", "Gru\u0308n.pdf"
    workspace._database.execute(
        "UPDATE documents SET name = ? WHERE id = ?", (apart, papers[0].id)
    )
    job = workspace.run(flow, [papers[0].id], backend="sequential")

    for name in (composed, apart):
        assert workspace.documents.get(name).id == papers[0].id
        assert workspace.run(flow, name).document_names() == {papers[0].id: apart}
        assert job.find_document(name) == papers[0].id
        assert resolve(job, (name, 0)) == (papers[0].id, 0)
        assert job.resolved([(name, 0)]) == [(papers[0].id, 0)]
    assert workspace.documents.rename(papers[1], apart).name == composed


def test_what_names_no_record_is_refused(job: ck.Job) -> None:
    """The error says what to give; a row whose index was thrown away names none."""
    lost = job.results.reset_index(drop=True).iloc[1]

    for record in (lost, "002-ok.pdf", None, True, ("002-ok.pdf", "x"), 1.5):
        with pytest.raises(CurationKitError, match="give a row of job"):
            resolve(job, record)


def test_papers_with_one_name_are_told_apart(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """They are called as their result files are; the others by their file names."""
    papers = add_papers(workspace, "ok", "ok", "ok")
    for paper in papers[:2]:
        workspace.documents.rename(paper.id, "same.pdf")
    job = workspace.run(flow, [p.id for p in papers], backend="sequential")

    assert list(job.papers().values()) == ["same", "same (2)", "002-ok.pdf"]
    assert list(job.results.index.unique("paper")) == list(job.papers().values())
    assert resolve(job, ("same (2)", 0)) == (papers[1].id, 0)
    with pytest.raises(NotFound, match="no document same"):
        resolve(job, ("same.pdf", 0))
    assert job.find_document("same (2)") == papers[1].id
    with pytest.raises(NotFound, match=r'More than one document of .*"same\.pdf"'):
        job.find_document("same.pdf")


def test_no_two_papers_have_the_same_key(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """Even when one is called as the result file of another."""
    papers = add_papers(workspace, "ok", "ok", "ok")
    for paper, name in zip(papers, ("a.pdf", "a.pdf", "a (2)"), strict=True):
        workspace.documents.rename(paper.id, name)
    job = workspace.create(flow, [paper.id for paper in papers])

    assert len(set(job.papers().values())) == 3
