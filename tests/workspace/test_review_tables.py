"""Verdicts that were written into a table of the results."""

from __future__ import annotations

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

#: What is said of values without a verdict.
UNSAID = "which were not taken: write edited into the column review."


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

    counts = job.review_from(path, reviewer="Ann")

    assert {name: count for name, count in counts.items() if count} == {
        "accepted": 1,
        "edited": 1,
        "rejected": 1,
        "unsaid": 1,
    }
    table = job.results
    assert table["review"].tolist()[:3] == ["accepted", "rejected", "edited"]
    assert table["anatomy_label"].iloc[2] == "-cells"
    assert table["gene_symbol"].iloc[3] == "ok"
    assert set(job.reviews["reviewer"]) == {"Ann"}
    assert job.review_of(1).note == "Of another paper"


@pytest.mark.parametrize("name", ["records.xlsx", "records.csv", "records.tsv"])
def test_a_table_as_it_was_written_says_nothing_new(
    job: ck.Job, tmp_path: Path, name: str
) -> None:
    """Whatever the format; a verdict may be changed by another table."""
    job.review(0, "edited", changes={"anatomy_label": "=1+1"}, note="See it")
    job.review(1, "accepted")
    seq = job.last_seq()
    path = job.export_table(tmp_path / name, wide=True)

    counts = job.review_from(path)

    assert (counts["same"], counts["left"], sum(counts.values())) == (2, 2, 4)
    assert job.last_seq() == seq


def test_edits_add_up_and_a_verdict_replaces_another(
    job: ck.Job, tmp_path: Path
) -> None:
    """An edited record keeps the values that the table has not changed."""
    job.review(0, "edited", changes={"anatomy_label": "gut"})
    job.review(1, "accepted")

    def fill(cells: Any) -> None:
        cells[0, "gene_symbol"] = "abc-1"
        cells[1, "review"] = "rejected"

    job.review_from(filled(job, tmp_path / "records.xlsx", fill))

    first = job.results.iloc[0]
    assert (first["gene_symbol"], first["anatomy_label"]) == ("abc-1", "gut")
    assert job.review_counts["rejected"] == 1


def test_part_of_a_table_of_ones_own_is_enough(job: ck.Job, tmp_path: Path) -> None:
    """Of some records, by the names of their papers."""
    path = tmp_path / "mine.csv"
    path.write_text("document,record,review\n002-ok.pdf,0,accepted\n,,\n")

    assert job.review_from(path)["accepted"] == 1
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
        ("001-ok.pdf,0,accepted,ok", "line 3: this record has a verdict in a line"),
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
        f"1 of them has other values than the record, {UNSAID}",
        "2 of 4 records reviewed: 2 accepted.",
    ]
    assert done.stdout.count("Ann") == 2
