"""Records on a terminal: one line each and the quote below it, or all there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

from curation_kit.cli.fitting import cut, fitted, joined, least, plain, room
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
#: Without these, a row that nobody should trust looks like any other.
_TRUST = ("verification", "review")

#: Columns of gene expression that a terminal has no room for.
_MINOR = ("taxon", "anatomy_id", "stage_id", "cellular_component_id", "assay")


def main_columns(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Columns of a table for people: the file, the records' own columns, the page.

    Then how far their quotes were found and what curators said, where any has it.
    """
    from curation_kit.records import EVIDENCE_COLUMNS, GeneExpressionRecord

    if not rows:
        return []
    told = {name for name in _TRUST if any(row.get(name) for row in rows)}
    hidden = {*EVIDENCE_COLUMNS} - {"page", *told}
    if {"document", *GeneExpressionRecord.domain_columns()} <= set(rows[0]):
        hidden.update(_MINOR)
    return [name for name in rows[0] if name not in hidden]


def print_records(
    rows: list[dict[str, Any]],
    columns: Sequence[str] | None = None,
    *,
    below: Sequence[str] = (),
    empty: str = "No records.",
) -> None:
    """Print records for people: columns that they have, the main when left out."""
    if columns is None:
        columns = main_columns(rows)
    present = [name for name in columns if not rows or name in rows[0]]
    rows = [{**row, "negated": "not" if row.get("negated") else ""} for row in rows]
    print_table(rows, present, right=("page",), below=below, empty=empty)


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
    from rich.console import Console

    if not rows:
        typer.echo(empty)
        return
    width = Console().width
    headings = _headings(rows, width)
    lines = [[_cell(name, row.get(name)) for name in headings] for row in rows]
    titles = list(headings.values())
    widths = fitted(titles, lines, width)
    right = [name == "page" for name in headings]
    typer.secho(joined(titles, widths, right)[:width].rstrip(), bold=True)
    for row, cells in zip(rows, lines, strict=True):
        short = [cut(cell, most) for cell, most in zip(cells, widths, strict=True)]
        typer.echo(cut(joined(short, widths, right), width))
        if quotes and (quote := plain(row.get("quote"))):
            typer.secho(cut(f"    “{quote}”", width), dim=True)


def print_whole(rows: Iterable[TableRow], *, empty: str = "No records.") -> None:
    """Print all columns of records that say something, one below the other."""
    none = True
    for row in rows:
        none = False
        cells = row.cells(wide=True)
        cells["machine_values"] = row.machine_text()
        order = [*row.record.row(row.document), *cells]
        typer.secho(f"{plain(row.document)}, record {row.number}", bold=True)
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
        if sum(map(least, shown.values())) <= room(len(shown), width):
            break
        shown.pop(name, None)
    return shown


def _cell(name: str, value: Any) -> str:
    if name == "negated":
        return "not" if value else ""
    if isinstance(value, float):
        return f"{value:.3g}"
    return plain(value)
