"""Look at everything in a workspace and change nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from curation_kit.doctor import database, files, installation, place, work
from curation_kit.doctor.cleaning import leftovers
from curation_kit.doctor.database import Contents
from curation_kit.doctor.findings import Finding, Level
from curation_kit.documents.paths import user_path
from curation_kit.errors import WorkspaceError
from curation_kit.store import DATABASE

__all__ = ["examine"]


def examine(workspace: str | Path, *, thorough: bool = False) -> list[Finding]:
    """Look at a workspace, whatever state it is in.

    It is opened for reading only: nothing is made, migrated, resumed or
    removed.

    Parameters
    ----------
    workspace
        The folder; it may be missing, damaged or no workspace at all.
    thorough
        Read every document and result file and compare its checksum, and the
        database's indexes with its tables. Without it sizes are compared.

    Returns
    -------
    list of Finding
        In the order in which they are best read; the first problem often
        explains those after it.
    """
    path = user_path(workspace).absolute()
    found = _looked("folder", lambda: [place.folder(path)])
    if os.path.isfile(path / DATABASE):  # noqa: PTH113 - False if not for us
        found += _looked("disk", lambda: [place.disk(path)])
        found += _looked("space", lambda: [place.room(path)])
        found += _inside(path, thorough=thorough)
    found += installation.plugins()
    found += installation.versions()
    return found


def _inside(path: Path, *, thorough: bool) -> list[Finding]:
    finding, contents = database.database(path, thorough=thorough)
    alive = work.runner_is_alive(path)
    found = [finding, work.runner(path, alive=alive)]
    found += _looked("runner log", lambda: [work.log(path)])
    if contents is None:
        found.append(
            Finding(
                "jobs and files",
                Level.WARNING,
                "They were not looked at: the database tells what should be there.",
                "Mend the database first.",
            )
        )
    else:
        found += _compared(path, contents, alive=alive, thorough=thorough)
    found += _looked("flows", lambda: installation.flows(path))
    return found


def _compared(
    path: Path, contents: Contents, *, alive: bool | None, thorough: bool
) -> list[Finding]:
    return [
        *work.jobs(contents.jobs, alive=alive),
        *_looked(
            "documents", lambda: files.documents(path, contents, thorough=thorough)
        ),
        *_looked(
            "results",
            lambda: files.results(path, contents, thorough=thorough, alive=alive),
        ),
        *_looked("leftovers", lambda: leftovers(path, alone=alive is False)),
    ]


def _looked(subject: str, look: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """Look at one thing; what cannot be looked at is a finding of its own."""
    try:
        return list(look())
    except (OSError, WorkspaceError) as error:
        return [
            Finding(
                subject,
                Level.PROBLEM,
                f"This could not be looked at: {error}.",
                "Ask for permission to read it, or check the disk.",
            )
        ]
