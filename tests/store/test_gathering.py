"""Many threads' transactions in one of SQLite: what each of them may rely on."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from batches import until

from curation_kit.errors import WorkspaceError
from curation_kit.store import Database
from curation_kit.store import transactions as transactions_module

NUMBERS = ["CREATE TABLE numbers (n INTEGER PRIMARY KEY)"]


@pytest.fixture
def database(tmp_path: Path):
    """A store with a table to play with."""
    made = Database(tmp_path / "store.sqlite", migrations=NUMBERS)
    yield made
    made.close()


@pytest.fixture
def other(database: Database):
    """The same store, as another process has it."""
    made = Database(database.path, migrations=NUMBERS)
    yield made
    made.close()


@pytest.fixture
def no_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is committed by the clock."""
    monkeypatch.setattr(transactions_module, "TICK", 3600.0)


def numbers(database: Database) -> list[int]:
    """What is in the table."""
    return [row["n"] for row in database.all("SELECT n FROM numbers ORDER BY n")]


def insert(database: Database, number: int, *, durable: bool = False) -> None:
    """One transaction."""
    with database.transaction(durable=durable):
        database.execute("INSERT INTO numbers VALUES (?)", (number,))


def test_others_see_what_is_gathered_when_the_clock_commits_it(
    database: Database, other: Database
) -> None:
    """Our own threads see it at once."""
    with database.gathering():
        insert(database, 1)
        database.execute("INSERT INTO numbers VALUES (2)")
        assert numbers(database) == [1, 2]
        until(lambda: numbers(other) == [1, 2])
        insert(database, 3)
        until(lambda: numbers(other) == [1, 2, 3])


@pytest.mark.usefixtures("no_tick")
def test_one_that_fails_is_undone_alone(database: Database, other: Database) -> None:
    """With all that is nested in it; neighbours in the same commit stay."""
    with database.gathering():
        insert(database, 1)
        with pytest.raises(ZeroDivisionError), database.transaction():  # noqa: PT012
            database.execute("INSERT INTO numbers VALUES (2)")
            insert(database, 3)
            raise ZeroDivisionError
        with pytest.raises(sqlite3.IntegrityError):
            database.execute("INSERT INTO numbers VALUES (1)")
        insert(database, 4)
        assert numbers(other) == []
        database.commit()
        assert numbers(other) == [1, 4]


@pytest.mark.usefixtures("no_tick")
@pytest.mark.parametrize("end", ["commit", "durable", "block", "close"])
def test_all_is_committed_together(
    database: Database, other: Database, end: str
) -> None:
    """By who asks for it, with the next durable one, at the end, when closed."""
    with database.gathering():
        insert(database, 1)
        insert(database, 2)
        assert numbers(other) == []
        if end == "commit":
            database.commit()
        elif end == "durable":
            insert(database, 3, durable=True)
        elif end == "close":
            database.close()
        if end != "block":
            assert numbers(other)[:2] == [1, 2]
    assert numbers(other)[:2] == [1, 2]


def test_afterwards_each_is_committed_by_itself(
    database: Database, other: Database
) -> None:
    """And another process need not wait."""
    with database.gathering():
        insert(database, 1)
    insert(database, 2)
    assert numbers(other) == [1, 2]
    insert(other, 3)


def test_a_durable_one_is_on_the_disk_before_anybody_is_told(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is committed, then synced, then it returns."""
    told, log = [], database.path.with_name("store.sqlite-wal")
    fsync = os.fsync

    def sync(descriptor: int) -> None:
        fsync(descriptor)
        told.append(("synced", log.stat().st_size))

    monkeypatch.setattr(os, "fsync", sync)
    with database.gathering():
        before = log.stat().st_size
        insert(database, 1, durable=True)
        told.append(("returned", log.stat().st_size))
    assert [what for what, _ in told] == ["synced", "returned"]
    assert told[0][1] > before


def test_sync_waits_for_what_was_committed_by_itself(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when it was a single statement."""
    rounds: list[int] = []
    monkeypatch.setattr(os, "fsync", rounds.append)
    insert(database, 1, durable=True)
    database.execute("INSERT INTO numbers VALUES (2)")
    database.sync()
    database.sync()
    assert len(rounds) == 2


def test_a_disk_without_locks_for_those_who_wait_is_written_all_the_same(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They only cannot say that they wait."""

    def refuse(*_: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("curation_kit.store.turn.fcntl.flock", refuse)
    insert(database, 1)
    with database.gathering():
        insert(database, 2)
    assert numbers(database) == [1, 2]


@pytest.mark.usefixtures("no_tick")
def test_those_who_wait_for_a_busy_disk_are_committed_together(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One commit and one round of the disk for all."""
    busy, go_on, rounds = threading.Event(), threading.Event(), []
    fsync = os.fsync

    def sync(descriptor: int) -> None:
        rounds.append(descriptor)
        busy.set()
        assert go_on.wait(30)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", sync)
    with database.gathering():
        threads = [
            threading.Thread(
                target=insert, args=(database, number), kwargs={"durable": True}
            )
            for number in range(6)
        ]
        threads[0].start()
        assert busy.wait(30)
        for thread in threads[1:]:
            thread.start()
        until(lambda: len(numbers(database)) == 6)
        go_on.set()
        for thread in threads:
            thread.join()
        assert len(rounds) == 2


def test_threads_do_not_mix(database: Database, other: Database) -> None:
    """Each one's statements are together or not at all."""

    def work(first: int) -> None:
        for number in range(first, first + 50):
            with suppress(ZeroDivisionError), database.transaction():
                insert(database, number)
                insert(database, -number - 1)
                1 / (number % 3)

    with database.gathering():
        threads = [threading.Thread(target=work, args=(i * 50,)) for i in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    kept = [n for n in range(200) if n % 3]
    assert numbers(other) == sorted([*kept, *(-n - 1 for n in kept)])


FULL_LOAD = """
import pathlib, sys, threading
from curation_kit.store import Database
database = Database(pathlib.Path(sys.argv[1]), migrations=[sys.argv[2]])

def work(first):
    for number in range(first, 10**9, 4):
        with database.transaction():
            database.execute("INSERT INTO numbers VALUES (?)", (number,))

with database.gathering():
    for first in range(4):
        threading.Thread(target=work, args=(first,), daemon=True).start()
    for number in range(-1, -10**9, -1):
        with database.transaction(durable=True):
            database.execute("INSERT INTO numbers VALUES (?)", (number,))
        print(number, flush=True)
"""


@pytest.fixture
def loaded(database: Database):
    """A process that writes to the store all the time."""
    process = subprocess.Popen(
        [sys.executable, "-c", FULL_LOAD, str(database.path), NUMBERS[0]],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "-1\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_another_process_gets_in_under_full_load(
    database: Database, loaded: subprocess.Popen[str]
) -> None:
    """However busy the one that gathers is: it stands back for who waits."""
    database.all("PRAGMA busy_timeout = 10000")
    for number in range(20):
        insert(database, 10**9 + number)
        database.execute("INSERT INTO numbers VALUES (?)", (2 * 10**9 + number,))
    assert loaded.poll() is None
    assert sum(n >= 10**9 for n in numbers(database)) == 40


def test_a_kill_undoes_nothing_that_was_committed(
    database: Database, loaded: subprocess.Popen[str]
) -> None:
    """Of the rest, only the last ones: what is there has no gap."""
    assert loaded.stdout is not None
    for _ in range(30):
        last = int(loaded.stdout.readline())
    loaded.send_signal(signal.SIGKILL)
    told = loaded.communicate()[0].split()
    last = int(told[-1]) if told else last

    left = set(numbers(database))

    assert min(left) <= last
    assert set(range(last, 0)) <= left
    for first in range(4):
        mine = sorted(n for n in left if n >= 0 and n % 4 == first)
        assert mine == list(range(first, first + 4 * len(mine), 4))
    assert database.integrity() == []


def test_a_stopped_process_that_waits_keeps_nobody_out_for_ever(
    database: Database, other: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that gathers stands back only for a while."""
    monkeypatch.setattr("curation_kit.store.turn.PATIENCE", 0.01)
    with other._transactions._turn.asked(), database.gathering():
        insert(database, 1, durable=True)
    assert numbers(other) == [1]


def test_what_was_told_as_done_and_is_undone_stops_all(
    database: Database, other: Database
) -> None:
    """When the commit itself fails nobody goes on with what is not there."""
    insert(database, 1)
    with (  # noqa: PT012
        pytest.raises(WorkspaceError, match=r"is full.*Make room"),
        database.gathering(),
    ):
        insert(database, 2)
        with database._lock:
            database._transactions.lost = full_disk()
            database._connection.execute("ROLLBACK")
        for step in (
            lambda: insert(database, 3),
            lambda: numbers(database),
            lambda: database.one("SELECT 1"),
            lambda: database.executemany("INSERT INTO numbers VALUES (?)", [(4,)]),
            database.commit,
            database.sync,
        ):
            with pytest.raises(WorkspaceError, match=r"is full"):
                step()

    assert numbers(database) == numbers(other) == [1]
    insert(database, 5)


def full_disk() -> sqlite3.OperationalError:
    """What SQLite says of a full disk."""
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA max_page_count = 1")
    with pytest.raises(sqlite3.OperationalError) as caught:
        connection.execute("CREATE TABLE big (t)")
    connection.close()
    return caught.value


MANY = (
    "WITH RECURSIVE c (n) AS (SELECT 10 UNION ALL SELECT n + 1 FROM c LIMIT 100000) "
    "INSERT INTO numbers SELECT n FROM c"
)


@pytest.mark.usefixtures("no_tick")
@pytest.mark.parametrize("nested", [False, True])
def test_a_full_store_undoes_no_neighbour_or_says_so(
    database: Database,
    nested: bool,  # noqa: FBT001
) -> None:
    """SQLite may undo all that is open; then nobody goes on."""
    insert(database, 1)
    [row] = database.all("PRAGMA page_count")
    database.all(f"PRAGMA max_page_count = {row[0] + 2}")
    kept: list[int] | None = None
    with pytest.raises(WorkspaceError, match="full"), database.gathering():  # noqa: PT012
        insert(database, 2)
        try:
            if nested:
                with database.transaction():
                    database.execute(MANY)
            else:
                database.execute(MANY)
        finally:
            with suppress(WorkspaceError):
                kept = numbers(database)
    assert kept in (None, [1, 2])
    assert numbers(database) == (kept or [1])
    database.all("PRAGMA max_page_count = 1000000")
    insert(database, 3)
