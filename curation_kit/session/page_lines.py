"""The printed lines of a page, so that its words can be selected over its picture."""

from __future__ import annotations

from curation_kit.documents.text import DocumentText

__all__ = ["PageLine", "printed_lines"]

#: x0, y0, x1, y1 in points from the top left of the page, and the words.
PageLine = tuple[float, float, float, float, str]

#: Share of its height by which a word overlaps the line that it goes on.
_OVERLAP = 0.3

#: Gap in heights of a line beyond which another column or cell begins.
_WIDEST_GAP = 3.0


def printed_lines(text: DocumentText, page: int) -> list[PageLine]:
    """Give the lines of a page, in reading order.

    Parameters
    ----------
    page
        Its number, from 1.

    Returns
    -------
    list of tuple
        A word that is broken over two lines has a hyphen in the first.
    """
    lines: list[list[float]] = []  # x0, y0, x1, y1, offsets of start and end
    for index, number in enumerate(text.word_pages):
        if number != page:
            continue
        x0, y0, x1, y1 = text.word_boxes[4 * index : 4 * index + 4]
        start, end = text.word_starts[index], text.word_ends[index]
        if lines and _goes_on(lines[-1], x0, y0, y1):
            last = lines[-1]
            last[1:4] = min(last[1], y0), x1, max(last[3], y1)
            last[5] = end
        else:
            lines.append([x0, y0, x1, y1, start, end])
    broken = {line[4] for line in lines}
    return [
        (
            *(round(edge, 1) for edge in line[:4]),  # type: ignore[misc]
            text.text[int(line[4]) : int(line[5])] + ("-" if line[5] in broken else ""),
        )
        for line in lines
    ]


def _goes_on(line: list[float], x0: float, y0: float, y1: float) -> bool:
    """Whether a word stands behind a line, on its level."""
    _, top, right, bottom, *_ = line
    height = min(bottom - top, y1 - y0)
    level = min(bottom, y1) - max(top, y0) > _OVERLAP * height
    return level and -height / 2 < x0 - right < _WIDEST_GAP * (bottom - top)
