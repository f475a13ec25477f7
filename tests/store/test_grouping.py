"""Transactions that wait for the disk together."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from curation_kit.store import Database, GroupCommit


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """A store with one table."""
    return Database(tmp_path / "store", migrations=["CREATE TABLE notes (text)"])


def test_what_comes_while_one_is_written_is_written_as_one(database: Database) -> None:
    """Each returns when its own is stored; nobody waits for each of the others."""
    group = GroupCommit(database)
    busy, go_on = threading.Event(), threading.Event()
    transactions: list[str] = []

    def note(text: str) -> None:
        database.execute("INSERT INTO notes VALUES (?)", (text,))
        database._connection.set_trace_callback(transactions.append)

    def first() -> None:
        note("first")
        busy.set()
        assert go_on.wait(30)

    threads = [threading.Thread(target=group.run, args=(first,))]
    threads[0].start()
    assert busy.wait(30)
    for number in range(5):
        threads.append(
            threading.Thread(target=group.run, args=(lambda n=number: note(str(n)),))
        )
        threads[-1].start()
    while len(group._waiting) < 5:
        threads[0].join(0.001)
    go_on.set()
    for thread in threads:
        thread.join()

    assert len(database.all("SELECT * FROM notes")) == 6
    assert transactions.count("BEGIN IMMEDIATE") == 1


def test_a_failure_is_raised_and_leaves_nothing(database: Database) -> None:
    """The next one is not touched by it."""
    group = GroupCommit(database)

    def fail() -> None:
        database.execute("INSERT INTO notes VALUES ('half')")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        group.run(fail)
    group.run(lambda: database.execute("INSERT INTO notes VALUES ('whole')"))

    assert [row["text"] for row in database.all("SELECT * FROM notes")] == ["whole"]
