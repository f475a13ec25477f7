"""Papers of any size that can be read."""

from __future__ import annotations

import os
from pathlib import Path


def write_large_paper(path: Path, megabytes: int) -> Path:
    """Write a one-page paper with so many million bytes of data attached to it."""
    import pymupdf

    with pymupdf.open() as paper:
        page = paper.new_page()
        page.insert_textbox(
            pymupdf.Rect(72, 72, 500, 700),
            "The gene myo-2 is expressed in the pharynx of adult worms. " * 20,
        )
        paper.embfile_add("data", os.urandom(megabytes * 1_000_000))
        paper.save(path)
    return path
