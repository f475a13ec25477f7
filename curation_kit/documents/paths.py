"""Which files are meant by the paths that people give."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from curation_kit.errors import CurationKitError
from curation_kit.phrases import shown

__all__ = ["Refusal", "file_path", "pdf_files", "user_path"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A path that was not added, and why."""

    path: str
    reason: str


def user_path(given: str | Path) -> Path:
    """Give the path that a person means, with their home folder for ``~``.

    Raises
    ------
    CurationKitError
        If there is no such user, no file can have the name, or it is no path at all.
    """
    try:
        path = Path(given).expanduser()
    except RuntimeError as error:
        raise CurationKitError(
            f"{given} is no path: there is no user of that name."
        ) from error
    except TypeError as error:
        raise CurationKitError(
            f"{shown(given)} is no path: give a text or a Path."
        ) from error
    try:
        named = b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        named = False
    if not named:
        raise CurationKitError(
            f"{str(given)!a} is no path: no file can have such a name."
        )
    return path


def file_path(given: str | Path | None, name: str) -> Path:
    """Give the file that a person means: of a folder, or of none, the one of a name.

    Raises
    ------
    CurationKitError
        As `user_path`.
    """
    path = user_path(given) if given is not None else Path()
    # Of a name that is too long, `Path.is_dir` raises.
    return path / name if os.path.isdir(path) else path  # noqa: PTH112


def pdf_files(given: Iterable[str | Path], refused: list[Refusal]) -> Iterator[Path]:
    """Expand folders and globs; put what is no PDF on the list of refusals."""
    for item in given:
        if not str(item).strip():  # else it would be the folder we are in
            refused.append(Refusal(str(item), "an empty text is no path"))
            continue
        try:
            yield from _expanded(item, refused)
        # A name too long, a folder that may not be read; "~nobody" (RuntimeError).
        except (OSError, RuntimeError) as error:
            refused.append(_unread(item, error))


def _expanded(item: str | Path, refused: list[Refusal]) -> Iterator[Path]:
    path = Path(item).expanduser()
    if path.is_dir():
        yield from _folder(path, refused)
    elif path.exists():
        yield from _file(path, refused)
    elif glob.has_magic(str(path)):
        matches = sorted(glob.glob(str(path), recursive=True))  # noqa: PTH207
        if not matches:
            refused.append(Refusal(str(item), "no file matches this pattern"))
        for match in map(Path, matches):
            if match.is_dir():
                yield from _folder(match, refused)
            else:
                yield from _file(match, refused)
    elif "://" in str(item):
        refused.append(Refusal(str(item), "is an address: download the PDF first"))
    else:
        refused.append(Refusal(str(item), "there is no such file or folder"))


def _folder(folder: Path, refused: list[Refusal]) -> Iterator[Path]:
    found: list[Path] = []
    unread: list[Refusal] = []

    def note(error: OSError) -> None:
        unread.append(_unread(error.filename, error))

    for parent, folders, names in os.walk(folder, onerror=note):
        found += [Path(parent, name) for name in folders + names]
    found = sorted(filter(_is_pdf_name, found))
    why = {path: _why_not(path) for path in found}
    files = [path for path in found if not why[path]]
    refused += unread
    refused += [Refusal(str(path), reason) for path, reason in why.items() if reason]
    if not files and not unread:
        refused.append(Refusal(str(folder), "is a folder without PDF files"))
    yield from files


def _why_not(path: Path) -> str:
    """Why a path found in a folder is left out; empty if it is not."""
    if path.name.startswith("._"):
        return "is what a Mac keeps beside a file of this name, not a PDF"
    if path.is_dir():
        return "is a folder, not a PDF"
    return "" if path.is_file() else "is no ordinary file, or leads nowhere"


def _unread(path: str | Path, error: OSError | RuntimeError) -> Refusal:
    why = getattr(error, "strerror", None) or str(error)
    return Refusal(str(path), f"cannot be read ({why})")


def _file(path: Path, refused: list[Refusal]) -> Iterator[Path]:
    if not path.is_file():
        refused.append(Refusal(str(path), "is no ordinary file"))  # a pipe, a device
    elif _is_pdf_name(path) or _has_pdf_header(path):
        yield path  # a broken file called .pdf is listed, with its reason
    else:
        refused.append(Refusal(str(path), "is not a PDF"))


def _is_pdf_name(path: Path) -> bool:
    return path.suffix.lower() == ".pdf"


def _has_pdf_header(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            # Readers accept the header within the first 1024 bytes
            # (PDF 1.7 reference, implementation note 13 in appendix H).
            return b"%PDF-" in file.read(1024)
    except OSError:
        return False
