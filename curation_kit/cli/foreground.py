"""A job in the foreground: its progress, and what is told at its end."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import typer

from curation_kit.cli.app import command
from curation_kit.cli.output import (
    make_folder,
    say,
    stderr_console,
)
from curation_kit.cli.record_table import print_compact, print_records
from curation_kit.errors import WorkspaceError
from curation_kit.phrases import counted

if TYPE_CHECKING:
    from curation_kit.workspace import Job

__all__ = ["PAUSED", "finish", "in_foreground", "progress_of", "say_unresolved"]

#: Rows of the results table shown after a run.
ROWS_SHOWN = 15

#: How often the progress display looks for news, in seconds.
REFRESH = 0.15

#: Exit status when the job waits for a person to resume it.
PAUSED = 4


def in_foreground(job: Job, after: int = 0) -> bool:
    """Run a job with a progress display; False when it was interrupted."""
    from curation_kit.errors import JobPaused

    try:
        with progress_of(job, after), suppress(JobPaused):  # `finish` says so
            job.run()
    except KeyboardInterrupt:
        return False
    return True


@contextmanager
def progress_of(job: Job, after: int = 0) -> Iterator[None]:
    """Show a job's progress on standard error while the block runs.

    A line per document that ended, and in a terminal a bar below them. Events
    up to the sequence number `after` are not shown again.
    """
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = stderr_console()
    done = threading.Event()
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task("Starting workers", total=job.progress.total)

        def follow() -> None:
            seq = after
            with suppress(WorkspaceError):  # whoever runs the job is told the same
                while True:
                    last = done.is_set()  # read once more after the end
                    for event in job.events(seq):
                        seq = event.seq
                        if line := _line(event.type, event.data):
                            console.print(line, soft_wrap=True)
                    progress = job.progress
                    bar.update(
                        task,
                        completed=progress.done,
                        description=f"{progress.failed} failed"
                        if progress.failed
                        else "Processing",
                    )
                    if last:
                        return
                    done.wait(REFRESH)

        thread = threading.Thread(target=follow, daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


def _line(kind: str, data: dict[str, Any]) -> Any:
    from rich.text import Text

    if kind == "document_completed":
        told = f"  {counted(data['records'], 'record')}, {data['seconds']:.1f} s"
        return Text.assemble(("✓ ", "green"), data["name"], (told, "dim"))
    if kind == "document_failed":
        reason = data.get("message") or data.get("reason", "")
        return Text.assemble(("✗ ", "red"), data["name"], f"  {reason}")
    if kind == "document_cancelled":
        return Text.assemble(("– ", "yellow"), data["name"], "  cancelled")
    if kind.startswith(("service_", "cluster_")):
        text = data["text"]
        return Text.assemble(("… ", "yellow"), f"{text[0].upper()}{text[1:]}")
    return None


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


def finish(job: Job, ended: bool, out: str | None) -> None:
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
        f"{progress.failed} failed, {counted(len(rows), 'record')}, "
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
    elif out:  # what is there is of an earlier job
        say(f"No paper completed: {out} is not written.")
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


def _print_pause(job: Job, out: str | None) -> None:
    """Print why a job is paused, and how it goes on."""
    say(f"Paused: {job.paused_reason}")
    if out:
        say(f"The job has not ended: {out} is not written.")
    other = " --budget USD" if job.row.over_budget else ""
    say(f"Go on with: {command('resume', job.id)}{other}")
