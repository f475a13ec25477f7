from __future__ import annotations

from typing import Any

import pytest
from batches import add_papers
from large import add_many_papers, finish_documents, large_job

import curation_kit as ck
from curation_kit.errors import JobError, WorkspaceError
from curation_kit.session.job_part import MAX_TEXT
from curation_kit.session.job_records import READ_AT_ONCE, RecordTable


@pytest.fixture
def job(workspace: ck.Workspace, flow: ck.Flow) -> ck.Job:
    """A job with a record for each of three papers, and a failed one."""
    papers = add_papers(workspace, "ok", "ok", "fail", "ok")
    return workspace.run(flow, papers, backend="sequential")


@pytest.fixture
def table(job: ck.Job) -> RecordTable:
    """The table of its records."""
    made = RecordTable()
    made.open(job)
    made.refresh()
    return made


def documents(table: RecordTable) -> list[str]:
    """File names on the page."""
    return [row[0] for row in table.results["rows"]]


def test_rows_are_those_of_the_job(job: ck.Job, table: RecordTable) -> None:
    """The same columns and rows as `job.results`, and why each was kept."""
    results = job.results.astype(object).where(job.results.notna(), "")
    *columns, last = [column["name"] for column in table.results["columns"]]
    assert columns == [name for name in results if name != "document_id"]
    assert last == "why"
    cells = [[str(cell) for cell in row] for row in results[columns].to_numpy()]
    why = [record.why for _, _, record in job.records()]
    expected = [[*row, text] for row, text in zip(cells, why, strict=True)]
    assert table.results["rows"] == expected


def test_many_records_are_read_aside(
    workspace: ck.Workspace,
    flow: ck.Flow,  # noqa: ARG001 - registers the agents
) -> None:
    """The first page is there at once; in the end all is, as in `job.results`."""
    papers = add_many_papers(workspace, 2 * READ_AT_ONCE + 20)
    job = large_job(workspace, papers, done=len(papers) - 10, records=3)
    table = RecordTable()
    table.open(job)
    table.refresh()
    assert table.results["rows"]
    assert table.results["total"] == job.total_records
    table.join(60)
    assert not table.results["reading"]
    assert table.results["found"] == job.total_records
    results = job.results
    pages = table.results["pages"]
    table.show(page=pages - 1, sort="page", descending=True)
    last = results.sort_values("page", ascending=False, kind="stable").tail(3)
    assert documents(table)[-3:] == list(last["document"])

    # What ends meanwhile is added, and nothing else is read again.
    finish_documents(workspace._store, 10, records=3, seed=1)
    before = table.results["total"]
    table.refresh()
    assert table.results["total"] == job.total_records > before
    assert table.results["found"] == job.total_records


def test_reading_goes_on_when_the_store_can_be_read_again(
    workspace: ck.Workspace,
    flow: ck.Flow,  # noqa: ARG001 - registers the agents
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """That it stood still is told, and that it does no more."""
    papers = add_many_papers(workspace, 2 * READ_AT_ONCE + 20)
    job = large_job(workspace, papers, done=len(papers), records=1)
    told: list[str] = []
    table = RecordTable(
        lambda error: told.append(str(error)), lambda: told.append("mended")
    )
    read, calls = job.records_of, iter(["", "locked", *[""] * 9])

    def seldom(*asked: Any, **options: Any) -> Any:
        if next(calls):
            raise WorkspaceError("The store is locked.")
        return read(*asked, **options)

    monkeypatch.setattr(job, "records_of", seldom)
    table.open(job)
    table.refresh()
    table.join(60)
    assert told == ["The store is locked.", "mended"]
    assert table.results["found"] == job.total_records


def test_a_retried_document_takes_its_records_away(
    workspace: ck.Workspace, job: ck.Job, table: RecordTable
) -> None:
    """Records that are no longer stored are no longer shown."""
    database = workspace._store.database
    [first, *_] = table.results["keys"]
    database.execute("DELETE FROM records WHERE document_id = ?", (first[0],))
    database.execute(
        "UPDATE job_documents SET status = 'pending', records = NULL "
        "WHERE document_id = ?",
        (first[0],),
    )
    workspace._store._event(job.id, "job_retried", documents=1)
    table.refresh()
    assert documents(table) == ["001-ok.pdf", "003-ok.pdf"]


def test_search(table: RecordTable) -> None:
    """Every word must occur, in whatever column and case."""
    table.show("OK 001-ok")
    assert (documents(table), table.results["found"]) == (["001-ok.pdf"], 1)
    table.show("nothing")
    assert table.results["rows"] == []
    table.show()
    assert table.results["found"] == 3


def test_sort_and_filters(table: RecordTable) -> None:
    """By one of some values, or by words."""
    about = {column["name"]: column for column in table.results["columns"]}
    assert about["document"] == {"name": "document"}
    assert about["taxon"]["same"]
    assert about["stage_label"]["empty"]
    table.show(sort="document", descending=True)
    assert documents(table) == ["003-ok.pdf", "001-ok.pdf", "000-ok.pdf"]
    table.show(
        filters={
            "document": ["is", "001-ok.pdf", "003-ok.pdf"],
            "quote": ["has", " "],
            "taxon": ["is"],
        }
    )
    assert (documents(table), list(table.results["filters"])) == (
        ["001-ok.pdf", "003-ok.pdf"],
        ["document"],
    )
    table.show(filters={"quote": ["has", "OK 3"], "no such column": ["is", "x"]})
    assert documents(table) == ["003-ok.pdf"]


def test_values_of_a_column_are_counted(table: RecordTable) -> None:
    """In the records that fit the other filters; chosen ones can be taken back."""
    table.choose("gene_symbol")
    assert table.choices["values"] == [["ok", 3]]
    table.choose("document", "00 OK")
    assert [text for text, _ in table.choices["values"]] == [
        "000-ok.pdf",
        "001-ok.pdf",
        "003-ok.pdf",
    ]
    table.choose("document", "ok")
    table.show("003-ok", filters={"document": ["is", "001-ok.pdf"]})
    assert table.choices["values"] == [["003-ok.pdf", 1], ["001-ok.pdf", 0]]
    table.choose("")
    assert table.choices == {}


def test_a_selected_record_is_whole(job: ck.Job, table: RecordTable) -> None:
    """With all its evidence, and with what is needed to find it again."""
    table.select(*table.results["keys"][1])
    record = table.record
    assert (record["document"], record["number"]) == ("001-ok.pdf", 0)
    assert record["row"]["gene_symbol"] == "ok"
    assert record["evidence"][0]["quote"] == "ok 1"
    assert job.record(record["document_id"], 0).evidence[0].boxes
    table.select("")
    assert table.record == {}


def test_long_quotes_are_cut_in_the_table_only(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """A quote of a whole page travels when it is asked for."""
    papers = add_papers(workspace, "ok " + "word " * 500)
    table = RecordTable()
    table.open(workspace.run(flow, papers, backend="sequential"))
    table.refresh()
    names = [column["name"] for column in table.results["columns"]]
    assert len(table.results["rows"][0][names.index("quote")]) == MAX_TEXT
    table.select(*table.results["keys"][0])
    assert len(table.record["evidence"][0]["quote"]) > MAX_TEXT


def test_what_is_shown_is_what_is_downloaded(job: ck.Job, table: RecordTable) -> None:
    """All found rows in their order; when there are none, this is said."""
    table.show(sort="document", descending=True, filters={"quote": ["has", "ok"]})
    names = {row["document_id"]: row["document"] for row in job.document_rows()}
    found = table.keys()
    assert [(names[document_id], number) for document_id, number in found] == [
        ("003-ok.pdf", 0),
        ("001-ok.pdf", 0),
        ("000-ok.pdf", 0),
    ]
    table.show("nothing")
    with pytest.raises(JobError, match="nothing to download"):
        table.keys()


def test_a_job_without_records(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """An empty page, not an error."""
    table = RecordTable()
    table.open(workspace.create(flow, add_papers(workspace, "ok")))
    table.refresh()
    assert (table.results["rows"], table.results["total"]) == ([], 0)


def test_stepping_from_record_to_record(
    workspace: ck.Workspace,
    flow: ck.Flow,  # noqa: ARG001 - registers the agents
) -> None:
    """In the order shown, over the pages; the ends stay."""
    papers = add_many_papers(workspace, 20)
    job = large_job(workspace, papers, done=20, records=3)
    table = RecordTable()
    table.open(job)
    table.show(sort="gene_symbol", descending=True)
    pages = [table.results["keys"]]
    for page in range(1, table.results["pages"]):
        table.show(page=page, sort="gene_symbol", descending=True)
        pages.append(table.results["keys"])
    keys = [tuple(key) for page in pages for key in page]
    assert len(pages) > 1
    assert table.around(1) is None
    table.show(sort="gene_symbol", descending=True)
    table.select(*keys[0])
    table.step(-1)
    seen = []
    for place in range(len(keys)):
        seen.append((table.record["document_id"], table.record["number"]))
        assert table.place() == (place, len(keys))
        assert [table.record["document_id"], table.record["number"]] in (
            table.results["keys"]
        )
        table.step(1)
    assert seen == keys
    assert table.around(1) is None
    assert table.around(-1) == keys[-2]

    # One that is no longer among those shown: the next took its place.
    table.select(*keys[5])
    others = [row[1] for row in table.results["rows"]]
    table.show(search="no record has this")
    assert table.place() == (-1, 0)
    table.step(1)
    assert table.record["number"] == keys[5][1]
    assert others
    table.show()
    table.select(*keys[30])
    table.show(page=0)
    table.reveal()
    assert list(keys[30]) in table.results["keys"]
