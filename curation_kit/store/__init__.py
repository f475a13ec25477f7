"""The workspace's SQLite file: one connection, one lock, migrations."""

from curation_kit.store.database import SQLITE_VERSION, Database, Row

__all__ = ["SQLITE_VERSION", "Database", "Row"]
