from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from highlighted import (
    BLUE,
    OTHER,
    QUOTE,
    YELLOW,
    annotations,
    assert_marked,
    changed,
    copy_of,
    mark,
    paper,
)
from pictures import picture

from curation_kit.documents._pymupdf import pymupdf
from curation_kit.documents.highlights import Highlight, write_highlights
from curation_kit.documents.page_images import PageImages
from curation_kit.documents.reader import read_document
from curation_kit.errors import DocumentFailure, FailureCategory
from curation_kit.evidence import cut_evidence
from curation_kit.records import Box


def test_the_same_again_gives_the_same_bytes(tmp_path: Path) -> None:
    """So checksums of an archive stay."""
    source = paper(tmp_path / "paper.pdf")
    copies = [copy_of(source, "first.pdf"), copy_of(source, "second.pdf")]
    for copy in copies:
        write_highlights(copy, [mark(source, QUOTE)], "a note")
    assert copies[0].read_bytes() == copies[1].read_bytes()
    names = [annot["/NM"] for annot in annotations(copies[0], 1)]
    assert names == ["one-1", "curation-kit-note"]


def test_what_lies_on_another_highlight_has_its_own_colour(tmp_path: Path) -> None:
    """Colours are not mixed, and the words stay legible."""
    source = paper(tmp_path / "paper.pdf")
    copy = copy_of(source)
    quote = mark(source, QUOTE)
    gene = mark(source, "mec-4", name="gene", color=BLUE)

    write_highlights(copy, [quote, gene])

    box = gene.boxes[0]
    seen = picture(copy, 1)
    alone = copy_of(source, "alone.pdf")
    write_highlights(alone, [gene])
    corner = int(2 * box.y0) + 2, int(2 * box.x0) + 1
    assert seen[corner].tolist() == picture(alone, 1)[corner].tolist()
    assert seen[int(2 * box.y0) : int(2 * box.y1)].min() < 60  # black print
    assert_marked(source, copy, quote)


@pytest.mark.parametrize(
    "encryption",
    [
        {"encryption": pymupdf.PDF_ENCRYPT_AES_256, "owner_pw": "secret"},
        {
            "encryption": pymupdf.PDF_ENCRYPT_RC4_128,
            "owner_pw": "secret",
            "permissions": pymupdf.PDF_PERM_PRINT,
        },
    ],
)
def test_restrictions_are_kept(tmp_path: Path, encryption: dict[str, Any]) -> None:
    """Encrypted with an empty password: anybody may read it, not all else."""
    source = paper(tmp_path / "paper.pdf", user_pw="", **encryption)
    copy = copy_of(source)
    highlight = mark(source, QUOTE)

    write_highlights(copy, [highlight])

    assert_marked(source, copy, highlight)
    with pymupdf.open(source) as before, pymupdf.open(copy) as after:
        assert after.metadata["encryption"] == before.metadata["encryption"]
        assert after.permissions == before.permissions
        [annot] = after[0].annots()
        assert annot.info["content"] == "Gene: one β\nline two"
    assert "Gene" not in copy.read_bytes().decode("latin-1")


def test_a_locked_pdf_is_refused(tmp_path: Path) -> None:
    """With what to do; it stays as it was."""
    source = paper(tmp_path / "paper.pdf")
    highlight = mark(source, QUOTE)
    locked = changed(
        source,
        lambda _: None,
        encryption=pymupdf.PDF_ENCRYPT_AES_256,
        user_pw="secret",
        owner_pw="other",
    )
    before = locked.read_bytes()

    with pytest.raises(DocumentFailure, match="locked with a password"):
        write_highlights(locked, [highlight])
    assert locked.read_bytes() == before


def test_a_quote_that_runs_over_pages(tmp_path: Path) -> None:
    """It has a highlight on each, with the same note."""
    source = paper(tmp_path / "paper.pdf")
    copy = copy_of(source)
    boxes = [*mark(source, OTHER, 1).boxes, *mark(source, QUOTE, 3).boxes]

    write_highlights(copy, [Highlight("one", tuple(boxes), YELLOW, "Evidence", "text")])

    found = {page: annotations(copy, page) for page in (1, 2, 3)}
    assert [len(items) for items in found.values()] == [1, 0, 1]
    assert found[3][0]["/NM"] == "one-3"
    assert found[3][0]["/Contents"] == "text"


def test_damaged_files(tmp_path: Path) -> None:
    """What can be repaired is written anew; the rest is refused in plain words."""
    source = paper(tmp_path / "paper.pdf")
    highlight = mark(source, QUOTE)
    whole = source.read_bytes()
    harmed = tmp_path / "harmed.pdf"
    harmed.write_bytes(whole[: whole.rindex(b"xref")])
    copy = copy_of(harmed)

    write_highlights(copy, [highlight])

    assert_marked(source, copy, highlight)
    assert len(annotations(copy, 1)) == 1

    harmed.write_bytes(whole[:200])
    with pytest.raises(DocumentFailure, match="damaged") as caught:
        write_highlights(copy_of(harmed), [highlight])
    assert caught.value.hint


def test_pages_that_are_not_there(tmp_path: Path) -> None:
    """The file is another one then."""
    copy = copy_of(paper(tmp_path / "paper.pdf"))
    boxes = (Box(9, 1, 1, 2, 2),)
    with pytest.raises(DocumentFailure, match="no page 9: the document has 3"):
        write_highlights(copy, [Highlight("one", boxes, YELLOW, "Evidence", "")])


def test_a_long_document(tmp_path: Path) -> None:
    """Only the pages with highlights are touched."""
    document = pymupdf.open()
    for number in range(250):
        document.new_page().insert_text((72, 100), f"Sentence {number} of many.")
    source = tmp_path / "paper.pdf"
    document.save(source)
    document.close()
    copy = copy_of(source)
    boxes = tuple(Box(page, 72, 90, 150, 104) for page in (3, 249))

    write_highlights(copy, [Highlight("one", boxes, YELLOW, "Evidence", "text")])

    assert copy.stat().st_size < source.stat().st_size + 8_000
    assert [len(annotations(copy, page)) for page in (3, 4, 249)] == [1, 0, 1]


def test_hostile_and_broken_files_of_the_shared_data(
    shared_data: Path, tmp_path: Path
) -> None:
    """What can be read can be highlighted, and another program opens the copy."""
    tried = 0
    for source in sorted((shared_data / "nasty").glob("*.pdf")):
        try:
            text = read_document(source, name=source.name)
        except (DocumentFailure, OSError):
            continue
        copy = Path(shutil.copy(source, tmp_path / "copy.pdf"))
        evidence = cut_evidence(text, 0, min(len(text.text), 200))
        marks = [Highlight("one", tuple(evidence.boxes), YELLOW, "Evidence", "text")]

        write_highlights(copy, marks, "a note")

        with pypdfium2.PdfDocument(copy) as document:
            assert len(document) == len(text.pages), source.name
        tried += 1
    assert tried > 15


# ---- in a process of its own


def test_a_copy_is_written_and_the_paper_stays(images, tmp_path: Path) -> None:
    """Byte by byte; a paper that is another one by now is refused."""
    source = paper(tmp_path / "paper.pdf")
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    target = tmp_path / "out.pdf"
    target.write_bytes(b"old")

    images.highlight(source, target, [mark(source, QUOTE)], sha256=digest)

    assert hashlib.sha256(source.read_bytes()).hexdigest() == digest
    assert len(annotations(target, 1)) == 1
    with pytest.raises(DocumentFailure, match="no longer the paper"):
        images.highlight(source, target, [], sha256="0" * 64)
    assert len(annotations(target, 1)) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.pdf", "paper.pdf"]


def test_a_copy_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    """Nothing is left of it."""
    source = paper(tmp_path / "paper.pdf")
    images = PageImages(copy_time_limit=0)
    try:
        with pytest.raises(DocumentFailure, match="could not be written") as caught:
            images.highlight(source, tmp_path / "out.pdf", [])
    finally:
        images.close()
    assert caught.value.category is FailureCategory.TIMEOUT
    assert [path.name for path in tmp_path.iterdir()] == ["paper.pdf"]
