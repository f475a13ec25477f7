"""Pictures of pages, to be looked at."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2


def size(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG, from its header."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


def picture(path: Path, page: int) -> np.ndarray:
    """A page, as another program draws it with its annotations."""
    with pypdfium2.PdfDocument(path) as document:
        drawn = document[page - 1].render(scale=2, rev_byteorder=True)
        return drawn.to_numpy().copy()[:, :, :3].astype(int)


def difference(before: Path, after: Path, page: int = 1) -> np.ndarray:
    """Where two files look different."""
    return (picture(before, page) != picture(after, page)).any(axis=2)


def inside(shape: tuple[int, ...], boxes: Any, margin: int) -> np.ndarray:
    """Pixels of boxes."""
    found = np.zeros(shape, dtype=bool)
    for box in boxes:
        top, bottom = int(2 * box.y0) - margin, int(2 * box.y1) + 1 + margin
        left, right = int(2 * box.x0) - margin, int(2 * box.x1) + 1 + margin
        found[max(top, 0) : bottom, max(left, 0) : right] = True
    return found
