"""``demo`` and ``dashboard``: the first things a newcomer tries."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curation_kit.cli.app import (
    app,
    choose_workspace,
    command,
    open_workspace,
    workspace_of,
)
from curation_kit.cli.foreground import PAUSED, finish, in_foreground
from curation_kit.cli.library import add_documents
from curation_kit.cli.output import FOLDER_MADE, say
from curation_kit.documents.paths import user_path
from curation_kit.phrases import counted

if TYPE_CHECKING:
    from curation_kit.documents.document import AddedDocuments
    from curation_kit.evaluation import Evaluation
    from curation_kit.samples import SamplePaper
    from curation_kit.workspace import Workspace

#: The demo leaves the curator's own workspace alone.
DEMO_WORKSPACE = Path("~/curation-kit-demo")

FLOW = "Gene Expression Extraction"


@app.command()
def demo() -> None:
    """Make sample papers, run the built-in flow on them and show the results.

    In a workspace of its own, the folder curation-kit-demo in your home folder,
    unless --workspace names another one. Delete the folder to be rid of it.
    """
    workspace = _demo_workspace()
    say("Writing sample papers: invented studies, one of them damaged, one scanned.")
    papers, documents = _add_samples(workspace)
    say(f'Running "{FLOW}" on {len(documents)} papers.')
    job = workspace.create(workspace.flows[FLOW], documents, "Demo")
    ended = in_foreground(job)
    try:
        finish(job, ended, str(workspace.path / f"{job.id}.zip") if ended else None)
    except typer.Exit as leaving:
        if leaving.exit_code in {PAUSED, 130}:  # interrupted
            raise
    from curation_kit.evaluation import evaluate, read_gold
    from curation_kit.samples import write_truth

    gold = write_truth(workspace.path / "truth.csv", papers)
    score = evaluate(
        job.results,
        read_gold(gold),
        documents=[paper.path.name for paper in papers if not paper.expected_failure],
    )
    say(f"\nAgainst the known truth of these papers ({gold}):\n{score.summary()}")
    for line in error_lines(score):
        say(line)
    say(
        f"\nOpen the dashboard:  {command('dashboard')}\n"
        f"All records as CSV:  {command('results', job.id, '--format', 'csv')}\n"
        f"All of it is in {workspace.path}."
    )


def error_lines(score: Evaluation) -> Iterator[str]:
    """Say of each error what it is, in which paper, and its cause."""
    from curation_kit.evaluation.rows import Summaries

    for what, errors in (("Missed", score.missed), ("Wrong", score.false)):
        told = Summaries(errors)
        lines = zip(errors["document"], errors["cause"], strict=True)
        for position, (document, cause) in enumerate(lines):
            yield f"{what} in {document}: {told(position)} ({cause})."


@app.command()
def samples(
    folder: Annotated[
        Path, typer.Argument(help=f"Where they are written. {FOLDER_MADE}")
    ],
    count: Annotated[
        int | None,
        typer.Option(min=1, help="How many.", show_default="12, with two that fail"),
    ] = None,
) -> None:
    """Write sample papers to try flows on: invented studies.

    Files of the same names in the folder are replaced.
    """
    from curation_kit.errors import WorkspaceError
    from curation_kit.samples import write_sample_papers

    folder = user_path(folder)
    try:
        papers = write_sample_papers(folder, count=count)
    except OSError as problem:
        raise WorkspaceError(
            f"{folder} cannot be written to: {problem.strerror}."
        ) from problem
    say(f"{counted(len(papers), 'sample paper')} written to {folder}.")


@app.command()
def dashboard(
    context: typer.Context,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port on this computer.")
    ] = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Only print the address.")
    ] = False,
    demo: Annotated[
        bool, typer.Option("--demo", help="With sample papers, in ~/curation-kit-demo.")
    ] = False,
) -> None:
    """Serve the dashboard on this computer and open it in the browser."""
    from curation_kit.server import serve_dashboard

    if demo:
        workspace = _demo_workspace()
        _add_samples(workspace)
    else:
        workspace = workspace_of(context, make=True)
    path = workspace.path
    workspace.close()
    serve_dashboard(path, port=port, open_browser=not no_browser)


def _demo_workspace() -> Workspace:
    """Open that of the demo: never the one in the environment, which has work in it."""
    return open_workspace(choose_workspace(DEMO_WORKSPACE.expanduser()), make=True)


def _add_samples(workspace: Workspace) -> tuple[list[SamplePaper], AddedDocuments]:
    from curation_kit.samples import write_sample_papers

    with tempfile.TemporaryDirectory() as folder:
        papers = write_sample_papers(Path(folder))
        paths = [str(paper.path) for paper in papers]
        return papers, add_documents(workspace, paths, "Sample papers")
