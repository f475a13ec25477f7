"""How large a page is drawn: the width of its panel, the screen, and the zoom."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from curation_kit.session.page_drawing import Wish

__all__ = ["WIDTH_STEP", "ZOOMS", "PageScale"]

#: Steps of the zoom; 1 is a page as wide as the panel.
ZOOMS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0)

#: Widths are rounded up to a multiple of so many pixels: a scroll bar that comes
#: and goes costs no other picture.
WIDTH_STEP = 50

#: Widest picture that is drawn, in pixels.
WIDEST = 5_000

#: Added to the width of the panel, in CSS pixels: its margin moves.
_MARGIN = 8


@dataclass(slots=True)
class PageScale:
    """The scale of pages in a panel.

    Attributes
    ----------
    width
        CSS pixels that a page may take; a guess until the browser tells.
    ratio
        Pixels of the screen per CSS pixel.
    zoom
        One of `ZOOMS`.
    """

    width: float = 760.0
    ratio: float = 1.0
    zoom: float = 1.0

    def fit(self, width: float, ratio: float) -> None:
        """Take over what the browser tells, within reason."""
        self.width = min(max(float(width), 100.0), WIDEST)
        self.ratio = min(max(float(ratio), 0.5), 5.0)

    def step(self, by: int) -> None:
        """Enlarge by a step (1), make smaller (-1), or fit the width (0)."""
        at = min(max(ZOOMS.index(self.zoom) + by, 0), len(ZOOMS) - 1)
        self.zoom = ZOOMS[at] if by else 1.0

    def wish(self, path: Path, page: int) -> Wish:
        """A page, as wide as it is seen."""
        width = (self.width + _MARGIN) * self.ratio * self.zoom
        return Wish(path, page, min(math.ceil(width / WIDTH_STEP) * WIDTH_STEP, WIDEST))
