"""Open a PDF, or say in plain words why it cannot be used."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation_kit.documents._pymupdf import pymupdf
from curation_kit.errors import DocumentFailure, FailureCategory

__all__ = [
    "FETCH_HINT",
    "OCR_HINT",
    "PAGE_ERRORS",
    "Problem",
    "Unusable",
    "check_memory",
    "garbled_problem",
    "is_lost",
    "no_text_problem",
    "opened",
]

#: What MuPDF raises on a page it cannot read.
PAGE_ERRORS = (pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError)

OCR_HINT = "Run OCR on it (for example with ocrmypdf) and add the new file."
FETCH_HINT = "Download it again from the publisher and add the new file."

#: Bytes at the start of a file that tell what it is.
_HEAD = 2048

#: Bytes of a file that is read in one go: MuPDF itself reads many small pieces.
_ORDINARY_SIZE = 1 << 24

#: What a font without a Unicode map gives: the replacement character, private
#: use, control characters, or ``(cid:12)``.
_GARBLED = re.compile(r"[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f]+")
_CHARACTER_ID = re.compile(r"\(cid:\d+\)")
#: A text with a larger share of such characters is of no use.
_GARBLED_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a document cannot be used: a code, a sentence, what to do next."""

    code: str
    message: str
    hint: str


class Unusable(DocumentFailure):
    """The failure of a document that cannot be opened or read, with its problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(FailureCategory.INPUT, problem.message, problem.hint)
        self.problem = problem

    def __reduce__(self) -> tuple[type[Unusable], tuple[Problem]]:
        return type(self), (self.problem,)


@contextmanager
def opened(path: Path, *, at_once: bool = False) -> Iterator[Any]:
    """Open a PDF for reading.

    Parameters
    ----------
    path
        The file.
    at_once
        Whether all pages will be gone through: a file of ordinary size is then
        read in one go.

    Yields
    ------
    pymupdf.Document
        With at least one page, and unlocked.

    Raises
    ------
    Unusable
        The file is empty, not a PDF, corrupt, encrypted or without pages.
    OSError
        The path is missing, a directory, or cannot be read.
    MemoryError
        The process may not use the memory that it takes.
    """
    content = None
    with path.open("rb") as file:
        if at_once and os.fstat(file.fileno()).st_size <= _ORDINARY_SIZE:
            content = file.read()
            head = content[:_HEAD]
        else:
            head = file.read(_HEAD)
    if not head:
        raise Unusable(_EMPTY)
    # The standard allows other bytes before the header, within the first KiB.
    if b"%PDF-" not in head:
        raise Unusable(_not_a_pdf(head))
    try:
        # By type: MuPDF would else take a renamed web page for a document.
        name = path if content is None else None
        document = pymupdf.open(name, content, filetype="pdf")
    except PAGE_ERRORS as error:
        check_memory(error)
        raise Unusable(_CORRUPT) from error
    try:
        if document.needs_pass:
            raise Unusable(_ENCRYPTED)
        if _page_count(document) == 0:
            raise Unusable(_CORRUPT if document.is_repaired else _NO_PAGES)
        yield document
    finally:
        document.close()


def _page_count(document: Any) -> int:
    try:
        return int(document.page_count)
    except PAGE_ERRORS as error:
        check_memory(error)
        raise Unusable(_CORRUPT) from error


def check_memory(error: BaseException | None) -> None:
    """Raise `MemoryError` if an error of MuPDF is one: then the PDF is not to blame."""
    cause = error
    while cause is not None:
        # For instance: code=2: calloc (6006 x 40 bytes) failed
        if re.search(r"alloc \(.* failed|bad_alloc", str(cause)):
            raise MemoryError(str(cause)) from error
        cause = cause.__cause__ or cause.__context__


_EMPTY = Problem("empty_file", "The file is empty (0 bytes).", FETCH_HINT)
_CORRUPT = Problem(
    "corrupt",
    "The file is damaged or incomplete: no page can be read.",
    FETCH_HINT,
)
_ENCRYPTED = Problem(
    "encrypted",
    "The PDF is locked with a password.",
    "Open it with the password, save it without one and add the new file.",
)
_NO_PAGES = Problem("no_pages", "The PDF has no pages.", FETCH_HINT)
UNREADABLE = Problem(
    "unreadable",
    "The text cannot be read: its fonts do not say which letters they print.",
    OCR_HINT.replace("ocrmypdf", "ocrmypdf --force-ocr"),
)


def _not_a_pdf(head: bytes) -> Problem:
    """Say what the file is instead, where that is plain."""
    start = head.lstrip().lower()
    what = ""
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head")):
        what = " (it looks like a web page, perhaps a log-in page)"
    elif start.startswith(b"pk\x03\x04"):
        what = " (it looks like a ZIP or Office file)"
    return Problem("not_a_pdf", f"The file is not a PDF{what}.", FETCH_HINT)


def is_lost(document: Any, index: int) -> bool:
    """Whether nothing is left of a page: part of a download, for instance."""
    try:
        page = document.load_page(index)
        return bool(document.is_repaired and not page.get_contents())
    except PAGE_ERRORS as error:
        check_memory(error)
        return True


def no_text_problem(pages: int, with_text: int, lost: int) -> Problem | None:
    """Problem of a document none of whose pages has text, else None."""
    if with_text:
        return None
    if lost == pages:
        return _CORRUPT
    if pages == 1:
        message = "The only page is an image or empty: the PDF has no text layer."
    else:
        message = f"All {pages} pages are images or empty: the PDF has no text layer."
    return Problem("no_text", message, OCR_HINT)


def garbled_problem(text: str) -> Problem | None:
    """Problem of a text most of which is no letters, else None."""
    found = _GARBLED.findall(text)
    if "(cid:" in text:
        found += _CHARACTER_ID.findall(text)
    garbled = sum(map(len, found))
    return UNREADABLE if garbled > _GARBLED_SHARE * len(text) else None
