"""Reading order of a page: columns, and what stands across them."""

# ruff: noqa: PLR2004 -- rules about printed pages: each number is explained where it stands

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from operator import attrgetter

from curation_kit.documents.lines import Line, PageLines

__all__ = ["common_gutters", "find_gutters", "reading_order"]

_y0_x0 = attrgetter("y0", "x0")

#: Lines needed on each side of a gutter, with as many words, to believe it.
_LINES = 3
_WORDS = 3
#: So many edges are tried, those of most lines: a large table has hundreds.
_MOST_EDGES = 30
#: More columns than two to this power has a table only.
_DEPTH = 3
#: A line may start so far left of its column, with a footnote mark for instance.
_HANG = 6.0


def find_gutters(page: PageLines) -> list[float]:
    """Left edges of the columns to the right of the first, in points.

    A column is a common left edge with lines of prose to the right of it and
    to the left, side by side, and few lines across.
    """
    return _gutters(page.lines, needed=_LINES)


def common_gutters(found: Sequence[list[float]]) -> list[float]:
    """Column edges that several pages share, most first.

    They serve the pages with too little text to tell, such as the last one.
    """
    counts = Counter(round(edge / 4) for edges in found for edge in edges)
    return [4.0 * edge for edge, count in counts.most_common(4) if count >= 2]


def reading_order(
    page: PageLines, gutters: list[float], common: list[float]
) -> list[list[Line]]:
    """Put the lines of a page in order.

    Returns
    -------
    list of list of Line
        Stretches of lines that stand below each other. Lines across all
        columns divide the page in bands; in a band the columns are read from
        left to right.
    """
    if not gutters and common:
        for edge in common:
            left, across, right = _sides(page.lines, edge)
            if right and left and _beside(left, right) and len(across) <= len(right):
                gutters = [min((line.x0 for line in right), default=edge)]
                break
    return _ordered(page.lines, sorted(gutters))


def _gutters(lines: list[Line], *, needed: int, depth: int = _DEPTH) -> list[float]:
    """Search the best edge, then on both sides of it, so many times."""
    prose = [line for line in lines if len(line.texts) >= _WORDS]
    if len(prose) < 2 * needed or not depth:
        return []
    edge = _best_edge(lines, prose, needed)
    if edge is None:
        return []
    left, _, right = _sides(lines, edge)
    # Numbers that hang before a list belong to the column of the list.
    limit = max([line.x1 for line in left if len(line.texts) >= _WORDS], default=edge)
    edge = min([line.x0 for line in left if line.x0 >= limit], default=edge)
    left, _, right = _sides(lines, edge)
    # Three columns: look again on either side, asking for more.
    more = max(needed, 6)
    return [
        *_gutters(left, needed=more, depth=depth - 1),
        edge,
        *_gutters(right, needed=more, depth=depth - 1),
    ]


def _best_edge(lines: list[Line], prose: list[Line], needed: int) -> float | None:
    """Edge with most lines side by side, and few across; None if no edge has them."""
    leftmost = min([line.x0 for line in lines if len(line.text) > 4])
    edges: dict[int, list[Line]] = defaultdict(list)
    for line in prose:
        if line.x0 > leftmost + 40:
            edges[round(line.x0 / 3)].append(line)
    starts = [near for near in edges.values() if len(near) >= needed]
    if len(starts) > _MOST_EDGES:
        starts = sorted(starts, key=len, reverse=True)[:_MOST_EDGES]
    best, highest = None, 0.0
    for near in starts:
        edge = min(line.x0 for line in near)
        left, across, right = _sides(prose, edge)
        if len(right) < needed:
            continue
        left = max(left, _sidebar(lines, edge), key=len)
        pairs = _beside(left, right) if len(left) >= needed else 0
        if pairs < needed:
            continue
        top = min(line.y0 for line in near)
        bottom = max(line.y1 for line in near)
        crossing = sum(line.y0 >= top and line.y1 <= bottom for line in across)
        score = pairs - 2.0 * crossing
        if score > highest:
            best, highest = edge, score
    return best


def _sidebar(lines: list[Line], edge: float) -> list[Line]:
    """Narrow lines left of an edge that start below each other, in words."""
    limit = edge + 1
    left = [
        line
        for line in lines
        if line.x1 <= limit and len(line.text) > 4 and line.text[:3].isalpha()
    ]
    starts = Counter([round(line.x0 / 2) for line in left])
    if not starts or starts.most_common(1)[0][1] < 0.6 * len(left):
        return []
    return left


def _sides(lines: list[Line], edge: float) -> tuple[list[Line], list[Line], list[Line]]:
    """Lines left of, across and right of a column edge."""
    left: list[Line] = []
    across: list[Line] = []
    right: list[Line] = []
    start, end = edge - _HANG, edge + 1
    for line in lines:
        if line.x0 >= start:
            right.append(line)
        elif line.x1 <= end:
            left.append(line)
        else:
            across.append(line)
    return left, across, right


def _beside(left: list[Line], right: list[Line]) -> int:
    """How many lines on the right have one of the left at their side."""
    rows: set[int] = set()
    for line in left:
        rows.update(range(int(line.y0) // 4, int(line.y1) // 4 + 1))
    return sum([int(line.y0 + line.y1) // 8 in rows for line in right])


def _ordered(lines: list[Line], gutters: list[float]) -> list[list[Line]]:
    """Bands between the lines across the gutters, columns within the bands."""
    if not gutters or len(lines) < 2:
        return [_rows(lines)] if lines else []
    across, columns = _placed(lines, gutters)
    if not across:
        return [_rows(column) for column in columns if column]
    _take_last_lines(across, columns)
    result: list[list[Line]] = []
    for band in _bands(across):
        above, inside, columns = _cut_at(band, columns)
        result += [_rows(column) for column in above if column]
        # Narrower columns beside lines that reach over the page's own.
        inner = gutters
        if len(inside) > 2 * _LINES:
            inner = _gutters(band + inside, needed=_LINES)
        if inner != gutters:
            result += _ordered(band + inside, inner)
        else:
            result.append(_rows(band + inside))
    result += [_rows(column) for column in columns if column]
    return result


def _placed(
    lines: list[Line], gutters: list[float]
) -> tuple[list[Line], list[list[Line]]]:
    """Lines across any gutter, as a wide table across two of three, and in columns."""
    across: list[Line] = []
    columns: list[list[Line]] = [[] for _ in range(len(gutters) + 1)]
    edges = [edge - _HANG for edge in gutters]
    for line in lines:
        place = bisect_right(edges, line.x0)
        if place < len(gutters) and line.x1 > gutters[place] + 1:
            across.append(line)
        else:
            columns[place].append(line)
    return across, columns


def _cut_at(
    band: list[Line], columns: list[list[Line]]
) -> tuple[list[list[Line]], list[Line], list[list[Line]]]:
    """Lines of the columns above a band, beside its lines, and below it."""
    top, bottom = min(line.y0 for line in band), max(line.y1 for line in band)
    above: list[list[Line]] = []
    inside: list[Line] = []
    below: list[list[Line]] = []
    for column in columns:
        above.append([line for line in column if (line.y0 + line.y1) / 2 < top])
        below.append([line for line in column if (line.y0 + line.y1) / 2 > bottom])
        inside += [line for line in column if top <= (line.y0 + line.y1) / 2 <= bottom]
    return above, inside, below


def _bands(across: list[Line]) -> list[list[Line]]:
    """Lines across the columns that follow each other closely, together."""
    bands: list[list[Line]] = []
    for line in sorted(across, key=_y0_x0):
        if bands and line.y0 - bands[-1][-1].y1 < 1.2 * line.size:
            bands[-1].append(line)
        else:
            bands.append([line])
    return bands


def _take_last_lines(across: list[Line], columns: list[list[Line]]) -> None:
    """Move the short last lines of paragraphs across from their column."""
    for line in [line for column in columns for line in column]:
        size = line.size
        for above in across:
            gap = line.y0 - above.y1
            if -size < gap < 0.7 * size and line.y0 > above.y0 + 0.3 * size:
                middle = (line.y0 + line.y1) / 2
                if abs(above.size - size) < 0.3 and not any(
                    other.y0 < middle < other.y1
                    for column in columns
                    for other in column
                    if other is not line
                ):
                    across.append(line)
                    next(c for c in columns if line in c).remove(line)
                break


def _rows(lines: list[Line]) -> list[Line]:
    """Lines from top to bottom; parts of one printed line are put together."""
    lines = sorted(lines, key=_y0_x0)
    rows: list[list[Line]] = []
    bottom = 0.0
    for line in lines:
        y0, y1 = line.y0, line.y1
        below = y0 >= bottom - 0.3 * (y1 - y0)
        bottom = max(bottom, y1)
        if below:
            rows.append([line])
            continue
        for row in rows[-3:]:
            main = row[0]
            tall, low = main.y1 - main.y0, y1 - y0
            overlap = min(main.y1, y1) - max(main.y0, y0)
            alike = max(tall, low) < 2.2 * min(tall, low)  # no drop capital
            if (
                alike
                and overlap > 0.5 * min(tall, low)
                and all(
                    line.x0 >= part.x1 - 2 or line.x1 <= part.x0 + 2 for part in row
                )
            ):
                row.append(line)
                break
        else:
            rows.append([line])
    return [row[0] if len(row) == 1 else _merged(row) for row in rows]


def _merged(row: list[Line]) -> Line:
    """Make one line of parts that stand side by side."""
    row.sort(key=lambda line: line.x0)
    main = max(row, key=lambda line: len(line.text))
    text, gaps = row[0].text, 0
    boxes = array("f")
    for line in row:
        boxes += line.boxes
    for before, after in pairwise(row):
        space = after.x0 - before.x1
        gaps += space > 1.5 * main.size
        text += ("" if space < 0.1 * main.size else " ") + after.text
    return Line(
        main.page,
        row[0].x0,
        min(line.y0 for line in row),
        max(line.x1 for line in row),
        max(line.y1 for line in row),
        main.size,
        row[0].bold,
        all(line.all_bold for line in row),
        boxes,
        [text for line in row for text in line.texts],
        text,
        gaps,
        font=row[0].font,
    )
