"""The work of a workspace: its runner, the runner's log, and unfinished jobs."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

from curation_kit.doctor.database import JobState
from curation_kit.doctor.findings import Finding, Level
from curation_kit.phrases import counted
from curation_kit.runner import LOG, Runner
from curation_kit.runner.process import LOCK

__all__ = ["jobs", "log", "runner", "runner_is_alive"]

#: The end of the log that is looked at, in bytes.
TAIL = 64_000

_ENTRY = re.compile(
    r"(?P<when>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),\d+ \d+ (?P<level>[A-Z]+) "
)


def runner_is_alive(workspace: Path) -> bool | None:
    """Whether a runner is at work; None when it cannot be told.

    Without a lock file there is none, and none is made here.
    """
    if not (workspace / LOCK).exists():
        return False
    try:
        return Runner(workspace).is_alive()
    except OSError:  # for instance a read-only folder
        return None


def runner(workspace: Path, *, alive: bool | None) -> Finding:
    """Whether a runner is at work, and which process it is."""
    if alive is None:
        return Finding(
            "runner",
            Level.WARNING,
            f"Whether a runner is at work cannot be told: {LOCK} cannot be opened.",
            "Make the folder writable for you.",
        )
    if not alive:
        there = (workspace / LOCK).exists()
        stays = f" {LOCK} may stay: it locks nothing." if there else ""
        return Finding("runner", Level.OK, f"No runner is at work.{stays}")
    return Finding("runner", Level.OK, f"A runner is at work{_holder(workspace)}.")


def _holder(workspace: Path) -> str:
    """Say which process has the lock file open, as far as we may see it."""
    import psutil

    lock = str((workspace / LOCK).resolve())
    for process in psutil.process_iter():
        try:
            if any(file.path == lock for file in process.open_files()):
                since = time.localtime(process.create_time())
                started = time.strftime("%Y-%m-%d %H:%M", since)
                return f" (process {process.pid}, started {started})"
        except psutil.Error:  # another user's, or gone meanwhile
            continue
    return ""


def log(workspace: Path) -> Finding:
    """The last error in the runner's log."""
    file = workspace / LOG
    if not file.exists():
        return Finding("runner log", Level.OK, "No runner has been started here yet.")
    lines = _tail(file)
    begins = [n for n, line in enumerate(lines) if "INFO runner started" in line]
    errors = [n for n, line in enumerate(lines) if _is_error(line)]
    if len(errors) > 1 and errors[-1] == errors[-2] + 1:
        errors.pop()  # the traceback of that entry
    if not errors:
        return Finding("runner log", Level.OK, "It tells of no errors.")
    said = _error(lines, errors[-1])
    if begins and begins[-1] > errors[-1]:
        return Finding("runner log", Level.OK, f"Before the last start: {said}")
    return Finding(
        "runner log", Level.WARNING, said, f"Read the end of {file} for the details."
    )


def _tail(file: Path) -> list[str]:
    with file.open("rb") as stream:
        stream.seek(max(0, file.stat().st_size - TAIL))
        return stream.read().decode(errors="replace").splitlines()


def _is_error(line: str) -> bool:
    entry = _ENTRY.match(line)
    if entry is None:  # printed by an interpreter that could not even start
        return line.startswith("Traceback ")
    return entry["level"] in {"ERROR", "CRITICAL"}


def _error(lines: list[str], first: int) -> str:
    """Give an entry's time and text, and the error that its traceback ends with."""
    entry = _ENTRY.match(lines[first])
    said = "" if entry is None else f"{entry['when']}: {lines[first][entry.end() :]}"
    last = ""
    for line in lines[first + 1 :]:
        if _ENTRY.match(line):
            break
        if line[:1].strip() and not line.startswith("Traceback "):
            last = line
    return ": ".join(part for part in (said, last) if part) or lines[first]


def jobs(states: list[JobState], *, alive: bool | None) -> Iterator[Finding]:
    """Jobs that wait for somebody."""
    quiet = True
    for job in states:
        finding = _job(job, alive=bool(alive))
        if finding is not None:
            quiet = False
            yield finding
    if quiet:
        yield Finding(
            "jobs", Level.OK, f"{counted(len(states), 'job')}, none unfinished."
        )


def _job(job: JobState, *, alive: bool) -> Finding | None:
    """Say what a job waits for; None when it has ended."""
    left = f'"{job.name}" has {job.left} of {counted(job.total, "paper")} to go'
    if job.status == "paused":
        reason = f": {job.reason}" if job.reason else "."
        advice = _resume(job)
        return Finding("jobs", Level.WARNING, f"{left} and is paused{reason}", advice)
    if not job.left:
        return None
    if alive:
        return Finding("jobs", Level.OK, f"{left}; the runner sees to it.")
    stopped = (
        f"; {job.in_work} {'was' if job.in_work == 1 else 'were'} in work when the "
        "last one stopped and will be run again"
        if job.in_work
        else ""
    )
    return Finding(
        "jobs",
        Level.WARNING,
        f"{left} and no runner is at work{stopped}.",
        _resume(job),
    )


def _resume(job: JobState) -> str:
    if job.of_session:
        return (
            "It uses agents of a notebook: register them there again and call "
            f'ws.jobs.get("{job.id}").run().'
        )
    return f"curation-kit resume {job.id}"
