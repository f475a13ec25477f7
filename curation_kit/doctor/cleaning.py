"""Throw away what is certainly of no use to anybody."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import Timeout

from curation_kit.doctor.database import Contents, opened
from curation_kit.doctor.files import job_folders, size_of, temporaries, useless_texts
from curation_kit.doctor.findings import Finding, Level, size
from curation_kit.documents.paths import user_path
from curation_kit.errors import WorkspaceError
from curation_kit.phrases import counted, listed
from curation_kit.runner import Runner
from curation_kit.store import DATABASE

__all__ = ["Removed", "clean", "leftovers"]


#: Begin of the name of a results folder whose job was deleted.
DELETED = ".deleted-"


@dataclass(frozen=True, slots=True)
class _Garbage:
    """What may be thrown away, by kind, and what belongs to nobody we know.

    Attributes
    ----------
    foreign
        Folders with results of jobs that the database does not know: it was
        replaced by an older or a new one, or somebody put them there. They
        may be the only copy, so they are not garbage.
    """

    temporaries: list[Path]
    results: list[Path]
    texts: list[Path]
    foreign: list[Path]


@dataclass(frozen=True, slots=True)
class Removed:
    """One thing that was thrown away, and the bytes it took."""

    path: Path
    kind: str
    size: int


def _garbage(workspace: Path, *, alone: bool) -> _Garbage:
    """Find what may be thrown away.

    Raises
    ------
    WorkspaceError
        If the database cannot be read, which alone knows what is in use.
    """
    folders = job_folders(workspace)  # first: a job is listed before it has a folder
    with opened(workspace) as database:
        contents = Contents.of(database)
    jobs = {job.id for job in contents.jobs}
    old = temporaries(workspace, alone=alone)
    orphans = [path for path in folders if path.name not in jobs]
    useless = [path for path in orphans if _was_deleted(path) or _is_empty(path, old)]
    return _Garbage(
        temporaries=old,
        results=useless,
        texts=useless_texts(workspace, contents.documents),
        foreign=[path for path in orphans if path not in useless],
    )


def _was_deleted(folder: Path) -> bool:
    return folder.name.startswith(DELETED)


def _is_empty(folder: Path, old: list[Path]) -> bool:
    return all(path in old for path in folder.iterdir())


def leftovers(path: Path, *, alone: bool) -> Iterator[Finding]:
    """What may be thrown away, and what nobody here knows."""
    found = _garbage(path, alone=alone)
    kinds = (
        (found.temporaries, "temporary file", "temporary files"),
        (
            found.results,
            "results folder of a deleted job",
            "results folders of deleted jobs",
        ),
        (found.texts, "useless cached text", "useless cached texts"),
    )
    told = [
        f"{counted(len(paths), one, many)} ({size(size_of(paths))})"
        for paths, one, many in kinds
        if paths
    ]
    if told:
        yield Finding(
            "leftovers",
            Level.WARNING,
            f"{', '.join(told)}. They only take room.",
            "curation-kit doctor --clean removes them.",
        )
    if found.foreign:
        names = listed(item.name for item in found.foreign)
        yield Finding(
            "leftovers",
            Level.WARNING,
            f"{counted(len(found.foreign), 'folder')} in results/ of jobs that the "
            f"database does not know ({size(size_of(found.foreign))}): {names}.",
            "Was the database replaced by another one? Keep the files elsewhere, or "
            "delete them yourself: curation-kit does not, they may be the only copy.",
        )
    if not told and not found.foreign:
        yield Finding("leftovers", Level.OK, "None.")


def clean(workspace: str | Path) -> list[Removed]:
    """Remove leftover temporary files, remains of deleted jobs and useless texts.

    Never papers, records or result files, whether or not the database knows
    them. A folder that is no workspace is not touched. A runner at work is not
    disturbed: what it could be writing is left.

    Raises
    ------
    WorkspaceError
        If the database cannot be read, or something cannot be removed.
    """
    path = user_path(workspace).absolute()
    if not (path / DATABASE).is_file():
        return []
    try:
        try:
            with Runner(path).lock().acquire(blocking=False):
                return _swept(path, alone=True)
        except Timeout:
            return _swept(path, alone=False)
    except OSError as error:
        raise WorkspaceError(f"{path} could not be cleaned: {error}.") from error


def _swept(path: Path, *, alone: bool) -> list[Removed]:
    found = _garbage(path, alone=alone)
    return [
        *_removed(found.temporaries, "temporary file"),
        *_removed(found.results, "remains of a deleted job"),
        *_removed(found.texts, "useless cached text"),
    ]


def _removed(paths: list[Path], kind: str) -> list[Removed]:
    removed = []
    for path in paths:
        taken = size_of([path])
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        removed.append(Removed(path, kind, taken))
    return removed
