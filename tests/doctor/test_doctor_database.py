from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from complaints import complaints, contents


def _garbage(file: Path) -> None:
    size = file.stat().st_size
    file.write_bytes(file.read_bytes()[:8192] + b"garbage!" * (size // 8))


def _newer(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA user_version = 999")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_garbage, "damaged"),
        (_newer, "Upgrade"),
        (lambda file: file.write_bytes(b"shopping list " * 99), "not a database"),
        (lambda file: file.write_bytes(b""), "no tables"),
    ],
)
def test_a_spoiled_database_is_explained_and_not_touched(done, spoil, words) -> None:
    """Jobs and files cannot be compared with it, the rest is looked at."""
    workspace, _ = done
    workspace.close()
    spoil(workspace.path / "curation.sqlite")
    before = contents(workspace.path)

    found = complaints(workspace.path)

    assert found["database"][0] == "problem"
    assert words in found["database"][1]
    assert set(found) == {"database", "jobs and files"}
    assert contents(workspace.path) == before


def test_broken_references_are_damage(done) -> None:
    """Rows that refer to nothing were made by something else than us."""
    workspace, _ = done
    workspace._database.execute("PRAGMA foreign_keys = OFF")
    workspace._database.execute("INSERT INTO upload_batches VALUES ('May', 'gone')")
    assert "refer to documents" in complaints(workspace.path)["database"][1]
