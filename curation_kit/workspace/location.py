"""Where a workspace is, and whether there is one."""

from __future__ import annotations

import os
from pathlib import Path

from curation_kit.documents.paths import user_path
from curation_kit.errors import WorkspaceError
from curation_kit.runner import Folders
from curation_kit.store import DATABASE

__all__ = ["default_path", "find_workspace", "is_workspace", "make_workspace"]


def default_path() -> Path:
    """Folder of the workspace when none is named.

    The environment variable ``CURATION_KIT_WORKSPACE``, else
    ``~/curation-kit``.
    """
    named = os.environ.get("CURATION_KIT_WORKSPACE")
    return user_path(named) if named else Path.home() / "curation-kit"


def is_workspace(path: Path) -> bool:
    """Whether a folder is a workspace already."""
    try:
        return (path / DATABASE).exists()
    except OSError:  # not to be looked into: who opens it says why
        return True


def find_workspace(path: Path) -> None:
    """See whether a folder is a workspace.

    Raises
    ------
    WorkspaceError
        If it is not: where one was looked for, and how one is made.
    """
    if is_workspace(path):
        return
    what = f"has no {DATABASE}" if path.is_dir() else "there is no such folder"
    raise WorkspaceError(
        f"{path} is no workspace ({what}). Is the path right, or was the folder moved "
        "or deleted? A new workspace is made when something is put into it, for "
        "instance by curation-kit --workspace FOLDER documents add PDF."
    )


def make_workspace(path: Path) -> None:
    """Make the folders of a workspace that are not there yet.

    Raises
    ------
    WorkspaceError
        If they cannot be made.
    """
    parts = Folders.of(path)
    try:
        for folder in (parts.documents, parts.results, parts.cache, path / "flows"):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkspaceError(
            f"The workspace {path} cannot be used ({error.strerror}). Choose "
            "another folder with --workspace or CURATION_KIT_WORKSPACE; "
            "curation-kit doctor tells more."
        ) from error
