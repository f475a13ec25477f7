"""What goes into a table comes out of it, whatever a paper or a curator wrote."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation_kit.formats import TableRow, columns_of, plain_cell, unescape_cell
from curation_kit.records import Evidence, GeneExpressionRecord, Record
from curation_kit.results import write_table

#: What spreadsheets, parsers and readers are known to change.
SPECIAL = [
    "SEPT2",
    "mars-2",
    "1e5",
    "2310009E13",
    "007",
    "TRUE",
    "2024-01-02",
    "1/2",
    "=1+1",
    "+x",
    "-1",
    "@a",
    "'=x",
    "_x000B_",
    "_x005F_x0041_",
    "\x0b\x00",
    " a ",
    "a\nb",
    "a\rb\r\n",
    "\ta",
    "\ufffe",
    "é–β",
    "\U0001d4b3",
    "#N/A",
    "http://x.org",
    "{=a}",
]

texts = st.sampled_from(SPECIAL) | st.text(
    st.sampled_from("=+-@'\t\r\n,\";|_x0Bé\U0001d4b3")
    | st.characters(exclude_categories=["Cs"])
)
optional = st.none() | texts


class Measured(GeneExpressionRecord):
    """A record with numbers of its own."""

    level: float | None = None
    cells: int | None = None


records = st.builds(
    Measured,
    gene_symbol=texts,
    gene_id=optional,
    anatomy_label=optional,
    stage_label=optional,
    assay=optional,
    negated=st.booleans(),
    level=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    cells=st.none() | st.integers(-(2**62), 2**62),
    why=texts,
    review=st.none() | st.sampled_from(["accepted", "rejected"]),
    evidence=st.lists(
        st.builds(
            Evidence,
            quote=texts,
            page=st.none() | st.integers(1, 3000),
            section=optional,
            figures=st.lists(st.sampled_from(["Fig. 1", "=A1"]), max_size=2),
            score=st.floats(0, 1),
        ),
        max_size=2,
    ),
)
tables = st.lists(
    st.builds(
        TableRow,
        document=texts,
        document_id=texts,
        number=st.integers(0, 99),
        record=records,
        reviewer=texts,
        note=texts,
        machine=st.dictionaries(st.sampled_from(["gene_symbol", "assay"]), optional),
    ),
    max_size=4,
)

COLUMNS = columns_of(Measured, why=True, curation=True)
NAMES = [column.name for column in COLUMNS]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all examples."""
    return tmp_path_factory.mktemp("tables")


def cells_of(rows: list[TableRow]) -> list[list[object]]:
    """What the table was given, in order of the columns."""
    return [[row.cells(wide=True)[name] for name in NAMES] for row in rows]


def _is_number_of_excel(value: object) -> bool:
    """Others are kept as text, to the last digit."""
    if isinstance(value, int):
        return abs(value) <= 2**53
    return isinstance(value, float) and abs(value) < 1e308


def unescaped(text: str) -> str:
    """Text of a cell as Excel reads it (ECMA-376, ST_Xstring)."""
    return re.sub(
        r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match.group(1), 16)), text
    )


@given(tables)
@settings(max_examples=60)
def test_csv_gives_every_cell_back(folder: Path, rows: list[TableRow]) -> None:
    """Nothing is lost; an empty cell is a missing value."""
    path = write_table(folder / "t.csv", rows, Measured, format="csv", wide=True)

    header, *back = csv.reader(io.StringIO(path.read_bytes().decode(), newline=""))

    assert header == NAMES
    assert [[unescape_cell(cell) for cell in row] for row in back] == [
        [plain_cell(cell) for cell in row] for row in cells_of(rows)
    ]
    assert not [cell for row in back for cell in row if re.match(r"[=@\t\r]", cell)]


@given(tables)
@settings(max_examples=60)
def test_tsv_gives_all_but_tabs_and_line_breaks_back(
    folder: Path, rows: list[TableRow]
) -> None:
    """Those became spaces, as it says."""
    path = write_table(folder / "t.tsv", rows, Measured, format="tsv", wide=True)

    text = io.StringIO(path.read_bytes().decode(), newline="")
    header, *back = csv.reader(text, delimiter="\t", strict=True)

    found = [[unescape_cell(cell) for cell in row] for row in back]
    wanted = [
        [re.sub(r"[\t\r\n]+", " ", plain_cell(cell)) for cell in row]
        for row in cells_of(rows)
    ]
    assert header == NAMES
    # A tab at the start was escaped before it became a space.
    assert [[cell.lstrip("'") for cell in row] for row in found] == [
        [cell.lstrip("'") for cell in row] for row in wanted
    ]


@given(tables)
@settings(max_examples=60)
def test_json_gives_the_records_back(folder: Path, rows: list[TableRow]) -> None:
    """With all their evidence, and what curators said."""
    path = write_table(folder / "t.json", rows, Measured, format="json")

    back = json.loads(path.read_bytes())

    names = Record.model_fields.keys() | Measured.model_fields.keys()
    assert [
        Measured.model_validate({name: item[name] for name in names & item.keys()})
        for item in back
    ] == [row.record for row in rows]
    assert [
        (item["document"], item["record"], item["review_note"], item["machine_values"])
        for item in back
    ] == [(row.document, row.number, row.note, dict(row.machine)) for row in rows]


@given(tables)
@settings(max_examples=60)
def test_parquet_gives_values_and_their_types_back(
    folder: Path, rows: list[TableRow]
) -> None:
    """Missing is not empty, a number is a number."""
    path = write_table(
        folder / "t.parquet", rows, Measured, format="parquet", wide=True
    )

    back = pq.read_table(path).to_pylist()

    assert [[row[name] for name in NAMES] for row in back] == cells_of(rows)


@given(tables)
@settings(max_examples=60)
def test_a_workbook_gives_every_cell_back_and_has_no_formula_or_date(
    folder: Path, rows: list[TableRow]
) -> None:
    """Every text is a string in a cell of the format "Text"."""
    path = write_table(folder / "t.xlsx", rows, Measured, format="xlsx")

    sheet = openpyxl.load_workbook(path)["Results"]

    header, *back = sheet.iter_rows(max_col=len(NAMES))
    assert [cell.value for cell in header] == NAMES
    for row, made, wanted in zip(back, rows, cells_of(rows), strict=True):
        for name, cell, was in zip(NAMES, row, wanted, strict=True):
            value = was
            if name == "machine_values":  # for people
                value = made.machine_text()
            elif name == "verification_score":
                value = round(was, 3)
            assert not cell.is_date
            if value is None or value == "":
                assert cell.value is None
            elif isinstance(value, bool):
                assert (cell.data_type, cell.value) == ("b", value)
            elif not _is_number_of_excel(value):
                assert (cell.data_type, cell.number_format) == ("s", "@")
                assert unescaped(cell.value) == plain_cell(value)
            else:
                assert (cell.data_type, cell.value) == ("n", pytest.approx(value))
