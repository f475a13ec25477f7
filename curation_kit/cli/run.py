"""Commands that run jobs: run, resume, pause, cancel, retry."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from curation_kit.cli.app import app, command, workspace_of
from curation_kit.cli.output import (
    FOLDER_MADE,
    counted,
    error,
    make_folder,
    print_table,
    progress_bar,
    progress_of,
    record_count,
    say,
)
from curation_kit.cli.record_table import main_columns, print_compact

if TYPE_CHECKING:
    from curation_kit.documents.library import AddedDocuments
    from curation_kit.workspace import Estimate, Job, Workspace

__all__ = [
    "PAUSED",
    "add_documents",
    "finish",
    "in_foreground",
    "print_estimate",
    "print_records",
    "say_unresolved",
]

#: Rows of the results table shown after a run.
ROWS_SHOWN = 15

#: Exit status when the job waits for a person to resume it.
PAUSED = 4

#: Papers that are known already and named one by one.
NAMED = 3


Budget = Annotated[
    float | None,
    typer.Option(
        min=0,
        help="US dollars that its calls to models may cost; at the cap it pauses.",
    ),
]


class Backend(StrEnum):
    """Where documents are processed."""

    LOKY = "loky"
    SEQUENTIAL = "sequential"
    DASK = "dask"
    RAY = "ray"


@app.command()
def run(
    context: typer.Context,
    flow: Annotated[str, typer.Argument(help="Name of a saved flow.")],
    pdfs: Annotated[list[str], typer.Argument(help="Files, folders or glob patterns.")],
    name: Annotated[str | None, typer.Option(help="Name of the job.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(help=f"Write all result files to this ZIP. {FOLDER_MADE}"),
    ] = None,
    n_jobs: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Papers that compute at the same time. [default: one per core, or per "
            "thread of a cluster]",
        ),
    ] = None,
    io_jobs: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Further papers that wait for the network. [default: 32, or 0 where "
            "no step does]",
        ),
    ] = None,
    backend: Annotated[
        Backend,
        typer.Option(
            help="loky: processes; sequential: none, for debugging; dask, ray: a "
            "cluster."
        ),
    ] = Backend.LOKY,
    address: Annotated[
        str | None,
        typer.Option(
            help="Of the cluster: tcp://HOST:PORT for Dask; HOST:PORT for Ray. "
            "[default: for Ray that of this machine]"
        ),
    ] = None,
    time_limit: Annotated[
        float, typer.Option(min=0.1, help="Seconds that one paper may take.")
    ] = 900.0,
    memory_limit: Annotated[
        float, typer.Option(min=0.1, help="GB of memory that one paper may use.")
    ] = 2.0,
    nice: Annotated[
        int, typer.Option(min=0, max=19, help="How much to give way to others.")
    ] = 5,
    no_cache: Annotated[
        bool,
        typer.Option("--no-cache", help="Do not use what earlier jobs have kept."),
    ] = False,
    budget: Budget = None,
    estimate: Annotated[
        bool,
        typer.Option(
            "--estimate", help="Only tell about what it takes; nothing is started."
        ),
    ] = False,
    detach: Annotated[
        bool, typer.Option("--detach", help="Start the job and return at once.")
    ] = False,
) -> None:
    """Run a flow over PDFs and show what was found."""
    if detach and out:
        error("--out needs the results: leave out --detach, or export later.")
        raise typer.Exit(2)
    workspace = workspace_of(context)
    chosen = workspace.flows[flow]
    chosen.check()
    for remark in chosen.remarks():
        say(f"Note: {remark}")
    documents = add_documents(workspace, pdfs)
    if not documents:
        error("No document to run: give at least one PDF.")
        raise typer.Exit(2)
    if estimate:
        if backend in {Backend.DASK, Backend.RAY} and n_jobs is None:
            say("For the cores of this computer; give --n-jobs for those of a cluster.")
        print_estimate(
            workspace.estimate(chosen, documents, n_jobs=n_jobs, io_jobs=io_jobs)
        )
        return
    start = workspace.submit if detach else workspace.create
    job = start(
        chosen,
        documents,
        name,
        n_jobs=n_jobs,
        backend=backend.value,
        address=address,
        time_limit=time_limit,
        memory_limit=memory_limit,
        io_jobs=io_jobs,
        nice=nice,
        use_cache=not no_cache,
        budget=budget,
    )
    if detach:
        typer.echo(job.id)
        say(f"Started. Watch it: {command('events', job.id)} --follow")
    else:
        finish(job, in_foreground(job), out)


@app.command()
def resume(
    context: typer.Context,
    job_id: Annotated[str, typer.Argument(metavar="JOB")],
    detach: Annotated[
        bool, typer.Option("--detach", help="Go on in the background.")
    ] = False,
    budget: Budget = None,
    address: Annotated[
        str | None, typer.Option(help="Where the job's cluster is now.")
    ] = None,
) -> None:
    """Go on with a paused or interrupted job; its budget or address may change."""
    job = workspace_of(context).jobs.get(job_id)
    after = job.last_seq()
    changed = budget is not None or address is not None
    if detach or job.status.ended or changed:
        job.resume(budget=budget, address=address)  # says so if it has ended
    if detach:
        typer.echo(job.id)
    else:
        finish(job, in_foreground(job, after), None)


@app.command()
def retry(
    context: typer.Context,
    job_id: Annotated[str, typer.Argument(metavar="JOB")],
    detach: Annotated[
        bool, typer.Option("--detach", help="Retry in the background.")
    ] = False,
    flow: Annotated[
        str | None, typer.Option(help="Name of a corrected flow for them.")
    ] = None,
) -> None:
    """Run the failed documents of a job again, from the step that failed."""
    workspace = workspace_of(context)
    job = workspace.jobs.get(job_id)
    corrected = None if flow is None else workspace.flows[flow]
    after = job.last_seq()
    job.retry_failed(corrected)  # by the detached runner
    if detach:
        typer.echo(job.id)
    else:
        finish(job, in_foreground(job, after), None)


@app.command()
def pause(
    context: typer.Context, job_id: Annotated[str, typer.Argument(metavar="JOB")]
) -> None:
    """Start no more documents of a job until it is resumed."""
    job = workspace_of(context).jobs.get(job_id)
    job.pause()
    say(f"Paused. Go on with: {command('resume', job.id)}")


@app.command()
def cancel(
    context: typer.Context, job_id: Annotated[str, typer.Argument(metavar="JOB")]
) -> None:
    """Cancel a job; documents already done keep their results."""
    job = workspace_of(context).jobs.get(job_id)
    job.cancel()
    progress = job.progress
    say(f"Cancelled: {progress.completed} of {progress.total} documents are done.")


def add_documents(
    workspace: Workspace, paths: list[str], upload_batch: str | None = None
) -> AddedDocuments:
    """Add paths with a progress bar; name what is left out and what will fail."""
    with progress_bar("Looking at the papers") as show, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the refusals are printed below
        added = workspace.documents.add(paths, upload_batch, progress=show)
    for refusal in added.refused:
        say(f"Left out: {refusal.path}: {refusal.reason}.")
    if len(added.duplicates) > NAMED:
        say(f"{len(added.duplicates)} papers are known already, by their content.")
    else:
        for document in added.duplicates:
            say(f"Known already, by its content: {document.name}.")
    return added


def print_estimate(found: Estimate) -> None:
    """Print what a job would take, and what it would cost if it asks models."""
    typer.echo(found.time_text)
    if found.calls:
        typer.echo(found.cost_text)


def in_foreground(job: Job, after: int = 0) -> bool:
    """Run a job with a progress display; False when it was interrupted."""
    from curation_kit.errors import JobPaused

    try:
        with progress_of(job, after), suppress(JobPaused):  # `finish` says so
            job.run()
    except KeyboardInterrupt:
        return False
    return True


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


def _print_first(job: Job, rows: list[dict[str, Any]]) -> None:
    """Print some records at the end of a run."""
    empty = "No records were found."
    if sys.stdout.isatty():
        print_compact(rows[:ROWS_SHOWN], quotes=False, empty=empty)
    else:
        print_records(rows[:ROWS_SHOWN], empty=empty)
    if len(rows) > ROWS_SHOWN:
        more = counted(len(rows) - ROWS_SHOWN, "more record")
        say(f"… and {more}; all: {command('results', job.id)}")


def say_unresolved(job: Job) -> None:
    """Say how many names sources outside the papers did not tell of, if any."""
    if unresolved := job.completeness.unresolved():
        say(f"{unresolved}. The papers' notes say why; the next job asks again.")


def finish(job: Job, ended: bool, out: Path | None) -> None:
    """Print what came of a job and leave with its exit status."""
    from curation_kit.jobs import Status, duration

    progress = job.progress
    say("")
    if not ended:
        say(
            f"Interrupted: {progress.done} of {progress.total} documents are done and "
            f"kept. Go on with: {command('resume', job.id)}"
        )
        raise typer.Exit(130)
    paused = job.status is Status.PAUSED
    rows = [record.row(name) for name, _, record in job.records()]
    if rows or not paused:
        _print_first(job, rows)
    _print_papers(job)
    say(
        f"{progress.completed} of {counted(progress.total, 'paper')} completed, "
        f"{progress.failed} failed, {record_count(len(rows))}, "
        f"{duration(progress.elapsed)}. Job {job.id}"
    )
    say_unresolved(job)
    if told := job.costs.text:
        say(told)
    if paused:
        _print_pause(job, out)
        raise typer.Exit(PAUSED)
    if progress.completed:
        if out:
            make_folder(out)
            say(f"Results: {job.export_zip(out)}")
        else:
            say(f"All results as a ZIP: {command('export', job.id)}")
    if job.status is Status.CANCELLED:
        raise typer.Exit(3)
    if progress.failed:
        raise typer.Exit(1)


def _print_papers(job: Job) -> None:
    """Print which papers have failed, and how many have no records."""
    from curation_kit.jobs import Status

    documents = job.document_rows()
    for row in documents:
        if row["status"] == Status.FAILED:
            say(f"Failed ({row['category']}): {row['document']}")
            say(f"  {row['error']} {row['hint'] or ''}".rstrip())
    if empty := sum(row["records"] == 0 for row in documents):
        say(
            f"{counted(empty, 'paper')} {'has' if empty == 1 else 'have'} no records. "
            f"What was read there and why nothing was kept: {command('show', job.id)}"
        )


def _print_pause(job: Job, out: Path | None) -> None:
    """Print why a job is paused, and how it goes on."""
    say(f"Paused: {job.paused_reason}")
    if out:
        say(f"The job has not ended: {out} is not written.")
    other = " (--budget USD changes its budget)" if job.costs.budget else ""
    say(f"Go on with: {command('resume', job.id)}{other}")
