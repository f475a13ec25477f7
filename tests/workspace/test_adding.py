from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from batches import add_papers

import curation_kit as ck
from curation_kit.errors import JobError, NotFound
from curation_kit.records import Verification
from curation_kit.samples import write_sample_papers


@pytest.fixture
def job(workspace: ck.Workspace, tmp_path) -> ck.Job:
    """A job with the records of one sample paper."""
    write_sample_papers(tmp_path / "papers", count=1)
    [paper] = workspace.documents.add(tmp_path / "papers")
    return workspace.run("Gene Expression Extraction", paper, backend="sequential")


@pytest.fixture
def paper(job: ck.Job) -> str:
    """Name of that paper."""
    [name] = job.documents["document"]
    return str(name)


def add(job: ck.Job, paper: str, quote: str = "", **values: str) -> tuple[str, int]:
    """Add a record on the words of the first one."""
    return job.add_record(
        paper,
        {"gene_symbol": "abc-1", "anatomy_label": "gonad", **values},
        quote=quote or str(job.results.iloc[0].quote),
        reviewer="Ann",
        note="in Fig. 2",
    )


def test_an_added_record_is_the_curators(job: ck.Job, paper: str) -> None:
    """It has evidence, counts as reviewed, and is none of the machine's rows."""
    before = job.total_records

    key = add(job, paper)

    assert key == (paper, before)
    row = job.results.loc[key]
    assert (row.gene_symbol, row.anatomy_label) == ("abc-1", "gonad")
    assert (row.review, row.verification) == ("added", "verified")
    assert row.page == job.results.iloc[0].page
    assert job.total_records == len(job.results) == before + 1
    assert len(job.table("machine")) == before
    assert list(job.table("reviewed").index) == [key]
    assert job.review_counts["added"] == 1
    [told] = job.review_rows()
    assert (told["verdict"], told["reviewer"]) == ("added", "Ann")
    assert told["note"] == "in Fig. 2"
    assert job.documents["records"].tolist() == [before + 1]
    [event] = [one for one in job.events() if one.type == "record_added"]
    assert event.data["record"] == before


def test_a_table_does_not_reject_again_what_was_brought_back(
    job: ck.Job, paper: str, tmp_path: Path
) -> None:
    """A rejection that was taken back is newer than a table that has it."""
    key = add(job, paper)
    job.review(key, "rejected")
    table = job.export_table(tmp_path / "records.csv", wide=True)
    job.withdraw_review(key)

    assert len(job.review_from(table)["kept"]) == 1
    assert job.record(*job.all_keys()[-1]).review == "added"


def test_what_was_added_is_in_the_files_and_counts_as_missed(
    job: ck.Job, paper: str
) -> None:
    """The flow that is judged has not found it."""
    before = job.total_records
    add(job, paper)
    [document_id] = job.results["document_id"].unique()
    step = len(job.flow.steps) - 1

    found = {
        rows: list(
            csv.DictReader(
                io.StringIO(job.result_bytes(document_id, step, rows).decode())
            )
        )
        for rows in ("all", "machine")
    }

    assert [row["gene_symbol"] for row in found["all"]].count("abc-1") == 1
    assert len(found["machine"]) == before
    job.review_all("accepted", job.results)
    scored = job.evaluate(job.gold())
    assert (len(scored.missed), len(scored.false)) == (1, 0)
    assert scored.missed["gene_symbol"].tolist() == ["abc-1"]


def test_an_added_record_is_edited_rejected_and_removed(
    job: ck.Job, paper: str
) -> None:
    """It stays an added one; the next has a number of its own."""
    key = add(job, paper)
    edited = job.review(key, "edited", changes={"stage_label": "adult"})
    assert (edited.review, edited.stage_label) == ("added", "adult")
    assert job.review(key, "accepted").stage_label == "adult"
    assert job.review(key, "rejected").review == "rejected"
    back = job.withdraw_review(key)  # the rejection, not the record
    assert (back.review, back.stage_label) == ("added", "adult")

    removed = job.withdraw_review(key)

    assert removed.gene_symbol == "abc-1"
    assert key not in job.results.index
    assert job.total_records == len(job.results) == key[1]
    with pytest.raises(NotFound):
        job.review(key, "accepted")
    assert add(job, paper) == (paper, key[1] + 1)


def test_what_cannot_be_added_is_told(
    job: ck.Job, paper: str, workspace: ck.Workspace
) -> None:
    """Without evidence, values or results, or with values that no record can have."""
    quote = str(job.results.iloc[0].quote)
    for wrong, told in (
        ({"quote": "abc-1 is expressed on the moon."}, "does not say this"),
        ({"quote": " "}, "needs its evidence"),
        ({"quote": "is expressed"}, "3 or more"),
        ({"quote": pd.NA}, "needs its evidence"),
        ({"values": {}}, "needs values, of gene_symbol"),
        ({"values": {"gene_symbol": pd.NA}}, "needs values, of gene_symbol"),
        ({"values": ["a"]}, "values are those of the record by column"),
        ({"values": {"anatomy_label": "gonad"}}, "gene_symbol needs a value"),
        ({"values": {"gene_symbol": "a", "gonad": "b"}}, "gonad is no column"),
        ({"values": {"gene_symbol": "a", "gene_id": "b"}}, "gene_id cannot be 'b'"),
    ):
        given = {"values": {"gene_symbol": "a"}, "quote": quote, **wrong}
        with pytest.raises(JobError, match=told):
            job.add_record(paper, **given)
    with pytest.raises(NotFound, match="has no document"):
        add(job, "other.pdf")
    with pytest.raises(JobError, match="the flow found it"):
        job.review(0, "added")
    workspace.cache.clear()
    with pytest.raises(JobError, match=r"not kept any more.*run a flow"):
        add(job, paper, quote)
    assert job.review_rows() == []


def test_a_record_is_added_once(job: ck.Job, paper: str) -> None:
    """The same values on the same words; others may follow."""
    key = add(job, paper)
    with pytest.raises(
        JobError, match=f"{paper}: .* added already: .* number {key[1]}"
    ):
        add(job, paper)
    other = add(job, paper, stage_label="adult")
    job.withdraw_review(key)
    assert add(job, paper) == (paper, other[1] + 1)
    with pytest.raises(NotFound, match="it has records 0, 1, "):
        job.review(key, "accepted")


def test_documents_without_results_get_no_records(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """They say why they have none."""
    [paper] = add_papers(workspace, "fail")
    job = workspace.run(flow, paper, backend="sequential")
    with pytest.raises(JobError, match="failed in this job"):
        job.add_record(paper.name, {"gene_symbol": "a"}, quote="b")


def test_a_quote_that_differs_is_kept_with_its_differences(
    job: ck.Job, paper: str
) -> None:
    """As of every quote that somebody claims."""
    words = str(job.results.iloc[0].quote).split()
    key = add(job, paper, " ".join(["Surprisingly,", *words]))
    [found] = job.record(job.results.loc[key].document_id, key[1]).evidence
    assert found.verification is Verification.APPROXIMATE
    assert found.differences
