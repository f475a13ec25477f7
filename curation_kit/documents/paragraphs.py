"""Paragraphs: blocks put back together over column, page and figure breaks."""

# ruff: noqa: PLR2004 -- rules about printed pages: each number is explained where it stands

from __future__ import annotations

from curation_kit.documents.blocks import Block, is_complete
from curation_kit.documents.headings import LABEL

__all__ = ["flow"]

#: A paragraph is looked for on this many pages after the one it broke off on
#: (a page may hold nothing but figures).
_PAGES = 2
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
    _continue_captions(blocks, body)
    paragraphs: list[list[Block]] = []
    waiting: list[list[Block]] = []
    broken = False
    for block in blocks:
        if broken:
            current = paragraphs[-1]
            if block.kind == "text" and _continues(current[-1], block):
                current.append(block)
                broken = _is_broken(block)
                if not broken:
                    paragraphs += waiting
                    waiting = []
                continue
            if _ends(current[-1], block):
                paragraphs += waiting
                waiting = []
                broken = False
            elif _belongs(waiting, block):
                waiting[-1].append(block)
                continue
            else:
                waiting.append([block])
                continue
        if _belongs(paragraphs, block):
            paragraphs[-1].append(block)
            continue
        paragraphs.append([block])
        broken = block.kind == "text" and _is_broken(block)
    return paragraphs + waiting


def _belongs(paragraphs: list[list[Block]], block: Block) -> bool:
    """Whether a block is the next part of the caption before it."""
    return (
        block.kind == "caption"
        and not block.section
        and bool(paragraphs)
        and paragraphs[-1][0].kind == "caption"
    )


def _is_broken(block: Block) -> bool:
    """Whether a paragraph breaks off at the end of a full line."""
    last = block.lines[-1]
    if len(block.lines) == 1 and len(last.texts) < 4:
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
    return block.lines[0].x0 <= block.left + 0.6 * block.size


def _ends(before: Block, block: Block) -> bool:
    """Whether the search for the other part is over."""
    if block.page > before.lines[-1].page + _PAGES:
        return True
    if block.kind == "heading":
        # "Significance" heads a box that stands inside the text.
        return block.section != "abstract" or block.page == 1
    if block.kind == "subheading":
        return block.size <= before.size + 4 and block.stretch == before.stretch
    return block.kind == "text" and abs(before.size - block.size) <= _SAME_SIZE


def _continue_captions(blocks: list[Block], body: float) -> None:
    """Mark the parts of captions that are set in several blocks or columns."""
    caption: Block | None = None
    latest: Block | None = None
    for block in blocks:
        if block.kind == "caption":
            caption = latest = block
            continue
        if caption is None or latest is None or block.page != caption.page:
            caption = None
            continue
        # A caption's first line may be larger than its text.
        size = caption.lines[-1].size
        if block.kind != "text" or abs(block.size - size) > _SAME_SIZE:
            continue
        if block.stretch == latest.stretch:
            near = block.lines[0].y0 - latest.lines[-1].y1 < 1.5 * block.size
            label = latest is caption and LABEL.fullmatch(caption.lines[-1].text)
            joined = near and (
                block.soft or label is not None or abs(size - body) > _SAME_SIZE
            )
        else:
            # A caption in two columns below a figure across both.
            tops = [line.y0 for line in caption.lines[:2]]
            joined = any(abs(block.lines[0].y0 - top) < 4 for top in tops)
        if joined:
            block.kind, block.section = "caption", ""
            latest = block
