from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from curation_kit.agents import Paper, get_agent
from curation_kit.documents._pymupdf import pymupdf
from curation_kit.errors import DocumentFailure

ID = "ab" * 32


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    """A PDF of two pages, the second of them empty."""
    document = pymupdf.open()
    document.new_page().insert_text((72, 72), "mec-4 is expressed in neurons.")
    document.new_page()
    document.save(tmp_path / "paper.pdf")
    document.close()
    return tmp_path / "paper.pdf"


def test_the_agent_reads_text_and_keeps_the_count_of_pages(pdf: Path) -> None:
    """The ledger tells of pages that could not be read."""
    paper = Paper(id=ID, name="a.pdf", path=pdf)

    text = get_agent("pdf")().read(paper)

    assert "mec-4 is expressed in neurons." in text.text
    assert (paper.ledger.pages, paper.ledger.pages_without_text) == (2, 1)


def test_a_file_that_is_no_pdf_fails_as_input(tmp_path: Path) -> None:
    """With what to do next."""
    path = tmp_path / "a.pdf"
    path.write_text("my shopping list")

    with pytest.raises(DocumentFailure) as caught:
        get_agent("pdf")().read(Paper(id=ID, name="a.pdf", path=path))

    assert caught.value.category == "input"
    assert caught.value.message
    assert caught.value.hint


def test_listing_agents_loads_no_pymupdf() -> None:
    """A notebook that only looks on stays small."""
    code = (
        "import sys; from curation_kit.agents import agents;"
        "agents(); print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert "pymupdf" not in loaded
