"""The ZIP of a job, written while its entries are made."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path

from curation_kit.errors import JobError
from curation_kit.results.files import whole_file

__all__ = ["Entry", "write_zip"]

#: Name in the ZIP, and what it holds: a file, or bytes that fit the memory.
Entry = tuple[str, Path | bytes]

#: Bytes that are copied at a time.
_CHUNK = 1 << 18

#: The first second that a ZIP can tell.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_zip(path: Path, entries: Iterable[Entry], *, time: float = 0.0) -> Path:
    """Write a ZIP, whole or not at all.

    The same entries at the same time give the same bytes.

    Parameters
    ----------
    path
        The ZIP; an existing one is replaced.
    entries
        Taken one after the other: an entry may be made when it is asked for,
        and a file may go when the next one is. Names are unique.
    time
        Seconds since the epoch that the entries are said to be of, in UTC.

    Raises
    ------
    JobError
        If a file is gone, for instance from the results folder, or the ZIP
        cannot be written.
    """
    moment = dt.datetime.fromtimestamp(time, dt.UTC).timetuple()[:6]
    with (
        whole_file(path, "ZIP") as temporary,
        zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name, content in entries:
            info = zipfile.ZipInfo(name, max(moment, _EPOCH))
            info.compress_type = (
                # A PDF is compressed within.
                zipfile.ZIP_STORED if name.endswith(".pdf") else zipfile.ZIP_DEFLATED
            )
            info.external_attr = 0o100644 << 16  # a file that its owner may write
            _add(archive, info, content)
    return path


def _add(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, content: Path | bytes
) -> None:
    if isinstance(content, bytes):
        archive.writestr(info, content)
        return
    try:
        source = content.open("rb")
    except FileNotFoundError as error:
        raise JobError(
            f"{content} is gone from the results folder. "
            "Delete the job and run it again to make it anew."
        ) from error
    with source:
        info.file_size = os.fstat(source.fileno()).st_size  # above 2 GB it must know
        with archive.open(info, "w") as target:
            shutil.copyfileobj(source, target, _CHUNK)
