"""What is typed by mistake in a notebook gets a sentence that says what to type."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from batches import add_papers

import curation_kit as ck
from curation_kit.errors import CurationKitError, JobError, NotFound, WorkspaceError


@pytest.fixture
def job(workspace: ck.Workspace, flow: ck.Flow) -> ck.Job:
    """An ended job: two papers with a record, one failed."""
    papers = add_papers(workspace, "ok", "fail", "ok")
    return workspace.run(flow, papers, "My job", backend="sequential")


BUILT_IN = "Gene Expression Extraction"

#: What is typed, and what is said.
WRONG: list[tuple[Callable[[ck.Job], Any], str]] = [
    (lambda job: job.wait("soon"), "timeout='soon' must be a number of seconds"),
    (lambda job: job.wait(float("nan")), "must be a number of seconds"),
    (lambda job: job.events("x"), "after='x' must be the sequence number"),
    (lambda job: job.resume(budget="x"), "budget='x': "),
    (lambda job: job.retry_failed("Other"), "'Other' is no flow: give a Flow"),
    (lambda job: job.compare(job.results), "a DataFrame is no job: give one"),
    (lambda job: job.evaluate(job), "gold table is no table, but <Job"),
    (lambda job: job.evaluate([{"document": "a"}]), "is no table, but"),
    (lambda job: job.export_zip(5), "5 is no path: give a text or a Path"),
    (lambda job: job.export_table(None), "None is no path"),
    (lambda job: job.export_table("t.csv", format=5), 'no format "5"'),
    (lambda job: job.export_table("t.csv", records=5), "5 is no list of records"),
    (lambda job: job.export_table("t.csv", records=[("x", 0)]), "has no document x"),
    (lambda job: job.highlighted_pdf(5), 'has no document "5"'),
    (
        lambda job: ck.compare(
            job.results, job.results, documents=job.results[["page"]]
        ),
        "documents=a DataFrame should be a list of names of papers, or a table",
    ),
    (lambda job: job.review_all("accepted", 0), "0 is no list of records"),
    (lambda job: job.review_all("accepted", "x"), "'x' is no list of records"),
    (lambda job: job.review_all(job.results, "accepted"), "not a DataFrame"),
]


@pytest.mark.parametrize(("use", "told"), WRONG)
def test_a_job_says_what_is_wrong(
    job: ck.Job, use: Callable[[ck.Job], Any], told: str
) -> None:
    """Never in the words of a library, and never with a whole table."""
    with pytest.raises(CurationKitError, match=told) as refused:
        use(job)
    assert len(str(refused.value)) < 400


def test_numbers_of_pandas_are_numbers(job: ck.Job) -> None:
    """A loop over a table gives NumPy's."""
    assert next(iter(job.events(np.int64(2)))).seq == 3
    assert job.wait(np.float64(1)) is job
    assert job.wait("5") is job


def test_notes_may_be_numbers_or_left_out(job: ck.Job) -> None:
    """A column of a spreadsheet has them."""
    job.review(0, "accepted", note=2024, reviewer=7)
    assert job.reviews[["note", "reviewer"]].to_numpy().tolist() == [["2024", "7"]]
    job.review(0, "accepted", note=None)
    assert job.reviews["note"].tolist() == [""]


def test_a_document_is_meant_by_itself(workspace: ck.Workspace, job: ck.Job) -> None:
    """Not only by its name."""
    first = workspace.documents.list()[0]

    assert job.find_document(first) == first.id
    assert first in workspace.documents
    assert first.name in workspace.documents
    assert "none.pdf" not in workspace.documents


def test_a_job_is_among_the_jobs_by_what_gets_it(
    workspace: ck.Workspace, job: ck.Job
) -> None:
    """As with a dictionary: what `[]` gives is `in` it."""
    for known in ("My job", job.id, "last", job):
        assert known in workspace.jobs
    assert "Other" not in workspace.jobs


def test_rows_of_a_table_name_their_documents(
    workspace: ck.Workspace, flow: ck.Flow, job: ck.Job
) -> None:
    """Such as those that failed, or those with records."""
    documents = job.documents
    failed = workspace.run(flow, documents[documents["status"] == "failed"])
    assert failed.documents["document"].tolist() == ["001-fail.pdf"]
    found = workspace.run(flow, job.results)
    assert found.documents["document"].tolist() == ["000-ok.pdf", "002-ok.pdf"]
    named = workspace.run(flow, documents[["document"]])
    assert named.documents["document"].tolist() == documents["document"].tolist()
    with pytest.raises(NotFound, match=r"^a DataFrame names no .* in its column docum"):
        workspace.run(flow, documents[["status"]])


def test_rows_of_a_table_are_papers_to_compare_and_to_find(job: ck.Job) -> None:
    """They were taken for a list of the names of its columns."""
    first = job.documents[job.documents["document"] == "000-ok.pdf"]

    assert ck.compare(job.results, job.results, documents=first).same == 1
    assert job.find_document(first.iloc[0]) == first["document_id"].iloc[0]
    for row in (first.iloc[0].to_dict(), next(first.itertuples()), first["document"]):
        assert ck.compare(job.results, job.results, documents=row).same == 1
    with pytest.raises(CurationKitError, match=r"^No row of the tables is of none"):
        ck.compare(job.results, job.results, documents="none.pdf")


def test_a_row_of_a_table_is_a_document(
    workspace: ck.Workspace, flow: ck.Flow, job: ck.Job
) -> None:
    """To run, and to run again, where its name will do, too."""
    documents = job.documents
    again = workspace.run(flow, documents.iloc[0])
    assert again.documents["document"].tolist() == ["000-ok.pdf"]
    listed = workspace.run(flow, documents["document"].iloc[:1])
    assert listed.documents["document"].tolist() == ["000-ok.pdf"]
    for rows in ([row for _, row in documents.iterrows()], [*documents.itertuples()]):
        assert len(workspace.run(flow, rows).documents) == 3
    for meant in (documents.iloc[1], "001-fail.pdf"):
        assert job.retry_failed(document_id=meant) == 1
        job.wait()
    for failed in ("none.pdf", documents):
        with pytest.raises(NotFound, match=r'has no document "(none.pdf|a DataFrame)"'):
            job.retry_failed(document_id=failed)


def test_a_job_of_papers_that_were_not_added_says_why(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """A notebook shows a warning once, and perhaps in another cell."""
    with pytest.warns(UserWarning, match="typo: there is no such file or folder"):
        documents = workspace.documents.add("typo")
    with pytest.raises(JobError, match=r"none was added: typo: there is no such file"):
        workspace.run(flow, documents)
    with pytest.raises(JobError, match="at least one document: add PDFs to the"):
        workspace.run(flow, [])


def test_a_table_is_no_list_of_paths(workspace: ck.Workspace, job: ck.Job) -> None:
    """Its columns would be looked for."""
    with pytest.raises(CurationKitError, match=r"^a DataFrame is no path: give files"):
        workspace.documents.add(job.documents)
    with pytest.raises(CurationKitError, match=r"^a Series is no path: give files"):
        workspace.documents.add(job.documents.iloc[0])
    with pytest.raises(NotFound, match="a DataFrame names no document"):
        workspace.documents.get(job.documents)


def test_the_library_takes_rows_and_documents(
    workspace: ck.Workspace, job: ck.Job
) -> None:
    """To look one up and to remove it."""
    first, second, third = workspace.documents.list()
    assert workspace.documents.get(first) == first
    assert workspace.documents.get(job.results.iloc[0]) == first
    workspace.documents.remove(job.documents.iloc[1], force=True)
    workspace.documents.remove(first, force=True)
    assert workspace.documents.list() == [third]
    with pytest.raises(NotFound, match="There is no document"):
        workspace.documents.get(second)


def test_records_to_export_are_meant_by_their_keys(job: ck.Job, tmp_path: Path) -> None:
    """Those of the index, as for a review; before, the table was empty."""
    path = job.export_table(tmp_path / "t.csv", records=job.results.index[1:])
    assert path.read_text("utf-8-sig").count("002-ok.pdf") == 1
    assert "000-ok.pdf" not in path.read_text("utf-8-sig")


def test_options_of_an_estimate_are_checked(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """As those of the job would be."""
    for wrong in ("x", 0):
        with pytest.raises(JobError, match=f"n_jobs={wrong!r}: "):
            workspace.estimate(flow, [], n_jobs=wrong)


def test_settings_are_settings(workspace: ck.Workspace) -> None:
    """The sentence says how they are changed."""
    with pytest.raises(WorkspaceError, match=r"not \{'x': 1\}: change a copy"):
        workspace.settings = {"x": 1}
    with pytest.raises(CurationKitError, match="5 is no path"):
        ck.Workspace(5)


def test_a_job_that_was_deleted_has_no_empty_tables(job: ck.Job) -> None:
    """They would look as if nothing had been found."""
    assert len(job.results) == 2
    job.delete()

    for use in (
        lambda: job.results,
        lambda: job.table("machine"),
        lambda: job.documents,
        lambda: job.attempts,
        lambda: job.calls,
        lambda: job.dropped,
        job.events,
        lambda: job.export_table("t.csv"),
    ):
        with pytest.raises(NotFound, match="There is no job"):
            use()
    assert repr(job).startswith(f"<Job {job.id}: There is no job")
    assert job._repr_mimebundle_()["text/plain"] == repr(job)


def test_a_folder_that_was_moved_gets_no_job(
    workspace: ck.Workspace, flow: ck.Flow, job: ck.Job
) -> None:
    """Its papers would fail, or wait for a runner in another folder."""
    papers = workspace.documents.list()
    shutil.move(workspace.path, workspace.path.with_name("moved"))

    for start, name in ((workspace.run, flow), (workspace.submit, BUILT_IN)):
        with pytest.raises(WorkspaceError, match="was moved or deleted while it was"):
            start(name, papers)
    assert not workspace.path.exists()
    assert len(job.results) == 2


def test_the_name_of_a_job_is_one_line(
    workspace: ck.Workspace, flow: ck.Flow, job: ck.Job
) -> None:
    """What it holds cannot colour a terminal; it is found by what was typed, too."""
    typed = "May\n\x1b[31m2026\u202e\t"
    made = workspace.create(flow, workspace.documents.list(), typed)

    assert made.name == "May  [31m2026"
    assert workspace.jobs.get(typed).id == made.id
    assert workspace.create(flow, job.documents, "\n").name.startswith("Fake · 3")
