"""Where a workspace keeps its files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["Folders"]


@dataclass(frozen=True, slots=True)
class Folders:
    """Where a workspace keeps its files."""

    documents: Path
    results: Path
    cache: Path
    #: A file with the process that takes documents, while it does: found at a start, it
    #: tells that the last runner was killed in the middle of it.
    mark: Path
    workspace: Path

    @classmethod
    def of(cls, workspace: Path) -> Folders:
        """Folders of a workspace."""
        return cls(
            workspace / "documents",
            workspace / "results",
            workspace / "cache",
            workspace / "runner.working",
            workspace,
        )
