from __future__ import annotations

import re
import zipfile
from datetime import date

import pandas as pd
import pytest
from openpyxl import Workbook

from curation_kit.errors import CurationKitError
from curation_kit.evaluation import read_gold
from curation_kit.formats import spreadsheets


def test_read_gold_keeps_text(tmp_path):
    """TSV is read too; dates, numbers and NA stay as they were written."""
    path = tmp_path / "gold.tsv"
    path.write_text(
        "document\tgene_symbol\tanatomy_label\tpage\na.pdf\tNA\tgut\t01\n",
        encoding="utf-8-sig",
    )
    assert read_gold(path).to_dict("records") == [
        {"document": "a.pdf", "gene_symbol": "NA", "anatomy_label": "gut", "page": "01"}
    ]


def test_what_r_and_excel_write_for_what_is_missing_is_nothing(tmp_path):
    """NA is no stage, and no identifier that rows could share; a gene may be one."""
    path = tmp_path / "gold.csv"
    path.write_text(
        "document,gene_symbol,gene_id,anatomy_label,stage_label,negated,mine\n"
        "a.pdf,abc-1,NA,pharynx,NA,FALSE,NA\n"
        "a.pdf,NA,#N/A,pharynx, N/A,NA,\n"
        "b.pdf,NA,NA,NA,NA,NA,NA\n"
        "c.pdf,NA,,,,,\n"
    )
    assert read_gold(path).to_numpy().tolist() == [
        ["a.pdf", "abc-1", "", "pharynx", "", "FALSE", "NA"],
        ["a.pdf", "NA", "", "pharynx", "", "", ""],
        ["b.pdf", "", "", "", "", "", "NA"],
        ["c.pdf", "", "", "", "", "", ""],
    ]


@pytest.mark.parametrize(
    ("name", "separator"), [("a.csv", ";"), ("a.csv", "\t"), ("a.txt", ",")]
)
def test_the_first_line_says_what_separates_where_the_name_does_not(
    tmp_path, name, separator
):
    """Programs write tabs into a .csv, or commas into a .txt."""
    lines = [["document", "gene_symbol", "anatomy_label"], ["a.pdf", "b", "c"]]
    path = tmp_path / name
    path.write_text("\n".join(map(separator.join, lines)))
    assert read_gold(path).to_numpy().tolist() == lines[1:]


def test_a_line_may_name_its_paper_by_its_id(tmp_path):
    """What else a column says of documents is no slip of that."""
    path = tmp_path / "gold.csv"
    path.write_text(
        "document,gene_symbol,anatomy_label,document_id,document_link\n,a,b,1a,x\n"
    )
    assert read_gold(path)["document_id"].tolist() == ["1a"]


HEAD = "document,gene_symbol,anatomy_label,negated\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "cannot be read: it is empty"),
        (b"document,gene\xff\xfe\n", "cannot be read: it is not in UTF-8"),
        ("document,gene\na,b\n", r"gold\.csv lacks the columns.* are document, gene\."),
        (
            "document,gene\na,b\n\nc,d, e\n",
            "line 4 has 3 cells, and there are 2",
        ),
        ("document,gene,gene\n", 'two columns "gene"'),
        (f'{HEAD}a.pdf,b,c,\nb.pdf,"b,c,\nc.pdf,b,c,\n', "line 3: .*quote is not cl"),
        (
            f"{HEAD}a.pdf,b,c,no\na.pdf,b,c,maybe\n",
            r'Line 3 .*gold\.csv has "maybe" in',
        ),
        (f"{HEAD}a.pdf,b,c,no\n\n ,b,c,\n", r"Line 4 .*gold\.csv names no docum"),
        (b"PK\x03\x04rest", "is no Excel workbook, or damaged"),
        (b"\xd0\xcf\x11\xe0rest", "a workbook of an old Excel"),
    ],
)
def test_read_gold_says_what_is_wrong(tmp_path, content, words):
    """Files that are empty, binary or incomplete each get a sentence."""
    path = tmp_path / "gold.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(CurationKitError, match=words):
        read_gold(path)


def test_there_is_no_gold_table(tmp_path):
    """The path is named."""
    with pytest.raises(CurationKitError, match=r"no gold table .*none\.csv"):
        read_gold(tmp_path / "none.csv")


def test_read_gold_forgives_what_spreadsheets_leave(tmp_path):
    """Empty cells at the end of lines, empty lines (the first, too), missing cells."""
    path = tmp_path / "gold.csv"
    path.write_text(
        "document,gene_symbol,anatomy_label,,\na,b,c,,\n,,,,\nd\n", encoding="utf-8"
    )
    assert read_gold(path).to_numpy().tolist() == [["a", "b", "c"], ["d", "", ""]]
    path.write_text(
        'document;gene_symbol;anatomy_label\na;b;"c;d"\n', encoding="utf-8-sig"
    )
    assert read_gold(path).to_numpy().tolist() == [["a", "b", "c;d"]]
    path.write_text("\n ; ;\ndocument;gene_symbol;anatomy_label\na;b;c\n")
    assert read_gold(path).to_numpy().tolist() == [["a", "b", "c"]]


def test_read_gold_reads_excel(tmp_path):
    """The first sheet, each cell as text; whatever the file is called."""
    path = tmp_path / "gold.csv"
    columns = ["document", "gene_symbol", "anatomy_label", "page"]
    rows = [["a.pdf", "SEPT2", "'-cells", 3], ["b.pdf", None, None, None]]
    pd.DataFrame(rows, columns=columns).to_excel(tmp_path / "gold.xlsx", index=False)
    (tmp_path / "gold.xlsx").rename(path)
    assert read_gold(path).to_numpy().tolist() == [
        ["a.pdf", "SEPT2", "-cells", "3"],
        ["b.pdf", "", "", ""],
    ]


COLUMNS = ["document", "gene_symbol", "anatomy_label"]


def workbook(path, *rows):
    """Write a workbook with these rows."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def changed(path, old, new, *, where="sheet1.xml"):
    """Replace some bytes in the sheet of a workbook, or in another part of it."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(path, "w") as book:
        for name, part in parts.items():
            if name.endswith(where):
                assert old in part
            book.writestr(name, part.replace(old, new))


def test_a_name_that_excel_took_for_a_date_is_refused(tmp_path):
    """Nobody can tell any more what it was; a date in a column of others is none."""
    day = date(2026, 9, 1)
    columns = [*COLUMNS, "read on"]
    path = workbook(tmp_path / "gold.xlsx", columns, ["a.pdf", "myo-2", "", day])
    assert read_gold(path)["read on"].tolist() == ["2026-09-01"]
    workbook(path, columns, ["a.pdf", "myo-2"], ["a.pdf", day])
    with pytest.raises(
        CurationKitError, match=r"Line 3 .* the date 2026-09-01 in the column gene_sym"
    ):
        read_gold(path)
    for gene in ("1-Sep", "Mar-01", "02. Sep", "2.31E+19"):  # as it writes into CSV
        text = tmp_path / "gold.csv"
        text.write_text(f"document,gene_symbol,anatomy_label\na.pdf,{gene},1-Sep\n")
        told = rf"Line 2 .* has the gene '{re.escape(gene)}': Excel makes"
        with pytest.raises(CurationKitError, match=told):
            read_gold(text)
        text.write_text("document,gene_symbol,anatomy_label\na.pdf,sep-1,1-Sep\n")
        assert read_gold(text)["gene_symbol"].tolist() == ["sep-1"]


def test_a_workbook_may_tell_a_wrong_size(tmp_path):
    """As some programs write it: all cells are read."""
    path = workbook(tmp_path / "gold.xlsx", COLUMNS, ["a.pdf", "myo-2", "pharynx"])
    changed(path, b'<dimension ref="A1:C2"', b'<dimension ref="A1"')
    assert read_gold(path).to_numpy().tolist() == [["a.pdf", "myo-2", "pharynx"]]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        (b'<row r="2"', b'<row r="999999999"', "sheet1.xml"),
        (b"firstSheet=", b"lastSheet=", "xl/workbook.xml"),
    ],
)
def test_a_workbook_that_tells_nonsense_is_refused(
    tmp_path, monkeypatch, old, new, where
):
    """Soon, whatever the reader makes of it."""
    monkeypatch.setattr(spreadsheets, "_MOST_LINES", 1000)
    path = workbook(tmp_path / "gold.xlsx", COLUMNS, ["a.pdf", "myo-2", "pharynx"])
    changed(path, old, new, where=where)
    with pytest.raises(CurationKitError, match="is no Excel workbook, or damaged"):
        read_gold(path)


def test_a_workbook_with_a_broken_sheet_or_none_is_refused(tmp_path):
    """Whenever that is found out."""
    path = workbook(tmp_path / "gold.xlsx", COLUMNS, ["a.pdf", "myo-2", "pharynx"])
    changed(path, b"</sheetData>", b"</sheet")
    with pytest.raises(CurationKitError, match="is no Excel workbook, or damaged"):
        read_gold(path)
    book = Workbook()
    book.remove(book.active)
    book.create_chartsheet()
    book.save(path)
    with pytest.raises(CurationKitError, match="has a chart as a sheet"):
        read_gold(path)
