"""The workspace's SQLite file: one connection, one lock, migrations.

What workers load imports it for its types alone: they do without SQLite.
"""

from curation_kit.store.database import DATABASE, SQLITE_VERSION, Database, Row

__all__ = ["DATABASE", "SQLITE_VERSION", "Database", "Row"]
