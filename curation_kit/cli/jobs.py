"""Commands that look at jobs: jobs, show, events; and delete."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from curation_kit.cli.app import app, command, workspace_of
from curation_kit.cli.foreground import say_unresolved
from curation_kit.cli.output import echo_json, json_text, print_table, say
from curation_kit.cli.streams import output_failure
from curation_kit.phrases import counted

if TYPE_CHECKING:
    from curation_kit.jobs import JobOptions
    from curation_kit.workspace import Job

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
JobId = Annotated[
    str,
    typer.Argument(
        metavar="JOB", help="Name; id, its start or end; or last (the newest)."
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
    columns = ["id", "status", "completed", "created", "name"]
    if usage:
        columns.insert(-1, "cost")
    print_table(
        [
            {
                **row,
                "completed": f"{row['completed']:,} of {row['documents']:,}",
                "created": f"{row['created']:%d %b %H:%M}",  # the id has the year
                "cost": "?"
                if row["cost"] is None
                else ("~" if row["estimated_calls"] else "") + dollars(row["cost"]),
            }
            for row in rows
        ],
        columns,
        right=("completed", "cost"),
        empty=f"No jobs yet. Start one: {command('run')}",
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
    completeness, options = job.completeness, job.row.options
    if json:
        echo_json(
            {
                **summary,
                "completeness": completeness.model_dump(exclude={"drops", "notes"}),
                "costs": asdict(job.costs),
                "options": options.model_dump(),
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
    typer.echo(_options_line(options))
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
        below=("error",),
    )
    for row in rows:
        if row["records"] == 0 or row["lacks_results"]:
            typer.echo(f"{row['document']}: {row['ledger']}")


def _options_line(options: JobOptions) -> str:
    """Say how a job is run: where, how wide, within which limits."""
    from curation_kit.llm import dollars

    told = [f"backend {options.backend}"]
    if options.address is not None:
        told[0] += f" at {options.address}"
    if wide := options.most_computing:
        told.append(f"{counted(wide, 'paper')} at once")
    else:
        part = "core" if options.address is None else "thread of the cluster"
        told.append(f"a paper per {part}")
    if options.io_jobs:
        told.append(f"{options.io_jobs} more that wait for services")
    if options.backend != "sequential":  # it has neither limits nor processes
        told.append(f"{options.time_limit:g} s and {options.memory_limit:g} GB each")
        told.append(f"nice {options.nice}")
    if not options.use_cache:
        told.append("kept results not used")
    if options.budget is not None:
        told.append(f"budget {dollars(options.budget)}")
    return f"Options: {', '.join(told)}"


def _show_attempts(job: Job, *, json: bool) -> None:
    rows = job.attempt_rows()
    if json:
        echo_json(rows)
        return
    print_table(
        [{**row, "started": f"{row['started']:%d %b %H:%M:%S}"} for row in rows],
        ("document", "attempt", "started", "seconds", "reused", "outcome", "error"),
        right=("attempt", "seconds"),
        below=("error",),
        empty="No document was started yet.",
    )


@app.command()
def events(
    context: typer.Context,
    job_id: JobId,
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on until the job has ended.")
    ] = False,
    after: Annotated[
        int,
        typer.Option(
            min=0, max=2**63 - 1, help="Only those after this sequence number."
        ),
    ] = 0,
    json: Annotated[
        bool, typer.Option("--json", help="One JSON object per line.")
    ] = False,
) -> None:
    """Print the event log of a job."""
    import time

    workspace = workspace_of(context)
    job = workspace.jobs.get(job_id)
    if follow:
        workspace.jobs.ensure_runner()  # after a crash of the machine none is left
    names = {} if json else job.document_names()
    for event in job.follow(after) if follow else job.events(after):
        if json:
            line = json_text(asdict(event))
        else:
            clock = time.strftime("%H:%M:%S", time.localtime(event.time))
            told = [f"{key}={it}" for key, it in event.data.items() if key != "name"]
            name = names.get(event.document_id or "") or event.data.get("name")
            words = " ".join([name, *told] if name else told)
            line = f"{event.seq:>6} {clock} {event.type:<19} {words}".rstrip()
        typer.echo(line)
        if output_failure():  # whoever read on has left, as ``head`` does
            return


@app.command()
def delete(context: typer.Context, job_id: JobId) -> None:
    """Delete a job that has ended, with its results."""
    job = workspace_of(context).jobs.get(job_id)
    name = job.name
    job.delete()
    say(f"Deleted {name}.")
