"""Commands on documents, flows and agents."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from curation_kit.cli.app import app, command, workspace_of
from curation_kit.cli.output import (
    echo_json,
    print_estimate,
    print_table,
    progress_bar,
    say,
)
from curation_kit.errors import FlowError
from curation_kit.phrases import counted

if TYPE_CHECKING:
    from curation_kit.documents.document import AddedDocuments, Document
    from curation_kit.workspace import Workspace

__all__ = ["add_documents", "left_out_told"]

#: Papers that are known already and named one by one.
NAMED = 3

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

documents = typer.Typer(help="Papers of the workspace.", no_args_is_help=True)
flows = typer.Typer(help="Saved flows and built-in templates.", no_args_is_help=True)
app.add_typer(documents, name="documents")
app.add_typer(flows, name="flows")


@documents.command("add")
def add(
    context: typer.Context,
    paths: Annotated[list[str], typer.Argument(help="Files, folders or patterns.")],
    upload_batch: Annotated[str | None, typer.Option(help="Name of the batch.")] = None,
    json: Json = False,
) -> None:
    """Copy PDFs into the workspace."""
    added = add_documents(workspace_of(context, make=True), paths, upload_batch)
    with left_out_told(added):
        _show(added, json=json)
        if not added:
            raise typer.Exit(2)


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


@contextmanager
def left_out_told(added: AddedDocuments) -> Iterator[None]:
    """Say at the end how much was left out, and leave with 1 if all else is well."""
    lost = sum(refusal.is_loss for refusal in added.refused)
    try:
        yield
    finally:
        if lost:
            told = counted(lost, "file or folder", "files or folders")
            say(f"Left out: {told}, see above.")
    if lost:
        raise typer.Exit(1)


@documents.command("list")
def list_documents(
    context: typer.Context,
    upload_batch: Annotated[str | None, typer.Option(help="Only this batch.")] = None,
    json: Json = False,
) -> None:
    """List the documents of the workspace."""
    _show(workspace_of(context).documents.list(upload_batch), json=json)


@documents.command("preflight")
def preflight(
    context: typer.Context,
    chosen: Annotated[list[str] | None, typer.Argument(metavar="[DOCUMENT]...")] = None,
    flow: Annotated[
        str | None, typer.Option(help="Also tell what this flow would take and cost.")
    ] = None,
    json: Json = False,
) -> None:
    """Tell which documents cannot be processed, and why.

    With --json and --flow, the documents and the estimate are parts of one object.
    """
    workspace = workspace_of(context)
    library = workspace.documents
    found = library.get_all(chosen) if chosen else library.list()
    if json:
        rows = [_row(document) for document in found]
        if flow is None:
            echo_json(rows)
        else:
            wanted = asdict(workspace.estimate(flow, found))
            echo_json({"documents": rows, "estimate": wanted})
        return
    for document in found:
        report = document.preflight
        told = f"{document.name}: {report.problem or 'ready'} {report.hint}"
        typer.echo(told.rstrip())
    if flow is not None:
        print_estimate(workspace.estimate(flow, found))


@documents.command("remove")
def remove(
    context: typer.Context,
    chosen: Annotated[list[str], typer.Argument(metavar="DOCUMENT...")],
    force: Annotated[
        bool, typer.Option("--force", help="Also those that a job uses.")
    ] = False,
) -> None:
    """Remove documents; jobs keep their results."""
    library = workspace_of(context).documents
    for document in library.get_all(chosen):
        library.remove(document, force=force)
        say(f"Removed {document.name}.")


@documents.command("rename")
def rename(
    context: typer.Context,
    document: Annotated[str, typer.Argument(metavar="DOCUMENT")],
    name: str,
) -> None:
    """Give a document another name."""
    say(f"Renamed to {workspace_of(context).documents.rename(document, name).name}.")


def _show(found: list[Document], *, json: bool) -> None:
    rows = [_row(document) for document in found]
    if json:
        echo_json(rows)
        return
    print_table(
        [
            {**row, "id": row["id"][:12], "species": ", ".join(row["species"])}
            for row in rows
        ],
        ("id", "name", "pages", "species", "problem"),
        right=("pages",),
        below=("problem",),
        empty=f"No documents yet. Add some: {command('documents', 'add')}",
    )


def _row(document: Document) -> dict[str, Any]:
    report = document.preflight
    return {
        "id": document.id,
        "name": document.name,
        "upload_batches": list(document.upload_batches),
        "size": report.size,
        "pages": report.pages,
        "title": report.title,
        "doi": report.doi,
        "species": list(report.species),
        "problem": report.problem,
        "hint": report.hint,
    }


@flows.command("list")
def list_flows(context: typer.Context, json: Json = False) -> None:
    """List the flows that can be run."""
    library = workspace_of(context).flows
    built_in = library.built_in()
    rows = [
        {
            "name": name,
            "steps": " → ".join(step.agent for step in flow.steps),
            "built_in": name in built_in,
            "problems": flow.problems(),
        }
        for name, flow in library.items()
    ]
    if json:
        echo_json(rows)
        return
    print_table(
        [{**row, "built_in": "yes" if row["built_in"] else ""} for row in rows],
        ("name", "steps", "built_in"),
        below=("steps",),
    )
    for name, flow in library.items():
        for problem in flow.problems():
            say(f"{name}: {problem}")
    for path, problem in library.broken().items():
        say(f"{path} cannot be used: {problem}")


@flows.command("show")
def show_flow(context: typer.Context, name: str, json: Json = False) -> None:
    """Print a flow as YAML."""
    flow = workspace_of(context).flows[name]
    if json:
        echo_json(flow.model_dump())
    else:
        typer.echo(flow.to_yaml(), nl=False)


@flows.command("save")
def save_flow(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    name: Annotated[str | None, typer.Option(help="Save under another name.")] = None,
) -> None:
    """Save a flow from a YAML file."""
    from curation_kit.flow import Flow

    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise FlowError([f"{file} is not text in UTF-8: give YAML."]) from problem
    flow = Flow.from_yaml(text)
    if name:
        flow = flow.model_copy(update={"name": name})
    workspace_of(context, make=True).flows.save(flow)
    say(f'Saved "{flow.name}".')


@flows.command("rename")
def rename_flow(context: typer.Context, name: str, new_name: str) -> None:
    """Give a saved flow another name."""
    workspace_of(context).flows.rename(name, new_name)
    say(f'Renamed to "{new_name}".')


@flows.command("delete")
def delete_flow(context: typer.Context, name: str) -> None:
    """Delete a saved flow; jobs keep their copy."""
    workspace_of(context).flows.delete(name)
    say(f'Deleted "{name}".')


@app.command()
def agents(json: Json = False) -> None:
    """List the agents that flows can use, with their options."""
    from curation_kit.agents import agents as installed
    from curation_kit.agents import broken_agents, options_schema

    found = installed()
    for name, problem in broken_agents().items():
        say(f'The plug-in "{name}" cannot be used: {problem}')
    if json:
        echo_json(
            [
                {
                    "name": agent.name,
                    "kind": agent.kind.value,
                    "title": agent.title,
                    "description": agent.description,
                    "version": agent.version,
                    "options": options_schema(agent),
                }
                for agent in found.values()
            ]
        )
        return
    print_table(
        [
            {
                "name": agent.name,
                "kind": agent.kind.value,
                "options": ", ".join(agent.Options.model_fields),
                "description": agent.description,
            }
            for agent in found.values()
        ],
        ("name", "kind", "options", "description"),
        below=("options", "description"),
    )
