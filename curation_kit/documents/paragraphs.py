"""Paragraphs: blocks put back together over column, page and figure breaks."""

# ruff: noqa: PLR2004 -- rules about printed pages: each number is explained where it stands

from __future__ import annotations

import re

from curation_kit.documents.blocks import Block, is_complete
from curation_kit.documents.headings import LABEL

__all__ = ["flow"]

#: A paragraph is looked for on this many pages after the one it broke off on
#: (a page may hold nothing but figures).
_PAGES = 4
#: A line of prose has so many words, lettering fewer.
_PROSE = 4
#: Ends the part of a caption on one page.
_NEXT_PAGE = re.compile(r"continued on (?:the )?next page\)?$")
#: Difference in type size, in points, of two parts of one paragraph.
_SAME_SIZE = 0.35


def flow(blocks: list[Block], body: float) -> list[list[Block]]:
    """Put interrupted paragraphs together.

    Captions, notes, tables and lettering that stand between the parts of a
    paragraph are moved behind it.

    Parameters
    ----------
    blocks
        In reading order.
    body
        Type size of the running text.

    Returns
    -------
    list of list of Block
        One list per paragraph.
    """
    captions = _captions(blocks, body)
    paragraphs: list[list[Block]] = []
    waiting: list[list[Block]] = []
    begun: dict[int, list[Block]] = {}  # by the identity of a caption's first part
    broken = False
    for block in blocks:
        first = captions.get(id(block))
        if first is not None and first is not block:
            begun[id(first)].append(block)
            continue
        if broken:
            current = paragraphs[-1]
            if block.kind == "text" and _continues(current[-1], block):
                current.append(block)
                broken = _is_broken(block)
                if not broken:
                    paragraphs += waiting
                    waiting = []
                continue
            if _ends(current[-1], block, body):
                paragraphs += waiting
                waiting = []
                broken = False
        begun[id(block)] = group = [block]
        (waiting if broken else paragraphs).append(group)
        broken = broken or (block.kind == "text" and _is_broken(block))
    return paragraphs + waiting


def _is_broken(block: Block) -> bool:
    """Whether a paragraph breaks off at the end of a full line."""
    last = block.lines[-1]
    if len(block.lines) == 1 and len(last.texts) < _PROSE:
        return False
    if is_complete(last.text):
        return False
    return last.x1 >= block.right - 0.2 * (block.right - block.left)


def _continues(before: Block, block: Block) -> bool:
    """Whether a block is the other part of a broken paragraph."""
    if abs(before.size - block.size) > _SAME_SIZE:
        return False
    text = block.lines[0].text
    if before.stretch == block.stretch:
        return text[0].islower()
    if text[0].islower():
        return True
    # Not indented: by its own next line, as a legend may begin elsewhere.
    first, *others = block.lines
    left = others[0].x0 if others else block.left
    return first.x0 <= left + 0.6 * block.size and _is_prose(block)


def _is_prose(block: Block) -> bool:
    """Whether a block of text is no lettering of a figure, such as "100 (kDa)"."""
    return is_complete(block.lines[-1].text) or any(
        len(line.texts) >= _PROSE for line in block.lines
    )


def _ends(before: Block, block: Block, body: float) -> bool:
    """Whether the search for the other part is over."""
    if block.page > before.lines[-1].page + _PAGES:
        return True
    if block.kind == "heading":
        # "Significance" heads a box that stands inside the text.
        return block.section != "abstract" or block.page == 1
    if block.kind == "subheading":
        return block.size <= before.size + 4 and block.stretch == before.stretch
    # Running text ends a footnote, too.
    same = abs(block.size - before.size) <= _SAME_SIZE
    running = same or abs(block.size - body) <= _SAME_SIZE
    return block.kind == "text" and running and _is_prose(block)


def _captions(blocks: list[Block], body: float) -> dict[int, Block]:
    """Find the first part of each caption, by the identity of all its parts."""
    found: dict[int, Block] = {}
    latest: list[Block] = []  # of each caption of the page
    for block in blocks:
        latest = [
            part
            for part in latest
            if part.page == block.page
            or (part.page == block.page - 1 and _NEXT_PAGE.search(part.lines[-1].text))
        ]
        if block.kind == "caption":
            found[id(block)] = block
            latest = [part for part in latest if part.page == block.page] + [block]
            continue
        if block.kind != "text":
            continue
        for index, part in enumerate(latest):
            first = found[id(part)]
            if _goes_on(first, part, block, body):
                block.kind = "caption"
                found[id(block)] = first
                latest[index] = block
                break
    return found


def _goes_on(first: Block, latest: Block, block: Block, body: float) -> bool:
    """Whether a block is the next part of a caption, of which two parts are known."""
    # A caption's first line may be larger than its text.
    size = first.lines[-1].size
    if abs(block.size - size) > _SAME_SIZE:
        return False
    other = abs(size - body) > _SAME_SIZE
    if block.page != latest.page:
        return other
    if block.stretch == latest.stretch:
        label = latest is first and LABEL.fullmatch(first.lines[-1].text)
        near = block.lines[0].y0 - latest.lines[-1].y1 < 1.5 * block.size
        return near and (block.soft or other or label is not None)
    # A caption in two columns below a figure across both.
    tops = [line.y0 for line in first.lines[:2]]
    return other and any(abs(block.lines[0].y0 - top) < 4 for top in tops)
