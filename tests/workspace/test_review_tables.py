"""Verdicts that were written into a table of the results."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from batches import add_papers
from commands import call

import curation_kit as ck
from curation_kit.errors import CurationKitError, JobError
from curation_kit.samples import write_sample_papers

#: What is said of values without a verdict.
UNSAID = "which were not taken: write edited into the column review."


#: What is said of cells that cannot be taken, and of records that keep what they have.
IGNORED = (
    "the values of a rejected record, or the evidence (quote, page, section, figures, "
    "verification), which cannot be edited."
)
KEPT = (
    "the record has another verdict, which the table does not know, or none any more. "
    "With --replace the table's counts."
)


def came_of(lines: dict[str, list[int]]) -> dict[str, list[int]]:
    """What came of the lines of a table, without what came of none."""
    return {what: numbers for what, numbers in lines.items() if numbers}


@pytest.fixture
def job(workspace: ck.Workspace, flow: ck.Flow) -> ck.Job:
    """Four papers with a record each."""
    papers = add_papers(workspace, "ok", "ok", "ok", "ok")
    return workspace.run(flow, papers, "My job", backend="sequential")


def filled(job: ck.Job, path: Path, fill: Callable[[Any], None]) -> Path:
    """The workbook of the results, filled in as a person does."""
    job.export_table(path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    names = [cell.value for cell in sheet[1]]

    class Cells:
        def __setitem__(self, place: tuple[int, str], value: object) -> None:
            sheet.cell(place[0] + 2, names.index(place[1]) + 1, value)

    fill(Cells())
    book.save(path)
    return path


def test_verdicts_of_a_workbook_are_taken(job: ck.Job, tmp_path: Path) -> None:
    """With what was changed and the notes; what has no verdict stays as it is."""

    def fill(cells: Any) -> None:
        cells[0, "review"] = "accepted"
        cells[1, "review"] = "Rejected "
        cells[1, "review_note"] = "Of another paper"
        cells[2, "review"] = "accepted"
        cells[2, "anatomy_label"] = "-cells"
        cells[3, "gene_symbol"] = "abc-1"

    path = filled(job, tmp_path / "records.xlsx", fill)

    lines = job.review_from(path, reviewer="Ann")

    assert came_of(lines) == {
        "accepted": [2],
        "edited": [4],
        "rejected": [3],
        "unsaid": [5],
    }
    assert repr(lines) == "<TakenLines 1 accepted, 1 edited, 1 rejected, 1 unsaid>"
    table = job.results
    assert table["review"].tolist()[:3] == ["accepted", "rejected", "edited"]
    assert table["anatomy_label"].iloc[2] == "-cells"
    assert table["gene_symbol"].iloc[3] == "ok"
    assert set(job.reviews["reviewer"]) == {"Ann"}
    assert job.review_rows()[1]["note"] == "Of another paper"


@pytest.mark.parametrize("name", ["records.xlsx", "records.csv", "records.tsv"])
def test_a_table_as_it_was_written_says_nothing_new(
    job: ck.Job, tmp_path: Path, name: str
) -> None:
    """Whatever the format."""
    job.review(0, "edited", changes={"anatomy_label": "=1+1"}, note="See it")
    job.review(1, "edited", changes={"anatomy_label": '"outer" layer'}, note='"')
    seq = job.last_seq()
    path = job.export_table(tmp_path / name, wide=True)

    lines = job.review_from(path)

    assert came_of(lines) == {"same": [2, 3], "left": [4, 5]}
    assert job.last_seq() == seq


def test_what_r_writes_for_what_is_missing_is_nothing(
    job: ck.Job, tmp_path: Path
) -> None:
    """In place of a value it takes that away; a value may be called so, too."""
    job.review(0, "edited", changes={"anatomy_label": "NA", "stage_label": "adult"})
    path = job.export_table(tmp_path / "records.csv", wide=True)
    table = pd.read_csv(path, dtype=str, keep_default_na=False).replace("", "NA")
    table.loc[1, "review"] = "accepted"
    table.to_csv(path, index=False)
    assert came_of(job.review_from(path)) == {
        "accepted": [3],
        "same": [2],
        "left": [4, 5],
    }
    assert set(job.reviews["note"]) == {""}

    table.loc[0, "stage_label"] = "NA"
    table.to_csv(path, index=False)
    assert came_of(job.review_from(path)) == {
        "edited": [2],
        "same": [3],
        "left": [4, 5],
    }
    row = job.results.iloc[0]
    assert (row["anatomy_label"], pd.isna(row["stage_label"])) == ("NA", True)


def test_edits_add_up_and_a_verdict_replaces_another(
    job: ck.Job, tmp_path: Path
) -> None:
    """That the table knows; the values that it has not changed stay."""
    job.review(0, "edited", changes={"anatomy_label": "gut"})
    job.review(1, "accepted")

    def fill(cells: Any) -> None:
        cells[0, "gene_symbol"] = "abc-1"
        cells[1, "review"] = "rejected"

    job.review_from(filled(job, tmp_path / "records.xlsx", fill))

    first = job.results.iloc[0]
    assert (first["gene_symbol"], first["anatomy_label"]) == ("abc-1", "gut")
    assert job.review_counts["rejected"] == 1


@pytest.mark.parametrize("name", ["records.xlsx", "records.csv"])
def test_a_newer_verdict_is_not_undone(job: ck.Job, tmp_path: Path, name: str) -> None:
    """Of others or one's own, and one that was taken back, unless that is wanted."""
    for record in (0, 1, 2):
        job.review(record, "accepted", reviewer="Ann")
    path = job.export_table(tmp_path / name, wide=True)
    job.review(0, "rejected", reviewer="Bob", note="Of another cell")
    job.review(1, "edited", changes={"anatomy_label": "gut"}, reviewer="Ann")
    job.withdraw_review(2)
    before = job.review_rows()

    lines = job.review_from(path, reviewer="Ann")

    assert came_of(lines) == {"kept": [2, 3, 4], "left": [5]}
    assert job.review_rows() == before
    lines = job.review_from(path, reviewer="Ann", replace=True)
    assert came_of(lines) == {"accepted": [2, 3, 4], "left": [5]}
    assert job.results["review"].tolist()[:3] == ["accepted"] * 3


def test_a_verdict_is_not_undone_by_a_table_saved_before_it(
    job: ck.Job, tmp_path: Path
) -> None:
    """A line that was empty then; one of a record without verdict is taken."""
    job.review(1, "accepted")
    job.withdraw_review(1)

    def fill(cells: Any) -> None:
        for place in (0, 1):
            cells[place, "review"] = "accepted"

    path = filled(job, tmp_path / "records.xlsx", fill)
    job.review(0, "rejected", note="Of another cell")

    assert came_of(job.review_from(path)) == {
        "accepted": [3],
        "kept": [2],
        "left": [4, 5],
    }
    assert job.review_rows()[0]["note"] == "Of another cell"
    assert came_of(job.review_from(path))["same"] == [3]


@pytest.mark.parametrize("lacking", [[], ["review_time"]], ids=["times", "no times"])
@pytest.mark.parametrize(
    ("before", "verdict", "name"),
    [
        (None, "edited", "abc-1"),
        ({}, "edited", "abc-1"),
        ({"gene_symbol": "zzz-9", "gene_id": "WB:WBGene00000009"}, "edited", "abc-1"),
        ({"gene_symbol": "zzz-9"}, "accepted", ""),
    ],
    ids=["no verdict", "accepted", "edited", "back to the flow's"],
)
def test_the_same_table_again_says_nothing_new(
    workspace: ck.Workspace,
    tmp_path: Path,
    before: dict[str, str] | None,
    verdict: str,
    name: str,
    lacking: list[str],
) -> None:
    """Though its line has the identifier of the old name beside the new one."""
    write_sample_papers(tmp_path / "papers", count=1)
    papers = workspace.documents.add(tmp_path / "papers")
    job = workspace.run("Gene Expression Extraction", papers, backend="sequential")
    place = int(job.results["gene_id"].notna().to_numpy().argmax())
    machine = job.results.iloc[place]
    if before is not None:
        job.review(place, "accepted", changes=before)
    path = job.export_table(tmp_path / "records.csv", wide=True)
    table = pd.read_csv(path, dtype=str)
    table.loc[place, "review"] = verdict
    table.loc[place, "gene_symbol"] = name or machine["gene_symbol"]
    table.drop(columns=lacking).to_csv(path, index=False)

    job.review_from(path, replace=bool(lacking))

    taken = job.review_rows()
    gene = job.results.iloc[place]
    expected = (name, "") if name else (machine["gene_symbol"], machine["gene_id"])
    assert (gene["gene_symbol"], gene[["gene_id"]].fillna("").iloc[0]) == expected
    assert job.review_from(path)["same"] == [place + 2]
    assert job.review_from(path, replace=True)["same"] == [place + 2]
    assert job.review_rows() == taken


def _naive_dates(times: pd.Series[Any]) -> pd.Series[Any]:
    return pd.to_datetime(times).dt.tz_localize(None)


@pytest.mark.parametrize(
    ("name", "rewrite"),
    [
        ("t.csv", pd.to_datetime),
        ("t.csv", lambda times: pd.to_datetime(times).dt.tz_convert("Asia/Tokyo")),
        ("t.csv", _naive_dates),
        ("t.xlsx", _naive_dates),
    ],
    ids=["pandas", "another zone", "no zone", "dates of Excel"],
)
def test_a_time_is_the_same_however_it_is_written(
    job: ck.Job,
    tmp_path: Path,
    name: str,
    rewrite: Callable[[pd.Series[Any]], pd.Series[Any]],
) -> None:
    """Programs make dates of what looks like one; those without a zone are in UTC."""
    job.review(0, "accepted")
    job.review(1, "accepted")
    table = pd.read_csv(job.export_table(tmp_path / "saved.csv", wide=True))
    table["review_time"] = rewrite(table["review_time"])
    table.loc[[0, 1], "review"] = "rejected"
    path = tmp_path / name
    write = table.to_csv if name.endswith(".csv") else table.to_excel
    write(path, index=False)
    job.review(1, "accepted", note="Of another cell")

    assert came_of(job.review_from(path)) == {
        "rejected": [2],
        "kept": [3],
        "left": [4, 5],
    }


@pytest.mark.parametrize("time", ["30/11/2026 01:16", "0001-01-01T00:00+02:00", None])
def test_a_table_that_does_not_know_a_verdict_does_not_replace_it(
    job: ck.Job, tmp_path: Path, time: str | None
) -> None:
    """Its times cannot be read, or it has none; whichever verdict is newer."""
    job.review(0, "accepted")
    path = tmp_path / "mine.csv"
    told = "" if time is None else f",{time}"
    head = "document,record,review" + ("" if time is None else ",review_time")
    path.write_text(f"{head}\n000-ok.pdf,0,rejected{told}\n")

    assert came_of(job.review_from(path)) == {"kept": [2]}
    assert came_of(job.review_from(path, replace=True)) == {"rejected": [2]}


def test_an_identifier_goes_with_its_name(job: ck.Job, tmp_path: Path) -> None:
    """Another name takes it away, and the name of the flow brings that of the flow."""
    gut = {"gene_symbol": "abc-1", "gene_id": "WB:WBGene00000001"}
    for record in (0, 1, 2):
        job.review(record, "edited", changes=gut)

    def fill(cells: Any) -> None:
        cells[0, "gene_symbol"] = "abc-2"
        cells[1, "gene_symbol"] = "ok"
        cells[1, "review"] = "accepted"
        cells[2, "stage_label"] = "adult"

    lines = job.review_from(filled(job, tmp_path / "records.xlsx", fill))

    assert came_of(lines) == {"accepted": [3], "edited": [2, 4], "left": [5]}
    genes = job.results[["gene_symbol", "gene_id"]].fillna("").to_numpy().tolist()
    assert genes[0] == ["abc-2", ""]
    assert genes[1] == genes[3]
    assert genes[2] == [*gut.values()]


def test_a_table_of_another_job_is_refused(
    job: ck.Job, workspace: ck.Workspace, flow: ck.Flow, tmp_path: Path
) -> None:
    """The same paper has other records under the same numbers there."""
    other = workspace.run(
        flow, workspace.documents.list(), "Again", backend="sequential"
    )
    table = pd.read_csv(
        job.export_table(tmp_path / "records.csv", wide=True), dtype=str
    )
    table["review"] = "accepted"
    table.to_csv(tmp_path / "records.csv", index=False)

    told = f"line 2: this record is of the job {job.id}, and not of Again"
    with pytest.raises(JobError, match=f"{told} .*take the table for that job"):
        other.review_from(tmp_path / "records.csv")
    assert other.reviews.empty
    assert len(job.review_from(tmp_path / "records.csv")["accepted"]) == 4


def test_a_verdict_that_is_given_meanwhile_stays(
    job: ck.Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the reading of the table and the end, and that is told."""
    path = tmp_path / "mine.csv"
    head = "document,record,review"
    path.write_text(f"{head}\n000-ok.pdf,0,accepted\n001-ok.pdf,0,accepted\n")
    store = job._store.review

    def meanwhile(*given: Any, **options: Any) -> int:
        monkeypatch.setattr(job._store, "review", store)
        job.review(0, "rejected", reviewer="Bob")
        return store(*given, **options)

    monkeypatch.setattr(job._store, "review", meanwhile)
    with pytest.raises(JobError, match="1 record was reviewed while the table was"):
        job.review_from(path)
    assert job.results["review"].tolist()[:2] == ["rejected", "accepted"]


def test_changed_cells_that_are_not_taken_are_told(job: ck.Job, tmp_path: Path) -> None:
    """Of the evidence, and of rejected records; a page of 1.0 is page 1."""
    path = job.export_table(tmp_path / "records.csv", wide=True)
    table = pd.read_csv(path, dtype=str)
    table["page"] += ".0"
    table["review"] = ["accepted", "rejected", "accepted", ""]
    table.loc[0, "quote"] = "It is expressed in the gut."
    table.loc[1, "anatomy_label"] = "gut"
    table.loc[3, "page"] = "7"
    table.to_csv(path, index=False)

    done = call(job._folders.workspace, "review", job.id, "--from", path)

    assert done.exit_code == 0, done.output
    assert done.stderr.splitlines() == [
        "Taken from the table: 2 accepted, 1 rejected.",
        "1 line has no verdict.",
        f"3 lines have changed cells that were not taken (lines 2, 3, 5): {IGNORED}",
        "3 of 4 records reviewed: 2 accepted, 1 rejected.",
    ]
    assert came_of(job.review_from(path)) == {
        "same": [2, 3, 4],
        "left": [5],
        "ignored": [2, 3, 5],
    }


@pytest.mark.parametrize("first", ["", "accepted", "rejected"])
def test_a_record_has_one_line(job: ck.Job, tmp_path: Path, first: str) -> None:
    """Also where one of two has no verdict, or says what was said before."""
    job.review(0, "accepted")
    path = tmp_path / "mine.csv"
    lines = f"000-ok.pdf,0,{first}\n000-ok.pdf,0,rejected\n"
    path.write_text(f"document,record,review\n{lines}")
    with pytest.raises(JobError, match="line 3: this record has line 2 already"):
        job.review_from(path)


def test_an_edit_of_the_evidence_alone_is_refused(job: ck.Job, tmp_path: Path) -> None:
    """The sentence is for who has a table: it names its columns."""
    path = tmp_path / "mine.csv"
    path.write_text("document,record,review,quote\n000-ok.pdf,0,edited,Other words\n")
    told = "needs other values than it has, in one of gene_symbol, .*; its quote cannot"
    with pytest.raises(JobError, match=told):
        job.review_from(path)


def test_part_of_a_table_of_ones_own_is_enough(job: ck.Job, tmp_path: Path) -> None:
    """Of some records, by the names of their papers."""
    path = tmp_path / "mine.csv"
    path.write_text("document,record,review\n002-ok.pdf,0,accepted\n,,\n")

    assert job.review_from(path)["accepted"] == [2]
    assert job.results["review"].tolist()[2] == "accepted"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("000-ok.pdf,0,maybe,ok", r"line 3: A verdict is accepted, .* not 'maybe'"),
        ("000-ok.pdf,0,edited,ok", "line 3: 000-ok.pdf, record 0: an edited record"),
        ("000-ok.pdf,1,accepted,ok", "line 3: 000-ok.pdf has no record 1"),
        ("none.pdf,0,accepted,ok", "line 3: The job has no document none.pdf"),
        ("000-ok.pdf,1.5,accepted,ok", 'line 3: "1.5" in the column record is no'),
        ("000-ok.pdf,0,accepted,", "line 3: gene_symbol needs a value"),
        ("001-ok.pdf,0,accepted,ok", "line 3: this record has line 2 already"),
    ],
)
def test_a_line_that_is_not_possible_is_named(
    job: ck.Job, tmp_path: Path, line: str, told: str
) -> None:
    """Then nothing of the table is taken."""
    path = tmp_path / "t.csv"
    head = "document,record,review,gene_symbol"
    path.write_text(f"{head}\n001-ok.pdf,0,rejected,ok\n{line}\n")

    with pytest.raises(JobError, match=told):
        job.review_from(path)
    assert job.reviews.empty


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("anatomy_label", "2-Sep"),
        ("anatomy_label", "Sep-32"),
        ("gene_symbol", "1-Sep"),
        ("gene_symbol", "02. Sep"),
        ("gene_symbol", "01-mars"),
        ("gene_symbol", "2.31E+19"),
    ],
)
def test_a_name_that_excel_has_changed_is_refused(
    job: ck.Job, tmp_path: Path, column: str, name: str
) -> None:
    """In CSV it is text: SEPT2 would be edited by whoever only accepts it."""
    job.review(0, "edited", changes={column: "SEPT2"})
    path = tmp_path / "t.csv"
    head = f"document,record,review,{column}\n"
    path.write_text(f"{head}000-ok.pdf,0,accepted,{name}\n")

    told = rf"line 2: .* {column} is '{re.escape(name)}', was 'SEPT2'"
    with pytest.raises(JobError, match=told):
        job.review_from(path)
    assert job.results[column].iloc[0] == "SEPT2"

    path.write_text(f"{head}000-ok.pdf,0,rejected,{name}\n")
    lines = job.review_from(path, replace=True)
    assert came_of(lines) == {"rejected": [2], "ignored": [2]}
    # A paper may have it like this.
    job.review(1, "edited", changes={column: name})
    path.write_text(f"{head}001-ok.pdf,0,edited,{name}\n000-ok.pdf,0,,{name}\n")
    lines = job.review_from(path, replace=True)
    assert came_of(lines) == {"same": [2], "unsaid": [3]}


def test_a_number_that_no_name_becomes_is_an_edit(job: ck.Job, tmp_path: Path) -> None:
    """Names have no minus: this is a p-value, of an own record."""
    path = tmp_path / "t.csv"
    path.write_text("document,record,review,assay\n000-ok.pdf,0,edited,1.5E-03\n")

    assert came_of(job.review_from(path)) == {"edited": [2]}


def test_a_note_of_several_lines_stays(job: ck.Job, tmp_path: Path) -> None:
    """In TSV, a line of the table is one of the file; nobody has written another."""
    job.review(0, "accepted", note="Also\nin Figure 2", reviewer="Ann")
    path = job.export_table(tmp_path / "records.tsv", wide=True)

    assert came_of(job.review_from(path, reviewer="Bob"))["same"] == [2]
    review = job.review_of(0)
    assert (review.note, review.reviewer) == ("Also\nin Figure 2", "Ann")


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_letters_that_a_program_misread_are_no_edit(
    job: ck.Job, tmp_path: Path, encoding: str
) -> None:
    """Excel reads CSV as of Windows or Mac, and saves "IFN-Î³" as UTF-8."""
    job.review(0, "edited", changes={"gene_symbol": "IFN-γ"}, note="In 5 µl")
    job.review(1, "edited", changes={"gene_symbol": "GABA-ρ1"})
    path = job.export_table(tmp_path / "t.csv", wide=True)
    misread = path.read_text(encoding, "replace")
    # Windows has no letter for one byte of ρ, and its programs keep the byte.
    misread = misread.replace("\N{REPLACEMENT CHARACTER}", "\x81")
    path.write_text(misread, "utf-8")

    assert came_of(job.review_from(path)) == {"same": [2, 3], "left": [4, 5]}

    seen = "γ".encode().decode(encoding)
    path.write_text(misread.replace(f"IFN-{seen}", f"IFN-{seen}2"), "utf-8")
    with pytest.raises(JobError, match=r"line 2: .* was 'IFN-γ': .* encoding"):
        job.review_from(path)
    assert job.results["gene_symbol"].iloc[0] == "IFN-γ"


def test_what_is_no_table_of_records_is_refused(job: ck.Job, tmp_path: Path) -> None:
    """The sentence says where one comes from."""
    narrow = job.export_table(tmp_path / "narrow.csv")
    with pytest.raises(JobError, match=r"has no column record: take .* --out records"):
        job.review_from(narrow)
    with pytest.raises(CurationKitError, match=r"There is no table .*none\.csv"):
        job.review_from(tmp_path / "none.csv")


def test_the_command_says_what_was_taken(job: ck.Job, tmp_path: Path) -> None:
    """Then it lists the reviews, as ever."""
    place, path = job._folders.workspace, tmp_path / "records.csv"
    job.export_table(path, wide=True)
    table = pd.read_csv(path, dtype=str)
    table.loc[[0, 1], "review"] = "accepted"
    table.loc[2, "gene_symbol"] = "abc-1"
    table.to_csv(path, index=False)

    done = call(place, "review", job.id, "--from", path, "--reviewer", "Ann")

    assert done.exit_code == 0, done.output
    assert done.stderr.splitlines() == [
        "Taken from the table: 2 accepted.",
        "2 lines have no verdict.",
        f"1 of them has other values than the record (line 4), {UNSAID}",
        "2 of 4 records reviewed: 2 accepted.",
    ]
    assert done.stdout.count("Ann") == 2


def test_the_command_says_what_is_left_and_how_to_take_it(
    job: ck.Job, tmp_path: Path
) -> None:
    """With the numbers of the lines."""
    place, path = job._folders.workspace, tmp_path / "records.xlsx"
    job.review(1, "accepted", reviewer="Ann")
    job.export_table(path)
    job.review(1, "rejected", reviewer="Bob")

    done = call(place, "review", job.id, "--from", path)

    assert done.exit_code == 0, done.output
    assert done.stderr.splitlines()[:2] == [
        "Taken from the table: nothing new.",
        f"1 line is left (line 3): {KEPT}",
    ]
    done = call(place, "review", job.id, "--from", path, "--replace")
    assert done.stderr.splitlines()[0] == "Taken from the table: 1 accepted."
