"""The ZIP of a job: one result file per completed document and output step."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from curation_kit.errors import JobError

__all__ = ["write_zip"]


def write_zip(path: Path, files: Sequence[Path]) -> Path:
    """Write files into a ZIP, whole or not at all.

    Parameters
    ----------
    path
        The ZIP; an existing one is replaced.
    files
        Result files; their names are unique within a job, whatever the case.

    Raises
    ------
    JobError
        If a result file has been deleted from the results folder, or the ZIP
        cannot be written.
    """
    if gone := [file for file in files if not file.exists()]:
        raise JobError(
            f"{gone[0]} is gone from the results folder. "
            "Delete the job and run it again to make it anew."
        )
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in files:
                archive.write(file, file.name)
        temporary.replace(path)
    except OSError as error:
        raise JobError(
            f"{path} cannot be written ({error.strerror or error}): "
            "choose another place for the ZIP."
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    return path
