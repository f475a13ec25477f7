"""Read a PDF: text in reading order, sections, and the place of every word."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from curation_kit.documents._pymupdf import correct_boxes, plain_colours
from curation_kit.documents.assembly import Assembly, vocabulary
from curation_kit.documents.blocks import (
    Block,
    mark_lettering,
    mark_notes,
    mark_tables,
    split_blocks,
)
from curation_kit.documents.columns import (
    common_gutters,
    find_gutters,
    reading_order,
)
from curation_kit.documents.furniture import drop_line_numbers, drop_running_heads
from curation_kit.documents.legends import continue_legends
from curation_kit.documents.lines import PageLines, read_lines
from curation_kit.documents.opening import (
    PAGE_ERRORS,
    Unusable,
    check_memory,
    garbled_problem,
    is_lost,
    no_text_problem,
    opened,
)
from curation_kit.documents.paragraphs import flow
from curation_kit.documents.sections import Paragraph, find_sections, name_sections
from curation_kit.documents.text import DocumentText, Page
from curation_kit.documents.type_sizes import body_size
from curation_kit.errors import DocumentFailure

__all__ = ["read_document"]


def read_document(path: Path, *, name: str) -> DocumentText:
    """Read a paper.

    Parameters
    ----------
    path
        The PDF.
    name
        File name as the curator knows it, for messages.

    Returns
    -------
    DocumentText
        Running heads, page numbers and line numbers are left out; captions,
        tables and notes stand behind the paragraph that they interrupt.

    Raises
    ------
    DocumentFailure
        Category ``input``: the file is not a PDF, corrupt, encrypted, has no
        pages or no usable text.
    OSError
        If the path cannot be read.
    MemoryError
        If the process may not use the memory that it takes.
    """
    try:
        with (
            opened(path, at_once=True) as document,
            correct_boxes(on=False),
            plain_colours(),
            _no_garbage_collection(),
        ):
            return _read(document)
    except DocumentFailure as error:
        error.add_note(f"while reading {name}")
        raise


def _read(document: Any) -> DocumentText:
    pages = [_read_page(document, index) for index in range(document.page_count)]
    without = [page.number for page in pages if not page.lines]
    problem = None
    if len(without) == len(pages):
        lost = sum(is_lost(document, number - 1) for number in without)
        problem = no_text_problem(len(pages), 0, lost)
    else:
        lines = [line.text for page in pages for line in page.lines]
        # Some five hundred lines tell.
        problem = garbled_problem(" ".join(lines[:: len(lines) // 500 + 1]))
    if problem is not None:
        raise Unusable(problem)
    return _compose(pages, without)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Pause the collector: ten thousand small tuples, no cycle among them.

    It would walk them again and again, a tenth of the time of reading.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _read_page(document: Any, index: int) -> PageLines:
    """Read one page; a page that MuPDF cannot read counts as without text."""
    try:
        return read_lines(document.load_page(index), index + 1)
    except PAGE_ERRORS as error:
        check_memory(error)
        return PageLines(index + 1, 612, 792, 612, 792, [])


def _compose(pages: list[PageLines], without: list[int]) -> DocumentText:
    """Make one text of the lines of all pages."""
    for page in pages:
        drop_line_numbers(page)
    drop_running_heads(pages)
    words = vocabulary(line for page in pages for line in page.lines)
    body = body_size([page.lines for page in pages])
    gutters = [find_gutters(page) for page in pages]
    common = common_gutters(gutters)
    blocks: list[Block] = []
    stretch = 0
    for page, edges in zip(pages, gutters, strict=True):
        here: list[Block] = []
        for lines in reading_order(page, edges, common):
            here += split_blocks(lines, stretch, body)
            stretch += 1
        mark_lettering(here, body)
        mark_tables(here, body)
        if page.number == 1:
            mark_notes(here, page.height, body)
        blocks += here
    assembly = Assembly(words)
    paragraphs = []
    for group in flow(blocks, body):
        start, end = assembly.add(group)
        paragraphs.append(Paragraph(group, start, end))
    text = assembly.text
    name_sections(paragraphs, text, body)
    continue_legends(paragraphs, text)
    sections, captions = find_sections(paragraphs, len(text))
    starts, ends, word_pages, boxes = assembly.word_map
    return DocumentText(
        text=text,
        pages=_pages(pages, assembly),
        sections=sections,
        captions=captions,
        word_starts=starts,
        word_ends=ends,
        word_pages=word_pages,
        word_boxes=boxes,
        pages_without_text=without,
    )


def _pages(pages: list[PageLines], assembly: Assembly) -> list[Page]:
    """Part of the text that belongs to each page.

    A page starts with the first character printed on it; what was moved
    behind a paragraph that ends on the next page counts to that one.
    """
    starts: list[int] = []
    latest = assembly.length
    for page in reversed(pages):
        latest = min(latest, assembly.page_starts.get(page.number, latest))
        starts.append(latest)
    starts.reverse()
    if starts:
        starts[0] = 0
    ends = [*starts[1:], assembly.length]
    return [
        Page(page.number, start, end, page.seen_width, page.seen_height)
        for page, start, end in zip(pages, starts, ends, strict=True)
    ]
