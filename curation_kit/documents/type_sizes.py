"""Type sizes: of the running text, and of lines whose first character has another."""

# ruff: noqa: PLR2004 -- rules about printed pages: each number is explained where it stands

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from statistics import median

from curation_kit.documents.lines import Line

__all__ = ["OTHER_SIZE", "body_size", "mend_sizes"]

#: Difference in type size, in points, that sets a line off the one above.
OTHER_SIZE = 0.6
#: Lines of prose in a column from which on their sizes tell a scan.
_GUESSED = 8
#: Part of their height by which words of one font and size may differ.
_EVEN = 0.02


def body_size(pages_lines: list[list[Line]]) -> float:
    """Type size of the running text: the one most characters are set in."""
    exact: dict[float, int] = {}
    for lines in pages_lines:
        for line in lines:
            if len(line.texts) >= 5:
                exact[line.size] = exact.get(line.size, 0) + len(line.text)
    counts: Counter[float] = Counter()
    for size, characters in exact.items():
        counts[round(2 * size) / 2] += characters
    return counts.most_common(1)[0][0] if counts else 10.0


def mend_sizes(lines: list[Line], prose: list[Line]) -> None:
    """Give lines their type size, where that of their first character is another."""
    odd = _odd_pairs(lines)
    if len(prose) >= _GUESSED and len(odd) > len(lines) / 3:
        # A scan: the sizes are guesses, and so are small differences.
        middle = median([line.size for line in prose])
        for line in lines:
            if abs(line.size - middle) < middle / 3:
                line.size = middle
        odd = _odd_pairs(lines)
    for above, below in odd:
        (first, height), (other, high) = _heights(above), _heights(below)
        if above.all_bold != below.all_bold or abs(height - high) > _EVEN * high:
            continue
        if abs(other - high) > _EVEN * high or below.size < 0.75 * above.size:
            below.size = above.size
        elif abs(first - height) > _EVEN * height or above.size < 0.75 * below.size:
            above.size = below.size


def _odd_pairs(lines: list[Line]) -> list[tuple[Line, Line]]:
    """Lines that follow each other in another size."""
    return [
        (above, below)
        for above, below in pairwise(lines)
        if below.size != above.size and abs(below.size - above.size) > OTHER_SIZE
    ]


def _heights(line: Line) -> tuple[float, float]:
    """Height of the first word of a line, and of most words.

    They differ where it starts with a superscript, or a symbol of another font.
    """
    heights = [
        y1 - y0 for y0, y1 in zip(line.boxes[1::4], line.boxes[3::4], strict=True)
    ]
    return heights[0], sorted(heights)[len(heights) // 2]
