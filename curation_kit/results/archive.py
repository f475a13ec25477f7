"""The ZIP of a job: one result file per completed document and output step."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Sequence
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
        If a result file has been deleted from the results folder.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in files:
                archive.write(file, file.name)
        temporary.replace(path)
    except FileNotFoundError as error:
        raise JobError(
            f"{error.filename} is gone from the results folder. "
            "Run the documents again to make it anew."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    return path
