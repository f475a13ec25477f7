"""Commands that take results out of a job: results, export, highlight."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from curation_kit.cli.app import app, command, workspace_of
from curation_kit.cli.jobs import JobId
from curation_kit.cli.output import FOLDER_MADE, make_folder, progress_bar, say
from curation_kit.cli.record_table import (
    main_columns,
    print_compact,
    print_records,
    print_whole,
)

if TYPE_CHECKING:
    from curation_kit.workspace import Job


#: Choices stand here again: what has them takes long to import.
Format = Literal["csv", "tsv", "json", "xlsx", "parquet"]
Rows = Literal["all", "reviewed", "machine"]

RowsOption = Annotated[
    Rows,
    typer.Option(
        help="All with curators' changes, those accepted, edited or added, or all as "
        "the flow made them."
    ),
]


@app.command()
def results(
    context: typer.Context,
    job_id: JobId,
    format: Annotated[  # noqa: A002 - the option's name
        Format | None, typer.Option(help="A table for people when left out.")
    ] = None,
    rows: RowsOption = "all",
    out: Annotated[
        str | None,
        typer.Option(
            metavar="PATH",
            help="Write a file; its name may say which format is meant. " + FOLDER_MADE,
        ),
    ] = None,
    wide: Annotated[
        bool,
        typer.Option(
            "--wide",
            help="All columns, also why a record was kept, where its quote and the "
            "paper differ, and what curators said (JSON and Excel always tell).",
        ),
    ] = False,
    evidence: Annotated[
        bool,
        typer.Option(
            "--evidence",
            help="With --out FILE.xlsx: also write the highlighted papers into the "
            "folder FILE-evidence, to whose pages the rows then lead.",
        ),
    ] = False,
) -> None:
    """Print all records of a job, or write them as one table."""
    from curation_kit.workspace import evidence_folder, evidence_problems

    if evidence and out is None:
        raise typer.BadParameter("--evidence needs --out FILE.xlsx.")
    job = workspace_of(context).jobs.get(job_id)
    if out is not None:
        make_folder(out)
        with progress_bar(
            "Highlighting the papers" if evidence else "Writing"
        ) as progress:
            path = job.export_table(
                out, format=format, rows=rows, wide=wide, evidence=evidence,
                progress=progress,
            )  # fmt: skip
        typer.echo(path)
        if evidence and (problems := evidence_problems(evidence_folder(path))):
            say(problems)
        if not job.total_records:
            say(f"0 records. Why: {command('show', job.id)}")
    elif format is not None:
        _print_table(job, format, rows, wide=wide)
    else:
        job.check_rows_exist(rows)
        found = (row for row in job.table_rows(rows))
        if wide:
            print_whole(found)
        elif sys.stdout.isatty():
            print_compact([row.record.row(row.document) for row in found])
        else:
            plain = [row.record.row(row.document) for row in found]
            print_records(plain, (*main_columns(plain), "quote"))


def _print_table(job: Job, wanted: Format, rows: Rows, *, wide: bool) -> None:
    """Send a table to standard output, unless a person would look at bytes."""
    import shutil
    from tempfile import TemporaryDirectory

    if wanted in {"xlsx", "parquet"} and sys.stdout.isatty():
        raise typer.BadParameter(
            f"{wanted} is not for a terminal: say --out FILE, or send it on."
        )
    with TemporaryDirectory(prefix="curation-kit-") as folder:
        path = Path(folder) / f"results.{wanted}"
        job.export_table(path, rows=rows, wide=wide)
        with path.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)


@app.command()
def export(
    context: typer.Context,
    job_id: JobId,
    out: Annotated[
        str | None,
        typer.Option(
            metavar="PATH",
            help=f"The ZIP or a folder. {FOLDER_MADE}",
            show_default="JOB.zip here",
        ),
    ] = None,
    evidence: Annotated[
        bool,
        typer.Option("--evidence", help="Also the papers, with highlighted evidence."),
    ] = False,
    rows: RowsOption = "all",
) -> None:
    """Write a ZIP with one result file per completed document."""
    from curation_kit.workspace import evidence_problems

    job = workspace_of(context).jobs.get(job_id)
    make_folder(out)
    with progress_bar(
        "Highlighting the papers" if evidence else "Making the ZIP"
    ) as show:
        path = job.export_zip(out, rows=rows, evidence=evidence, progress=show)
    typer.echo(path)
    if problems := evidence_problems(path):
        say(problems)


@app.command()
def highlight(
    context: typer.Context,
    job_id: JobId,
    document: Annotated[str, typer.Argument(help="File name, or the start of its id.")],
    out: Annotated[
        str | None,
        typer.Option(
            metavar="PATH",
            help=f"The PDF or a folder. {FOLDER_MADE}",
            show_default="NAME-evidence.pdf here",
        ),
    ] = None,
) -> None:
    """Write a copy of a paper with its evidence as highlights."""
    job = workspace_of(context).jobs.get(job_id)
    make_folder(out)
    typer.echo(job.highlighted_pdf(document, out))
