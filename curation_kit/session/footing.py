"""Whether the workspace is still there, and can be written."""

from __future__ import annotations

import os
from pathlib import Path

from curation_kit.store import DATABASE

__all__ = ["Footing"]


class Footing:
    """What a page stands on: the folder and the store of its workspace.

    SQLite goes on with the file that it has open, also when that was moved or
    deleted, and nobody would know.

    Parameters
    ----------
    workspace
        The folder; what is there now is what is expected later.
    """

    def __init__(self, workspace: Path) -> None:
        self._folder = workspace
        self._store = workspace / DATABASE
        self._expected = self._identity()

    def problem(self) -> str:
        """Say what is wrong with the workspace and what to do; empty if nothing."""
        found = self._identity()
        if found is None:
            return (
                f"The workspace {self._folder} is gone: its folder was moved or "
                "deleted, or its disk is not mounted. Nothing on this page can be "
                "saved. Bring the folder back, then reload the page."
            )
        if found != self._expected:
            return (
                f"The workspace {self._folder} was replaced by another folder while "
                "this page was open. Nothing on this page can be saved. Reload it."
            )
        if not all(os.access(place, os.W_OK) for place in (self._folder, self._store)):
            return (
                f"The workspace {self._folder} is read-only now. You can look at "
                "everything here, but nothing can be saved and jobs stand still. "
                f"Make the folder and {DATABASE} in it writable."
            )
        return ""

    def _identity(self) -> tuple[int, int] | None:
        try:
            status = self._store.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino
