"""The files of a workspace, compared with what its database says."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from curation_kit.doctor.database import Contents
from curation_kit.doctor.findings import Finding, Level
from curation_kit.documents.document import sha256_of
from curation_kit.phrases import counted, listed
from curation_kit.processes import is_running

__all__ = [
    "documents",
    "job_folders",
    "results",
    "size_of",
    "temporaries",
    "useless_texts",
]

#: A temporary file this old is nobody's, in seconds.
OLD = 24 * 3600.0

#: A PDF this young may just be on its way into the list, in seconds.
BEING_ADDED = 60.0

#: Where temporary files are written, and how the id of the writer is told, if so.
_TEMPORARY = (
    ("documents/.incoming-*", None),
    ("results/*/.*", re.compile(r"\.(\d+)-")),
    ("flows/*.tmp", re.compile(r".*\.(\d+)\.tmp$")),
    ("cache/*/*.part", None),
    (".*.tmp", re.compile(r".*\.(\d+)\.tmp$")),
)

_DOCUMENT = re.compile(r"[0-9a-f]{64}\.pdf")
_TEXT = re.compile(r"([0-9A-Za-z]+)\.([0-9a-f]{16})\.text")


@dataclass(frozen=True, slots=True)
class _Expected:
    """A file as the database knows it, under the name that people know."""

    name: str
    path: Path
    size: int
    sha256: str


def _compared(
    files: Iterable[_Expected], *, thorough: bool
) -> tuple[list[_Expected], list[_Expected]]:
    """Files that are not there, and those that are not what they were."""
    lost, changed = [], []
    for file in files:
        if not file.path.is_file():
            lost.append(file)
        elif file.path.stat().st_size != file.size or (
            thorough and sha256_of(file.path) != file.sha256
        ):
            changed.append(file)
    return lost, changed


def documents(
    workspace: Path, contents: Contents, *, thorough: bool
) -> Iterator[Finding]:
    """Whether each paper has its file, unchanged, and each file its paper."""
    folder = workspace / "documents"
    expected = [
        _Expected(name, folder / f"{document_id}.pdf", stored, document_id)
        for document_id, (name, stored) in contents.documents.items()
    ]
    lost, changed = _compared(expected, thorough=thorough)
    strangers = [
        path.name
        for path in _listing(folder)
        if _DOCUMENT.fullmatch(path.name)
        and path.stem not in contents.documents
        and time.time() - path.stat().st_mtime > BEING_ADDED
    ]
    if lost:
        yield Finding(
            "documents",
            Level.PROBLEM,
            f"{counted(len(lost), 'paper has no file', 'papers have no file')} any "
            f"more: {listed(one.name for one in lost)}.",
            "Add the same PDFs again (curation-kit documents add …); jobs and results "
            "stay as they are.",
        )
    if changed:
        yield Finding(
            "documents",
            Level.PROBLEM,
            f"{counted(len(changed), 'file is', 'files are')} not what was added: "
            f"{listed(f'{one.name} ({one.path.name[:12]}…)' for one in changed)}.",
            f"Move the files out of {folder}, then add the same PDFs again.",
        )
    if strangers:
        yield Finding(
            "documents",
            Level.WARNING,
            f"{counted(len(strangers), 'PDF is', 'PDFs are')} in the folder but not in "
            f"the list: {listed(name[:12] + '…' for name in strangers)}.",
            f"Add them (curation-kit documents add {folder}), or delete the files.",
        )
    if not (lost or changed or strangers):
        looked = "contents and sizes" if thorough else "sizes"
        yield Finding(
            "documents",
            Level.OK,
            f"{counted(len(contents.documents), 'paper')}; all files are there, "
            f"{looked} as they were added.",
        )


def results(
    workspace: Path, contents: Contents, *, thorough: bool, alive: bool | None
) -> Iterator[Finding]:
    """Whether each result file is there, unchanged, and known."""
    folder = workspace / "results"
    expected = [
        _Expected(
            f"{file.job_id}/{file.name}",
            folder / file.job_id / file.name,
            file.size,
            file.sha256,
        )
        for file in contents.files
    ]
    lost, changed = _compared(expected, thorough=thorough)
    known = {(file.job_id, file.name) for file in contents.files}
    strangers = [
        f"{job.id}/{path.name}"
        for job in contents.jobs
        for path in _listing(folder / job.id)
        if not path.name.startswith(".") and (job.id, path.name) not in known
    ]
    records = "The records themselves are safe: curation-kit results JOB --format csv"
    if lost:
        yield Finding(
            "results",
            Level.PROBLEM,
            f"{counted(len(lost), 'result file is', 'result files are')} missing: "
            f"{listed(one.name for one in lost)}.",
            f"{records} writes them in one table, and curation-kit export JOB makes "
            "the files anew.",
        )
    if changed:
        yield Finding(
            "results",
            Level.PROBLEM,
            f"{counted(len(changed), 'result file was', 'result files were')} changed "
            f"since written: {listed(one.name for one in changed)}.",
            f"{records} gives them unchanged, and curation-kit export JOB makes the "
            "files anew. Keep your own edits outside the workspace.",
        )
    if strangers and not alive:  # a runner at work may just be writing them
        yield Finding(
            "results",
            Level.WARNING,
            f"{counted(len(strangers), 'file belongs', 'files belong')} to no "
            f"completed paper: {listed(strangers)}.",
            "A stopped job may have left them: when it goes on it writes them anew. "
            "Otherwise delete them, or keep them elsewhere.",
        )
    if not (lost or changed or (strangers and not alive)):
        looked = "checksums" if thorough else "sizes"
        yield Finding(
            "results",
            Level.OK,
            f"{counted(len(contents.files), 'result file')} of "
            f"{counted(len(contents.jobs), 'job')}; all are there, {looked} as "
            "written.",
        )


def job_folders(workspace: Path) -> list[Path]:
    """Folders of results, of whatever job."""
    return [
        path
        for path in _listing(workspace / "results")
        if path.is_dir() and not path.is_symlink()
    ]


def temporaries(workspace: Path, *, alone: bool) -> list[Path]:
    """Files that somebody began to write and left.

    Parameters
    ----------
    alone
        No runner is at work: then a file whose writer is gone is left over too.
        Otherwise, as the process may be one of a container, only one a day old.
    """
    now, found = time.time(), []
    for pattern, pid in _TEMPORARY:
        for path in sorted(workspace.glob(pattern)):
            writer = pid.match(path.name) if pid else None
            if pid and not writer:
                continue  # somebody else's file
            try:
                age = now - path.lstat().st_mtime
            except FileNotFoundError:  # finished meanwhile
                continue
            gone = alone and writer and not is_running(int(writer[1]))
            if age > OLD or gone:
                found.append(path)
    return found


def useless_texts(workspace: Path, known: Iterable[str]) -> list[Path]:
    """Kept texts of papers that are gone, or under names that are no longer used."""
    papers = set(known)
    found = []
    for path in sorted((workspace / "cache").glob("*/*.text")):
        text = _TEXT.fullmatch(path.name)
        if text is None or text[1] not in papers:
            found.append(path)
    return found


def size_of(paths: Iterable[Path]) -> int:
    """Give the bytes in files, and in the files of folders.

    What is gone meanwhile, or not for us to see, counts nothing.
    """
    total = 0
    for file in _files(paths):
        with suppress(OSError):
            total += os.lstat(file).st_size
    return total


def _files(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        if not path.is_dir():
            yield str(path)
        for folder, _, names in os.walk(path):
            yield from (os.path.join(folder, name) for name in names)  # noqa: PTH118 - many


def _listing(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []
