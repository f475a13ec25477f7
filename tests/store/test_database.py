from __future__ import annotations

import fcntl
import signal
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

import pytest
from batches import until
from restraints import python

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


@pytest.mark.parametrize("in_its_place", ["nothing", "a file", "another"])
def test_a_store_that_is_not_where_it_was_says_so(
    tmp_path: Path, in_its_place: str
) -> None:
    """Whatever the system says when it looks for the file."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    database = Database(folder / "store.sqlite")
    database.check_place()

    folder.rename(tmp_path / "moved")
    if in_its_place == "a file":  # NotADirectoryError, not FileNotFoundError
        folder.touch()
    elif in_its_place == "another":
        folder.mkdir()
        Database(folder / "store.sqlite").close()

    with pytest.raises(WorkspaceError, match="moved or deleted"):
        database.check_place()
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


def test_another_process_that_is_making_the_store_is_waited_for(tmp_path: Path) -> None:
    """SQLite itself does not wait before there is a write-ahead log."""
    other = sqlite3.connect(tmp_path / "s", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with ThreadPoolExecutor(1) as pool:
        opening = pool.submit(Database, tmp_path / "s")
        with pytest.raises(TimeoutError):
            opening.result(timeout=0.1)
        other.execute("COMMIT")
        opening.result().close()

    other.close()


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


def test_a_place_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    """A folder in the place of the file, or no folder at all."""
    with pytest.raises(WorkspaceError, match="it is a folder"):
        Database(tmp_path)
    with pytest.raises(WorkspaceError, match=r"missing/s cannot.*no such folder"):
        Database(tmp_path / "missing" / "s")


OPEN_READ_WRITE = """
import pathlib, sys
from curation_kit.errors import WorkspaceError
from curation_kit.store import Database
for step in (
    lambda: globals().update(database=Database(pathlib.Path(sys.argv[1]))),
    lambda: print(len(database.all("SELECT * FROM documents")), "read"),
    lambda: database.execute("INSERT INTO documents VALUES ('new', '', 0, '')"),
):
    try:
        step()
    except WorkspaceError as error:
        print(error)
        if "database" not in globals():
            break
"""


def test_a_read_only_file_can_be_read_and_says_why_it_cannot_be_written(
    tmp_path: Path,
) -> None:
    """Reading an archived workspace works; a write names file, cause and remedy."""
    path = tmp_path / "s"
    Database(path).close()
    path.chmod(0o444)

    shown = python(OPEN_READ_WRITE, path, ordinary=True)

    assert shown.stderr == ""
    read, refused = shown.stdout.splitlines()
    assert read == "0 read"
    assert refused.startswith(f"{path} cannot be written: the file or its folder is")
    assert "Make both writable" in refused
    assert "curation-kit doctor" in refused


def test_a_file_in_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    """SQLite needs files beside it; the folder is named as the cause."""
    path = tmp_path / "folder" / "s"
    path.parent.mkdir()
    Database(path).close()
    path.parent.chmod(0o555)

    for file, cause in (
        (path, "cannot be written: the file or its folder is read-only"),
        (path.with_name("new"), "cannot be opened: its folder is read-only"),
    ):
        shown = python(OPEN_READ_WRITE, file, ordinary=True)

        assert shown.stderr == ""
        assert shown.stdout.startswith(f"{file} {cause}")
        assert "writable" in shown.stdout


def test_a_disk_that_takes_no_more_is_named_when_opening(tmp_path: Path) -> None:
    """No table is half made, and the file can be opened when there is room."""
    path = tmp_path / "s"

    shown = python(OPEN_READ_WRITE, path, largest_file=20_000)

    assert shown.stderr == ""
    assert shown.stdout.startswith(f"{path} cannot be read or written: the disk")
    assert "full" in shown.stdout
    database = Database(path)
    assert database.integrity() == []
    database.close()


def test_a_locked_store_is_named_as_such(database: Database) -> None:
    """Whoever holds it is not waited for without end."""
    other = Database(database.path)
    other.all("PRAGMA busy_timeout = 10")

    with (
        database.transaction(),
        pytest.raises(WorkspaceError, match=r"locked.*Try again"),
        other.transaction(),
    ):
        pass

    other.close()


def damage(path: Path) -> None:
    """Write garbage into the middle of a store's file."""
    with path.open("r+b") as file:
        size = path.stat().st_size // 4096
        for page in range(2, size, 2):
            file.seek(page * 4096)
            file.write(b"garbage!" * 512)


def test_ctrl_c_while_waiting_to_write_leaves_nothing_open(database: Database) -> None:
    """The next one can write: here, and in other processes."""
    other = sqlite3.connect(
        database.path, isolation_level=None, check_same_thread=False, timeout=0
    )
    other.execute("BEGIN IMMEDIATE")
    turn = database.path.with_name(f"{database.path.name}-turn")

    def interrupt() -> None:
        with turn.open() as file:
            until(lambda: _is_locked(file))  # it waits
        signal.raise_signal(signal.SIGINT)
        other.execute("ROLLBACK")

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt), database.transaction():
        pass
    thread.join()

    other.execute("BEGIN IMMEDIATE")
    other.close()
    with database.transaction():
        pass


def _is_locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(file, fcntl.LOCK_UN)
    return False


def test_a_damaged_store_says_so_whatever_is_asked(tmp_path: Path) -> None:
    """Reading and writing name the file, and what to do."""
    path = tmp_path / "s"
    database = Database(path)
    with database.transaction():
        rows = [(str(n), "n" * 200, 0, "") for n in range(2000)]
        database.executemany("INSERT INTO documents VALUES (?, ?, ?, ?)", rows)
    assert database.integrity() == database.integrity(quick=True) == []
    database.close()
    damage(path)

    with pytest.raises(WorkspaceError, match=r"is damaged.*backup"):
        Database(path).all("SELECT * FROM documents")
    with pytest.raises(WorkspaceError, match=r"is damaged.*backup"):
        Database(path).execute("UPDATE documents SET added = 1")
    assert Database(path, read_only=True).integrity()


def test_integrity_counts_references_to_nothing(database: Database) -> None:
    """They can only come from outside."""
    database.execute("PRAGMA foreign_keys = OFF")
    database.execute("INSERT INTO upload_batches VALUES ('May', 'gone')")

    assert database.integrity() == [
        "1 rows of upload_batches refer to documents that are not there"
    ]


def test_a_read_only_look_changes_no_file(tmp_path: Path) -> None:
    """Neither schema nor files beside it, closed, in use, or left by a crash."""

    def files() -> dict[str, bytes]:
        return {
            file.name: file.read_bytes()
            for file in tmp_path.iterdir()
            if not file.name.endswith("-shm")  # an index of the log, not content
        }

    path = tmp_path / "s"
    with pytest.raises(WorkspaceError, match="unable to open"):
        Database(path, read_only=True)
    assert files() == {}

    old = Database(path, migrations=["CREATE TABLE jobs (id); -- ; only this"])
    for write in ("INSERT INTO jobs VALUES (1)", None):
        if write:
            old.execute(write)
        else:
            old.close()
        before = files()
        looking = Database(path, read_only=True)
        assert looking.schema_version() == 1
        assert [tuple(row) for row in looking.all("SELECT * FROM jobs")] == [(1,)]
        with pytest.raises(WorkspaceError, match="read-only"):
            looking.execute("INSERT INTO jobs VALUES (2)")
        looking.close()
        assert files() == before


# ---- migrations


def fill(connection: sqlite3.Connection) -> dict[str, list[tuple]]:
    """Put a row into every table of a store, and give all rows by table."""
    tables = [
        row[0]
        for row in connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' "
            "AND name NOT LIKE 'sqlite_%'"
        )
    ]
    for table in tables:
        columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
        values = [
            7 if kind in {"INTEGER", "REAL"} else "x" for _, _, kind, *_ in columns
        ]
        marks = ", ".join("?" * len(values))
        connection.execute(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608
    connection.commit()
    return rows_of(connection, tables)


def rows_of(connection: sqlite3.Connection, tables) -> dict[str, list[dict]]:
    """All rows of some tables."""
    connection.row_factory = sqlite3.Row
    return {
        table: [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]  # noqa: S608
        for table in tables
    }


@pytest.fixture
def first(tmp_path: Path, request) -> tuple[Path, dict[str, list[dict]]]:
    """A store as the first version of the schema made it, or a later one; its rows."""
    path = tmp_path / "old"
    version = getattr(request, "param", 1)
    Database(path, migrations=MIGRATIONS[:version]).close()
    connection = sqlite3.connect(path)
    rows = fill(connection)
    connection.close()
    assert len(rows) >= 8
    return path, rows


@pytest.mark.parametrize("first", range(1, len(MIGRATIONS)), indirect=True)
def test_an_old_store_keeps_every_row(first) -> None:
    """Each value of an earlier version is there after all later migrations."""
    path, before = first
    database = Database(path)
    assert database.schema_version() == len(MIGRATIONS)
    assert database.integrity() == []
    database.close()

    connection = sqlite3.connect(path)
    after = rows_of(connection, before)
    connection.close()
    for table, (row,) in before.items():
        assert [row.items() <= new.items() for new in after[table]] == [True], table


def test_what_an_old_store_keeps_is_of_the_job_made_before_it(tmp_path: Path) -> None:
    """Whose it is was told by the clock only; jobs that use all of it need not know."""
    path = tmp_path / "old"
    database = Database(path, migrations=MIGRATIONS[:7])
    anew, session = '{"use_cache": false}', '{"session_agents": ["mine"]}'
    usual = '{"use_cache": true, "session_agents": []}'
    made = [(1, usual), (10, anew), (17, usual), (20, session)]
    for number, (moment, options) in enumerate(made):
        database.execute(
            "INSERT INTO jobs (id, name, flow, options, status, created) "
            "VALUES (?, '', '', ?, 'failed', ?)",
            (str(number), options, moment),
        )
        for kind in ("job_created", "job_started"):
            database.execute(
                "INSERT INTO events (job_id, type, time, data) VALUES (?, ?, 0, '')",
                (str(number), kind),
            )
    database.executemany(
        "INSERT INTO answers (key, answer, created) VALUES (?, '', ?)",
        [("none", 5), ("first", 18), ("second", 20), ("last", 99)],
    )
    database.close()

    database = Database(path)

    kept = dict(database.all("SELECT key, event FROM answers"))
    assert kept == {"none": 0, "first": 3, "second": 7, "last": 7}
    database.close()


def test_a_migration_that_fails_leaves_the_old_version(first) -> None:
    """The earlier steps of the same upgrade are undone with it."""
    path, before = first
    bad = [
        MIGRATIONS[0],
        "CREATE TABLE more (n); ALTER TABLE jobs ADD COLUMN colour; DELETE FROM events",
        "CREATE TABLE even_more (n); INSERT INTO nowhere VALUES (1)",
    ]
    with pytest.raises(WorkspaceError, match="nowhere"):
        Database(path, migrations=bad)

    database = Database(path, migrations=MIGRATIONS[:1])
    assert database.schema_version() == 1
    assert database.all("SELECT * FROM sqlite_schema WHERE name LIKE '%more'") == []
    database.close()
    connection = sqlite3.connect(path)
    assert rows_of(connection, before) == before
    connection.close()


def test_several_processes_may_open_an_old_store_at_once(first) -> None:
    """One of them migrates, the others wait and find it done."""
    path, before = first
    newest = [*MIGRATIONS, "CREATE TABLE later (n); INSERT INTO later VALUES (1)"]
    code = (
        "import pathlib, sys; from curation_kit.store import Database\n"
        "path, newest = pathlib.Path(sys.argv[1]), eval(sys.argv[2])\n"
        "sys.stdin.read(1)\n"
        "database = Database(path, migrations=newest)\n"
        "print(len(database.all('SELECT * FROM later')))"
    )
    opening = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(path), repr(newest)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in opening:
        process.stdin.write("x")
        process.stdin.flush()
    assert [process.communicate()[0] for process in opening] == ["1\n"] * 4
    assert [process.returncode for process in opening] == [0] * 4
    database = Database(path, migrations=newest)
    assert len(database.all("SELECT * FROM events")) == len(before["events"])
    database.close()


def test_migrations_may_have_triggers_and_semicolons_anywhere(tmp_path: Path) -> None:
    """Only the end of a statement ends it; foreign keys sleep meanwhile."""
    script = """
    -- a comment; with a semicolon
    CREATE TABLE papers (id TEXT PRIMARY KEY, title TEXT DEFAULT 'a;b');
    CREATE TABLE log (paper TEXT REFERENCES papers ON DELETE CASCADE); /* ; */
    CREATE TRIGGER noted AFTER INSERT ON papers BEGIN
        INSERT INTO log VALUES (new.id);
        UPDATE papers SET title = title || ';' WHERE id = new.id;
    END;
    INSERT INTO papers (id) VALUES ('x');
    """
    rebuild = """
    CREATE TABLE newer (id TEXT PRIMARY KEY, title TEXT, year INTEGER);
    INSERT INTO newer (id, title) SELECT id, title FROM papers;
    DROP TABLE papers;
    ALTER TABLE newer RENAME TO papers
    -- that is all;
    """
    path = tmp_path / "s"
    Database(path, migrations=[script]).close()
    database = Database(path, migrations=[script, rebuild])

    assert [tuple(row) for row in database.all("SELECT * FROM papers")] == [
        ("x", "a;b;", None)
    ]
    assert len(database.all("SELECT * FROM log")) == 1
    assert database.integrity() == []
    database.close()


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

    with pytest.raises(WorkspaceError, match="Make room"), database.transaction():  # noqa: PT012
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
