"""Whether the text of a page can be seen: asked for single places, on demand.

The reader takes all text of a page, as any copy and paste does. What a reader of
the page cannot see (white on white, in a hidden layer, covered, minute) is found
here for the boxes of a quote, by drawing the page: 10 to 50 ms for each page that
has any.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation_kit.documents._pymupdf import pymupdf
from curation_kit.documents.opening import PAGE_ERRORS, check_memory, opened
from curation_kit.records import Box

__all__ = ["COVERED", "LAYER", "MINUTE", "hidden_text"]

#: Text rendering mode 3 or no opacity: a text layer under a scan, or a trick.
LAYER = "hidden text layer"
#: Nothing but plain ground where the text should be.
COVERED = "text that cannot be seen on the page"
MINUTE = "text too small to read"

#: In points; the smallest print of a journal is about 4.
_SMALLEST = 1.5
#: Least difference between the lightest and the darkest pixel of text that can be
#: read, of 255. WCAG asks for far more; printed grey lettering has about 60.
_CONTRAST = 24
#: Pixels per point.
_SCALE = 2.0
#: PDF text rendering mode "neither fill nor stroke".
_INVISIBLE = 3
_OPAQUE = 0.05
#: Characters that must be hidden before a line is called so: a white full stop
#: or a hidden space is nothing.
_FEWEST = 3


@dataclass(slots=True)
class _Run:
    """Characters of one span that stand in one box."""

    hidden: bool
    size: float
    text: str
    x0: float
    y0: float
    x1: float
    y1: float


def hidden_text(path: Path, boxes: Sequence[Box]) -> list[str | None]:
    """Tell for boxes of text whether some of it cannot be seen.

    Call it in a process that may be killed, and never in two threads at once.

    Parameters
    ----------
    path
        The PDF.
    boxes
        Places of words or lines, as `DocumentText.boxes` gives them.

    Returns
    -------
    list of str or None
        For each box `LAYER`, `COVERED` or `MINUTE`, None where all can be
        seen. Text below a picture that shows other text counts as seen.

    Raises
    ------
    DocumentFailure, OSError, MemoryError
        As `read_document` does.
    """
    found: list[str | None] = [None] * len(boxes)
    by_page: dict[int, list[int]] = defaultdict(list)
    for index, box in enumerate(boxes):
        by_page[box.page].append(index)
    with opened(path) as document:
        for number, indices in by_page.items():
            try:
                page = document[number - 1]
                reasons = _on_page(page, [boxes[index] for index in indices])
            except PAGE_ERRORS as error:
                check_memory(error)
                continue  # a page that cannot be drawn has no boxes either
            for index, reason in zip(indices, reasons, strict=True):
                found[index] = reason
    return found


def _on_page(page: Any, boxes: list[Box]) -> list[str | None]:
    runs = _runs(page, boxes)
    picture: Any = None
    reasons: list[str | None] = []
    for own in runs:
        reason = None
        for run in own:
            if len(run.text) < _FEWEST:
                continue
            if run.hidden:
                reason = LAYER
            elif run.size < _SMALLEST:
                reason = MINUTE
            else:
                picture = picture or page.get_pixmap(
                    matrix=pymupdf.Matrix(_SCALE, _SCALE), colorspace=pymupdf.csGRAY
                )
                reason = None if _has_ink(picture, run) else COVERED
            if reason:
                break
        reasons.append(reason)
    return reasons


def _runs(page: Any, boxes: list[Box]) -> list[list[_Run]]:
    """Runs of characters with one look, for each box."""
    found: list[list[_Run]] = [[] for _ in boxes]
    matrix = page.rotation_matrix
    for span in page.get_texttrace():
        hidden = span["type"] == _INVISIBLE or span["opacity"] < _OPAQUE
        around = pymupdf.Rect(span["bbox"]) * matrix
        for index, box in enumerate(boxes):
            if (
                around.x1 < box.x0 - 1
                or around.x0 > box.x1 + 1
                or around.y1 < box.y0 - 1
                or around.y0 > box.y1 + 1
            ):
                continue
            run: _Run | None = None
            for code, _, _, corners in span["chars"]:
                place = pymupdf.Rect(corners) * matrix
                x, y = (place.x0 + place.x1) / 2, (place.y0 + place.y1) / 2
                inside = box.x0 - 1 <= x <= box.x1 + 1 and box.y0 - 1 <= y <= box.y1 + 1
                if not inside or chr(code).isspace():
                    continue
                if run is None:
                    run = _Run(hidden, span["size"], "", *place)
                    found[index].append(run)
                run.text += chr(code)
                run.x0, run.y0 = min(run.x0, place.x0), min(run.y0, place.y0)
                run.x1, run.y1 = max(run.x1, place.x1), max(run.y1, place.y1)
    return found


def _has_ink(picture: Any, run: _Run) -> bool:
    """Whether the drawn page shows anything where characters stand."""
    left, right = int(run.x0 * _SCALE), int(run.x1 * _SCALE) + 1
    # The middle of the line: neighbours reach into its rim.
    rim = 0.2 * (run.y1 - run.y0)
    top, bottom = int((run.y0 + rim) * _SCALE), int((run.y1 - rim) * _SCALE) + 1
    left, right = max(left, 0), min(right, picture.width)
    samples, stride = picture.samples_mv, picture.stride
    darkest, lightest = 255, 0
    for row in range(max(top, 0), min(bottom, picture.height)):
        pixels = samples[row * stride + left : row * stride + right]
        if len(pixels):
            darkest, lightest = min(darkest, *pixels, 255), max(lightest, *pixels, 0)
    return lightest - darkest >= _CONTRAST
