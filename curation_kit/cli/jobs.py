"""Commands that look at jobs and take results out."""

from __future__ import annotations

import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curation_kit.cli.app import app, command, workspace_of
from curation_kit.cli.output import (
    FOLDER_MADE,
    echo_json,
    make_folder,
    print_table,
    progress_bar,
    say,
)
from curation_kit.cli.record_table import main_columns, print_compact, print_whole
from curation_kit.cli.run import print_records, say_unresolved

if TYPE_CHECKING:
    from curation_kit.workspace import Job

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
JobId = Annotated[
    str, typer.Argument(metavar="JOB", help="Name, id, or its start or end.")
]


class Format(StrEnum):
    """Formats of a whole job's results."""

    CSV = "csv"
    TSV = "tsv"
    JSON = "json"
    XLSX = "xlsx"
    PARQUET = "parquet"


class Rows(StrEnum):
    """Which records are meant: see `Job.records`."""

    ALL = "all"
    REVIEWED = "reviewed"
    MACHINE = "machine"


RowsOption = Annotated[
    Rows,
    typer.Option(
        help="All with curators' changes, those accepted or edited, or all as the "
        "flow made them."
    ),
]


@app.command()
def jobs(context: typer.Context, json: Json = False) -> None:
    """List the jobs, newest first."""
    from curation_kit.llm import dollars

    workspace = workspace_of(context)
    rows, _ = workspace.jobs.page()
    usage = workspace.spending.of_jobs([row["id"] for row in rows])
    for row in rows:
        used = usage.get(row["id"])
        row["tokens"] = used.tokens if used else 0
        row["cost"] = used.priced_cost if used else 0.0
        row["estimated_calls"] = used.estimated if used else 0
    if json:
        echo_json(rows)
        return
    columns = ["id", "name", "status", "completed", "failed", "documents", "created"]
    if usage:
        columns.append("cost")
    print_table(
        [
            {
                **row,
                "cost": "?"
                if row["cost"] is None
                else ("~" if row["estimated_calls"] else "") + dollars(row["cost"]),
            }
            for row in rows
        ],
        columns,
        right=("completed", "failed", "documents", "cost"),
        empty="No jobs yet: start one with curation-kit run.",
    )
    if any(row["estimated_calls"] for row in rows):
        say(
            "~ partly estimated: a service did not count the tokens of some calls, or "
            "they were cut off."
        )


@app.command()
def show(
    context: typer.Context,
    job_id: JobId,
    attempts: Annotated[
        bool, typer.Option("--attempts", help="Every start of every document.")
    ] = False,
    json: Json = False,
) -> None:
    """Show a job and what became of each document."""
    from curation_kit.jobs import duration

    job = workspace_of(context).jobs.get(job_id)
    if attempts:
        _show_attempts(job, json=json)
        return
    summary, rows = job.summary(), job.document_rows()
    completeness = job.completeness
    if json:
        echo_json(
            {
                **summary,
                "completeness": completeness.model_dump(exclude={"drops", "notes"}),
                "costs": asdict(job.costs),
                "rows": rows,
                "flow": job.flow.model_dump(),
            }
        )
        return
    typer.echo(f"{summary['name']}\n{summary['id']}  {summary['status']}")
    if summary["reason"]:
        typer.echo(summary["reason"])
    typer.echo(
        f"{summary['completed']} completed, {summary['failed']} failed, "
        f"{summary['documents']} in all, {duration(summary['seconds'] or 0)}"
    )
    if told := job.costs.text:
        typer.echo(told)
    if summary["completed"]:
        typer.echo(f"Evidence gate: {job.flow.evidence_gate}")
        typer.echo(completeness.summary())
        say_unresolved(job)
    print_table(
        rows,
        ("document", "status", "step", "records", "seconds", "attempts", "error"),
        right=("records", "seconds", "attempts"),
    )
    for row in rows:
        if row["records"] == 0:
            typer.echo(f"{row['document']}: {row['ledger']}")


def _show_attempts(job: Job, *, json: bool) -> None:
    rows = job.attempt_rows()
    if json:
        echo_json(rows)
        return
    print_table(
        [{**row, "started": f"{row['started']:%d %b %H:%M:%S}"} for row in rows],
        ("document", "attempt", "started", "seconds", "reused", "outcome", "error"),
        right=("attempt", "seconds"),
        empty="No document was started yet.",
    )


@app.command()
def results(
    context: typer.Context,
    job_id: JobId,
    format: Annotated[  # noqa: A002 - the option's name
        Format | None, typer.Option(help="A table for people when left out.")
    ] = None,
    rows: RowsOption = Rows.ALL,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Write a file; its name may say which format is meant. " + FOLDER_MADE
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
        wanted = format.value if format else None
        make_folder(out)
        with progress_bar(
            "Highlighting the papers" if evidence else "Writing"
        ) as progress:
            path = job.export_table(
                out, format=wanted, rows=rows.value, wide=wide, evidence=evidence,
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
        job.check_rows_exist(rows.value)
        found = (row for row in job.table_rows(rows.value))
        if wide:
            print_whole(found)
        elif sys.stdout.isatty():
            print_compact([row.record.row(row.document) for row in found])
        else:
            plain = [row.record.row(row.document) for row in found]
            reviewed = any(row["review"] for row in plain)
            review = ["review"] if reviewed else []
            columns = (*main_columns(plain), *review, "quote")
            print_records(plain, columns)


def _print_table(job: Job, wanted: Format, rows: Rows, *, wide: bool) -> None:
    """Send a table to standard output, unless a person would look at bytes."""
    import shutil
    from tempfile import TemporaryDirectory

    if wanted in {Format.XLSX, Format.PARQUET} and sys.stdout.isatty():
        raise typer.BadParameter(
            f"{wanted.value} is not for a terminal: say --out FILE, or send it on."
        )
    with TemporaryDirectory(prefix="curation-kit-") as folder:
        path = Path(folder) / f"results.{wanted.value}"
        job.export_table(path, rows=rows.value, wide=wide)
        with path.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)


@app.command()
def events(
    context: typer.Context,
    job_id: JobId,
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on until the job has ended.")
    ] = False,
    after: Annotated[
        int, typer.Option(help="Only those after this sequence number.")
    ] = 0,
    json: Annotated[
        bool, typer.Option("--json", help="One JSON object per line.")
    ] = False,
) -> None:
    """Print the event log of a job."""
    import json as jsonlib
    import time
    from dataclasses import asdict

    workspace = workspace_of(context)
    job = workspace.jobs.get(job_id)
    if follow:
        workspace.jobs.ensure_runner()  # after a crash of the machine none is left
    for event in job.follow(after) if follow else job.events(after):
        if json:
            typer.echo(jsonlib.dumps(asdict(event), ensure_ascii=False))
            continue
        clock = time.strftime("%H:%M:%S", time.localtime(event.time))
        data = " ".join(f"{key}={value}" for key, value in event.data.items())
        typer.echo(f"{event.seq:>6} {clock} {event.type:<19} {data}")


@app.command()
def export(
    context: typer.Context,
    job_id: JobId,
    out: Annotated[
        Path | None,
        typer.Option(
            help=f"The ZIP or a folder. {FOLDER_MADE} [default: JOB.zip here]"
        ),
    ] = None,
    evidence: Annotated[
        bool,
        typer.Option("--evidence", help="Also the papers, with highlighted evidence."),
    ] = False,
    rows: RowsOption = Rows.ALL,
) -> None:
    """Write a ZIP with one result file per completed document."""
    from curation_kit.workspace import evidence_problems

    job = workspace_of(context).jobs.get(job_id)
    make_folder(out)
    with progress_bar(
        "Highlighting the papers" if evidence else "Making the ZIP"
    ) as show:
        path = job.export_zip(out, rows=rows.value, evidence=evidence, progress=show)
    typer.echo(path)
    if problems := evidence_problems(path):
        say(problems)


@app.command()
def highlight(
    context: typer.Context,
    job_id: JobId,
    document: Annotated[str, typer.Argument(help="File name, or the start of its id.")],
    out: Annotated[
        Path | None,
        typer.Option(
            help=f"The PDF or a folder. {FOLDER_MADE} [default: NAME-evidence.pdf here]"
        ),
    ] = None,
) -> None:
    """Write a copy of a paper with its evidence as highlights."""
    job = workspace_of(context).jobs.get(job_id)
    make_folder(out)
    typer.echo(job.highlighted_pdf(document, out))


@app.command()
def delete(context: typer.Context, job_id: JobId) -> None:
    """Delete a job that has ended, with its results."""
    job = workspace_of(context).jobs.get(job_id)
    name = job.name
    job.delete()
    say(f"Deleted {name}.")
