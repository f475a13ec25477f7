"""What SQLite complains of, in the words of a person who has to mend it."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from curation_kit.errors import CurationKitError, NotFound

__all__ = ["explanation", "primary_code", "reasons", "refusal"]


#: Largest whole number that SQLite holds.
LARGEST = 2**63 - 1

#: Characters of what was given that an error shows.
LONGEST = 100


def primary_code(error: BaseException) -> int:
    """Kind of an error: SQLite's extended codes carry it in their low byte.

    See https://www.sqlite.org/rescode.html; 0 when the error is not SQLite's.
    """
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def refusal(error: Exception) -> CurationKitError:
    """Say what is wrong with a value for which SQLite cannot look."""
    if isinstance(error, UnicodeEncodeError):
        given = ascii(error.object[:LONGEST])
        return NotFound(f"Nothing has the name {given}: it holds half a character.")
    if isinstance(error, sqlite3.IntegrityError):  # of a LIMIT or OFFSET
        return CurationKitError("A number of rows must be a whole number.")
    return CurationKitError(f"A number is beyond the largest, {LARGEST}.")


def explanation(path: Path, error: sqlite3.Error) -> str:
    """Say what is wrong with the store's file, and what to do, for a person."""
    what, remedy = reasons(path, error)
    return f"{path} {what}. {remedy}. curation-kit doctor says more."


def reasons(path: Path, error: BaseException) -> tuple[str, str]:
    """Say what is wrong with the store's file, and what to do.

    Parameters
    ----------
    path
        The file.
    error
        What SQLite raised while it worked on it.

    Returns
    -------
    tuple of str
        What the file does (``is damaged (…)``), and the remedy; no full stops.
    """
    match primary_code(error):
        case sqlite3.SQLITE_READONLY:
            what = "cannot be written: the file or its folder is read-only"
            remedy = "Make both writable, or copy the folder to where you may write"
        case sqlite3.SQLITE_FULL:
            what = "cannot be written: the disk is full"
            remedy = "Make room, then go on: what was done before is kept"
        case sqlite3.SQLITE_IOERR:
            what = "cannot be read or written: the disk refuses"
            remedy = (
                "Check that it is a local disk, neither full nor over your quota nor "
                "failing, then go on: what was done before is kept"
            )
        case sqlite3.SQLITE_CORRUPT:
            what = "is damaged"
            remedy = (
                "Stop using it and restore it from a backup copy; papers and result "
                "files in the folders beside it are not touched by this"
            )
        case sqlite3.SQLITE_NOTADB:
            what = "is not a database"
            remedy = "Restore it from a backup copy, or choose another workspace"
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED | sqlite3.SQLITE_PROTOCOL:
            what = "is locked: another process has been writing for too long"
            remedy = "Try again; if it stays locked, end that process"
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            what, remedy = _unopened(path)
        case _:
            what = "cannot be used as a workspace store"
            remedy = "If no other program made it, report this message"
    return f"{what} ({error})", remedy


def _unopened(path: Path) -> tuple[str, str]:
    """Say why a file cannot be opened, which SQLite does not tell."""
    folder = path.parent
    if not folder.is_dir():
        return "cannot be opened: there is no such folder", "Choose another workspace"
    if path.is_dir():
        return (
            "cannot be opened: it is a folder",
            "Move that folder away, or choose another workspace",
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        return (
            "cannot be opened: its folder is read-only",
            "Make the folder writable, or copy it to where you may write",
        )
    return (
        "cannot be opened",
        "Check that you may read and write it and that the disk is not full",
    )
