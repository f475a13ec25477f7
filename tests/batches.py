"""Put papers into a workspace, and watch jobs and processes."""

from __future__ import annotations

import time
from collections.abc import Callable

import psutil
import pytest

import curation_kit as ck
from curation_kit.documents.document import Document
from curation_kit.documents.intake import copy_in
from curation_kit.documents.report import Preflight

#: Papers that end badly, and how: status, category, and attempts.
BAD = {
    "fail": ("failed", "input", 1),
    "raise": ("failed", "internal", 1),
    "exit": ("failed", "crashed", 1),
    "segfault": ("failed", "crashed", 1),
    "hang": ("failed", "timeout", 1),
    "kill": ("failed", "crashed", 3),
}


def chain(*agents: str, name: str = "F") -> ck.Flow:
    """Give a flow of these agents, without options."""
    return ck.Flow(name=name, steps=[ck.Step(agent=agent) for agent in agents])


def fake_flow(*outputs: str) -> ck.Flow:
    """Give a flow of fake agents."""
    agents = ("fake_input", "fake_extractor", "fake_validator", *outputs)
    return chain(*agents, name="Fake")


def add_papers(workspace: ck.Workspace, *commands: str) -> list[Document]:
    """Put papers into a workspace whose text is a command, without a preflight."""
    library, papers = workspace.documents, []
    source = workspace.path / "source"
    source.write_text("")
    for command in commands:
        number = len(library.list())
        source.write_text(command if " " in command else f"{command} {number}")
        temporary, document_id = copy_in(source, library.folder)
        temporary.replace(library._file(document_id))
        name = f"{number:03}-{command.split()[0]}.pdf"
        library._insert(
            document_id, name, Preflight(size=library._file(document_id).stat().st_size)
        )
        papers.append(library.get(document_id))
    source.unlink()
    return papers


def statuses(job: ck.Job) -> list[str]:
    """Status of each document of a job, in order."""
    return [row["status"] for row in job.document_rows()]


def rows(job: ck.Job) -> list[tuple[str, str | None, int]]:
    """Status, category and attempts of each document."""
    return [
        (row["status"], row["category"], row["attempts"]) for row in job.document_rows()
    ]


def runners(workspace: ck.Workspace) -> list[int]:
    """Process ids of the detached runners of a workspace."""
    command = f"curation_kit.runner {workspace.path}"
    return [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if command in " ".join(process.info["cmdline"] or ())
    ]


def children(pid: int) -> list[int]:
    """Process ids of the children of a process, zombies included.

    Without Python's and loky's trackers of resources, which end by themselves
    when their process has.
    """
    return [
        process.pid
        for process in psutil.process_iter(["ppid", "cmdline"])
        if process.info["ppid"] == pid
        and "resource_tracker" not in " ".join(process.info["cmdline"] or ())
    ]


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not, once all its threads have ended."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE or process.num_threads() > 1
    except psutil.NoSuchProcess:
        return False


def until(condition: Callable[[], object], seconds: float = 120.0) -> None:
    """Wait for a condition; fail when it does not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds:g} s")
        time.sleep(0.01)
