from __future__ import annotations

from pathlib import Path

import pytest

from curation_kit.session.page_scale import WIDTH_STEP, ZOOMS, PageScale

PAPER = Path("a.pdf")


@pytest.mark.parametrize(("width", "ratio"), [(500, 2.0), (731.5, 1.0), (300, 1.25)])
def test_a_page_is_as_fine_as_the_screen(width: float, ratio: float) -> None:
    """Rounded up, so that a scroll bar makes no other picture."""
    scale = PageScale()
    scale.fit(width, ratio)
    drawn = scale.wish(PAPER, 3)
    assert (drawn.path, drawn.page) == (PAPER, 3)
    assert drawn.width % WIDTH_STEP == 0
    assert width * ratio <= drawn.width < (width + 8) * ratio + WIDTH_STEP


def test_the_zoom_goes_in_steps() -> None:
    """To both ends and not farther; 0 fits the width again."""
    scale = PageScale()
    seen = []
    for _ in ZOOMS:
        scale.step(1)
        seen.append(scale.zoom)
    assert seen == [1.25, 1.5, 2.0, 3.0, 4.0, 4.0, 4.0, 4.0]
    scale.step(0)
    assert scale.zoom == 1.0
    for _ in ZOOMS:
        scale.step(-1)
    assert scale.zoom == ZOOMS[0]


def test_what_a_browser_tells_is_kept_within_reason() -> None:
    """No picture is without pixels, none takes all memory."""
    scale = PageScale()
    scale.fit(-5, 0)
    assert 0 < scale.wish(PAPER, 1).width <= 100
    scale.fit(1e9, 99)
    assert scale.wish(PAPER, 1).width == 5_000
