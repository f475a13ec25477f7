"""Look at a PDF before any work is done with it: can it be used, what is it."""

# ruff: noqa: PLR2004 -- rules about printed pages: each number is explained where it stands

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from curation_kit.documents.lines import read_lines
from curation_kit.documents.opening import (
    FETCH_HINT,
    OCR_HINT,
    PAGE_ERRORS,
    Problem,
    Unusable,
    check_memory,
    garbled_problem,
    is_lost,
    no_text_problem,
    opened,
)
from curation_kit.documents.report import Preflight
from curation_kit.species import likely_species

__all__ = ["Preflight", "preflight"]

#: Pages read for title, DOI and species.
_FIRST = 5
#: In a longer document only so many pages, evenly spread, are looked at.
_SAMPLE = 24

#: The pattern that Crossref recommends for DOIs of today.
_DOI = re.compile(r"\b(10\.\d{4,9}/[-._;()/:A-Za-z0-9<>\[\]]+)")
_DOI_MARK = re.compile(r"(?:doi(?:\.org/|:|\s)|https?://\S*)\s*$", re.IGNORECASE)
_REFERENCES = re.compile(
    r"^\s*(?:references|literature cited)\s*$", re.IGNORECASE | re.MULTILINE
)

_NO_TITLE = re.compile(
    r"^(?:untitled.*|no title|title|pdf|article|document\d*|microsoft word.*|slide \d+"
    r"|.*\.(?:docx?|pdf|tex|dvi|indd|qxd|rtf|xml|eps|ps|fm|3d|html?)\s*|\W*"
    r"|(?:BMC|(?:The |International )?Journal of|Proceedings)( \w+){1,7}"
    r"|[\w.:/-]*\d[\w.:/-]*|doi:.*|https?:.*|[\w-]+\s\d+\.\.\d+|.*\d+ \d+\.\.\d+"
    # Broken off before a name in italics; not "influenza A", "switching it on".
    r"|(?-i:.* (?:in|of|the|and|for|with|by|to|a|an|from)))$",
    re.IGNORECASE,
)


def preflight(path: Path) -> Preflight:
    """Look at a document without reading all of it.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Preflight
        A document that cannot be used is reported, not raised.

    Raises
    ------
    OSError
        The path is missing, a directory, or cannot be read.
    """
    size = path.stat().st_size
    try:
        with opened(path) as document:
            return _look(document, size)
    except Unusable as error:
        return _refused(error.problem, size=size)


def _look(document: Any, size: int) -> Preflight:
    count = document.page_count
    first = range(min(count, _FIRST))
    sample = list(range(count))
    if count > _SAMPLE:
        sample = [int(count / _SAMPLE * index) for index in range(_SAMPLE)]
    texts = {index: _page_text(document, index) for index in {*first, *sample}}
    share = count / len(sample)
    with_text = round(share * sum(_has_text(texts[index]) for index in sample))
    if any(map(_has_text, texts.values())):
        with_text = max(with_text, 1)
    missing = [index for index in sample if not _has_text(texts[index])]
    lost = round(share * sum(is_lost(document, index) for index in missing))
    beginning = [texts[index] for index in first]
    known = {
        "pages": count,
        "pages_with_text": with_text,
        "characters": round(share * sum(len(texts[index]) for index in sample)),
        "title": _title(document),
        "doi": _doi(beginning),
        "species": tuple(s.key for s in likely_species("\n".join(beginning))),
    }
    problem = no_text_problem(count, with_text, lost)
    problem = problem or garbled_problem("\n".join(beginning))
    if problem is not None:
        return _refused(problem, size=size, **known)
    if with_text < count:
        about = "About " if count > _SAMPLE else ""
        found, hint, code = "images or empty", OCR_HINT, "partly_scanned"
        if lost:
            found, hint, code = "damaged or empty", FETCH_HINT, "partly_damaged"
        warning = (
            f"{about}{count - with_text} of {count} pages are {found}: "
            "they will not be read."
        )
        return Preflight(size=size, **known, warning=warning, hint=hint, code=code)
    return Preflight(size=size, **known)


def _refused(problem: Problem, *, size: int, **known: Any) -> Preflight:
    return Preflight(
        size=size,
        **known,
        problem=problem.message,
        hint=problem.hint,
        category="input",
        code=problem.code,
    )


def _page_text(document: Any, index: int) -> str:
    """Text of a page; a page that MuPDF cannot read has none."""
    try:
        return str(document.load_page(index).get_text("text"))
    except PAGE_ERRORS as error:
        check_memory(error)
        return ""


def _has_text(text: str) -> bool:
    return bool(text.strip())


def _title(document: Any) -> str:
    """Title from the metadata when it is one, else the largest type on page 1."""
    title = html.unescape(str((document.metadata or {}).get("title") or ""))
    title = " ".join(title.split())
    if len(title) > 12 and " " in title and not _NO_TITLE.match(title):
        return title[:300]
    try:
        page = read_lines(document.load_page(0), 1)
    except PAGE_ERRORS:
        return ""
    lines = [
        line
        for line in page.lines
        if line.y0 < 0.7 * page.height and sum(map(str.isalpha, line.text)) > 3
    ]
    # The largest type may be a journal's name or a word such as "Article":
    # a title has several words.
    for size in sorted({round(line.size, 1) for line in lines}, reverse=True)[:6]:
        large = [line for line in lines if abs(line.size - size) <= 0.3]
        top = min(line.y0 for line in large)
        bottom = max(line.y1 for line in large)
        bold = all(line.bold for line in large)
        # A line that starts in italics may be of another size. Below a title in bold,
        # type nearly as large that is not is of the authors.
        found = [
            line
            for line in lines
            if line.size > 0.85 * size
            and top - 2 <= line.y0 <= bottom + 0.6 * size
            and line.bold >= bold
        ]
        words = sum(len(line.texts) for line in found)
        if 4 <= words <= 60 and len(found) <= 8:
            found.sort(key=lambda line: (round(line.y0), line.x0))
            text = " ".join(line.text for line in found)
            if len(text) > 15 and not _NO_TITLE.match(text):
                return text[:300]
    return ""


def _doi(pages: list[str]) -> str:
    """DOI of the paper itself: on its first two pages, before the references.

    One that follows ``doi`` or stands in an address wins over a bare one.
    """
    bare = ""
    for text in pages[:2]:
        references = _REFERENCES.search(text)
        own = text[: references.start()] if references else text
        for match in _DOI.finditer(own):
            doi = _tidy(match[1])
            if _DOI_MARK.search(own[max(0, match.start() - 30) : match.start()]):
                return doi
            bare = bare or doi
    return bare


def _tidy(doi: str) -> str:
    """Drop what the sentence adds to a DOI: marks, an unopened bracket."""
    doi = doi.rstrip(".,;:")
    while doi.endswith((")", "]", ">")):
        opening = {")": "(", "]": "[", ">": "<"}[doi[-1]]
        if doi.count(opening) >= doi.count(doi[-1]):
            break
        doi = doi[:-1].rstrip(".,;:")
    return doi
