"""The command's root: the workspace option that all commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from curation_kit.cli.output import error, say

if TYPE_CHECKING:
    from curation_kit.workspace import Workspace

__all__ = [
    "app",
    "choose_workspace",
    "command",
    "open_workspace",
    "workspace_of",
    "workspace_path",
]


#: The commands as the help shows them.
PANELS = {
    "Begin": ("demo", "samples", "run", "dashboard"),
    "Jobs": (
        *("jobs", "show", "events"),
        *("pause", "resume", "retry", "cancel", "delete"),
    ),
    "Results": (
        *("results", "export", "highlight", "dropped"),
        *("review", "gold", "evaluate", "compare"),
    ),
    "Workspace": (
        *("documents", "flows", "agents", "services"),
        *("budget", "cache", "doctor"),
    ),
}


class _Root(TyperGroup):
    """The commands by their use; what is wrong with an option is said plainly."""

    def list_commands(self, ctx: Any) -> list[str]:
        del ctx
        known = [name for names in PANELS.values() for name in names]
        return sorted(self.commands, key=known.index)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        found: Any = super().get_command(ctx, cmd_name)
        for panel, names in PANELS.items():
            if cmd_name in names:
                found.rich_help_panel = panel
        return found

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:  # of which typer would say nothing
            error("Interrupted.")
            raise typer.Exit(130) from None
        except Exception as problem:  # pydantic's words are in those of typer
            told = getattr(problem, "message", None)
            if isinstance(told, str) and told.startswith(_JARGON):
                problem.message = told.removeprefix(_JARGON)  # type: ignore[attr-defined]
            raise


_JARGON = "Value error, "

app = typer.Typer(
    cls=_Root,
    name="curation-kit",
    help="Run a curation flow over a stack of scientific PDFs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


#: The option as it was given; empty when the environment or the default decided.
_workspace_option: list[str] = []


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(version("curation-kit"))
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    workspace: Annotated[
        str | None,
        typer.Option(
            envvar="CURATION_KIT_WORKSPACE",
            metavar="PATH",
            help="Folder with documents, flows, jobs and results.",
            show_default="~/curation-kit",
        ),
    ] = None,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print it."),
    ] = False,
) -> None:
    """Run a curation flow over a stack of scientific PDFs."""
    del version
    if workspace == "":  # of a variable that is not set; a path of it is "."
        raise typer.BadParameter(
            'it needs a folder: leave it out for the default, or give "." for this '
            "one.",
            param_hint="--workspace",
        )
    context.obj = None if workspace is None else Path(workspace)
    source = context.get_parameter_source("workspace")
    given = source is not None and source.name == "COMMANDLINE"
    _workspace_option[:] = ["--workspace", str(context.obj)] if given else []


def workspace_path(context: typer.Context) -> Path | None:
    """Folder given on the command line or in the environment, else None."""
    path: Path | None = context.obj
    return path


def choose_workspace(path: Path) -> Path:
    """Give the folder named on the command line; else this one, for hints too."""
    if _workspace_option:
        return Path(_workspace_option[1])
    _workspace_option[:] = ["--workspace", str(path)]
    return path


def command(*words: str) -> str:
    """Give a command to go on with, for the workspace that this one works on.

    The program is named as it was called, if its name alone would not be found.
    """
    import shlex
    import shutil
    import sys

    name, called = "curation-kit", sys.argv[0]
    if Path(called).name == name and shutil.which(name) is None:
        name = called
    return shlex.join([name, *_workspace_option, *words])


def workspace_of(context: typer.Context, *, make: bool = False) -> Workspace:
    """Open the workspace that the command works on.

    Where one was named and there is none, only a command that puts something into
    it makes a new one (`make`): the others had nothing to tell of it, and the name
    may be mistyped.
    """
    from curation_kit.workspace import default_path

    named = workspace_path(context)
    return open_workspace(named or default_path(), make=make or named is None)


def open_workspace(path: Path, *, make: bool) -> Workspace:
    """Open a workspace; say so if it is a new one.

    Raises
    ------
    WorkspaceError
        If there is none and none shall be made.
    """
    from curation_kit.documents.paths import user_path
    from curation_kit.workspace import Workspace, is_workspace

    new = not is_workspace(user_path(path))
    workspace = Workspace(path, create=make)
    if new:
        say(f"Made a new workspace: {workspace.path}")
    return workspace
