"""A ZIP, written entry by entry."""

from __future__ import annotations

import datetime as dt
import os
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import FileIO
from operator import attrgetter
from pathlib import Path
from typing import Any

from curation_kit.errors import JobError
from curation_kit.results.files import whole_file

__all__ = ["Archive", "Packed", "zip_archive"]

#: Bytes that are read, hashed and compressed at a time.
_CHUNK = 1 << 16

#: The first second that a ZIP can tell.
_EPOCH = (1980, 1, 1, 0, 0, 0)

#: What tells entries apart, of `zipfile.ZipInfo` and `_Entry`, as `struct` keeps it.
_FIELDS = {
    "header_offset": "Q",
    "CRC": "I",
    "compress_size": "Q",
    "file_size": "Q",
    "extract_version": "B",
    "sha256": "32s",
}
_TOLD = struct.Struct("<" + "".join(_FIELDS.values()))
_told_of = attrgetter(*_FIELDS)


class _Entry(zipfile.ZipInfo):
    """A file of a ZIP, on its way into it."""

    __slots__ = ("sha256",)
    sha256: bytes

    def __init__(self, name: str, moment: tuple[int, ...]) -> None:
        super().__init__(name, moment)  # type: ignore[arg-type]
        self.compress_type = (
            # A PDF is compressed within.
            zipfile.ZIP_STORED if name.endswith(".pdf") else zipfile.ZIP_DEFLATED
        )
        self.external_attr = 0o100644 << 16  # a file that its owner may write
        self.sha256 = b""  # of one that cannot be read to its end


class Packed:
    """An entry that is in the ZIP.

    Attributes
    ----------
    size
        Bytes that it holds.
    sha256
        Their SHA-256.
    """

    __slots__ = ("_name", "_told")

    def __init__(self, entry: _Entry) -> None:
        self._name = entry.filename
        self._told = _TOLD.pack(*_told_of(entry))

    def _fields(self) -> dict[str, Any]:
        return dict(zip(_FIELDS, _TOLD.unpack(self._told), strict=True))

    @property
    def size(self) -> int:  # noqa: D102 - see above
        return int(self._fields()["file_size"])

    @property
    def sha256(self) -> bytes:  # noqa: D102 - see above
        return bytes(self._fields()["sha256"])

    def entry(self, moment: tuple[int, ...]) -> _Entry:
        """Give the entry as it was."""
        entry = _Entry(self._name, moment)
        for field, value in self._fields().items():
            setattr(entry, field, value)
        entry.create_version = entry.extract_version
        return entry


class _Directory(list[Packed]):
    """The entries of a `ZipFile`, which wants them back as they were in the end.

    Kept as they are, ten thousand take 5 MB; this is half of it.
    """

    def __init__(self, moment: tuple[int, ...]) -> None:
        super().__init__()
        self._moment = moment

    def append(self, entry: _Entry) -> None:  # type: ignore[override]
        """Take an entry that is complete."""
        super().append(Packed(entry))

    def __iter__(self) -> Iterator[_Entry]:  # type: ignore[override]
        return (packed.entry(self._moment) for packed in super().__iter__())


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
        self.packed: dict[str, Packed] = {}
        self._archive = archive
        self._moment = moment
        self._entries = _Directory(moment)
        # `zipfile` looks here for names that are there twice, and there for all.
        archive.NameToInfo = self.packed  # type: ignore[assignment]
        archive.filelist = self._entries  # type: ignore[assignment]

    def add(
        self, name: str, content: Path | bytes, digest: bytes | None = None
    ) -> None:
        """Pack a file, or bytes, under a name that is not there yet.

        Parameters
        ----------
        digest
            SHA-256 of the bytes, if it is known.

        Raises
        ------
        JobError
            If the file is gone, for instance from the results folder, or cannot be
            read.
        """
        entry = _Entry(name, self._moment)
        if isinstance(content, bytes):
            entry.sha256 = digest or sha256(content).digest()
            self._archive.writestr(entry, content)
        else:
            self._add_file(entry, content)
        self.packed[name] = self._entries[-1]

    def _add_file(self, entry: _Entry, content: Path) -> None:
        try:
            source = content.open("rb", buffering=0)
        except FileNotFoundError as error:
            raise JobError(
                f"{content} is gone, deleted meanwhile: try again."
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
