"""A ZIP, written entry by entry."""

from __future__ import annotations

import datetime as dt
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from io import FileIO
from pathlib import Path
from typing import cast

from curation_kit.errors import JobError
from curation_kit.results.files import whole_file

__all__ = ["Archive", "Entry", "Packed", "zip_archive"]

#: Name in the ZIP, and what it holds: a file, or bytes that fit the memory.
Entry = tuple[str, Path | bytes]

#: Bytes that are read, hashed and compressed at a time.
_CHUNK = 1 << 16

#: The first second that a ZIP can tell.
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Packed(zipfile.ZipInfo):
    """An entry, with the SHA-256 of what it holds."""

    __slots__ = ("sha256",)
    sha256: bytes


class Archive:
    """A ZIP that is being written: see `zip_archive`.

    Attributes
    ----------
    path
        Where it will be.
    packed
        What is in it so far, by name, in order.
    """

    def __init__(
        self, path: Path, archive: zipfile.ZipFile, moment: tuple[int, ...]
    ) -> None:
        self.path = path
        # Of ten thousand entries this takes 5 MB: nothing of them is kept twice.
        self.packed = cast("Mapping[str, Packed]", archive.NameToInfo)
        self._archive = archive
        self._moment = moment

    def add(self, name: str, content: Path | bytes) -> None:
        """Pack a file, or bytes, under a name that is not there yet.

        Raises
        ------
        JobError
            If the file is gone, for instance from the results folder, or cannot be
            read.
        """
        entry = Packed(name, self._moment)  # type: ignore[arg-type]
        entry.compress_type = (
            # A PDF is compressed within.
            zipfile.ZIP_STORED if name.endswith(".pdf") else zipfile.ZIP_DEFLATED
        )
        entry.external_attr = 0o100644 << 16  # a file that its owner may write
        if isinstance(content, bytes):
            self._archive.writestr(entry, content)
            entry.sha256 = sha256(content).digest()
            return
        try:
            source = content.open("rb", buffering=0)
        except FileNotFoundError as error:
            raise JobError(
                f"{content} is gone from the results folder. "
                "Delete the job and run it again to make it anew."
            ) from error
        except OSError as error:
            raise _unreadable(content, error) from error
        with source:
            # Above 2 GB it must know before.
            entry.file_size = os.fstat(source.fileno()).st_size
            digest = sha256()
            with self._archive.open(entry, "w") as target:
                for chunk in _chunks(source, content):
                    digest.update(chunk)
                    target.write(chunk)
        entry.sha256 = digest.digest()


def _chunks(source: FileIO, path: Path) -> Iterator[bytes]:
    try:
        while chunk := source.read(_CHUNK):
            yield chunk
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> JobError:
    return JobError(
        f"{path} cannot be read ({error.strerror or error}). Check the disk and the "
        "rights of the file, then try again."
    )


@contextmanager
def zip_archive(path: Path, *, time: float = 0.0) -> Iterator[Archive]:
    """Begin a ZIP that is written whole or not at all.

    The same entries at the same time give the same bytes.

    Parameters
    ----------
    path
        The ZIP; an existing one is replaced, at the end, if there was no error.
    time
        Seconds since the epoch that the entries are said to be of, in UTC.

    Raises
    ------
    JobError
        If the ZIP cannot be written.
    """
    moment = dt.datetime.fromtimestamp(time, dt.UTC).timetuple()[:6]
    with (
        whole_file(path, "ZIP") as temporary,
        zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        yield Archive(path, archive, max(moment, _EPOCH))
