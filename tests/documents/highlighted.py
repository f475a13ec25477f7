"""Papers with highlights, and what another program finds in them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pypdf
from pictures import difference, inside

from curation_kit.documents._pymupdf import pymupdf
from curation_kit.documents.highlights import Highlight
from curation_kit.documents.reader import read_document
from curation_kit.evidence import cut_evidence

QUOTE = "The mec-4 gene is on in touch neurons of the larva."
OTHER = "Nothing else is known of the cells of the worm."
YELLOW, BLUE = "#ffe58a", "#4c9be8"


def paper(path: Path, **save: Any) -> Path:
    """Three pages of the same two lines."""
    document = pymupdf.open()
    for number in range(3):
        page = document.new_page(width=612, height=792)
        page.insert_text((72, 200), f"Page {number + 1}. {QUOTE}", fontsize=11)
        page.insert_text((72, 213), OTHER, fontsize=11)
    document.save(path, **save)
    document.close()
    return path


def changed(path: Path, change: Any, **save: Any) -> Path:
    """Do something with each page of a paper."""
    document = pymupdf.open(path)
    for page in document:
        change(page)
    other = path.with_name("changed.pdf")
    document.save(other, **save)
    document.close()
    return other


def mark(
    path: Path, words: str, page: int = 1, *, name: str = "one", color: str = YELLOW
) -> Highlight:
    """Highlight of words, on the page given."""
    text = read_document(path, name="paper.pdf")
    start = text.text.index(words, text.pages[page - 1].start)
    boxes = cut_evidence(text, start, start + len(words)).boxes
    return Highlight(name, tuple(boxes), color, "Evidence", f"Gene: {name} β\nline two")


def copy_of(path: Path, name: str = "copy.pdf") -> Path:
    """A copy to write to."""
    return Path(shutil.copy(path, path.with_name(name)))


def assert_marked(before: Path, after: Path, highlight: Highlight) -> None:
    """The boxes are coloured, and nothing else has changed on their page."""
    page = highlight.boxes[0].page
    seen = difference(before, after, page)
    assert not (seen & ~inside(seen.shape, highlight.boxes, 1)).any()
    assert seen[inside(seen.shape, highlight.boxes, -2)].mean() > 0.6


def annotations(path: Path, page: int) -> list[dict[str, Any]]:
    """Annotations of a page, as another program reads them."""
    reader = pypdf.PdfReader(path, strict=True)
    return [item.get_object() for item in reader.pages[page - 1].get("/Annots", [])]
