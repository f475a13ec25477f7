"""Commands that change the course of a job: resume, retry, pause, cancel."""

from __future__ import annotations

from typing import Annotated

import typer

from curation_kit.cli.app import app, command, workspace_of
from curation_kit.cli.foreground import finish, in_foreground
from curation_kit.cli.jobs import JobId
from curation_kit.cli.output import say

__all__ = ["Budget"]

Budget = Annotated[
    float | None,
    typer.Option(
        min=0,
        help="US dollars that its calls to models may cost; at the cap it pauses.",
    ),
]


@app.command()
def resume(
    context: typer.Context,
    job_id: JobId,
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
    job_id: JobId,
    detach: Annotated[
        bool, typer.Option("--detach", help="Retry in the background.")
    ] = False,
    flow: Annotated[
        str | None, typer.Option(help="Name of a corrected flow for them.")
    ] = None,
    cancelled: Annotated[
        bool, typer.Option("--cancelled", help="Those that were cancelled instead.")
    ] = False,
) -> None:
    """Run the failed documents of a job again, from the step that failed."""
    workspace = workspace_of(context)
    job = workspace.jobs.get(job_id)
    corrected = None if flow is None else workspace.flows[flow]
    progress = job.progress
    if progress.completed == progress.total:  # a script may retry until all is done
        say(f"All documents of {job.name} are completed: there is nothing to retry.")
        return
    after = job.last_seq()
    again = job.retry_cancelled if cancelled else job.retry_failed
    again(corrected)  # by the detached runner
    if detach:
        typer.echo(job.id)
    else:
        finish(job, in_foreground(job, after), None)


@app.command()
def pause(context: typer.Context, job_id: JobId) -> None:
    """Start no more documents of a job until it is resumed."""
    job = workspace_of(context).jobs.get(job_id)
    job.pause()
    say(f"Paused. Go on with: {command('resume', job.id)}")


@app.command()
def cancel(context: typer.Context, job_id: JobId) -> None:
    """Cancel a job; documents already done keep their results."""
    job = workspace_of(context).jobs.get(job_id)
    job.cancel()
    progress = job.progress
    say(f"Cancelled: {progress.completed} of {progress.total} documents are done.")
