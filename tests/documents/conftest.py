"""Small PDFs to read, and what draws their pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from curation_kit.documents._pymupdf import pymupdf
from curation_kit.documents.page_images import PageImages
from curation_kit.samples import write_sample_papers

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


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample paper of two pages or more."""
    [made] = write_sample_papers(tmp_path_factory.mktemp("papers"), count=1)
    return made.path


@pytest.fixture
def images() -> Iterator[PageImages]:
    """What draws pages, ended after the test."""
    made = PageImages()
    yield made
    made.close()
