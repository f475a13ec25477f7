"""The workspace's SQLite file: one connection, one lock, migrations."""

from curation_kit.store.database import DATABASE, SQLITE_VERSION, Database, Row

__all__ = ["DATABASE", "SQLITE_VERSION", "Database", "Row"]
