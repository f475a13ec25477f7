"""Type sizes: of the running text, and of lines whose first character has another."""

# ruff: noqa: PLR2004 -- rules about printed pages: each number is explained where it stands

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from operator import sub
from statistics import median

from curation_kit.documents.lines import Line

__all__ = ["EVEN", "OTHER_SIZE", "body_size", "heights", "mend_sizes", "usual_height"]

#: Difference in type size, in points, that sets a line off the one above.
OTHER_SIZE = 0.6
#: So many sizes has the prose of a column of a scan, at least.
_GUESSED = 5
#: Part of their height by which words of one font and size may differ.
EVEN = 0.02


def body_size(pages_lines: list[list[Line]]) -> float:
    """Type size of the running text: the one most lines are set in.

    The lines of legends may be twice as long.
    """
    exact: Counter[float] = Counter()
    for lines in pages_lines:
        exact.update([line.size for line in lines if len(line.texts) >= 5])
    counts: Counter[float] = Counter()
    for size, number in exact.items():
        counts[round(2 * size) / 2] += number
    return counts.most_common(1)[0][0] if counts else 10.0


def mend_sizes(lines: list[Line], prose: list[Line]) -> None:
    """Give lines their type size, where that of their first character is another."""
    sizes = [line.size for line in prose]
    if len(set(sizes)) >= _GUESSED and len(_odd_pairs(prose)) > len(prose) / 3:
        # A scan: the sizes are guesses, and so are small differences.
        middle = median(sizes)
        for line in lines:
            if abs(line.size - middle) < middle / 3:
                line.size = middle
    for above, below in _odd_pairs(lines):
        first, other = heights(above)[0], heights(below)[0]
        height, high = usual_height(above), usual_height(below)
        if above.all_bold != below.all_bold or abs(height - high) > EVEN * high:
            continue
        if abs(other - high) > EVEN * high or below.size < 0.75 * above.size:
            below.size = above.size
        elif abs(first - height) > EVEN * height or above.size < 0.75 * below.size:
            above.size = below.size


def _odd_pairs(lines: list[Line]) -> list[tuple[Line, Line]]:
    """Lines that follow each other in another size."""
    return [
        (above, below)
        for above, below in pairwise(lines)
        if below.size != above.size and abs(below.size - above.size) > OTHER_SIZE
    ]


def usual_height(line: Line) -> float:
    """Height of most words of a line.

    That of the first is another where it is, or has, a superscript or a symbol.
    """
    found = sorted(heights(line))
    return found[len(found) // 2]


def heights(line: Line) -> list[float]:
    """Height of each word of a line, also where the text runs up the page."""
    x0s, y0s, x1s, y1s = (line.boxes[corner::4] for corner in range(4))
    upright = max(x1s) - min(x0s) >= max(y1s) - min(y0s)
    if upright == (line.x1 - line.x0 >= line.y1 - line.y0):
        return list(map(sub, y1s, y0s))
    return list(map(sub, x1s, x0s))
