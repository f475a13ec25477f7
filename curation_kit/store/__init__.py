"""The workspace's SQLite file: one connection, one lock, migrations."""

from curation_kit.store.database import DATABASE, SQLITE_VERSION, Database, Row
from curation_kit.store.grouping import GroupCommit

__all__ = ["DATABASE", "SQLITE_VERSION", "Database", "GroupCommit", "Row"]
