"""The database of a workspace, read without changing it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from curation_kit.doctor.findings import Finding, Level, size
from curation_kit.errors import WorkspaceError
from curation_kit.phrases import listed
from curation_kit.store import DATABASE, Database
from curation_kit.store.explaining import reasons
from curation_kit.store.schema import MIGRATIONS

__all__ = ["Contents", "JobState", "StoredFile", "database", "opened"]

#: A write-ahead log beyond this was not folded in for long, in bytes.
LONG_LOG = 100_000_000


@dataclass(frozen=True, slots=True)
class JobState:
    """A job and how many of its papers are not done."""

    id: str
    name: str
    status: str
    reason: str | None
    total: int
    left: int
    in_work: int
    of_session: bool


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A result file as the database knows it."""

    job_id: str
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What the database says should be in the folders.

    Attributes
    ----------
    documents
        Name and size in bytes by id.
    """

    documents: dict[str, tuple[str, int]]
    jobs: list[JobState]
    files: list[StoredFile]

    @classmethod
    def of(cls, database: Database) -> Contents:
        """Read it, with tables and columns that every version has."""
        return cls(
            documents={
                row["id"]: (row["name"], json.loads(row["preflight"])["size"])
                for row in database.all("SELECT id, name, preflight FROM documents")
            },
            jobs=[
                JobState(
                    row["id"],
                    row["name"],
                    row["status"],
                    row["reason"],
                    row["total"],
                    row["left_over"],
                    row["in_work"],
                    bool(json.loads(row["options"]).get("session_agents")),
                )
                for row in database.all(
                    "SELECT j.id, j.name, j.status, j.reason, j.options, "
                    "count(d.status) AS total, "
                    "coalesce(sum(d.status IN ('pending', 'processing')), 0) "
                    "AS left_over, "
                    "coalesce(sum(d.status = 'processing'), 0) AS in_work "
                    "FROM jobs j LEFT JOIN job_documents d ON d.job_id = j.id "
                    "GROUP BY j.id ORDER BY j.created"
                )
            ],
            files=[
                StoredFile(row["job_id"], row["name"], row["size"], row["sha256"])
                for row in database.all(
                    "SELECT job_id, name, size, sha256 FROM result_files"
                )
            ],
        )


def _plain(workspace: Path, error: WorkspaceError) -> tuple[str, str]:
    """Give what the store says of its file, and what to do, apart."""
    if error.__cause__ is None:
        return str(error), ""
    what, remedy = reasons(workspace / DATABASE, error.__cause__)
    return f"{DATABASE} {what}.", f"{remedy}."


@contextmanager
def opened(workspace: Path) -> Iterator[Database]:
    """Open the database of a workspace to look at it only."""
    database = Database(workspace / DATABASE, read_only=True)
    try:
        yield database
    finally:
        database.close()


def database(
    workspace: Path, *, thorough: bool = False
) -> tuple[Finding, Contents | None]:
    """Look at the database; give its contents too when they can be read."""
    try:
        with opened(workspace) as store:
            version = store.schema_version()
            if version > len(MIGRATIONS):
                return _problem(
                    f"A newer curation_kit wrote it (schema {version}, this version "
                    f"knows {len(MIGRATIONS)}).",
                    "Upgrade curation_kit: pip install --upgrade curation-kit.",
                ), None
            if version == 0:
                return _problem(
                    f"{DATABASE} has no tables of curation_kit.",
                    "If it is empty, the next command sets it up. Otherwise restore "
                    "it from a backup copy.",
                ), None
            complaints = store.integrity(quick=not thorough)
            try:
                contents = Contents.of(store)
            except (WorkspaceError, ValueError, KeyError) as error:
                contents, complaints = None, complaints or [str(error)]
    except WorkspaceError as error:
        return _problem(*_plain(workspace, error)), None
    if complaints:
        return _damaged(workspace, complaints), contents
    return _sound(workspace, version), contents


def _problem(message: str, advice: str) -> Finding:
    return Finding("database", Level.PROBLEM, message, advice)


def _damaged(workspace: Path, complaints: list[str]) -> Finding:
    lines = [complaint.splitlines()[-1].strip() for complaint in complaints]
    return _problem(
        f"{DATABASE} is damaged: {listed(lines)}.",
        f"Stop all work here and copy {workspace} as it is. Then put back a backup "
        f"copy of {DATABASE}, or save what can be read: sqlite3 {DATABASE} .recover | "
        "sqlite3 new.sqlite. Papers and result files are not touched by the damage.",
    )


def _sound(workspace: Path, version: int) -> Finding:
    file = workspace / DATABASE
    log = file.with_name(f"{DATABASE}-wal")
    logged = log.stat().st_size if log.exists() else 0
    age = "" if version == len(MIGRATIONS) else ", brought up to date when next opened"
    message = f"It is sound ({size(file.stat().st_size)}, schema {version}{age})."
    if logged > LONG_LOG:
        return Finding(
            "database",
            Level.WARNING,
            f"{message} Its write-ahead log has grown to {size(logged)}.",
            "Close the notebooks and dashboards that have the workspace open; the "
            "last one to close it folds the log in.",
        )
    return Finding("database", Level.OK, message)
