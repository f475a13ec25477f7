"""What the command prints: tables, JSON, errors, a progress bar."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from curation_kit.cli.fitting import cut_middle, fitted, joined, plain
from curation_kit.documents.paths import file_path

if TYPE_CHECKING:
    from rich.console import Console

    from curation_kit.workspace import Estimate

__all__ = [
    "FOLDER_MADE",
    "echo_json",
    "error",
    "json_text",
    "make_folder",
    "print_estimate",
    "print_table",
    "progress_bar",
    "say",
    "stderr_console",
    "stdout_console",
    "write_file",
]

#: Help of each option that names a file to write.
FOLDER_MADE = "A folder that is missing is made."


def say(text: str) -> None:
    """Print a line for the person; results alone go to standard output."""
    typer.echo(text, err=True)


def error(text: str) -> None:
    """Print what is wrong, and what to do."""
    typer.secho("Error: ", fg="red", bold=True, nl=False, err=True)
    typer.echo(text, err=True)


def write_file(path: Path, content: bytes) -> None:
    """Write a file, or raise `JobError` that says what is in the way.

    It is written whole, or what was there stays.
    """
    from curation_kit.results import whole_file

    with whole_file(path, "file") as place:
        place.write_bytes(content)


def make_folder(out: str | Path | None) -> None:
    """Make the folder that a file is to be written into, if it is missing; say so.

    What ends with a slash is the folder, as for `file_path`.
    """
    if out is None:
        return
    folder = file_path(out, "file").parent
    with suppress(OSError):  # who writes the file tells what is in the way
        if folder.exists():
            return
        folder.mkdir(parents=True)
        say(f"Made the folder {folder}.")


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[str, int, int], None]]:
    """Give what shows how far something is: a name, how many are done, of how many."""
    from rich.progress import Progress

    console = stderr_console()
    hidden = not console.is_terminal
    with Progress(console=console, disable=hidden, transient=True) as bar:
        task = bar.add_task(title, total=None, visible=False)

        def show(name: str, done: int, total: int) -> None:
            del name
            bar.update(task, completed=done, total=total, visible=True)

        yield show


def echo_json(value: Any) -> None:
    """Print JSON; times become ISO strings with their zone, missing values null."""
    typer.echo(json_text(_without_nan(value), indent=2))


def json_text(value: Any, *, indent: int | None = None) -> str:
    """Give JSON in the characters that standard output has: with escapes, if few."""
    few = "utf" not in (sys.stdout.encoding or "").lower()
    return json.dumps(value, ensure_ascii=few, indent=indent, default=_plain)


def _without_nan(value: Any) -> Any:
    """Put null for NaN, which JSON does not know."""
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_nan(item) for item in value]
    return None if value != value else value  # noqa: PLR0124 - NaN differs from itself


def _plain(value: Any) -> Any:
    if hasattr(value, "astimezone"):  # naive ones are local time
        return value.astimezone().isoformat()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)


def stdout_console(*, piped: int, highlight: bool = True) -> Console:
    """Console for what a command tells; `piped` columns wide where nobody looks."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else piped
    return Console(width=width, highlight=highlight)


def stderr_console() -> Console:
    """Console for progress and remarks."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


#: Columns that are never cut: a person has to type them, or read them as a number.
_WHOLE = ("id", "created", "started", "time")


def print_table(
    rows: Iterable[Mapping[str, Any]],
    columns: Sequence[str],
    *,
    right: Sequence[str] = (),
    below: Sequence[str] = (),
    empty: str = "Nothing to show.",
) -> None:
    """Print rows for people; outside texts are shown as they are.

    A terminal that is too narrow gets one line for each row, in which long names are
    cut; the columns `below`, of sentences, stand under it as a whole.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    rows = list(rows)
    if not rows:
        typer.echo(empty)
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(
            _title(column),
            justify="right" if column in right else "left",
            no_wrap=column in right or column in _WHOLE,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*(Text(_cell(row.get(column))) for column in columns))
    # A pipe has no width: leave room so that no cell is cut there.
    console = stdout_console(piped=200)
    wanted = console.measure(table, options=console.options.update(max_width=10_000))
    if sys.stdout.isatty() and wanted.maximum > console.width:
        _print_narrow(rows, columns, right, below, console.width)
    else:
        console.print(table)


def _print_narrow(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    right: Sequence[str],
    below: Sequence[str],
    width: int,
) -> None:
    """Print a line for each row, and what needs more than a line under it."""
    import textwrap

    names = [name for name in columns if name not in below]
    titles = [_title(name) for name in names]
    lines = [[plain(_cell(row.get(name))) for name in names] for row in rows]
    to_right = [name in right for name in names]
    whole = [name in right or name in _WHOLE for name in names]
    widths = fitted(titles, lines, width, whole=whole)
    typer.secho(joined(titles, widths, to_right), bold=True)
    for row, cells in zip(rows, lines, strict=True):
        short = [cut_middle(*cell) for cell in zip(cells, widths, strict=True)]
        typer.echo(joined(short, widths, to_right))
        for name in below:
            if text := plain(_cell(row.get(name))):
                typer.echo(
                    textwrap.fill(
                        f"{_title(name)}: {text}",
                        width,
                        initial_indent="    ",
                        subsequent_indent="    ",
                        break_on_hyphens=False,
                        break_long_words=False,
                    )
                )


def _title(column: str) -> str:
    return column.replace("_", " ")


def _cell(value: Any) -> str:
    if value is None or value != value:  # noqa: PLR0124 - NaN differs from itself
        return ""
    if isinstance(value, float):
        return f"{value:.1f}"
    return str(value)


def print_estimate(found: Estimate) -> None:
    """Print what a job would take, and what it would cost if it asks models."""
    typer.echo(found.time_text)
    if found.calls:
        typer.echo(found.cost_text)
