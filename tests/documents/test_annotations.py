from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from highlighted import (
    OTHER,
    QUOTE,
    annotations,
    assert_marked,
    changed,
    copy_of,
    mark,
    paper,
)
from pictures import difference

from curation_kit.documents.annotations import AUTHOR
from curation_kit.documents.highlights import write_highlights


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
