"""Files that are written whole or not at all, and why one cannot be written."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from curation_kit.errors import JobError

__all__ = ["in_the_way", "whole_file"]


@contextmanager
def whole_file(path: Path, what: str) -> Iterator[Path]:
    """Give a path to write to; what is there at the end takes the file's place.

    An error leaves the file as it was. Its folder is made if there is none.

    Parameters
    ----------
    path
        The file.
    what
        What it is, as an error calls it.

    Raises
    ------
    JobError
        If it cannot be written.
    """
    if not path.name:
        raise JobError(f"{path} is a folder: name the file for the {what}.")
    temporary = path.with_name(
        f".{path.name}.{os.getpid()}-{threading.get_ident()}.tmp"
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        temporary.replace(path)
    except OSError as error:
        raise JobError(
            f"{path} cannot be written ({in_the_way(path, error)}): "
            f"choose another place for the {what}."
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def in_the_way(path: Path, error: OSError) -> str:
    """Say what keeps a file from being written: a file where a folder should be, or so.

    Parameters
    ----------
    path
        The file that was to be written.
    error
        What the system said.
    """
    # Of a name that is too long those of `Path` raise.
    for folder in path.parents:
        if os.path.isfile(folder):  # noqa: PTH113
            return f"{folder} is a file, not a folder"
    if os.path.isdir(path):  # noqa: PTH112
        return "it is a folder"
    return error.strerror or str(error)
