"""``dropped``: the candidates of a job that did not become records."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from curation_kit.cli.app import app, workspace_of
from curation_kit.cli.jobs import JobId
from curation_kit.cli.output import (
    FOLDER_MADE,
    echo_json,
    make_folder,
    print_table,
    say,
    write_file,
)
from curation_kit.documents.paths import user_path
from curation_kit.errors import JobError

if TYPE_CHECKING:
    from curation_kit.workspace import Job

#: Candidates that are shown on a terminal.
ROWS_SHOWN = 50

#: Formats of ``--out``, by the end of the file's name.
_FORMATS = (".csv", ".tsv", ".json")


@app.command()
def dropped(
    context: typer.Context,
    job_id: JobId,
    reason: Annotated[
        str | None, typer.Option(help="Only those dropped for this reason.")
    ] = None,
    document: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Only those of this document: its file name, or its id.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help=f"Write them as .csv, .tsv or .json. {FOLDER_MADE}"),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the candidates that did not become records, and why.

    Reasons of the agent gene_expression: previously reported, hypothesis,
    manipulated expression, method or marker, cell line, expression change,
    function, mutant, disease or treatment, genotype, no expression statement, no
    anatomy, summary, negated; where it asks a model also no gene. Of the evidence
    gate: evidence approximate, evidence unsupported. Of all others: left out by a
    validator, no reason given.

    What each means stands in the Help of the dashboard, under "Results and
    Evidence".
    """
    job = workspace_of(context).jobs.get(job_id)
    reasons = job.completeness.by_reason()
    if reason is not None and reason not in dict(reasons):
        known = ", ".join(f'"{name}"' for name, _ in reasons) or "none"
        raise JobError(
            f'{job.name} dropped no candidate for the reason "{reason}". '
            f"Its reasons: {known}."
        )
    document_id = None if document is None else job.find_document(document)
    if out is not None and out.suffix.lower() not in _FORMATS:
        raise JobError(
            f"{out} does not say which format is meant: end its name with "
            f"{', '.join(_FORMATS[:-1])} or {_FORMATS[-1]}."
        )
    rows = job.dropped_rows(reason=reason, document_id=document_id)
    if out is not None:
        make_folder(out)
        typer.echo(_write(job, rows, user_path(out)))
    elif json:
        echo_json(rows)
    else:
        _show(rows)


def _show(rows: list[dict[str, Any]]) -> None:
    """Print candidates for people, and how many there are of each reason."""
    from collections import Counter

    shown = rows[:ROWS_SHOWN] if sys.stdout.isatty() else rows
    named = [name for name in ("gene_symbol",) if any(name in row for row in rows)]
    print_table(
        shown,
        ("document", "reason", *named, "page", "quote"),
        right=("page",),
        below=("quote",),
        empty="No candidate was dropped.",
    )
    if more := len(rows) - len(shown):
        say(f"… and {more:,} more: --reason, --document, --out FILE or --json")
    for name, count in Counter(row["reason"] for row in rows).most_common():
        say(f"{count:>6,}  {name}")


def _write(job: Job, rows: list[dict[str, Any]], path: Path) -> Path:
    import json as jsonlib

    from curation_kit.formats import delimited

    kind = path.suffix.lower()
    if kind == ".json":
        content = (jsonlib.dumps(rows, ensure_ascii=False, indent=2) + "\n").encode()
    else:
        columns = [str(name) for name in job.dropped]
        filled = [{**dict.fromkeys(columns), **row} for row in rows]
        content = delimited(filled, columns, "," if kind == ".csv" else "\t")
    write_file(path, content)
    return path
