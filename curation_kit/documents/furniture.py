"""What is printed on the pages but is no part of the paper's text.

Running heads and feet, page numbers, download notices up the margin, and the
line numbers of manuscripts.
"""

# ruff: noqa: PLR2004 -- rules about printed pages: each number is explained where it stands

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise
from statistics import median

from curation_kit.documents.lines import Line, PageLines

__all__ = ["drop_line_numbers", "drop_running_heads"]

#: Share of the page's height, above and below, in which heads and feet stand.
_MARGIN = 0.13
#: Most that a running head moves from page to page, in points.
_DRIFT = 8.0
#: Fewer numbers below each other do not count the lines of a page.
_FEWEST_NUMBERS = 8

_DIGITS = re.compile(r"\d+")
_NUMBERED = re.compile(r"(?:supplement\w* )?(?:fig(?:ure)?|table)\b", re.IGNORECASE)


def drop_running_heads(pages: list[PageLines]) -> None:
    """Remove lines that stand at the same place of several pages.

    Texts count as the same when they differ in digits only. Two pages are
    enough in a paper of up to six pages (left and right pages have heads of
    their own), three in a longer one.
    """
    needed = 2 if len(pages) <= 6 else 3
    doomed: set[int] = set()
    for found in _margins(pages).values():
        if len({page for _, page, _ in found}) < needed:
            continue
        middle = median(position for position, _, _ in found)
        near = [
            (page, line)
            for position, page, line in found
            if abs(position - middle) <= _DRIFT
        ]
        if len({page for page, _ in near}) >= needed:
            doomed.update(line for _, line in near)
    if not doomed:
        return
    for page in pages:
        kept = [line for line in page.lines if id(line) not in doomed]
        if kept:  # pages that are all alike have no heads, they are the text
            page.lines = kept


def _margins(
    pages: list[PageLines],
) -> dict[tuple[str, str], list[tuple[float, int, int]]]:
    """Position, page and identity of the lines in the margins, by their text."""
    seen: dict[tuple[str, str], list[tuple[float, int, int]]] = defaultdict(list)
    for page in pages:
        top, bottom = _MARGIN * page.height, (1 - _MARGIN) * page.height
        for line in page.lines:
            if (line.y0 < top or line.y1 > bottom) and not _NUMBERED.match(line.text):
                place = "top" if line.y0 < top else "bottom"
                text = _DIGITS.sub("#", line.text).lower()
                seen[place, text].append((line.y0, page.number, id(line)))
    return seen


def drop_line_numbers(page: PageLines) -> None:
    """Remove the numbers in the margin of a manuscript's lines.

    They are a column of at least eight numbers, aligned, growing by one (or
    by five), evenly spaced, outside the text.
    """
    numbers = [line for line in page.lines if line.texts[0].isdecimal()]
    if page.turned or len(numbers) < _FEWEST_NUMBERS:
        return
    columns: dict[int, list[tuple[float, int, Line]]] = defaultdict(list)
    for line in numbers:
        first = line.texts[0]
        if len(first) <= 5:
            alone = len(line.texts) == 1
            if alone or line.boxes[4] - line.boxes[2] > 0.8 * line.size:
                columns[round(line.boxes[2] / 3)].append((line.y0, int(first), line))
    for key in list(columns):
        # Right-aligned numbers may fall on either side of a rounding edge.
        found = columns[key] + columns.get(key + 1, [])
        if len(found) < _FEWEST_NUMBERS:
            continue
        found.sort(key=lambda item: item[0])
        if _count_evenly(found) and _outside(page, found):
            _remove(page, {id(line) for _, _, line in found})


def _count_evenly(found: list[tuple[float, int, Line]]) -> bool:
    """Whether numbers, from top to bottom, count lines that are evenly spaced."""
    steps = [b[1] - a[1] for a, b in pairwise(found)]
    step = max(set(steps), key=steps.count)
    if step not in (1, 5) or steps.count(step) < 0.8 * len(steps):
        return False
    drops = [b[0] - a[0] for a, b in pairwise(found)]
    usual = median(drops)
    return sum(abs(drop - usual) < 0.3 * usual for drop in drops) >= 0.6 * len(drops)


def _outside(page: PageLines, found: list[tuple[float, int, Line]]) -> bool:
    """Whether numbers stand left of the text, or right of it."""
    numbered = {id(line) for _, _, line in found}
    edge = max(line.boxes[2] for _, _, line in found)
    inside = [
        line
        for line in page.lines
        if id(line) not in numbered and line.x0 < edge and len(line.text) > 20
    ]
    return len(inside) <= 0.2 * len(found) or _right_of_text(page, found)


def _right_of_text(page: PageLines, found: list[tuple[float, int, Line]]) -> bool:
    left = min(line.boxes[0] for _, _, line in found)
    return all(line.x1 <= left for line in page.lines if len(line.text) > 20)


def _remove(page: PageLines, numbered: set[int]) -> None:
    kept: list[Line] = []
    for line in page.lines:
        if id(line) in numbered:
            if len(line.texts) == 1:
                continue
            line.text = line.text[len(line.texts[0]) :].lstrip()
            line.boxes, line.texts = line.boxes[4:], line.texts[1:]
            line.x0 = line.boxes[0]
        kept.append(line)
    page.lines = kept
