from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curation_kit.documents._pymupdf import pymupdf
from curation_kit.documents.reader import read_document
from curation_kit.documents.visibility import COVERED, LAYER, MINUTE
from curation_kit.evidence import Aligner, flag_hidden

SEEN = "The mec-4 gene is on in touch neurons of the larva."
HIDDEN = "The secret unc-86 gene is on in the adult gut."

BOUNDS = "0 -200 600 800"
#: Glyphs of a Type 3 font: a small drawing with the colours of the page, and a shape.
PICTURE = b"600 0 d0 50 0 500 700 re f"
SHAPE = b"600 0 0 0 600 700 d1 50 0 500 700 re f"


def paper(path: Path, draw: Callable[[Any], None], *, rotation: int = 0) -> Path:
    """A page with a visible sentence and whatever is drawn besides."""
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    page.insert_text((72, 100), SEEN, fontsize=11)
    page.insert_text(
        (72, 130), "Nothing else is known of the worm's cells.", fontsize=11
    )
    draw(page)
    page.set_rotation(rotation)
    document.save(path)
    document.close()
    return path


def flags(path: Path, quote: str) -> list[str]:
    """Flags of a quote that is in the paper."""
    evidence = Aligner(read_document(path, name="paper.pdf")).align(quote)
    assert evidence.verification == "verified"
    flag_hidden([evidence], path)
    return evidence.flags


def white(page: Any) -> None:
    """White on white."""
    page.insert_text((72, 300), HIDDEN, fontsize=11, color=(1, 1, 1))


def layer(page: Any) -> None:
    """Neither filled nor stroked."""
    page.insert_text((72, 300), HIDDEN, fontsize=11, render_mode=3)


def transparent(page: Any) -> None:
    """Without opacity."""
    page.insert_text((72, 300), HIDDEN, fontsize=11, fill_opacity=0, stroke_opacity=0)


def minute(page: Any) -> None:
    """Under a point high."""
    page.insert_text((72, 300), HIDDEN, fontsize=0.8)


def covered(page: Any) -> None:
    """Behind a white rectangle."""
    page.insert_text((72, 300), HIDDEN, fontsize=11)
    page.draw_rect((60, 280, 500, 310), color=(1, 1, 1), fill=(1, 1, 1))


def scanned(page: Any) -> None:
    """Hidden letters under a picture with ink, as OCR makes them."""
    picture = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 40, 10))
    picture.clear_with(200)
    picture.set_rect(pymupdf.IRect(0, 0, 20, 10), (0,))
    page.insert_image((60, 285, 500, 310), pixmap=picture)
    page.insert_text((72, 300), HIDDEN, fontsize=11, render_mode=3)


def write(
    page: Any, glyph: bytes, state: str = "", *, size: float = 11, bounds: str = BOUNDS
) -> None:
    """In a Type 3 font all of whose letters are drawn alike."""
    document = page.parent
    letters = sorted(set(HIDDEN))
    names = {letter: f"uni{ord(letter):04X}" for letter in letters}
    drawn = document.get_new_xref()
    document.update_object(drawn, "<<>>")
    document.update_stream(drawn, glyph)
    glyphs = " ".join(f"/{name} {drawn} 0 R" for name in names.values())
    coded = " ".join(f"{ord(letter)} /{name}" for letter, name in names.items())
    font = document.get_new_xref()
    document.update_object(
        font,
        f"<</Type/Font/Subtype/Type3/FontBBox[{bounds}]"
        "/FontMatrix[.001 0 0 .001 0 0]/FirstChar 0/LastChar 127"
        f"/Widths[{'600 ' * 128}]/CharProcs<<{glyphs}>>"
        f"/Encoding<</Type/Encoding/Differences[{coded}]>>>>",
    )
    page.clean_contents()
    document.xref_set_key(page.xref, "Resources/Font/Own", f"{font} 0 R")
    [contents] = page.get_contents()
    written = f"BT {state} /Own {size} Tf 72 492 Td ({HIDDEN}) Tj ET".encode()
    document.update_stream(contents, page.read_contents() + b"\n" + written)


def empty(page: Any) -> None:
    """In a font whose letters have a width but no outlines."""
    write(page, b"600 0 d0")


def boundless(page: Any) -> None:
    """In such a font that does not tell how large its letters are."""
    write(page, b"600 0 d0", bounds="0 0 0 0")


def flat(page: Any) -> None:
    """In such a font that tells that its letters are hardly higher than a line."""
    write(page, b"600 0 d0", bounds="0 0 600 1")


def low(page: Any) -> None:
    """In such a font that tells a fifth of the height of its letters."""
    write(page, b"600 0 d0", bounds="0 0 600 200")


def white_picture(page: Any) -> None:
    """In a font whose letters take the colour of the page, which is white."""
    write(page, PICTURE, "1 g")


def minute_picture(page: Any) -> None:
    """In such a font, under a point high."""
    write(page, PICTURE, size=0.8)


def layer_of_shapes(page: Any) -> None:
    """Not drawn, in a font whose letters have a shape and no colour."""
    write(page, SHAPE, "3 Tr")


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize(
    ("draw", "flag"),
    [
        (white, COVERED),
        (layer, LAYER),
        (transparent, LAYER),
        (minute, MINUTE),
        (covered, COVERED),
        (empty, COVERED),
        (boundless, COVERED),
        (flat, COVERED),
        (low, COVERED),
        (white_picture, COVERED),
        (minute_picture, MINUTE),
        (layer_of_shapes, LAYER),
        (scanned, LAYER),
    ],
)
def test_text_that_cannot_be_seen_is_flagged(tmp_path, draw, flag, rotation) -> None:
    """However it was hidden; its visible neighbour is not."""
    path = paper(tmp_path / "paper.pdf", draw, rotation=rotation)

    assert flags(path, HIDDEN) == [flag]
    assert flags(path, SEEN) == []


def test_a_hidden_word_in_a_visible_line_is_flagged(tmp_path: Path) -> None:
    """A white "not" turns what the program reads around."""

    def draw(page: Any) -> None:
        page.insert_text((72, 300), "The unc-86 gene is", fontsize=11)
        x = 72 + pymupdf.get_text_length("The unc-86 gene is ", fontsize=11)
        page.insert_text((x, 300), "not", fontsize=11, color=(1, 1, 1))
        x += pymupdf.get_text_length("not ", fontsize=11)
        page.insert_text((x, 300), "on in the adult gut.", fontsize=11)

    path = paper(tmp_path / "paper.pdf", draw)

    assert flags(path, "The unc-86 gene is not on in the adult gut.") == [COVERED]


def test_white_letters_on_a_dark_ground_are_seen(tmp_path: Path) -> None:
    """It is not the colour that counts."""

    def draw(page: Any) -> None:
        page.draw_rect((60, 280, 500, 310), fill=(0, 0, 0.4))
        page.insert_text((72, 300), HIDDEN, fontsize=11, color=(1, 1, 1))

    path = paper(tmp_path / "paper.pdf", draw)

    assert flags(path, HIDDEN) == []


@pytest.mark.parametrize("rotation", [0, 90])
@pytest.mark.parametrize("glyph", [PICTURE, SHAPE], ids=["picture", "shape"])
def test_letters_of_a_type_3_font_are_seen(tmp_path, glyph, rotation) -> None:
    """MuPDF draws some as pictures, and gives their text as not drawn."""

    def draw(page: Any) -> None:
        write(page, glyph)

    path = paper(tmp_path / "paper.pdf", draw, rotation=rotation)

    assert flags(path, HIDDEN) == []


def test_a_quote_that_was_not_found_has_nothing_to_show(tmp_path: Path) -> None:
    """It has no place on a page."""
    path = paper(tmp_path / "paper.pdf", white)
    evidence = Aligner(read_document(path, name="paper.pdf")).align(
        "Quite another thing."
    )

    assert flag_hidden([evidence], path) == 0
    assert evidence.flags == []
