"""Files that are written whole or not at all, and why one cannot be written."""

from __future__ import annotations

import os
import shutil
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from curation_kit.errors import JobError

__all__ = ["in_the_way", "whole_file"]

#: Where systems name what a process has open.
_OPEN = ("/dev/stdout", "/dev/stderr", "/dev/fd", "/proc")


@contextmanager
def whole_file(path: Path, what: str) -> Iterator[Path]:
    """Give a path to write to; what is there at the end takes the file's place.

    An error leaves the file as it was. Its folder is made if there is none. Of a link
    the file is written that it leads to; a pipe or a device is written into, and never
    replaced.

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
    file = Path(os.path.realpath(path))
    if not (path.name and file.name):
        raise JobError(f"{path} is a folder: name the file for the {what}.")
    temporary = file.with_name(
        f".{file.name}.{os.getpid()}-{threading.get_ident()}.tmp"
    )
    try:
        if _is_stream(path):
            with TemporaryDirectory(prefix="curation-kit-") as folder:
                yield (made := Path(folder) / path.name)
                with made.open("rb") as source, path.open("ab") as target:
                    shutil.copyfileobj(source, target)
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        temporary.replace(file)
    except OSError as error:
        if _is_elsewhere(error, file):
            raise JobError(
                f"The {what} cannot be made: {error.filename} cannot be used "
                f"({in_the_way(Path(error.filename), error)}). Put that right and try "
                "again; curation-kit doctor may tell more."
            ) from error
        raise JobError(
            f"{path} cannot be written ({in_the_way(path, error)}): "
            f"choose another place for the {what}."
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _is_elsewhere(error: OSError, file: Path) -> bool:
    """Whether another file is at fault than the one to be written and its folders."""
    if not isinstance(error.filename, str):
        return False
    named = Path(os.path.realpath(error.filename))
    return named.parent != file.parent and named not in file.parents


def _is_stream(path: Path) -> bool:
    """Whether it is written into: a pipe, a device, what a process has open.

    The file behind ``/dev/stdout`` may be written by others, too.
    """
    try:
        mode = path.stat().st_mode
    except OSError:  # there is nothing, or who writes there is told why not
        return False
    if stat.S_ISREG(mode):
        return any(map(path.is_relative_to, _OPEN))
    return not stat.S_ISDIR(mode)


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
