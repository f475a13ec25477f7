"""The command that looks after a workspace."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curation_kit.cli.app import app, workspace_path
from curation_kit.cli.output import echo_json, stdout_console
from curation_kit.documents.paths import user_path
from curation_kit.phrases import counted

if TYPE_CHECKING:
    from curation_kit.doctor import Finding, Removed

_MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "problem": ("✗", "red")}


@app.command()
def doctor(
    context: typer.Context,
    clean: Annotated[
        bool,
        typer.Option(
            "--clean",
            help="First remove leftover temporary files, remains of deleted jobs and "
            "useless cached texts; never papers or results.",
        ),
    ] = False,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Also compare checksums (slow).")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Look for what is wrong in the workspace, and say what to do.

    Changes nothing without --clean. The exit status is 1 when there is a
    problem.
    """
    from curation_kit.doctor import Level, examine
    from curation_kit.doctor import clean as remove_garbage
    from curation_kit.workspace import default_path

    path = user_path(workspace_path(context) or default_path()).absolute()
    removed = remove_garbage(path) if clean else []
    findings = examine(path, thorough=thorough)
    if json:
        echo_json(
            {
                "workspace": str(path),
                "removed": [asdict(item) for item in removed],
                "findings": [asdict(item) for item in findings],
            }
        )
    else:
        if clean:
            _show_removed(path, removed)
        _show(path, findings)
    if any(item.level is Level.PROBLEM for item in findings):
        raise typer.Exit(1)


def _show_removed(path: Path, removed: list[Removed]) -> None:
    from curation_kit.doctor.findings import size

    for item in removed:
        typer.echo(f"Removed {item.path.relative_to(path)} ({item.kind})")
    total = size(sum(item.size for item in removed))
    typer.echo(f"{counted(len(removed), 'thing')} removed, {total}.\n")


def _show(path: Path, findings: list[Finding]) -> None:
    """Print a line for each finding, its advice below it."""
    from rich.table import Table
    from rich.text import Text

    from curation_kit.doctor import Level

    table = Table.grid(padding=(0, 1))
    table.add_column()
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for item in findings:
        mark, colour = _MARKS[item.level]
        table.add_row(Text(mark, colour), item.subject, Text(item.message))
        if item.advice:
            table.add_row("", "", Text(f"→ {item.advice}", "bold"))
    # A pipe or a mail has no width: 80 columns are read everywhere.
    console = stdout_console(piped=80, highlight=False)
    console.print(Text(f"Workspace {path}\n"), soft_wrap=True)
    console.print(table)
    levels = [item.level for item in findings]
    problems, warnings = levels.count(Level.PROBLEM), levels.count(Level.WARNING)
    console.print(
        f"\n{counted(problems, 'problem')}, {counted(warnings, 'warning')}."
        if problems or warnings
        else "\nAll is well."
    )
