from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pypdf
import pypdfium2
import pytest

from curation_kit.documents._pymupdf import pymupdf
from curation_kit.documents.annotations import AUTHOR
from curation_kit.documents.highlights import Highlight, write_highlights
from curation_kit.documents.page_images import PageImages
from curation_kit.documents.reader import read_document
from curation_kit.errors import DocumentFailure, FailureCategory
from curation_kit.evidence import cut_evidence
from curation_kit.records import Box

QUOTE = "The mec-4 gene is on in touch neurons of the larva."
OTHER = "Nothing else is known of the cells of the worm."
YELLOW, BLUE = "#ffe58a", "#4c9be8"


def paper(path: Path, **save: Any) -> Path:
    """Three pages of the same two lines."""
    document = pymupdf.open()
    for number in range(3):
        page = document.new_page(width=612, height=792)
        page.insert_text((72, 200), f"Page {number + 1}. {QUOTE}", fontsize=11)
        page.insert_text((72, 213), OTHER, fontsize=11)
    document.save(path, **save)
    document.close()
    return path


def changed(path: Path, change: Any, **save: Any) -> Path:
    """Do something with each page of a paper."""
    document = pymupdf.open(path)
    for page in document:
        change(page)
    other = path.with_name("changed.pdf")
    document.save(other, **save)
    document.close()
    return other


def mark(
    path: Path, words: str, page: int = 1, *, name: str = "one", color: str = YELLOW
) -> Highlight:
    """Highlight of words, on the page given."""
    text = read_document(path, name="paper.pdf")
    start = text.text.index(words, text.pages[page - 1].start)
    boxes = cut_evidence(text, start, start + len(words)).boxes
    return Highlight(name, tuple(boxes), color, "Evidence", f"Gene: {name} β\nline two")


def copy_of(path: Path, name: str = "copy.pdf") -> Path:
    """A copy to write to."""
    return Path(shutil.copy(path, path.with_name(name)))


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


def assert_marked(before: Path, after: Path, highlight: Highlight) -> None:
    """The boxes are coloured, and nothing else has changed on their page."""
    page = highlight.boxes[0].page
    seen = difference(before, after, page)
    assert not (seen & ~inside(seen.shape, highlight.boxes, 1)).any()
    assert seen[inside(seen.shape, highlight.boxes, -2)].mean() > 0.6


def annotations(path: Path, page: int) -> list[dict[str, Any]]:
    """Annotations of a page, as another program reads them."""
    reader = pypdf.PdfReader(path, strict=True)
    return [item.get_object() for item in reader.pages[page - 1].get("/Annots", [])]


def test_a_highlight_is_what_readers_expect(tmp_path: Path) -> None:
    """A quad per line, the note, the author, an appearance, and it is printed."""
    source = paper(tmp_path / "paper.pdf")
    copy = copy_of(source)
    highlight = mark(source, f"{QUOTE} {OTHER}", 2)

    write_highlights(copy, [highlight])

    assert copy.read_bytes().startswith(source.read_bytes())
    [annot] = annotations(copy, 2)
    assert annot["/Subtype"] == "/Highlight"
    assert (annot["/T"], annot["/NM"]) == (AUTHOR, "one-2")
    assert annot["/Contents"] == "Gene: one β\nline two"
    assert annot["/F"] == 4
    assert [round(float(part), 2) for part in annot["/C"]] == [1.0, 0.9, 0.54]
    assert len(annot["/QuadPoints"]) == 8 * len(highlight.boxes) == 16
    xs, ys = annot["/QuadPoints"][:8:2], annot["/QuadPoints"][1:8:2]
    box = highlight.boxes[0]
    assert xs == pytest.approx([box.x0, box.x1, box.x0, box.x1], abs=0.01)
    top, bottom = 792 - box.y0, 792 - box.y1
    assert ys == pytest.approx([top, top, bottom, bottom], abs=0.01)
    assert b" re\n" in annot["/AP"]["/N"].get_object().get_data()
    assert annotations(copy, 1) == []
    assert_marked(source, copy, highlight)


def test_the_same_again_gives_the_same_bytes(tmp_path: Path) -> None:
    """So checksums of an archive stay."""
    source = paper(tmp_path / "paper.pdf")
    copies = [copy_of(source, "first.pdf"), copy_of(source, "second.pdf")]
    for copy in copies:
        write_highlights(copy, [mark(source, QUOTE)], "a note")
    assert copies[0].read_bytes() == copies[1].read_bytes()
    names = [annot["/NM"] for annot in annotations(copies[0], 1)]
    assert names == ["one-1", "curation-kit-note"]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (50, 100, 500, 700)])
@pytest.mark.parametrize("origin", [0, -100])
def test_turned_and_cropped_pages(tmp_path, rotation, crop, origin) -> None:
    """The colour is where the words are seen."""

    def change(page: Any) -> None:
        if origin:
            page.parent.xref_set_key(page.xref, "MediaBox", "[-100 -100 612 792]")
        if crop:
            x0, y0, x1, y1 = crop
            page.parent.xref_set_key(page.xref, "CropBox", f"[{x0} {y0} {x1} {y1}]")
        page.set_rotation(rotation)

    source = changed(paper(tmp_path / "paper.pdf"), change)
    copy = copy_of(source)
    highlight = mark(source, "touch neurons of the larva", 2)

    write_highlights(copy, [highlight])

    assert_marked(source, copy, highlight)


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


def test_annotations_that_are_there_stay(tmp_path: Path) -> None:
    """Whether their list is the page's own or one that pages share."""

    def change(page: Any) -> None:
        document = page.parent
        if page.number == 0:
            page.add_text_annot((300, 300), "by a reader")
            kind, value = document.xref_get_key(page.xref, "Annots")
            assert kind == "array"
            document.shared = document.get_new_xref()
            document.update_object(document.shared, value)
        document.xref_set_key(page.xref, "Annots", f"{document.shared} 0 R")

    source = changed(paper(tmp_path / "paper.pdf"), change)
    copy = copy_of(source)

    write_highlights(copy, [mark(source, QUOTE, 1)], "a note")

    notes = [[item.get("/Contents") for item in annotations(copy, n)] for n in (1, 2)]
    assert notes[0] == [
        "by a reader",
        None,  # its pop-up window
        "Gene: one β\nline two",
        "a note",
    ]
    assert notes[1] == ["by a reader", None]


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


def test_the_note_on_page_1_is_drawn(tmp_path: Path) -> None:
    """In the corner, with any text."""
    source = paper(tmp_path / "paper.pdf")
    copy = copy_of(source)
    text = "“β” (\\) \ud800 <>"

    write_highlights(copy, [], text)

    [note] = annotations(copy, 1)
    assert note["/Subtype"] == "/Text"
    assert note["/Contents"] == text.encode("utf-16-be", "replace").decode("utf-16-be")
    seen = difference(source, copy)
    assert seen[:44, :44].any()
    assert not seen[44:].any()


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


@pytest.fixture
def images() -> Iterator[PageImages]:
    """What writes copies, ended after the test."""
    made = PageImages()
    yield made
    made.close()


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
