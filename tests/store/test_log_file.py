"""Who waits for the disk, and for which round of it."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from batches import until

from curation_kit.errors import WorkspaceError
from curation_kit.store import Database, transactions

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


def test_nobody_waits_for_what_shall_be_on_the_disk_soon(
    database: Database, disk: Disk
) -> None:
    """No kill undoes it; it comes there by itself; the store is used meanwhile."""
    disk.go_on.clear()
    other = Database(database.path, migrations=NOTES)
    with database.gathering():
        note(database, "soon", durable=False)
        database.sync_soon()
        assert len(other.all("SELECT * FROM notes")) == 1
        assert disk.busy.wait(30)
        assert len(database.all("SELECT * FROM notes")) == 1
        note(database, "meanwhile", durable=False)
        until(lambda: len(other.all("SELECT * FROM notes")) == 2)
        disk.go_on.set()
    other.close()
    log = database.path.with_name("store-wal")
    assert b"soon" in log.read_bytes()


def test_what_comes_in_the_same_time_shares_a_round_of_the_disk(
    database: Database, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the latest it is on the disk when nothing is gathered any more."""
    monkeypatch.setattr(transactions, "TICK", 3600.0)
    with database.gathering():
        for number in range(5):
            note(database, str(number), durable=False)
            database.sync_soon()
        assert disk.rounds == 0
    assert disk.rounds == 1
    note(database, "alone", durable=False)
    database.sync_soon()
    assert disk.rounds == 2


def test_what_is_gathered_while_the_clock_is_set_is_committed_in_time(
    database: Database,
) -> None:
    """Also when somebody has committed all before that."""
    other = Database(database.path, migrations=NOTES)
    with database.gathering():
        for number in range(1, 4):
            note(database, "at once", durable=False)
            database.commit()
            note(database, "in time", durable=False)
            until(lambda: len(other.all("SELECT * FROM notes")) == 2 * number)  # noqa: B023
    other.close()


def test_a_disk_that_refuses_later_is_told_to_the_next(
    database: Database, disk: Disk
) -> None:
    """Nobody goes on with what is not there."""
    disk.broken = True
    with (  # noqa: PT012
        pytest.raises(WorkspaceError, match=r"store cannot be written.*Input/output"),
        database.gathering(),
    ):
        note(database, "soon", durable=False)
        database.sync_soon()
        until(lambda: database._transactions.lost is not None)
        note(database, "in vain", durable=False)
