"""The report of a first look at a document, which needs no PyMuPDF to be read."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = ["Preflight"]


class Preflight(BaseModel):
    """What a quick look at a document shows.

    Attributes
    ----------
    size
        Bytes.
    pages, pages_with_text
        Number of pages; how many have a text layer. In a document of more
        than 24 pages the second is estimated from 24 of them.
    characters
        Of the text layer, estimated likewise; 0 when nobody has counted.
    title, doi
        Empty when not found.
    species
        Keys of `curation_kit.species.SPECIES`, the likeliest first.
    problem
        Why the document cannot be used, in a sentence; None when it can.
    warning
        What a curator should know about a document that can be used.
    hint
        What to do about the problem or the warning.
    category
        Failure category of the problem, else empty.
    code
        ``encrypted``, ``corrupt``, ``not_a_pdf``, ``empty_file``,
        ``no_pages``, ``no_text``, ``unreadable``; ``partly_scanned`` and
        ``partly_damaged`` for a warning; empty when all is well.
    """

    model_config = ConfigDict(frozen=True)

    size: int
    pages: int = 0
    pages_with_text: int = 0
    characters: int = 0
    title: str = ""
    doi: str = ""
    species: tuple[str, ...] = ()
    problem: str | None = None
    warning: str | None = None
    hint: str = ""
    category: str = ""
    code: str = ""
