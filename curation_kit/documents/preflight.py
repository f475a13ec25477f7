"""A first, cheap look at a PDF: can it be processed, and what is it?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from curation_kit.species import likely_species

__all__ = ["Preflight", "preflight"]

#: Pages looked at for species, title and DOI.
FIRST_PAGES = 5

#: Pages looked at for a text layer, spread evenly over a long document.
SAMPLED_PAGES = 20

#: Longest title kept, in characters.
TITLE_LENGTH = 300

# Crossref's pattern for DOIs, https://www.crossref.org/blog/dois-and-matching-regular-expressions/
_DOI = re.compile(r"\b10\.\d{4,9}/[-._;()/:A-Z0-9]+", re.IGNORECASE)

#: Metadata titles that programs write by themselves.
_NO_TITLE = re.compile(
    r"(?i)^(untitled.*|microsoft (word|powerpoint)\b.*|.*\.(pdf|docx?|indd|tex|dvi|qxd|xml)"
    r"|slide \d+|title|manuscript|\S*\d\S*)$"
)


class Preflight(BaseModel):
    """What a first look at a PDF found.

    Attributes
    ----------
    size
        Bytes.
    pages
        Number of pages; 0 when the file cannot be opened.
    pages_without_text
        Pages that are images or empty; in documents of more than
        `SAMPLED_PAGES` pages an estimate from a sample.
    title, doi
        Of the paper, when found.
    species
        Keys of `curation_kit.species.SPECIES`, the likeliest first.
    code
        ``ready``, ``partly_scanned`` (works, but not all of it can be read),
        or what is wrong: ``encrypted``, ``corrupt``, ``not_a_pdf``,
        ``empty_file``, ``no_pages``, ``no_text``, ``unreadable``.
    problem, hint
        Why the document cannot be processed, and what to do; None and empty
        when it can.
    warning
        What the curator should know although the document can be processed.
    """

    model_config = ConfigDict(frozen=True)

    size: int
    pages: int = 0
    pages_without_text: int = 0
    title: str | None = None
    doi: str | None = None
    species: list[str] = []
    code: str = "ready"
    problem: str | None = None
    hint: str = ""
    warning: str = ""


def preflight(path: Path) -> Preflight:
    """Look at a PDF.

    Parameters
    ----------
    path
        The file; anything may be in it.

    Returns
    -------
    Preflight
        Also for files that cannot be processed: the problem is in it.

    Raises
    ------
    OSError
        If the path cannot be read.
    """
    from curation_kit.documents.opening import (
        Unusable,
        garbled_problem,
        no_text_problem,
        opened,
    )

    size = path.stat().st_size
    try:
        with opened(path) as document:
            count = document.page_count
            texts = {index: _page_text(document, index) for index in _sample(count)}
            with_text = sum(bool(text.strip()) for text in texts.values())
            empty = round(count * (1 - with_text / len(texts)))
            first = "\n".join(texts[index] for index in sorted(texts)[:FIRST_PAGES])
            problem = no_text_problem(count, with_text) or garbled_problem(first)
            return Preflight(
                size=size,
                pages=count,
                pages_without_text=empty,
                title=_title(document),
                doi=_doi(document, texts),
                species=[species.key for species in likely_species(first)],
                code=problem.code
                if problem
                else "partly_scanned"
                if empty
                else "ready",
                problem=problem.message if problem else None,
                hint=problem.hint if problem else "",
                warning=_warning(empty, count, exact=len(texts) == count)
                if not problem
                else "",
            )
    except Unusable as failure:
        return Preflight(
            size=size,
            code=failure.problem.code,
            problem=failure.problem.message,
            hint=failure.problem.hint,
        )


def _sample(count: int) -> list[int]:
    """Page indices to look at: the first ones, then spread evenly."""
    if count <= SAMPLED_PAGES:
        return list(range(count))
    rest = SAMPLED_PAGES - FIRST_PAGES
    spread = [
        FIRST_PAGES + round(step * (count - 1 - FIRST_PAGES) / (rest - 1))
        for step in range(rest)
    ]
    return [*range(FIRST_PAGES), *spread]


def _page_text(document: Any, index: int) -> str:
    from curation_kit.documents.opening import PAGE_ERRORS

    try:
        return str(document[index].get_text("text"))
    except PAGE_ERRORS:  # such a page counts as without text
        return ""


def _warning(empty: int, count: int, *, exact: bool) -> str:
    if not empty:
        return ""
    about = "" if exact else "About "
    return (
        f"{about}{empty} of {count} pages are images or empty: they cannot be read."
    ).capitalize()


def _title(document: Any) -> str | None:
    """Title in the metadata if a person wrote it, else the largest print on page 1."""
    title = _clean((document.metadata or {}).get("title") or "")
    if _is_title(title):
        return title
    from curation_kit.documents.opening import PAGE_ERRORS

    try:
        blocks = document[0].get_text("dict", flags=3)["blocks"]
    except PAGE_ERRORS:
        return None
    lines = [
        (round(line["spans"][0]["size"], 1), "".join(s["text"] for s in line["spans"]))
        for block in blocks
        for line in block.get("lines", [])
        if line["spans"]
    ]
    for size in sorted({size for size, text in lines if text.strip()}, reverse=True):
        title = _clean(" ".join(text for other, text in lines if other == size))
        if _is_title(title):
            return title
    return None


def _is_title(text: str) -> bool:
    # Two words and ten letters: less is a journal's name, a logo or a label.
    letters = sum(character.isalpha() for character in text)
    return " " in text and letters >= 10 and not _NO_TITLE.match(text)  # noqa: PLR2004


def _clean(text: str) -> str:
    text = re.sub(r"[\x00-\x1f\x7f]", " ", text)
    return re.sub(r"\s+", " ", text).strip()[:TITLE_LENGTH]


def _doi(document: Any, texts: dict[int, str]) -> str | None:
    """DOI in the metadata or on the first two pages, before any reference list."""
    metadata = " ".join(str(value) for value in (document.metadata or {}).values())
    for text in (metadata, texts.get(0, ""), texts.get(1, "")):
        head = re.split(r"(?m)^\s*(?:References|REFERENCES|Bibliography)\s*$", text)[0]
        if match := _DOI.search(head):
            doi = match.group().rstrip(".,;:")
            if doi.endswith(")") and doi.count("(") < doi.count(")"):
                doi = doi.rstrip(").,;")
            return doi.lower()
    return None
