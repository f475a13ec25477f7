"""Files on their way into the workspace: what is taken, where it lies, its name."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from curation_kit.documents.document import clean_name

__all__ = [
    "BODY",
    "HEAD",
    "LARGEST_UPLOAD",
    "NOT_A_PDF",
    "batch_name",
    "file_name",
    "has_room",
    "incoming_folder",
    "is_pdf",
    "no_room",
    "sweep",
]

#: Largest file that is taken over the network, in bytes.
LARGEST_UPLOAD = 1 << 30

#: Folders of incomplete files; what a killed kernel has left is swept when
#: nobody has written to it for so long, in seconds.
_PREFIX = "upload-"
_SWEEP_AFTER = 3600.0

#: What the server of the dashboard calls a file that it takes for a kernel.
BODY = ".body"

#: Readers accept the header within so many bytes (PDF 1.7 reference,
#: implementation note 13 in appendix H).
HEAD = 1024

NOT_A_PDF = "is not a PDF."

#: Most file systems refuse a name of more bytes.
_MAX_NAME_BYTES = 255

#: Longest name of an upload batch, in characters.
_MAX_BATCH = 100


def incoming_folder(cache: Path) -> TemporaryDirectory[str]:
    """Make a folder for files on their way in; it goes with the object."""
    return TemporaryDirectory(prefix=_PREFIX, dir=cache, ignore_cleanup_errors=True)


def sweep(cache: Path) -> None:
    """Delete what kernels that were killed long ago have left."""
    for folder in cache.glob(f"{_PREFIX}*"):
        with suppress(FileNotFoundError):  # another session swept it
            touched = max(path.stat().st_mtime for path in (folder, *folder.rglob("*")))
            if time.time() - touched > _SWEEP_AFTER:
                shutil.rmtree(folder, ignore_errors=True)


def has_room(folder: Path, size: int) -> bool:
    """Whether a file fits twice: it is copied into the library, then dropped."""
    return shutil.disk_usage(folder).free >= 2 * size


def no_room(name: str) -> str:
    """Say that a file does not fit on the disk."""
    return (
        f"There is no room for {name} on the disk of the workspace: "
        "delete files there, then try again."
    )


def is_pdf(head: bytes) -> bool:
    """Whether a file is a PDF by its first `HEAD` bytes, whatever its name."""
    return b"%PDF-" in head[:HEAD]


def batch_name(name: str) -> str:
    """Give a name for an upload batch: what a person typed, tidied, or the time."""
    printable = "".join(c if c.isprintable() else " " for c in name)
    return " ".join(printable.split())[:_MAX_BATCH].strip() or time.strftime(
        "Upload %Y-%m-%d %H:%M"
    )


def file_name(name: str) -> str:
    """Give a name that any file system takes, without folders."""
    clean = clean_name(name)
    if clean in {"", ".", ".."}:
        clean = "document.pdf"
    stem, dot, suffix = clean.rpartition(".")
    if not dot:
        stem, suffix = clean, ""
    while len(f"{stem}{dot}{suffix}".encode()) > _MAX_NAME_BYTES and stem:
        stem = stem[:-1]
    return f"{stem}{dot}{suffix}"
