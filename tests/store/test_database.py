from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from curation_kit.errors import WorkspaceError
from curation_kit.store import Database
from curation_kit.store.schema import MIGRATIONS


@pytest.fixture
def database(tmp_path: Path):
    """A new store with a table to play with."""
    made = Database(tmp_path / "store.sqlite")
    made.execute("CREATE TABLE numbers (n INTEGER PRIMARY KEY)")
    yield made
    made.close()


def numbers(database: Database) -> list[int]:
    """What is in the table."""
    return [row["n"] for row in database.all("SELECT n FROM numbers ORDER BY n")]


def test_opening_twice_changes_nothing(tmp_path: Path) -> None:
    """Migrations are applied once, and both connections see the tables."""
    first, second = Database(tmp_path / "s"), Database(tmp_path / "s")

    for database in (first, second):
        row = database.one("PRAGMA user_version")
        assert row is not None
        assert row[0] == len(MIGRATIONS)
        assert database.all("SELECT * FROM documents") == []
        database.close()


def test_several_processes_may_open_a_new_store_at_once(tmp_path: Path) -> None:
    """The first to come makes the tables, the others wait."""
    code = (
        "import pathlib, sys; from curation_kit.store import Database;"  # noqa: S608
        "sys.stdin.read(1);"
        f"Database(pathlib.Path({str(tmp_path / 's')!r})).all('SELECT * FROM jobs')"
    )
    opening = [
        subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE)
        for _ in range(4)
    ]
    for process in opening:
        process.communicate(b"x")

    assert [process.returncode for process in opening] == [0] * 4


def test_a_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    """It is not touched, and the person is told to upgrade."""
    path = tmp_path / "s"
    Database(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 999")
    connection.close()

    with pytest.raises(WorkspaceError, match=r"newer.*999.*Upgrade"):
        Database(path)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """Its bytes stay as they are."""
    path = tmp_path / "s"
    path.write_bytes(b"my shopping list, quite a long one" * 100)

    with pytest.raises(WorkspaceError, match=r"not a database.*choose another"):
        Database(path)

    assert path.read_bytes().startswith(b"my shopping list")


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    """A folder in the place of the file, or no folder at all."""
    for path in (tmp_path, tmp_path / "missing" / "s"):
        with pytest.raises(WorkspaceError, match="unable to open"):
            Database(path)


def test_a_transaction_is_all_or_nothing(database: Database) -> None:
    """An error inside undoes it, also from within a nested one."""
    with pytest.raises(ZeroDivisionError), database.transaction():  # noqa: PT012
        database.execute("INSERT INTO numbers VALUES (1)")
        with database.transaction():
            database.execute("INSERT INTO numbers VALUES (2)")
        raise ZeroDivisionError

    with database.transaction():
        database.executemany("INSERT INTO numbers VALUES (?)", [(3,), (4,)])

    assert numbers(database) == [3, 4]


def test_a_store_that_is_full_says_so_and_goes_on_when_there_is_room(
    database: Database,
) -> None:
    """The failed transaction leaves no trace and does not block the next one."""
    row = database.one("PRAGMA page_count")
    assert row is not None
    database.all(f"PRAGMA max_page_count = {row[0]}")
    database.execute("CREATE TEMP TABLE big (t)")

    with pytest.raises(WorkspaceError, match="full"), database.transaction():  # noqa: PT012
        database.execute("INSERT INTO numbers VALUES (1)")
        database.execute(
            "INSERT INTO documents VALUES ('x', ?, 0, '')", ("x" * 9_000_000,)
        )

    database.all("PRAGMA max_page_count = 1000000")
    database.execute("INSERT INTO numbers VALUES (2)")
    assert numbers(database) == [2]


def test_threads_share_one_connection(database: Database) -> None:
    """Transactions of several threads do not mix."""

    def insert(first: int) -> None:
        for number in range(first, first + 50):
            with database.transaction():
                database.execute("INSERT INTO numbers VALUES (?)", (number,))
                database.execute("INSERT INTO numbers VALUES (?)", (-number - 1,))

    threads = [threading.Thread(target=insert, args=(i * 50,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert numbers(database) == list(range(-200, 200))


def test_the_version_tells_of_changes_by_anybody(database: Database) -> None:
    """Reading does not change it; our own and others' writing does."""
    other = Database(database.path)
    seen = [database.data_version()]
    numbers(database)
    seen.append(database.data_version())
    database.execute("INSERT INTO numbers VALUES (1)")
    seen.append(database.data_version())
    other.execute("INSERT INTO numbers VALUES (2)")
    seen.append(database.data_version())
    other.close()

    assert seen[0] == seen[1]
    assert len(set(seen[1:])) == 3


def test_a_fault_of_ours_is_not_blamed_on_the_file(database: Database) -> None:
    """A broken rule of the tables is another error than a broken file."""
    database.execute("INSERT INTO numbers VALUES (1)")

    with pytest.raises(sqlite3.IntegrityError):
        database.execute("INSERT INTO numbers VALUES (1)")
