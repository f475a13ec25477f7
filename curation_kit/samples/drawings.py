"""Simple vector figures for the sample papers."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

__all__ = ["draw_figure"]

_INK = (0.25, 0.25, 0.25)
_PALE = (0.88, 0.9, 0.92)
_STAIN = (0.36, 0.29, 0.58)


def draw_figure(
    page: Any, name: str, box: tuple[float, float, float, float], rng: random.Random
) -> None:
    """Draw a figure on a page.

    Parameters
    ----------
    page : pymupdf.Page
        Where to draw.
    name
        ``worm``, ``embryo``, ``fish``, ``section``, ``cells`` or ``bars``.
    box
        x0, y0, x1, y1 in points from the top left of the page.
    rng
        Source of the small differences between two drawings of one kind.
    """
    shape = page.new_shape()
    _DRAWINGS[name](shape, box, rng)
    shape.commit()


def _blob(shape: Any, at: tuple[float, float], rx: float, ry: float, fill: Any) -> None:
    x, y = at
    shape.draw_oval((x - rx, y - ry, x + rx, y + ry))
    shape.finish(color=_INK, fill=fill, width=0.5)


def _panels(box: tuple[float, float, float, float]) -> list[tuple[float, ...]]:
    """Halve a box into two panels: centre x, centre y, half width, half height."""
    x0, y0, x1, y1 = box
    half, middle = (x1 - x0) / 4, (y0 + y1) / 2
    return [
        (x0 + half, middle, half * 0.9, (y1 - y0) / 2.3),
        (x1 - half, middle, half * 0.9, (y1 - y0) / 2.3),
    ]


def _worm(shape: Any, box: Any, rng: random.Random) -> None:
    for x, y, rx, ry in _panels(box):
        bend = ry * rng.uniform(0.25, 0.4)
        upper = [
            (x + rx * (i / 12 - 1), y + bend * math.sin(i / 4) - 7 * math.sin(i / 7.7))
            for i in range(25)
        ]
        lower = [
            (x + rx * (i / 12 - 1), y + bend * math.sin(i / 4) + 7 * math.sin(i / 7.7))
            for i in reversed(range(25))
        ]
        shape.draw_polyline([*upper, *lower, upper[0]])
        shape.finish(color=_INK, fill=_PALE, width=0.6)
        for i in (3, 5):
            px, py = x + rx * (i / 12 - 1), y + bend * math.sin(i / 4)
            _blob(shape, (px, py), 5, 2.4, _STAIN)


def _embryo(shape: Any, box: Any, rng: random.Random) -> None:
    for x, y, rx, ry in _panels(box):
        _blob(shape, (x, y), rx, ry * 0.7, _PALE)
        for i in range(7):
            offset = rx * (i - 3) / 4.2
            height = ry * 0.6 * math.sqrt(1 - (offset / rx) ** 2)
            shape.draw_rect((x + offset - 2, y - height, x + offset + 2, y + height))
            tint = rng.uniform(0.3, 0.7)
            shape.finish(color=None, fill=(tint, tint * 0.9, 0.75))


def _fish(shape: Any, box: Any, rng: random.Random) -> None:
    for x, y, rx, ry in _panels(box):
        _blob(shape, (x - rx * 0.35, y), ry * 0.75, ry * 0.7, (0.95, 0.92, 0.8))
        spine = [
            (x - rx * 0.6, y - ry * 0.85),
            (x + rx * 0.2, y - ry * 0.75),
            (x + rx * 0.9, y + rng.uniform(-6, 6)),
            (x + rx * 0.2, y - ry * 0.35),
        ]
        shape.draw_polyline([*spine, spine[0]])
        shape.finish(color=_INK, fill=_PALE, width=0.6)
        for i in range(6):
            _blob(shape, (x - rx * 0.4 + i * rx * 0.14, y - ry * 0.68), 3, 2, _STAIN)


def _section(shape: Any, box: Any, rng: random.Random) -> None:
    for x, y, rx, ry in _panels(box):
        shape.draw_rect((x - rx, y - ry, x + rx, y + ry))
        shape.finish(color=_INK, fill=(0.96, 0.96, 0.97), width=0.5)
        _blob(shape, (x, y), ry * 0.85, ry * 0.85, _PALE)
        _blob(shape, (x, y), ry * 0.6, ry * 0.6, _STAIN)
        _blob(shape, (x + rng.uniform(-3, 3), y), ry * 0.38, ry * 0.38, (0.97, 0.97, 1))


def _cells(shape: Any, box: Any, rng: random.Random) -> None:
    x0, y0, x1, y1 = box
    for row in range(3):
        for column in range(8):
            x = x0 + (column + 0.5) * (x1 - x0) / 8 + rng.uniform(-4, 4)
            y = y0 + (row + 0.5) * (y1 - y0) / 3 + rng.uniform(-3, 3)
            radius = (y1 - y0) / 8
            _blob(shape, (x, y), radius, radius * 0.9, _PALE)
            _blob(shape, (x + 2, y - 1), radius * 0.4, radius * 0.35, _STAIN)


def _bars(shape: Any, box: Any, rng: random.Random) -> None:
    x0, y0, x1, y1 = box
    left, bottom = x0 + 30, y1 - 10
    shape.draw_line((left, y0 + 4), (left, bottom))
    shape.draw_line((left, bottom), (x1 - 10, bottom))
    shape.finish(color=_INK, width=0.8, closePath=False)
    step = (x1 - 20 - left) / 5
    for i in range(5):
        top = bottom - (bottom - y0) * rng.uniform(0.15, 0.85)
        x = left + i * step + step * 0.3
        shape.draw_rect((x, top, x + step * 0.6, bottom))
        shape.finish(color=_INK, fill=_STAIN if i % 2 else _PALE, width=0.5)
        middle = x + step * 0.3
        shape.draw_line((middle, top - 5), (middle, top + 5))
        shape.draw_line((middle - 3, top - 5), (middle + 3, top - 5))
        shape.finish(color=_INK, width=0.6, closePath=False)


_DRAWINGS: dict[str, Callable[[Any, Any, random.Random], None]] = {
    "bars": _bars,
    "cells": _cells,
    "embryo": _embryo,
    "fish": _fish,
    "section": _section,
    "worm": _worm,
}
