"""Records on a terminal: one line each and the quote below it, or all there is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

from curation_kit.cli.output import print_table

if TYPE_CHECKING:
    from curation_kit.formats import TableRow

__all__ = ["main_columns", "print_compact", "print_records", "print_whole"]

#: Columns of the compact table and their headings; those that are empty in all
#: rows, but for the first ones, are left out.
_HEADINGS = {
    "document": "document",
    "gene_symbol": "gene",
    "negated": "",
    "anatomy_label": "anatomy",
    "cellular_component_label": "component",
    "stage_label": "stage",
    "page": "page",
    "verification": "verification",
    "review": "review",
}
#: Columns of gene expression that a terminal has no room for.
_MINOR = ("taxon", "anatomy_id", "stage_id", "cellular_component_id", "assay")

_GAP = "  "

#: No column is made narrower than this, or than its heading.
_LEAST = 6


def main_columns(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Columns of a table for people: the file, the records' own columns, the page."""
    from curation_kit.records import EVIDENCE_COLUMNS, GeneExpressionRecord

    if not rows:
        return []
    hidden = {*EVIDENCE_COLUMNS} - {"page"}
    if {"document", *GeneExpressionRecord.domain_columns()} <= set(rows[0]):
        hidden.update(_MINOR)
    return [name for name in rows[0] if name not in hidden]


def print_records(
    rows: list[dict[str, Any]],
    columns: Sequence[str] | None = None,
    *,
    empty: str = "No records.",
) -> None:
    """Print records for people: columns that they have, their own when left out."""
    if columns is None:
        columns = main_columns(rows)
    present = [name for name in columns if not rows or name in rows[0]]
    rows = [{**row, "negated": "not" if row.get("negated") else ""} for row in rows]
    print_table(rows, present, right=("page",), empty=empty)


def print_compact(
    rows: Sequence[Mapping[str, Any]],
    *,
    quotes: bool = True,
    empty: str = "No records.",
) -> None:
    """Print records in lines that fit the terminal, as it is or as ``COLUMNS`` says.

    Parameters
    ----------
    rows
        As `Record.row` gives them.
    quotes
        Whether each has its quote on a line of its own.
    """
    from rich.cells import cell_len
    from rich.console import Console

    if not rows:
        typer.echo(empty)
        return
    width = Console().width
    headings = _headings(rows, width)
    lines = [[_cell(name, row.get(name)) for name in headings] for row in rows]
    titles = list(headings.values())
    widths = [max(map(cell_len, column)) for column in zip(titles, *lines, strict=True)]
    least = [_least(title) for title in titles]
    room = width - len(_GAP) * (len(widths) - 1)
    while sum(widths) > room:
        place = max(range(len(widths)), key=lambda n: widths[n] - least[n])
        if widths[place] <= least[place]:
            break
        widths[place] -= 1
    right = [name == "page" for name in headings]
    typer.secho(_line(titles, widths, right)[:width].rstrip(), bold=True)
    for row, cells in zip(rows, lines, strict=True):
        typer.echo(_cut(_line(cells, widths, right).rstrip(), width))
        if quotes and (quote := _plain(row.get("quote"))):
            typer.secho(_cut(f"    “{quote}”", width), dim=True)


def print_whole(rows: Iterable[TableRow], *, empty: str = "No records.") -> None:
    """Print all columns of records that say something, one below the other."""
    none = True
    for row in rows:
        none = False
        cells = row.cells(wide=True)
        cells["machine_values"] = row.machine_text()
        order = [*row.record.row(row.document), *cells]
        typer.secho(f"{_plain(row.document)}, record {row.number}", bold=True)
        for name in dict.fromkeys(order):
            text = _cell(name, cells[name])
            if text and name not in {"document", "record", "job_id"}:
                typer.echo(f"  {name.replace('_', ' ')}: {text}")
    if none:
        typer.echo(empty)


def _headings(rows: Sequence[Mapping[str, Any]], width: int) -> dict[str, str]:
    """Columns of a compact table with their headings, of other domains what fits."""
    from curation_kit.records import EVIDENCE_COLUMNS, GeneExpressionRecord

    headings = dict(_HEADINGS)
    # Identifiers of gene expression are left to wider tables.
    known = {*_HEADINGS, *EVIDENCE_COLUMNS}
    if "gene_symbol" in rows[0]:
        known.update(GeneExpressionRecord.domain_columns())
    own = [name for name in main_columns(rows) if name not in known]
    names = {name: name.replace("_", " ") for name in own}
    last = {name: headings.pop(name) for name in ("page", "verification", "review")}
    headings.update({**names, **last})
    shown = {
        name: title
        for name, title in headings.items()
        if name in {"document", "gene_symbol"} & {*rows[0]}
        or any(_cell(name, row.get(name)) for row in rows)
    }
    for name in reversed(own):
        if sum(map(_least, shown.values())) + len(_GAP) * (len(shown) - 1) <= width:
            break
        shown.pop(name, None)
    return shown


def _least(title: str) -> int:
    """How narrow a column may become."""
    return max(_LEAST, len(title))


def _cell(name: str, value: Any) -> str:
    if name == "negated":
        return "not" if value else ""
    if isinstance(value, float):
        return f"{value:.3g}"
    return _plain(value)


def _plain(value: Any) -> str:
    """Text of one line that no terminal obeys."""
    text = "" if value is None else str(value)
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", text).strip()


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    from rich.cells import cell_len

    shown = []
    for cell, width, to_right in zip(cells, widths, right, strict=True):
        text = _cut(cell, width)
        space = " " * (width - cell_len(text))
        shown.append(space + text if to_right else text + space)
    return _GAP.join(shown)


def _cut(text: str, width: int) -> str:
    """Cut a text to some columns of the terminal, and show that it was."""
    from rich.cells import cell_len, set_cell_size

    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(width - 1, 0)).rstrip() + "…"
