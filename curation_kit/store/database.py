"""Own the SQLite connection of a workspace.

Each part of the package keeps its own tables on it: documents, jobs and
later the answers of models.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from curation_kit.errors import WorkspaceError
from curation_kit.store.schema import MIGRATIONS

__all__ = ["Database", "Row"]

Row = sqlite3.Row

#: How long a writer waits for another process's transaction, in seconds.
BUSY_TIMEOUT = 30.0


class Database:
    """A workspace's SQLite file, opened and brought to the newest schema.

    One connection guarded by one lock: joblib pulls the next document from a
    thread of its own, so callers are on several threads.

    Parameters
    ----------
    path
        The file; made when absent. WAL mode needs a local disk.

    Raises
    ------
    WorkspaceError
        If the file cannot be opened or written, is no SQLite file, or was
        written by a newer version of curation_kit.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        with self._explained():
            self._connection = sqlite3.connect(
                path,
                timeout=BUSY_TIMEOUT,
                isolation_level=None,
                check_same_thread=False,
            )
            self._connection.row_factory = sqlite3.Row
            # SQLite's own lower() knows the letters of ASCII only.
            self._connection.create_function(
                "casefold", 1, str.casefold, deterministic=True
            )
        try:
            with self._explained():
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute("PRAGMA synchronous = NORMAL")
                self._connection.execute("PRAGMA foreign_keys = ON")
                self._migrate()
        except BaseException:
            self._connection.close()
            raise

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Raise what SQLite says of its file as a `WorkspaceError`."""
        try:
            yield
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise  # a fault of ours, not of the file
        except sqlite3.DatabaseError as error:
            message = (
                f"{self.path} cannot be used as a workspace store ({error}). Check "
                "that the folder is on a local disk, writable and not full, or choose "
                "another workspace."
            )
            raise WorkspaceError(message) from error

    def _migrate(self) -> None:
        if self._version() == len(MIGRATIONS):  # the usual case takes no write lock
            return
        with self.transaction():
            version = self._version()
            if version > len(MIGRATIONS):
                message = (
                    f"{self.path} was written by a newer curation_kit "
                    f"(schema {version}, this version knows {len(MIGRATIONS)}). "
                    "Upgrade curation_kit."
                )
                raise WorkspaceError(message)
            for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
                for statement in script.split(";"):
                    if statement.strip():
                        self._connection.execute(statement)
                self._connection.execute(f"PRAGMA user_version = {number}")

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: statements inside are committed together.

        Nested use joins the outer transaction.
        """
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            with self._explained():
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    yield
                    self._connection.execute("COMMIT")
                except BaseException:
                    if self._connection.in_transaction:  # a full disk rolls back itself
                        self._connection.execute("ROLLBACK")
                    raise

    def execute(
        self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()
    ) -> int:
        """Run one statement and give the number of rows it changed."""
        with self._lock, self._explained():
            return self._connection.execute(sql, parameters).rowcount

    def insert(
        self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()
    ) -> int:
        """Run one INSERT and give the new row's id."""
        with self._lock, self._explained():
            return int(self._connection.execute(sql, parameters).lastrowid or 0)

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement for many rows."""
        with self._lock, self._explained():
            self._connection.executemany(sql, rows)

    def all(
        self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()
    ) -> list[Row]:
        """All rows of a query."""
        with self._lock, self._explained():
            return self._connection.execute(sql, parameters).fetchall()

    def one(
        self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()
    ) -> Row | None:
        """First row of a query, or None."""
        with self._lock, self._explained():
            row: Row | None = self._connection.execute(sql, parameters).fetchone()
            return row

    def data_version(self) -> int:
        """A number that changes when anybody has written, we ourselves included."""
        with self._lock, self._explained():
            others = int(self._connection.execute("PRAGMA data_version").fetchone()[0])
            return others + self._connection.total_changes

    def close(self) -> None:
        """Close the connection; the store cannot be used afterwards."""
        with self._lock:
            self._connection.close()
