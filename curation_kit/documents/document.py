"""One document of a workspace, and those of one addition."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from curation_kit.documents.paths import Refusal
from curation_kit.documents.report import Preflight
from curation_kit.phrases import composed, counted, whole_characters

__all__ = [
    "LONGEST_NAME",
    "AddedDocuments",
    "Document",
    "clean_name",
    "copy_hashed",
    "id_of_file",
    "sha256_of",
]

#: Longest name of a file, in characters; the suffix counts.
LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Document:
    """One PDF of the workspace.

    Attributes
    ----------
    id
        SHA-256 of the file's bytes, in hex.
    name
        File name, as people see it.
    path
        Where the workspace keeps the file.
    added
        Seconds since the epoch.
    upload_batches
        Names of the batches it came with.
    preflight
        What a first look found; ``preflight.problem`` says why the document
        cannot be processed, if so.
    """

    id: str
    name: str
    path: Path
    added: float
    upload_batches: tuple[str, ...]
    preflight: Preflight

    def __repr__(self) -> str:
        told = self.preflight.problem or counted(self.preflight.pages, "page")
        return f"<Document {self.name}: {self.id[:8]}, {told}>"


class AddedDocuments(list[Document]):
    """The documents of one `DocumentLibrary.add`, in the order of the paths.

    Attributes
    ----------
    refused : list of Refusal
        Paths that were not added.
    duplicates : list of Document
        Those that were already in the workspace.
    ids : set of str
        Their ids, for fast look-up.
    """

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[Refusal] = []
        self.duplicates: list[Document] = []
        self.ids: set[str] = set()

    @property
    def refusals(self) -> str:
        """What was not added and why, as part of a sentence."""
        return "; ".join(f"{item.path}: {item.reason}" for item in self.refused)


def sha256_of(path: Path) -> str:
    """Give the SHA-256 of a file's bytes, in hex; of a PDF it is the document's id."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy_hashed(
    path: Path, target: BinaryIO, *, is_over: Callable[[], bool] = bool
) -> str:
    """Copy a file into an open one, and give the SHA-256 of its bytes, in hex.

    Raises
    ------
    InterruptedError
        When `is_over`, which is asked before each piece.
    """
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while block := source.read(1 << 20):
            if is_over():
                raise InterruptedError
            digest.update(block)
            target.write(block)
    return digest.hexdigest()


def id_of_file(given: str) -> str | None:
    """Give the id that the file at a path has or would have; None if there is none."""
    try:
        path = Path(given).expanduser()
        return sha256_of(path) if path.is_file() else None
    # No file, a name with a NUL, which none has, or "~nobody".
    except (OSError, ValueError, RuntimeError):
        return None


def clean_name(name: str) -> str:
    """Give a file name without folders and control characters, and composed.

    Names come from outside: what is left is shown, never used as a path.
    """
    last = composed(whole_characters(re.split(r"[/\\]", name)[-1]))
    return re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "", last).strip()[
        :LONGEST_NAME
    ]
