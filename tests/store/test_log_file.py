"""Who waits for the disk, and for which round of it."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from curation_kit.errors import WorkspaceError
from curation_kit.store import Database

NOTES = ["CREATE TABLE notes (text)"]


class Disk:
    """Counts what is brought to the disk, and can be slow or broken."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rounds = 0
        self.busy, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()
        self.broken = False
        self._fsync = os.fsync
        monkeypatch.setattr(os, "fsync", self.sync)

    def sync(self, descriptor: int) -> None:
        """Do it."""
        self.rounds += 1
        self.busy.set()
        assert self.go_on.wait(30)
        if self.broken:
            raise OSError(5, "Input/output error")
        self._fsync(descriptor)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """A disk that is watched."""
    return Disk(monkeypatch)


@pytest.fixture
def database(tmp_path: Path, disk: Disk) -> Database:
    """A store with one table."""
    del disk
    return Database(tmp_path / "store", migrations=NOTES)


def note(database: Database, text: str, *, durable: bool = True) -> None:
    """Write a line."""
    with database.transaction(durable=durable):
        database.execute("INSERT INTO notes VALUES (?)", (text,))


def test_a_durable_transaction_is_on_the_disk_when_it_returns(
    database: Database, disk: Disk
) -> None:
    """Another one need not be."""
    note(database, "may be lost", durable=False)
    assert disk.rounds == 0
    note(database, "never lost")
    assert disk.rounds == 1
    log = database.path.with_name("store-wal")
    assert b"never lost" in log.read_bytes()


def test_those_who_commit_while_the_disk_is_busy_wait_together(
    database: Database, disk: Disk
) -> None:
    """For one more round; nobody who only reads or writes waits for it."""
    disk.go_on.clear()
    threads = [
        threading.Thread(target=note, args=(database, str(number)))
        for number in range(6)
    ]
    threads[0].start()
    assert disk.busy.wait(30)
    for thread in threads[1:]:
        thread.start()
    while len(database.all("SELECT * FROM notes")) < 6:
        threads[0].join(0.001)
    note(database, "hasty", durable=False)
    disk.go_on.set()
    for thread in threads:
        thread.join()

    assert disk.rounds == 2


def test_a_disk_that_refuses_is_told(database: Database, disk: Disk) -> None:
    """The next one tries again."""
    disk.broken = True
    with pytest.raises(WorkspaceError, match="Input/output error"):
        note(database, "lost")
    disk.broken = False
    note(database, "kept")
    assert disk.rounds == 2
