from __future__ import annotations

import datetime as dt
from enum import IntEnum
from pathlib import Path
from typing import Any

import pytest

from curation_kit.errors import CurationKitError
from curation_kit.formats import Column, Kind, ParquetAside, write_parquet


class Grade(IntEnum):
    """A number of a class that only this process knows."""

    GOOD = 2


COLUMNS = [
    Column("name", repeated=True),
    Column("n", Kind.INTEGER),
    Column("day", Kind.DATE),
    Column("sure", Kind.TRUTH),
    Column("any"),
]
ROWS: list[dict[str, Any]] = [
    {
        "name": f"paper {number % 7}",
        "n": Grade.GOOD if number % 2 else number,
        "day": dt.date(2024, 1, 1 + number % 28),
        "sure": None if number % 3 else True,
        "any": number,
    }
    for number in range(1234)
]


def test_the_file_is_the_same(tmp_path: Path) -> None:
    """Byte for byte the one that this process would write."""
    write_parquet(tmp_path / "here", ROWS, COLUMNS, metadata={"job": "7"})
    with ParquetAside(tmp_path / "there", COLUMNS, metadata={"job": "7"}) as aside:
        for row in ROWS:
            aside.add(row)
        written = aside.finish()
    assert written.read_bytes() == (tmp_path / "here").read_bytes()


def test_why_it_could_not_be_written(tmp_path: Path) -> None:
    """What the other process said, however many rows it did not take."""
    path = tmp_path / "no such folder" / "t.parquet"
    with ParquetAside(path, COLUMNS, metadata={}) as aside:
        for row in 20 * ROWS:
            aside.add(row)
        with pytest.raises(CurationKitError, match=r"t\.parquet could not be written"):
            aside.finish()


def test_an_export_that_is_stopped_leaves_no_process(tmp_path: Path) -> None:
    """The process is ended and reaped with the block."""
    aside = ParquetAside(tmp_path / "t.parquet", COLUMNS, metadata={})
    with pytest.raises(KeyboardInterrupt), aside:
        raise KeyboardInterrupt
    assert aside._process.returncode is not None
