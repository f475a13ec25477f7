"""Commands on what the workspace keeps for later jobs."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from curation_kit.cli.app import app, workspace_of
from curation_kit.cli.output import echo_json, print_table, say

cache = typer.Typer(
    help="What is kept so that nothing is computed or paid for twice.",
    no_args_is_help=True,
)
app.add_typer(cache, name="cache")


@cache.command("show")
def show(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell how much is kept."""
    rows: list[dict[str, Any]] = [
        {"kind": kind, "number": number, "bytes": size}
        for kind, (number, size) in workspace_of(context).cache.sizes().items()
    ]
    if json:
        echo_json(rows)
        return
    print_table(
        [{**row, "MB": f"{row['bytes'] / 1e6:.1f}"} for row in rows],
        ("kind", "number", "MB"),
        right=("number", "MB"),
    )


@cache.command("clear")
def clear(
    context: typer.Context,
    answers: Annotated[
        bool,
        typer.Option("--answers", help="Also answers that services were paid for."),
    ] = False,
) -> None:
    """Delete texts and results of steps; later jobs make them again."""
    workspace_of(context).cache.clear(answers=answers)
    say("Cleared.")
