"""Why a file cannot be written, in words."""

from __future__ import annotations

from pathlib import Path

__all__ = ["in_the_way"]


def in_the_way(path: Path, error: OSError) -> str:
    """Say what keeps a file from being written: a file where a folder should be, or so.

    Parameters
    ----------
    path
        The file that was to be written.
    error
        What the system said.
    """
    for folder in path.parents:
        if folder.is_file():
            return f"{folder} is a file, not a folder"
    if path.is_dir():
        return "it is a folder"
    return error.strerror or str(error)
