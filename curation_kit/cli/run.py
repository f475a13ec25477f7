"""The command that runs a flow over papers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from curation_kit.cli.app import app, command, workspace_of
from curation_kit.cli.foreground import finish, in_foreground
from curation_kit.cli.library import add_documents, left_out_told
from curation_kit.cli.output import FOLDER_MADE, error, print_estimate, say
from curation_kit.cli.steering import Budget
from curation_kit.errors import NotFound

if TYPE_CHECKING:
    from curation_kit.flow import Flow
    from curation_kit.workspace import Workspace


Backend = Literal["loky", "sequential", "dask", "ray"]


@app.command()
def run(
    context: typer.Context,
    flow: Annotated[str, typer.Argument(help="Name of a saved flow.")],
    pdfs: Annotated[list[str], typer.Argument(help="Files, folders or glob patterns.")],
    name: Annotated[str | None, typer.Option(help="Name of the job.")] = None,
    out: Annotated[
        str | None,
        typer.Option(
            metavar="PATH",
            help=f"Write all result files to this ZIP, or into this folder. "
            f"{FOLDER_MADE}",
        ),
    ] = None,
    n_jobs: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Papers that compute at the same time.",
            show_default="one per core, or per thread of a cluster",
        ),
    ] = None,
    io_jobs: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Further papers that wait for the network.",
            show_default="32, or 0 where no step does",
        ),
    ] = None,
    backend: Annotated[
        Backend,
        typer.Option(
            help="loky: processes; sequential: none, for debugging; dask, ray: a "
            "cluster."
        ),
    ] = "loky",
    address: Annotated[
        str | None,
        typer.Option(
            help="Of the cluster: tcp://HOST:PORT for Dask; HOST:PORT for Ray.",
            show_default="for Ray that of this machine",
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
            "--estimate",
            help="Only tell about what it takes: the papers are added, no job is made.",
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
    options: dict[str, Any] = {
        "n_jobs": n_jobs,
        "io_jobs": io_jobs,
        "backend": backend,
        "address": address,
        "time_limit": time_limit,
        "memory_limit": memory_limit,
        "nice": nice,
        "use_cache": not no_cache,
        "budget": budget,
    }
    workspace = workspace_of(context, make=True)
    chosen = _saved_flow(workspace, flow)
    workspace.check(chosen, options, name)  # before papers are added
    for remark in chosen.remarks():
        say(f"Note: {remark}")
    documents = add_documents(workspace, pdfs)
    if not documents:
        error("No document to run: give at least one PDF.")
        raise typer.Exit(2)
    if detach and not estimate:
        job = workspace.submit(chosen, documents, name, **options)
        typer.echo(job.id)
        say(f"Started. Watch it: {command('events', job.id)} --follow")
        return
    with left_out_told(documents):
        if estimate:
            if backend in {"dask", "ray"} and n_jobs is None:
                say(
                    "For the cores of this computer; give --n-jobs for those of a "
                    "cluster."
                )
            print_estimate(
                workspace.estimate(chosen, documents, n_jobs=n_jobs, io_jobs=io_jobs)
            )
            return
        job = workspace.create(chosen, documents, name, **options)
        finish(job, in_foreground(job), out)


def _saved_flow(workspace: Workspace, name: str) -> Flow:
    """Give a flow; say what to do about a file, or papers, in the flow's place."""
    try:
        return workspace.flows[name]
    except NotFound as problem:
        path = Path(name)
        if not os.path.exists(path):  # noqa: PTH110 - that of `Path` raises for long names
            raise
        if path.suffix in {".yaml", ".yml"}:
            advice = f"Save it first: {command('flows', 'save', name)}"
        else:
            advice = "The flow comes first, then the papers."
        raise NotFound(f"{problem} {name} is a path. {advice}") from problem
