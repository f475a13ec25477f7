"""The workspace's SQLite file: one connection, one lock, migrations."""

from curation_kit.store.database import Database, Row

__all__ = ["Database", "Row"]
