"""Own the SQLite connection of a workspace.

Each part of the package keeps its own tables on it: documents, jobs, answers of
models.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from curation_kit.errors import WorkspaceClosed, WorkspaceError
from curation_kit.phrases import searchable
from curation_kit.store.explaining import explanation, primary_code, refusal
from curation_kit.store.schema import MIGRATIONS
from curation_kit.store.transactions import Transactions, Values
from curation_kit.store.turn import POLL

__all__ = ["DATABASE", "SQLITE_VERSION", "Database", "Row"]

#: Name of the file in the folder of a workspace.
DATABASE = "curation.sqlite"

Row = sqlite3.Row

SQLITE_VERSION = sqlite3.sqlite_version

#: How long a writer waits for another process's transaction, in seconds.
BUSY_TIMEOUT = 30.0

#: Pages (of 4 KiB) that the write-ahead log has when it is copied into the file: four
#: times as many as usual, as the same pages are written again and again.
LOG_PAGES = 4000


#: Of values that a query is given, and not of the store.
_REFUSALS = (OverflowError, UnicodeEncodeError, sqlite3.IntegrityError)


class Database:
    """A workspace's SQLite file, opened and brought to the newest schema.

    One connection guarded by one lock: joblib pulls the next document from a
    thread of its own, so callers are on several threads.

    Parameters
    ----------
    path
        The file; made when absent. WAL mode needs a local disk.
    migrations
        Scripts that make the tables, one for each version of the schema.
    read_only
        Look at the file as it is: it is neither made nor migrated, and every
        write is refused.

    Raises
    ------
    WorkspaceError
        If the file cannot be opened, is damaged, is no SQLite file, or was
        written by a newer version of curation_kit. Every method raises it
        too when the disk is full, the file read-only, or another process
        does not let go of it. It says what is wrong and what to do.
    """

    def __init__(
        self,
        path: Path,
        *,
        migrations: Sequence[str] = MIGRATIONS,
        read_only: bool = False,
    ) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._closed = False
        with self._explained():
            self._connection = sqlite3.connect(
                _unchanged(path) if read_only else path,
                uri=read_only,
                timeout=BUSY_TIMEOUT,
                isolation_level=None,
                check_same_thread=False,
            )
            self._connection.row_factory = sqlite3.Row
            # SQLite's own lower() knows the letters of ASCII only.
            self._connection.create_function(
                "searchable", 1, searchable, deterministic=True
            )
        self._transactions = Transactions(self._connection, self._lock, path)
        try:
            with self._explained():
                if not read_only:
                    self._write_ahead()
                    self._connection.execute("PRAGMA synchronous = NORMAL")
                    self._connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
                    self._migrate(migrations)
                # Not before: a migration may replace a table that others refer to.
                self._connection.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            self._connection.close()
            raise
        self._place = _identity(path)

    def _write_ahead(self) -> None:
        """Keep a write-ahead log; it takes no lock where that is so already.

        While another process does this to a new file SQLite waits for nobody.
        """
        deadline = time.monotonic() + BUSY_TIMEOUT
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                busy = primary_code(error) == sqlite3.SQLITE_BUSY
                if not busy or time.monotonic() > deadline:
                    raise
                time.sleep(POLL)
            else:
                return

    def check_place(self) -> None:
        """Raise if the file is not where it was: SQLite goes on with what it has."""
        if _identity(self.path) != self._place:
            raise WorkspaceError(
                f"{self.path} was moved or deleted while it was used, or its disk "
                "cannot be reached. Bring its folder back, or open it where it is "
                "now, then go on."
            )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Raise what SQLite says of its file as a `WorkspaceError`."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            self._explain(error)

    def _explain(self, error: sqlite3.DatabaseError) -> NoReturn:
        if self._closed:
            raise WorkspaceClosed(
                f"{self.path} was closed here: open the workspace again."
            ) from error
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise error  # a fault of ours, not of the file
        raise WorkspaceError(explanation(self.path, error)) from error

    def _check(self) -> None:
        """Raise when what this process has been told as done was undone."""
        lost = self._transactions.lost
        if isinstance(lost, sqlite3.DatabaseError):
            self._explain(lost)
        if isinstance(lost, OSError):
            self._refuse(lost)
        if lost is not None:
            raise WorkspaceError(str(lost)) from lost

    def _refuse(self, error: OSError) -> NoReturn:
        raise WorkspaceError(
            f"{self.path} cannot be written: {error}. Check that it is on a "
            "local disk that is not failing, then go on."
        ) from error

    def _migrate(self, migrations: Sequence[str]) -> None:
        if self.schema_version() == len(migrations):  # usual: takes no write lock
            return
        with self.transaction():
            version = self.schema_version()  # another process may have been faster
            if version > len(migrations):
                message = (
                    f"{self.path} was written by a newer curation_kit "
                    f"(schema {version}, this version knows {len(migrations)}). "
                    "Upgrade curation_kit."
                )
                raise WorkspaceError(message)
            for number, script in enumerate(migrations[version:], start=version + 1):
                for statement in _statements(script):
                    self._connection.execute(statement)
                self._connection.execute(f"PRAGMA user_version = {number}")

    def schema_version(self) -> int:
        """Number of migrations that made the tables of this file."""
        with self._lock, self._explained():
            row = self._connection.execute("PRAGMA user_version").fetchone()
            return int(row[0])

    def integrity(self, *, quick: bool = False) -> list[str]:
        """What is wrong with the file and its references; empty when it is sound.

        Parameters
        ----------
        quick
            Leave out comparing indexes with tables, which takes most of the
            time in a large file.
        """
        check = "quick_check" if quick else "integrity_check"
        with self._lock, self._explained():
            try:
                rows = self._connection.execute(f"PRAGMA {check}").fetchall()
                lost = self._connection.execute("PRAGMA foreign_key_check").fetchall()
            except sqlite3.DatabaseError as error:
                if primary_code(error) in {
                    sqlite3.SQLITE_CORRUPT,
                    sqlite3.SQLITE_NOTADB,
                }:
                    return [str(error)]
                raise
        found = [row[0] for row in rows if row[0] != "ok"]
        references = Counter((row["table"], row["parent"]) for row in lost)
        return found + [
            f"{count} rows of {table} refer to {parent} that are not there"
            for (table, parent), count in references.items()
        ]

    @contextmanager
    def transaction(self, *, durable: bool = False) -> Iterator[None]:
        """All or nothing: statements inside are committed together.

        Nested use joins the outer transaction.

        Parameters
        ----------
        durable
            Wait until the disk has it: else a power cut (though no crash of a
            process, but see `gathering`) may undo the last transactions.
        """
        with self._lock:
            try:
                self._check()
                outermost = self._transactions.begin()
                try:
                    yield
                except BaseException as error:
                    if outermost:
                        self._transactions.undo(error)
                    raise
                if outermost:
                    self._transactions.end()
            except sqlite3.DatabaseError as error:
                self._explain(error)
            position = self._transactions.position()
        if durable and outermost:  # others go on meanwhile
            self._sync(position)

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """Have the transactions of this process committed together for a while.

        For a process with many small ones. A transaction that fails is still
        undone alone; but one that is not `durable` may be undone by a kill of
        this process within `transactions.TICK` seconds, and only then do other
        processes see it. At most for so long they wait to write. When the block
        ends all is committed.

        Raises
        ------
        WorkspaceError
            If the store could not be written, so that transactions are undone which
            had been told as done. Until the block ends every method raises it.
        """
        with self._explained():
            try:
                with self._transactions.gather():
                    yield
                self._check()
            finally:
                self._transactions.lost = None

    def commit(self) -> None:
        """Return when no kill of this process can undo what was run so far.

        Not for use within a transaction, which is committed as a whole.
        """
        with self._lock, self._explained():
            self._check()
            assert not self._transactions.inside  # noqa: S101 - it could not be undone
            self._transactions.commit()

    def sync(self) -> None:
        """Return when the disk has what was run so far; as `commit`."""
        with self._lock:
            self._check()
            # Who waits for the disk may not keep the store from those who have it.
            assert not self._transactions.inside  # noqa: S101 - see above
            position = self._transactions.position()
        self._sync(position)

    def sync_soon(self) -> None:
        """As `commit`; the disk has it soon, and nobody waits for that.

        While transactions are gathered that takes `transactions.TICK` seconds and a
        round of the disk, which those who come in this time share. Should the disk
        refuse, the next one to use the store is told.
        """
        if not self._transactions.gathers:
            self.sync()
            return
        with self._lock, self._explained():
            self._check()
            assert not self._transactions.inside  # noqa: S101 - as in `commit`
            self._transactions.sync_soon()

    def _sync(self, position: int) -> None:
        with self._explained():
            try:
                self._transactions.sync(position)
            except OSError as error:
                self._refuse(error)
        self._check()

    def execute(self, sql: str, parameters: Values = ()) -> int:
        """Run one statement and give the number of rows it changed."""
        return self._write(sql, parameters).rowcount

    def insert(self, sql: str, parameters: Values = ()) -> int:
        """Run one INSERT and give the new row's id."""
        return int(self._write(sql, parameters).lastrowid or 0)

    def _write(self, sql: str, parameters: Values) -> sqlite3.Cursor:
        with self._lock:
            self._check()
            try:
                return self._transactions.execute(sql, parameters)
            except sqlite3.DatabaseError as error:
                self._explain(error)

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement for many rows."""
        if rows:
            with self.transaction():
                self._connection.executemany(sql, rows)

    def all(self, sql: str, parameters: Values = ()) -> list[Row]:
        """All rows of a query."""
        with self._lock:
            self._check()
            try:
                return self._connection.execute(sql, parameters).fetchall()
            except _REFUSALS as error:
                raise refusal(error) from error
            except sqlite3.DatabaseError as error:
                self._explain(error)

    def one(self, sql: str, parameters: Values = ()) -> Row | None:
        """First row of a query, or None."""
        with self._lock:
            self._check()
            try:
                row: Row | None = self._connection.execute(sql, parameters).fetchone()
            except _REFUSALS as error:
                raise refusal(error) from error
            except sqlite3.DatabaseError as error:
                self._explain(error)
            return row

    def data_version(self) -> int:
        """A number that changes when anybody has written, we ourselves included."""
        with self._lock, self._explained():
            others = int(self._connection.execute("PRAGMA data_version").fetchone()[0])
            return others + self._connection.total_changes

    def close(self) -> None:
        """Commit what is open and close; the store cannot be used afterwards."""
        with self._lock, self._explained():
            if self._closed:
                return
            self._closed = True
            try:
                self._transactions.close()
            finally:
                self._connection.close()


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another one in its place; None if it is not found."""
    try:
        status = path.stat()
    except OSError:  # also of a network disk that is away
        return None
    return status.st_dev, status.st_ino


def _unchanged(path: Path) -> str:
    """Address of a file that opening it leaves as it is, and the files beside it.

    Without a write-ahead log nobody has it open; then even the small files of
    a reader can be done without, which works in a read-only folder too.
    """
    log = path.with_name(f"{path.name}-wal")
    alone = "" if log.exists() else "&immutable=1"
    return f"{path.absolute().as_uri()}?mode=ro{alone}"


def _statements(script: str) -> Iterator[str]:
    """Split a script; a semicolon in a comment, text or trigger ends nothing."""
    statement = ""
    for part in script.split(";"):
        statement += f"{part};"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    yield statement  # a comment, or what SQLite shall complain of
