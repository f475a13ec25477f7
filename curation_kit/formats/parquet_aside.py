"""Parquet, written by a process of its own."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from curation_kit.errors import CurationKitError
from curation_kit.formats.columns import Column
from curation_kit.formats.parquet import plain_value, write_parquet

__all__ = ["ParquetAside", "serve"]

#: Rows that are handed over together.
_GROUP = 50


class ParquetAside:
    """A table that is written beside another one, row by row: see `write_parquet`.

    PyArrow takes 100 MB, which a process that goes on would keep; and the rows
    are written while those of the other table are made.

    Parameters
    ----------
    path, columns, metadata
        As for `write_parquet`.
    """

    def __init__(
        self, path: Path, columns: Sequence[Column], *, metadata: Mapping[str, Any]
    ) -> None:
        self._path = path
        self._columns = [(column.name, column.kind) for column in columns]
        self._rows: list[tuple[Any, ...]] = []
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [
                *(sys.executable, "-P", "-c"),
                f"from {__name__} import serve; serve()",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        self._send((path, tuple(columns), dict(metadata)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the process if it has not ended: the other table was not finished."""
        self._process.kill()
        with suppress(OSError):  # it reads no more
            self._process.communicate()

    def add(self, row: Mapping[str, Any]) -> None:
        """Write a row."""
        self._rows.append(
            tuple(plain_value(row[name], kind) for name, kind in self._columns)
        )
        if len(self._rows) == _GROUP:
            self._hand_over()

    def finish(self) -> Path:
        """Wait until all is written, and give the file.

        Raises
        ------
        CurationKitError
            If it could not be written.
        """
        self._hand_over()
        with suppress(OSError):
            self._send([])
        _, told = self._process.communicate()
        if self._process.returncode:
            lines = told.decode(errors="replace").strip().splitlines()
            raise CurationKitError(
                f"{self._path.name} could not be written: "
                f"{lines[-1] if lines else 'its process was ended'}."
            )
        return self._path

    def _hand_over(self) -> None:
        if self._rows:
            with suppress(OSError):  # it has failed: `finish` says why
                self._send(self._rows)
            self._rows = []

    def _send(self, item: object) -> None:
        assert self._process.stdin is not None  # noqa: S101 - for mypy
        pickle.dump(item, self._process.stdin, pickle.HIGHEST_PROTOCOL)
        self._process.stdin.flush()


def serve() -> None:
    """Write the table that comes by standard input, from `ParquetAside` alone."""

    def read() -> Any:
        return pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent

    path, columns, metadata = read()
    names = [column.name for column in columns]

    def rows() -> Iterator[dict[str, Any]]:
        while some := read():
            for row in some:
                yield dict(zip(names, row, strict=True))

    write_parquet(path, rows(), columns, metadata=metadata)
