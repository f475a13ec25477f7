"""Tables of known truth: their columns, their papers, and how they are read."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from curation_kit.errors import CurationKitError
from curation_kit.formats import MISSING, is_mangled, read_spreadsheet
from curation_kit.phrases import fold, shown
from curation_kit.records import truth_value

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "GOLD_COLUMNS",
    "GOLD_SUFFIXES",
    "check_columns",
    "has_gene",
    "read_gold",
]

#: What a gold table may have, in the order in which it is written.
GOLD_COLUMNS = (
    "document",
    "gene_symbol",
    "gene_id",
    "anatomy_label",
    "anatomy_id",
    "stage_label",
    "stage_id",
    "cellular_component_label",
    "cellular_component_id",
    "assay",
    "negated",
    "document_id",
)
_NEEDED = ("document", "gene_symbol", "anatomy_label")

#: How alike the name of a column must be to one of these to be meant for it, as
#: ``stage_lable`` is (ratio of `difflib`), and short names of some.
_ALIKE = 0.8
_SHORT = {
    "stage": "stage_label",
    "component": "cellular_component_label",
    "component_label": "cellular_component_label",
    "component_id": "cellular_component_id",
    "cellular_component": "cellular_component_label",
    "negation": "negated",
    "negative": "negated",
}

#: Endings of the file names of gold tables.
GOLD_SUFFIXES = (".csv", ".tsv", ".tab", ".txt", ".xlsx")

#: Columns of a table that an error lists.
_MOST_NAMED = 20


def has_gene(gold: pd.DataFrame) -> list[bool]:
    """Say of each line whether it expects a row, as one that names a gene does."""
    columns = [name for name in ("gene_symbol", "gene_id") if name in gold.columns]
    cells = gold[columns].astype(object).where(gold[columns].notna(), "")
    return [any(str(cell).strip() for cell in row) for row in cells.to_numpy()]


def read_gold(path: Path, *, name: str = "") -> pd.DataFrame:
    """Read a gold table from CSV, TSV or Excel, by its file name.

    Parameters
    ----------
    path
        Of the first sheet of ``.xlsx``, or text: see
        `curation_kit.formats.read_spreadsheet`.
    name
        What the table is called in errors, its path when left out.

    Returns
    -------
    DataFrame
        Every column as text, empty cells and ``NA`` as empty text (but for a gene
        of this name, in a line that has a place); the apostrophe that keeps a cell
        such as ``-cells`` from being a formula is taken off.

    Raises
    ------
    CurationKitError
        If the file is missing, is not such a table or lacks needed columns; if a
        column seems to be misspelled; if a line names a gene and no document, or
        has neither true nor false as ``negated``; or if Excel has made a date of a
        name, as it does of SEPT1, or a number of a gene (Ziemann et al. 2016).
    """
    import pandas as pd

    name = name or str(path)
    columns, lines = read_spreadsheet(path, f"gold table {name}", texts=GOLD_COLUMNS)
    rows = []
    for number, cells in lines:
        row = _without_missing(dict(zip(columns, cells, strict=True)))
        _check_line(row, f"Line {number}", name)
        rows.append([*row.values()])
    table = pd.DataFrame(rows, columns=columns, dtype=str)
    check_columns(table, f"gold table {name if name != str(path) else path.name}")
    return table


def _without_missing(row: dict[str, str]) -> dict[str, str]:
    """A line with empty text for what is missing, however it is written."""
    said = {
        name: "" if name in GOLD_COLUMNS and cell.strip() in MISSING else cell
        for name, cell in row.items()
    }
    place = said.get("anatomy_label", "") + said.get("anatomy_id", "")
    if "gene_symbol" in row and place.strip():  # a gene may be called NA
        said["gene_symbol"] = row["gene_symbol"]
    return said


def _check_line(row: dict[str, str], line: str, name: str) -> None:
    """Raise if a line says something that cannot be scored."""
    named = row.get("document", "x") + row.get("document_id", "")
    if row.get("gene_symbol", "").strip() and not named.strip():
        raise CurationKitError(
            f"{line} of the gold table {name} names no document: write the file name "
            "of the paper into each line."
        )
    if is_mangled(gene := row.get("gene_symbol", "")):
        raise CurationKitError(
            f"{line} of the gold table {name} has the gene {shown(gene)}: Excel makes "
            "days and numbers of names such as SEPT1 and 2E10. Make the cell one of "
            "text, and write the name into it again."
        )
    if truth_value(row.get("negated", "")) is None:
        raise CurationKitError(
            f'{line} of the gold table {name} has "{row["negated"]}" in the column '
            "negated: write true or false."
        )


def check_columns(table: pd.DataFrame, what: str) -> None:
    """Raise if a table of gold or found rows lacks a column that it needs."""
    if not hasattr(table, "columns"):
        raise CurationKitError(
            f"The {what} is no table, but {shown(table)}: give a DataFrame "
            "with a row for each finding, or the path of a file."
        )
    lacking = [name for name in _NEEDED if name not in table.columns]
    if lacking:
        optional = [name for name in GOLD_COLUMNS if name not in _NEEDED]
        raise CurationKitError(
            f"The {what} lacks the column{'s' * (len(lacking) > 1)} "
            f"{', '.join(lacking)}. It needs {', '.join(_NEEDED)}, and may have "
            f"{', '.join(optional)}. Its columns are "
            f"{', '.join(map(str, table.columns[:_MOST_NAMED])) or 'none'}."
        )
    if table.columns.has_duplicates:
        twice = table.columns[table.columns.duplicated()][0]
        raise CurationKitError(
            f'The {what} has two columns "{twice}": leave one of them out.'
        )
    there = {*table.columns, "document_id"}  # a document_link is no slip of that
    absent = [name for name in GOLD_COLUMNS if name not in there]
    for column in table.columns:
        spelled = fold(column).replace(" ", "_").replace("-", "_")
        near = difflib.get_close_matches(spelled, absent, n=1, cutoff=_ALIKE)
        meant = _SHORT.get(spelled, near[0] if near else "")
        if meant in absent and column not in GOLD_COLUMNS:
            raise CurationKitError(
                f'The {what} has a column "{column}", which nothing reads: call it '
                f"{meant}, or leave it out."
            )
