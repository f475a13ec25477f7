"""Records of agents of others, from the agent into each kind of table."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterable
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from batches import add_papers, chain
from fakes import FakeInput
from pydantic import Field

import curation_kit as ck
from curation_kit.agents import Extractor, Paper, register
from curation_kit.errors import CurationKitError, JobError
from curation_kit.formats import plain_cell, unescape_cell
from curation_kit.records import Record

ZONE = dt.timezone(dt.timedelta(hours=2))


class Mixed(Enum):
    """Values of several types."""

    WORD = "word"
    TWO = 2


class Kinds(Record):
    """A record with a column of each kind that has made trouble."""

    repeated_columns = frozenset({"times", "either", "names"})

    count: Annotated[int, Field(ge=0)] | None = None
    times: int | None = None
    either: int | str = 0
    truth: bool | int = 0
    moment: dt.datetime | None = None
    mixed: Mixed | None = None
    choice: Literal["a", 1] | None = None
    exact: Decimal | None = None
    names: dict[str, int] = Field(default_factory=dict)
    words: set[str] = Field(default_factory=set)
    raw: bytes | None = None
    lasts: dt.timedelta | None = None
    text: str = ""
    anything: Any = None


FULL: dict[str, Any] = {
    "count": 2**63 - 1,
    "times": 3,
    "either": "=1",
    "truth": True,
    "moment": dt.datetime(2024, 1, 1, tzinfo=ZONE),
    "mixed": Mixed.TWO,
    "choice": "a",
    "exact": Decimal("1.50"),
    "names": {"b": 1},
    "words": {"z", "y", "x"},
    "raw": b"abc",
    "lasts": dt.timedelta(hours=1),
    "text": "a\0\x0b\ufffe",
    "anything": dt.timedelta(1),
}
OTHER: dict[str, Any] = {
    "count": None,
    "either": 7,
    "truth": 1,
    "moment": dt.datetime(2024, 1, 1, 5),  # noqa: DTZ001 - it does not tell its zone
    "mixed": Mixed.WORD,
    "choice": 1,
}


def job_of(workspace: ck.Workspace, *values: dict[str, Any]) -> ck.Job:
    """A job whose papers give a record each."""

    class Own(Extractor):
        name, title, record = "own", "Own", Kinds

        def extract(self, paper: Paper) -> Iterable[Record]:
            number = int(paper.text.text.split()[1])
            yield Kinds(**values[number], evidence=[paper.evidence(0, 2)])

    register(FakeInput)
    register(Own)
    papers = add_papers(workspace, *["ok"] * len(values))
    return workspace.run(
        chain("fake_input", "own", "csv", "json", "xlsx"), papers, backend="sequential"
    )


def cells(path: Path) -> list[dict[str, str]]:
    """Rows of a table, each cell as CSV would have it."""
    match path.suffix:
        case ".parquet":
            rows = pq.read_table(path).to_pylist()
        case ".xlsx":
            names, *lines = openpyxl.load_workbook(path)["Results"].iter_rows(
                values_only=True
            )
            rows = [dict(zip(names, line, strict=True)) for line in lines]
        case _:
            text = io.StringIO(path.read_bytes().decode(), newline="")
            delimiter = "\t" if path.suffix == ".tsv" else ","
            rows = [*csv.DictReader(text, delimiter=delimiter)]
    return [
        {name: unescape_cell(plain_cell(row[name])) for name in Kinds.domain_columns()}
        for row in rows
    ]


def test_all_tables_hold_the_same(workspace: ck.Workspace, tmp_path: Path) -> None:
    """Whatever the values are; a column has one type, whatever papers give."""
    job = job_of(workspace, FULL, OTHER)

    table = job.results
    first, second = cells(job.export_table(tmp_path / "t.csv"))
    assert first == {
        "count": "9223372036854775807",
        "times": "3",
        "either": "=1",
        "truth": "true",
        "moment": "2023-12-31 22:00:00",
        "mixed": "2",
        "choice": "a",
        "exact": "1.50",
        "names": '{"b":1}',
        "words": "x|y|z",
        "raw": "abc",
        "lasts": "1:00:00",
        "text": "a\0\x0b\ufffe",
        "anything": "P1D",
    }
    assert [second[name] for name in OTHER] == [
        *("", "7", "1", "2024-01-01 05:00:00", "word", "1"),
    ]
    for kind in ("tsv", "parquet"):
        assert cells(job.export_table(tmp_path / f"t.{kind}")) == [first, second]
    in_excel = cells(job.export_table(tmp_path / "t.xlsx"))
    assert in_excel == [{**first, "text": "a_x0000__x000B__xFFFE_"}, second]
    assert [plain_cell(value) for value in table[[*first]].iloc[0]] == [*first.values()]
    assert (table["moment"].dtype, table["count"].dtype) == ("datetime64[us]", "Int64")
    assert isinstance(table["either"].dtype, pd.CategoricalDtype)
    nested = json.loads(job.export_table(tmp_path / "t.json").read_bytes())
    assert nested[0]["moment"] == "2024-01-01T00:00:00+02:00"  # it tells the zone
    with zipfile.ZipFile(job.export_zip(tmp_path)) as archive:
        files = [archive.read(f"{number:03}-ok.csv") for number in range(2)]
        heading = files[0].splitlines(keepends=True)[0]
        assert archive.read("_run/results.csv") == heading + b"".join(
            file.removeprefix(heading) for file in files
        )
        assert "_run/results.parquet" in archive.namelist()


def test_a_value_that_no_table_holds_costs_its_paper_alone(
    workspace: ck.Workspace, tmp_path: Path
) -> None:
    """All else can be looked at and exported."""
    job = job_of(workspace, {"times": 1}, {"times": 2**63}, {"anything": float("nan")})

    _, large, missing = job.document_rows()
    assert "times is 9223372036854775808, a whole number beyond" in large["error"]
    assert "anything is nan" in missing["error"]
    assert job.results["times"].tolist() == [1]
    assert job.export_zip(tmp_path).is_file()


def test_what_a_curator_writes_fits_tables_too(workspace: ck.Workspace) -> None:
    """The same values are refused."""
    job = job_of(workspace, {"times": 1})
    [row] = job.results.index

    with pytest.raises(ck.JobError, match="times cannot be 9223372036854775808: a"):
        job.review(row, "edited", changes={"times": 2**63})
    assert job.review_counts["edited"] == 0
    job.review(row, "edited", changes={"words": "b | a"})
    assert job.results["words"].tolist() == ["a|b"]


def test_dates_of_a_workbook_are_dates_of_the_records(
    workspace: ck.Workspace, tmp_path: Path
) -> None:
    """They were taken for names that Excel had made dates of."""

    class Dated(Record):
        day: dt.date | None = None
        word: str = ""

    class Dating(Extractor):
        name, title, record = "dating", "Dating", Dated

        def extract(self, paper: Paper) -> Iterable[Record]:
            yield Dated(day=dt.date(2024, 1, 2), evidence=[paper.evidence(0, 2)])

    register(FakeInput)
    register(Dating)
    flow = chain("fake_input", "dating", "xlsx")
    job = workspace.run(flow, add_papers(workspace, "ok"), backend="sequential")
    path = job.export_table(tmp_path / "records.xlsx")
    book = openpyxl.load_workbook(path)
    column = {cell.value: cell.column for cell in book["Results"][1]}
    for name, value, came in (
        ("review", "accepted", "accepted"),
        ("day", dt.date(2025, 3, 4), "edited"),
    ):
        book["Results"].cell(2, column[name]).value = value
        book.save(path)
        assert job.review_from(path, replace=True)[came] == [2]
    assert job.results["day"].tolist() == [pd.Timestamp(2025, 3, 4)]
    book["Results"].cell(2, column["word"]).value = dt.date(2025, 9, 1)
    book.save(path)
    with pytest.raises(CurationKitError, match="date 2025-09-01 in the column word"):
        job.review_from(path)


def test_records_of_something_else_are_not_scored(workspace: ck.Workspace) -> None:
    """What to write into the gold table would be no help."""
    job = job_of(workspace, {})
    for score in (job.gold, lambda: job.evaluate("gold.csv")):
        with pytest.raises(JobError, match="gold tables are of gene expression"):
            score()


def test_old_results_are_read(workspace: ck.Workspace, tmp_path: Path) -> None:
    """What agents gave before it was refused is still theirs."""
    job = job_of(workspace, {"times": 1})
    workspace._database.execute(
        "UPDATE records SET record = replace(record, ?, ?)",
        ('"times":1', f'"times":{10**30}'),
    )

    [(_, _, record)] = job.records()
    assert record.times == 10**30  # type: ignore[attr-defined]
    assert cells(job.export_table(tmp_path / "t.csv", rows="machine"))[0]["times"] == (
        str(10**30)
    )
