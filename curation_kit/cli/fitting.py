"""Lines of a table that fit a terminal: what is too long for its column is cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

__all__ = ["cut", "cut_middle", "fitted", "joined", "least", "plain", "room"]

_GAP = "  "

#: No column that may give way is made narrower than this, or than its heading.
_LEAST = 6


def plain(value: Any) -> str:
    """Text of one line that no terminal obeys."""
    text = "" if value is None else str(value)
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", text).strip()


def least(title: str) -> int:
    """How narrow the column of a heading may become."""
    return max(_LEAST, len(title))


def room(columns: int, width: int) -> int:
    """What so many columns have of a line between them."""
    return width - len(_GAP) * (columns - 1)


def fitted(
    titles: Sequence[str],
    lines: Sequence[Sequence[str]],
    width: int,
    *,
    whole: Sequence[bool] | None = None,
) -> list[int]:
    """Widths of columns, so that a line fits; those that are `whole` give nothing."""
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(titles, *lines, strict=True)]
    floor = [
        natural if fixed else least(title)
        for natural, title, fixed in zip(
            widths, titles, whole or [False] * len(titles), strict=True
        )
    ]
    while sum(widths) > room(len(widths), width):
        place = max(range(len(widths)), key=lambda n: widths[n] - floor[n])
        if widths[place] <= floor[place]:
            break
        widths[place] -= 1
    return widths


def joined(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    """One line of cells that are no wider than their columns."""
    from rich.cells import cell_len

    shown = []
    for text, width, to_right in zip(cells, widths, right, strict=True):
        space = " " * (width - cell_len(text))
        shown.append(space + text if to_right else text + space)
    return _GAP.join(shown).rstrip()


def cut(text: str, width: int) -> str:
    """Cut a text to some columns of the terminal, and show that it was."""
    from rich.cells import cell_len, set_cell_size

    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(width - 1, 0)).rstrip() + "…"


def cut_middle(text: str, width: int) -> str:
    """Cut a name as `cut` does, but keep its end: names often differ there alone."""
    from rich.cells import cell_len

    if cell_len(text) <= width:
        return text
    end = text[-(width // 3) :]
    while cell_len(end) > width // 3:
        end = end[1:]
    return cut(text, width - cell_len(end)) + end
