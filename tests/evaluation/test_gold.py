from __future__ import annotations

import pandas as pd
import pytest

from curation_kit.errors import CurationKitError
from curation_kit.evaluation import read_gold


def test_read_gold_keeps_text(tmp_path):
    """TSV is read too; dates, numbers and NA stay as they were written."""
    path = tmp_path / "gold.tsv"
    path.write_text(
        "document\tgene_symbol\tanatomy_label\tpage\na.pdf\tNA\t\t01\n",
        encoding="utf-8-sig",
    )
    assert read_gold(path).to_dict("records") == [
        {"document": "a.pdf", "gene_symbol": "NA", "anatomy_label": "", "page": "01"}
    ]


def test_read_gold_says_what_is_wrong(tmp_path):
    """Missing, empty, binary and incomplete files each get a sentence."""
    with pytest.raises(CurationKitError, match="There is no gold table at"):
        read_gold(tmp_path / "none.csv")
    path = tmp_path / "gold.csv"
    path.write_bytes(b"")
    with pytest.raises(CurationKitError, match="cannot be read"):
        read_gold(path)
    path.write_bytes(b"document,gene\xff\xfe\n")
    with pytest.raises(CurationKitError, match="cannot be read"):
        read_gold(path)
    path.write_text("document,gene\na,b\n", encoding="utf-8")
    with pytest.raises(CurationKitError, match=r"gold\.csv lacks the columns"):
        read_gold(path)
    path.write_text("document,gene\na,b\n\nc,d, e\n", encoding="utf-8")
    with pytest.raises(CurationKitError, match="line 4 has 3 cells, and there are 2"):
        read_gold(path)
    path.write_text("document,gene,gene\n", encoding="utf-8")
    with pytest.raises(CurationKitError, match='two columns "gene"'):
        read_gold(path)
    path.write_bytes(b"PK\x03\x04rest")
    with pytest.raises(CurationKitError, match="is no Excel workbook, or damaged"):
        read_gold(path)
    path.write_bytes(b"\xd0\xcf\x11\xe0rest")
    with pytest.raises(CurationKitError, match="a workbook of an old Excel"):
        read_gold(path)


def test_read_gold_forgives_what_spreadsheets_leave(tmp_path):
    """Empty cells at the end of lines, empty lines, and missing last cells."""
    path = tmp_path / "gold.csv"
    path.write_text(
        "document,gene_symbol,anatomy_label,,\na,b,c,,\n,,,,\nd\n", encoding="utf-8"
    )
    assert read_gold(path).to_numpy().tolist() == [["a", "b", "c"], ["d", "", ""]]
    path.write_text(
        'document;gene_symbol;anatomy_label\na;b;"c;d"\n', encoding="utf-8-sig"
    )
    assert read_gold(path).to_numpy().tolist() == [["a", "b", "c;d"]]


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
