"""Make small PDFs to read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curation_kit.documents._pymupdf import pymupdf

MakePdf = Callable[..., Path]


@pytest.fixture
def make_pdf(tmp_path: Path) -> MakePdf:
    """Write a PDF: one function per page draws on it.

    A page may also be a list of ``(x, y, text)`` or ``(x, y, text, size)``.
    """

    def make(*pages: Any, name: str = "paper.pdf", **save: Any) -> Path:
        document = pymupdf.open()
        for content in pages:
            page = document.new_page(width=612, height=792)
            if callable(content):
                content(page)
                continue
            for x, y, text, *size in content:
                page.insert_text((x, y), text, fontsize=size[0] if size else 10)
        path = tmp_path / name
        document.save(path, **save)
        document.close()
        return path

    return make


@pytest.fixture
def column() -> Callable[..., list[tuple[float, float, str]]]:
    """Place lines below each other: ``column(x, y, lines)``."""

    def place(
        x: float, y: float, lines: list[str], size: float = 10, step: float = 12
    ) -> list[Any]:
        return [(x, y + step * index, line, size) for index, line in enumerate(lines)]

    return place
