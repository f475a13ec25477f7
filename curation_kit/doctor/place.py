"""The place of a workspace: its folder, and the disk it is on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from curation_kit.doctor.files import size_of
from curation_kit.doctor.findings import Finding, Level, size
from curation_kit.store import DATABASE

__all__ = ["disk", "folder", "room"]

#: Less free space than this calls for a warning, in bytes.
LITTLE = 1_000_000_000

#: With less than this a job cannot go on, in bytes.
NOTHING = 5_000_000

#: File systems shared between computers. SQLite's write-ahead log needs memory
#: that all its users share, which there is none of between two computers
#: (https://www.sqlite.org/wal.html, "does not work over a network filesystem").
NETWORK = frozenset(
    {
        "9p",
        "afpfs",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "davfs",
        "davfs2",
        "glusterfs",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "rclone",
        "s3fs",
        "smb",
        "smb2",
        "smb3",
        "smbfs",
        "smbnetfs",
        "sshfs",
        "vboxsf",
        "webdav",
    }
)
_ELSEWHERE = "or name another one with --workspace or CURATION_KIT_WORKSPACE."


def folder(path: Path) -> Finding:
    """Whether the folder is there, is a workspace, and can be written."""
    problem = _unreachable(path) or _no_workspace(path) or _read_only(path)
    if problem:
        return Finding("folder", Level.PROBLEM, *problem)
    return Finding("folder", Level.OK, "It is there and can be written.")


def _unreachable(path: Path) -> tuple[str, str] | None:
    if not path.exists():
        return (
            "There is no such folder.",
            f"Check the name, {_ELSEWHERE} The first job makes a new workspace.",
        )
    if not path.is_dir():
        return "This is a file, not a folder.", f"Move it away, {_ELSEWHERE}"
    if not os.access(path, os.R_OK | os.X_OK):
        return "You may not look into it.", "Ask its owner for permission."
    return None


def _no_workspace(path: Path) -> tuple[str, str] | None:
    if (path / DATABASE).is_file():
        return None
    if any((path / name).is_dir() for name in ("documents", "results")):
        lost = f"It has no {DATABASE}, which lists its papers, jobs and records."
        remedy = (
            f"Restore {DATABASE} from a backup copy. Without one, add the files "
            "in documents/ again; files in results/ can be read as they are."
        )
        return lost, remedy
    return "This is no workspace.", f"Check the name, {_ELSEWHERE}"


def _read_only(path: Path) -> tuple[str, str] | None:
    parts = (DATABASE, "documents", "flows", "results", "cache")
    closed = [
        "the folder itself" if item == path else item.name
        for item in (path, *(path / name for name in parts))
        if item.exists() and not os.access(item, os.W_OK)
    ]
    if not closed:
        return None
    return (
        f"It is read-only for you ({', '.join(closed)}): jobs cannot run.",
        "Make it writable (chmod -R u+w), or copy it to where you may write.",
    )


def disk(path: Path, mounted: Sequence[tuple[str, str]] | None = None) -> Finding:
    """Whether the disk belongs to this computer.

    Parameters
    ----------
    mounted
        Mount points and types of file systems in the order in which they were
        mounted; those of this computer when left out.
    """
    if mounted is None:
        import psutil

        mounted = [
            (item.mountpoint, item.fstype) for item in psutil.disk_partitions(all=True)
        ]
    real = path.resolve()
    around = [item for item in mounted if real.is_relative_to(item[0])]
    if not around:
        return Finding("disk", Level.OK, "What kind of disk it is on is not known.")
    # Of several mounted at one place the last one is seen.
    point, kind = max(reversed(around), key=lambda item: len(item[0]))
    where = f"{kind or 'unknown'}, {point}"
    if kind.lower().removeprefix("fuse.") in NETWORK:
        return Finding(
            "disk",
            Level.PROBLEM,
            f"It is on a network share ({where}). Two computers that use it at once "
            "can damage the database.",
            "Copy the workspace to a disk of this computer and use it there.",
        )
    return Finding("disk", Level.OK, f"It is on a disk of this computer ({where}).")


def room(path: Path) -> Finding:
    """How much the workspace takes and how much is left for it."""
    folders = ("documents", "results", "cache")
    sizes = {name: size_of([path / name]) for name in folders}
    sizes["database with its log"] = size_of(
        path / f"{DATABASE}{suffix}" for suffix in ("", "-wal", "-shm")
    )
    free = shutil.disk_usage(path).free
    told = ", ".join(f"{name} {size(number)}" for name, number in sizes.items())
    message = f"{size(free)} free; {told}."
    if free >= max(LITTLE, sizes["documents"]):
        return Finding("space", Level.OK, message)
    advice = "Make room on this disk, or move the workspace to a larger one."
    if free < NOTHING:
        return Finding("space", Level.PROBLEM, f"The disk is full: {message}", advice)
    return Finding("space", Level.WARNING, f"Little room is left: {message}", advice)
