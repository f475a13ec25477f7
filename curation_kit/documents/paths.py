"""Which files are meant by the paths that people give."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from curation_kit.errors import CurationKitError
from curation_kit.phrases import shown

__all__ = ["Refusal", "file_path", "names_folder", "pdf_files", "user_path"]

#: What the path of a folder may end with.
_SLASHES = (os.sep, os.altsep or os.sep)

#: Why what a Mac writes beside each file on a disk of another system is no paper.
_OF_A_MAC = "is what a Mac keeps beside a file of this name, not a PDF"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A path that was not added, and why.

    Attributes
    ----------
    is_loss
        Whether a paper may be missing for it.
    """

    path: str
    reason: str
    is_loss: bool = True


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

    A folder may be still to be made: see `names_folder`. No `Path` has a slash at its
    end, so it is the text that tells.

    Raises
    ------
    CurationKitError
        As `user_path`.
    """
    path = user_path(given) if given is not None else Path()
    return path / name if given is None or names_folder(given) else path


def names_folder(given: str | Path) -> bool:
    """Whether a person means a folder: it is there, or the text ends with a slash."""
    # Of a name that is too long, `Path.is_dir` raises.
    return str(given).endswith(_SLASHES) or os.path.isdir(user_path(given))  # noqa: PTH112


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
        # A link to a folder around it brings each file forty times.
        once = {os.path.realpath(match): match for match in reversed(matches)}
        for match in map(Path, sorted(once.values())):
            if match.is_dir():
                yield from _folder(match, refused)
            else:
                yield from _file(match, refused)
    elif "://" in str(item):
        refused.append(Refusal(str(item), "is an address: download the PDF first"))
    else:
        refused.append(Refusal(str(item), "there is no such file or folder"))


def _folder(folder: Path, refused: list[Refusal]) -> Iterator[Path]:
    """Give the PDFs in a folder, also in folders that links in it lead to."""
    found: list[Path] = []
    unread: list[Refusal] = []
    root = os.path.realpath(folder)
    around = {*map(str, Path(root).parents)}
    seen = {root}

    def note(error: OSError) -> None:
        unread.append(_unread(error.filename, error))

    for parent, folders, names in os.walk(folder, onerror=note, followlinks=True):
        found += [Path(parent, name) for name in folders + names]
        ahead = []
        for name in sorted(folders):
            path = os.path.join(parent, name)  # noqa: PTH118 - as `os.walk` does
            place = os.path.realpath(path)
            if place in around:
                unread.append(Refusal(path, "leads to a folder that this one is in"))
            elif place not in seen:
                seen.add(place)
                ahead.append(name)
        folders[:] = ahead
    found = sorted(filter(_may_be_meant, found))
    why = {path: _why_not(path) for path in found}
    files = [path for path in found if not why[path]]
    refused += unread
    refused += [
        Refusal(str(path), reason, is_loss=reason != _OF_A_MAC)
        for path, reason in why.items()
        if reason
    ]
    if not files and not unread:
        refused.append(Refusal(str(folder), "is a folder without PDF files"))
    yield from files


def _may_be_meant(path: Path) -> bool:
    """Whether it has the name of a PDF, or is a link that led to a folder."""
    if _is_pdf_name(path):
        return True
    # Editors keep links that lead nowhere, with a dot before their names.
    has_folders_name = not path.suffix and not path.name.startswith(".")
    return has_folders_name and path.is_symlink() and not path.exists()


def _why_not(path: Path) -> str:
    """Why a path found in a folder is left out; empty if it is not."""
    if path.name.startswith("._"):
        return _OF_A_MAC
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
