"""What the doctor says of a workspace, and what is in it."""

from __future__ import annotations

import os
import time
from pathlib import Path

from curation_kit.doctor import Level, examine

NOBODY = 2**22 + 1  # beyond the largest process id


def complaints(path: Path, *, thorough: bool = False) -> dict[str, tuple[str, str]]:
    """Level and words of each finding that is not ok; all have advice but one's."""
    found = examine(path, thorough=thorough)
    assert all(item.message for item in found)
    return {
        item.subject: (item.level.value, f"{item.message} {item.advice}")
        for item in found
        if item.level is not Level.OK
    }


def contents(path: Path) -> dict[str, bytes | None]:
    """Every file and folder below a folder."""
    return {
        str(item.relative_to(path)): item.read_bytes() if item.is_file() else None
        for item in path.rglob("*")
        if not item.name.endswith("-shm")  # SQLite's index of its log
    }


def age(path: Path, seconds: float = 3600) -> None:
    """Make a file look older."""
    then = time.time() - seconds
    os.utime(path, (then, then))
