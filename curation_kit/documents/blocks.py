"""Blocks: lines that are one paragraph, heading, caption or scrap of a figure."""

# ruff: noqa: PLR2004 -- rules about printed pages: each number is explained where it stands

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from curation_kit.documents.headings import caption_label, section_kind
from curation_kit.documents.lines import Line
from curation_kit.documents.type_sizes import (
    EVEN,
    OTHER_SIZE,
    heights,
    mend_sizes,
    usual_height,
)

__all__ = [
    "Block",
    "is_complete",
    "mark_lettering",
    "mark_notes",
    "mark_tables",
    "split_blocks",
]

#: Difference in type size, in points, within one kind of text.
_SAME_SIZE = 0.4

#: A sentence ends here: the mark, closing quotes and brackets, a citation. Not
#: "Kir6.2" nor "et al.,".
_COMPLETE = re.compile(
    r"[.!?:;][\"”’)\]]*(?:\s\d[\d,–-]{0,11}|\s?[*†‡§][\d,*†‡§–-]{0,11}"
    r"|\s?[\[(][\d,– -]+[\])])?$"
    r"|(?<!\d)[.!?:;][\"”’)\]]*\d[\d,–*†‡§-]{0,11}$"
)
_ABBREVIATION = re.compile(
    r"\b(?:Figs?|et al|e\.g|i\.e|cf|vs|Refs?|approx|ca|spp?|resp|[A-Z][a-z]?)\.$"
)
_NOTE = re.compile(
    r"[*†‡§#✉⇑©¶]|\d[A-Z]|\(?(?:copyright|correspond|e-?mail|present address|to whom"
    r"|author (?:affil|contrib)|the authors? declare|doi|https?:|published|edited by"
    r"|this article|received)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Block:
    """Lines that belong together.

    Attributes
    ----------
    kind
        ``text``, ``heading`` (of a known section), ``subheading``,
        ``caption``, ``scrap`` (lettering of a figure), ``table`` or ``note``.
    stretch
        Which column of which page, counted through the paper.
    last
        Nothing stands below it in its column.
    soft
        It follows the block before without a gap.
    section
        For headings, the section they open; for captions, their label.
    """

    kind: str
    lines: list[Line]
    stretch: int
    size: float
    right: float
    left: float
    soft: bool
    last: bool = False
    section: str = ""

    @property
    def page(self) -> int:
        """Page it starts on."""
        return self.lines[0].page


def is_complete(text: str) -> bool:
    """Whether a paragraph ends with the end of a sentence."""
    tail = text[-24:]
    return bool(_COMPLETE.search(tail)) and not _ABBREVIATION.search(tail)


def split_blocks(lines: list[Line], stretch: int, body: float) -> list[Block]:
    """Divide the lines of one column in blocks and say what each one is."""
    prose = [line for line in lines if len(line.texts) >= 4]
    mend_sizes(lines, prose)
    gaps: dict[float, list[float]] = defaultdict(list)
    for above, below in pairwise(lines):
        if below.size == above.size:
            gaps[above.size].append(below.y0 - above.y1)
    usual = {
        size: min(median(found), 0.8 * max(size, body)) for size, found in gaps.items()
    }
    prose = prose or lines
    left = _common_left(prose)
    right = max([line.x1 for line in prose])
    blocks: list[Block] = []
    current: list[Line] = []
    for line in lines:
        cut = _cut(current, line, usual, left, right) if current else "hard"
        if cut:
            if cut == "title":
                blocks[-1].kind = "subheading"
            current = [line]
            soft = cut == "soft"
            blocks.append(Block("", current, stretch, line.size, right, left, soft))
        else:
            current.append(line)
    for block in blocks:
        if block.lines[0].bold:  # perhaps a heading in the line of its text
            block.size = block.lines[-1].size
        _classify(block, body, first=blocks[0] is block)
    if blocks:
        blocks[-1].last = True
    return blocks


def _common_left(lines: list[Line]) -> float:
    counts = Counter([round(line.x0) for line in lines])
    return float(counts.most_common(1)[0][0])


def _cut(
    block: list[Line], line: Line, usual: dict[float, float], left: float, right: float
) -> str:
    """Whether `line` starts a new block: ``""``, ``soft``, ``hard`` or ``title``.

    The last one is for the text below a title that stands close to it.
    """
    before = block[-1]
    if _is_apart(before, line, usual.get(line.size, 0.0), right):
        return "hard"
    full = right - 0.12 * (right - left)
    short = before.x1 < full
    if _is_title(block, line, full):
        return "title"
    if (
        _begins_heading(before, line, right)
        or _ends_heading(block, right)
        or _begins_caption(before, line, short=short)
    ):
        return "hard"
    return "soft" if _begins_paragraph(before, line, left, short=short) else ""


def _is_apart(before: Line, line: Line, usual: float, right: float) -> bool:
    """Whether a line is set off from the one before, by its type or by a gap."""
    size = before.size
    if abs(line.size - size) > OTHER_SIZE and not _runs_in(before, line):
        return True
    gap = line.y0 - before.y1
    if gap > usual + 0.45 * size or gap < -4 * size:
        return True
    return line.all_bold != before.all_bold and (
        (before.all_bold and not line.bold)
        or is_complete(before.text)
        or before.x1 < right - 3 * size
    )


def _begins_heading(before: Line, line: Line, right: float) -> bool:
    """Whether a line is the heading of a section below a text."""
    return (
        len(line.texts) <= 8
        and not line.text[0].islower()
        and _is_heading(line, before, right)
    )


def _ends_heading(block: list[Line], right: float) -> bool:
    """Whether a block is the heading of a section, with nothing behind it."""
    before = block[-1]
    return (
        len(before.texts) <= 8
        and (len(block) == 1 or before.all_bold or before.text.isupper())
        and before.x1 < right - 2 * before.size
        and section_kind(before.text) is not None
    )


def _begins_caption(before: Line, line: Line, *, short: bool) -> bool:
    """Whether a line is the first one of a legend; `short` if that before is."""
    return (
        line.text[0] in "FTSE"
        and bool(caption_label(line.text, marked=line.bold))
        and (
            is_complete(before.text)
            # Not "… as is shown in | Figure 1. Thus …", in bold type as a link.
            or (
                line.bold
                and (short or line.size != before.size or len(before.texts) < 6)
            )
        )
    )


def _begins_paragraph(before: Line, line: Line, left: float, *, short: bool) -> bool:
    """Whether a line begins a paragraph without a gap; `short` if that before is."""
    indent, size, first = line.x0 - before.x0, before.size, line.text[0]
    if not short and abs(indent) <= 0.6 * size:
        return False  # a full line and the next one below it
    complete = before.text[-1] in '.!?:;)]”"' or before.text[-1].isdigit()
    indented = line.x0 > left + 0.6 * size
    if indent > 0.6 * size and indented and (complete or short):
        return True
    if not complete:
        return False
    capital = first.isupper() or first.isdigit()
    return (indent < -0.6 * size and not indented and (capital or first in "[(")) or (
        short and capital
    )


def _is_title(block: list[Line], line: Line, full: float) -> bool:
    """Whether lines are a title close above a line of text.

    They are a little larger than it; or of another font, whose name does not tell that
    it is bold, and short above a full line.
    """
    last = block[-1]
    if last.size - line.size <= _SAME_SIZE and not (
        last.x1 < full <= line.x1
        and line.font != last.font
        and all(above.font and above.font != line.font for above in block)
    ):
        return False
    return (
        len(block) <= 3
        and len(line.texts) >= 4
        and all(above.size == last.size for above in block)
        and last.bold == last.all_bold  # the text begins below it, not behind it
        and line.text[0].isalnum()
        and not line.text[0].islower()
        and last.text[-1] not in ",;-\u2010\u00ad"
        and not is_complete(last.text)
        and not caption_label(block[0].text, marked=True)
    )


def _runs_in(before: Line, line: Line) -> bool:
    """Whether a heading begins a line, and the text after it goes on in the next."""
    if not before.bold or before.all_bold:
        return False
    high = usual_height(line)
    return abs(heights(before)[-1] - high) <= EVEN * high


def _is_heading(line: Line, before: Line | None, right: float) -> bool:
    """Whether a line is the heading of a known section, and printed as one."""
    text = line.text
    if section_kind(text) is None or line.gaps:
        return False
    if line.all_bold or text.isupper():
        return True
    if text.endswith((".", ",")):
        return False
    if before is None:
        return True
    return line.size > before.size + 0.5 or (
        is_complete(before.text) and line.x1 < right - 2 * line.size
    )


def _classify(block: Block, body: float, *, first: bool) -> None:
    """Say what a block is; `first` when it opens its column."""
    lines = block.lines
    line = lines[0]
    label = caption_label(line.text, marked=line.bold or abs(line.size - body) > 0.4)
    if label:
        block.kind, block.section = "caption", label
        return
    words = sum([len(line.texts) for line in lines])
    if section := _opened(block, words, body):
        block.kind, block.section = "heading", section
        return
    gaps = sum([line.gaps for line in lines])
    if not gaps and _is_subheading(block, words, body):
        block.kind = "subheading"
        return
    same = abs(block.size - body) <= _SAME_SIZE
    lettering = not same and len(lines) <= 8 and not _is_prose(lines, words)
    if lettering or (gaps >= 0.7 * len(lines) and not block.soft):
        block.kind = "scrap"
    elif words < 3.5 * len(lines) and not (block.soft and same):
        short_text = same and _is_short_text(lines, words, first=first)
        block.kind = "text" if short_text else "scrap"
    else:
        block.kind = "text"


def _opened(block: Block, words: int, body: float) -> str:
    """Section that a block opens as its heading; empty if it is none."""
    lines = block.lines
    line = lines[0]
    if len(lines) == 1 and _is_heading(line, None, block.right):
        return section_kind(line.text) or ""
    if len(lines) == 2 and words <= 8 and (line.all_bold or line.size > body + 0.5):
        return section_kind(f"{line.text} {lines[1].text}") or ""
    return ""


def _is_subheading(block: Block, words: int, body: float) -> bool:
    """Whether a block is a title within a section, by its type."""
    lines, text = block.lines, block.lines[0].text
    return (
        len(lines) <= 4
        and words <= 40
        and (words > 1 or bool(block.kind))
        and (
            bool(block.kind)
            # All of it: text may go on behind a title.
            or min([line.size for line in lines]) > body + 0.8
            or all(line.all_bold for line in lines)
        )
        and sum(map(str.isalpha, text)) > 0.5 * len(text)
    )


def _is_short_text(lines: list[Line], words: int, *, first: bool) -> bool:
    """Whether short lines in the size of the text are some of it."""
    return (
        words > 12
        or (first and is_complete(lines[-1].text))
        or (words >= 2 * len(lines) and is_complete(lines[0].text))
    )


def _is_prose(lines: list[Line], words: int) -> bool:
    """Whether lines read like sentences: plain words in small letters."""
    plain = [
        text
        for line in lines
        for text in line.texts
        if len(text) > 1 and text.islower() and text[0].isalpha()
    ]
    return len(plain) >= 0.4 * words


def mark_lettering(blocks: list[Block], body: float) -> None:
    """Mark what reads like text but stands among the lettering of a figure."""
    for index, block in enumerate(blocks):
        if block.kind != "text" or abs(block.size - body) <= _SAME_SIZE:
            continue
        if len(block.lines) > 3 or is_complete(block.lines[-1].text):
            continue
        beside = blocks[max(index - 1, 0) : index + 2]
        if any(other.kind == "scrap" for other in beside):
            block.kind = "scrap"


def mark_tables(blocks: list[Block], body: float) -> None:
    """Mark what follows a table's caption on its page as the table.

    Up to the running text: lines of its size, full of words, without gaps.
    """
    inside, caption = False, -1
    for block in blocks:
        if block.kind == "caption":
            inside, caption = "Table" in block.section, block.stretch
        elif block.kind == "heading":
            # "Results" in small type is a column of the table.
            inside = inside and block.size < body - _SAME_SIZE
            if inside:
                block.kind = "table"
        elif inside and block.kind in ("text", "subheading"):
            words = sum(len(line.texts) for line in block.lines)
            if (
                abs(block.size - body) <= _SAME_SIZE
                and words >= 6 * len(block.lines)
                and not any(line.gaps for line in block.lines)
            ):
                inside = False
            elif (
                block.stretch != caption
                and block.kind == "text"
                and abs(block.size - body) <= _SAME_SIZE
                and len(block.lines) == 1
                and is_complete(block.lines[0].text)
            ):
                continue  # the last line of a paragraph, at the top of a column
            else:
                block.kind = "table"
        elif inside:
            block.kind = "table"


def mark_notes(blocks: list[Block], height: float, body: float) -> None:
    """Mark footnotes of the first page: small type below the running text."""
    # Below a heading or a label small type may be the abstract's.
    running = {
        block.stretch
        for block in blocks
        if block.kind == "text" and abs(block.size - body) <= _SAME_SIZE
    }
    for block, after in zip(reversed(blocks), [None, *reversed(blocks)], strict=False):
        below = after is None or after.kind == "note" or after.stretch != block.stretch
        small = block.size < body - _SAME_SIZE and block.lines[0].y0 > 0.5 * height
        if block.kind not in ("text", "scrap", "subheading") or not (small and below):
            continue
        if block.stretch in running or _NOTE.match(block.lines[0].text):
            block.kind = "note"
