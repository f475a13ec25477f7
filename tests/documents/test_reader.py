from __future__ import annotations

import subprocess
import sys
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest

from curation_kit.documents._pymupdf import pymupdf
from curation_kit.documents.reader import read_document
from curation_kit.documents.text import DocumentText
from curation_kit.errors import DocumentFailure

LEFT = [f"left line {number} has several plain words" for number in range(12)]
RIGHT = [f"right line {number} has several plain words" for number in range(12)]
LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st"}


def kinds(text: DocumentText) -> dict[str, str]:
    """All text of each kind of section, joined."""
    found: dict[str, str] = {}
    for section in text.sections:
        part = text.text[section.start : section.end]
        found[section.kind] = found.get(section.kind, "") + part
    return found


def folded(word: str) -> str:
    """Fold what the reader folds in a printed word: ligatures, invisible marks."""
    for ligature, letters in LIGATURES.items():
        word = word.replace(ligature, letters)
    word = "".join(c for c in word if unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFC", word)


def check(text: DocumentText) -> None:
    """Check what holds for the text of any document."""
    assert len(text.word_starts) == len(text.word_ends) == len(text.word_pages)
    assert len(text.word_boxes) == 4 * len(text.word_starts)
    position = 0
    for start, end in zip(text.word_starts, text.word_ends, strict=True):
        assert position <= start < end
        assert not text.text[position:start].strip()
        assert not any(character.isspace() for character in text.text[start:end])
        position = end
    assert not text.text[position:].strip()
    assert unicodedata.is_normalized("NFC", text.text)
    if text.text:
        assert text.sections[0].start == 0
        assert text.sections[-1].end == len(text.text)
    for before, after in pairwise(text.sections):
        assert before.end == after.start
        assert before.start < before.end
    for before, after in pairwise(text.pages):
        assert before.end == after.start
    for caption in text.captions:
        assert 0 <= caption.start < caption.end <= len(text.text)
        section = text.section_of(caption.start)
        assert section is not None
        assert section.kind in ("figure legend", "table")


def test_two_columns_around_a_caption_across_both(make_pdf, column):
    """Columns are read one after the other, above and below what spans them."""
    caption = "Figure 1. A caption that is printed over the whole width of the page, "
    path = make_pdf(
        [
            *column(60, 100, LEFT[:6]),
            *column(330, 100, RIGHT[:6]),
            (60, 200, caption + "from the left margin to the", 9),
            (60, 211, "right margin, in two lines.", 9),
            *column(60, 240, LEFT[6:]),
            *column(330, 240, RIGHT[6:]),
        ]
    )
    text = read_document(path, name="x.pdf")
    check(text)
    body = " ".join(text.text.split())
    assert " ".join(LEFT[:6]) in body
    assert " ".join(RIGHT[6:]) in body
    order = [LEFT[0], RIGHT[0], LEFT[6], RIGHT[6]]
    assert sorted(order, key=body.index) == order
    assert [caption.label for caption in text.captions] == ["Figure 1"]
    label = text.captions[0]
    assert "in two lines." in text.text[label.start : label.end]


def paragraphs(path: Path) -> list[str]:
    """Paragraphs of a document's text."""
    return read_document(path, name="x.pdf").text.split("\n\n")


@pytest.mark.parametrize("turn", [0, 90])
def test_a_line_that_starts_with_a_smaller_character_ends_no_paragraph(make_pdf, turn):
    """Neither its size nor a tall symbol further on sets the next lines off."""

    def draw(page):
        def put(x, y, text, **style):
            place = (y, 700 - x) if turn else (x, y)
            page.insert_text(place, text, rotate=turn, **style)

        put(60, 100, "2", fontsize=6)
        put(63.4, 100, "Calcium enters the cells of the pharynx and")
        put(60, 112, "the gene is expressed there in all the adults")
        put(60, 124, "at a temperature of")
        put(152, 124, "25 °C", fontsize=13)
        put(190, 124, "and below it as well.")

    assert len(paragraphs(make_pdf(draw))) == 1


def test_a_heading_as_tall_as_its_text_stands_alone(make_pdf):
    """Fonts differ in height: type of another size may fill the same line."""

    def draw(page):
        heading = "Where the gene is expressed in adults"
        page.insert_text((60, 100), heading, fontsize=10.7, fontname="tiro")
        for number, line in enumerate(LEFT[:5]):
            page.insert_text((60, 112 + 12 * number), line, fontsize=10)

    first, second = paragraphs(make_pdf(draw))
    assert first == "Where the gene is expressed in adults"
    assert second == " ".join(LEFT[:5])


@pytest.mark.parametrize("blank", ["0008", "0009", "00A0", "202A"])
def test_a_blank_line_lends_no_other_line_its_type(make_pdf, blank):
    """Lines are known by their order: what has no words must not count."""

    def draw(page):
        page.insert_text((60, 60), "x")
        [content] = page.get_contents()
        shown = page.parent.xref_stream(content)
        meant = f"/Span <</ActualText <FEFF{blank}>>> BDC [<78>]TJ EMC".encode()
        page.parent.update_stream(content, shown.replace(b"[<78>]TJ", meant))
        page.insert_text((60, 100), "Discussion", fontname="hebo")
        for number, line in enumerate(LEFT[:3]):
            page.insert_text((60, 112 + 12 * number), line)

    assert paragraphs(make_pdf(draw)) == ["Discussion", " ".join(LEFT[:3])]


def test_a_sentence_in_bold_type_may_have_a_word_in_another(make_pdf):
    """An abstract in bold type, with a gene's name in italics that are not bold."""

    def draw(page):
        for number, line in enumerate(LEFT[:4]):
            page.insert_text((60, 100 + 12 * number), line, fontname="hebo")
        page.insert_text((60, 148), "the bold line about", fontname="hebo")
        page.insert_text((170, 148), "unc-54", fontname="heit")
        page.insert_text((220, 148), "goes on", fontname="hebo")

    assert len(paragraphs(make_pdf(draw))) == 1


def test_a_heading_in_the_line_of_its_text_ends_nothing(make_pdf):
    """In another type and size; what follows it tells that the next line goes on."""

    def draw(page):
        heading = "The gene is expressed where it is needed in adults."
        page.insert_text((60, 100), heading, fontsize=8, fontname="hebo")
        page.insert_text((278, 100), "It is known")
        for number, line in enumerate(LEFT[:4]):
            page.insert_text((60, 112 + 12 * number), line + " and a few more words")

    assert len(paragraphs(make_pdf(draw))) == 1


def test_a_paragraph_with_a_heading_in_its_line_goes_on_in_the_next_column(make_pdf):
    """It is known by the size of its text, which is not that of the heading."""

    def draw(page):
        heading = "Where the gene is expressed in adults."
        page.insert_text((60, 100), heading, fontsize=8, fontname="hebo")
        page.insert_text((225, 100), "It is")
        for number in range(8):
            left, right = f"left line {number}", f"right line {number}"
            more = "has several plain words in it"
            page.insert_text((60, 112 + 12 * number), f"{left} {more}")
            page.insert_text((330, 100 + 12 * number), f"{right} {more}")

    assert len(paragraphs(make_pdf(draw))) == 1


def test_a_caption_of_one_line_ends_where_the_text_begins(make_pdf):
    """Its label is bold, as a heading in the line of its text may be."""

    def draw(page):
        page.insert_text((60, 100), "Figure 1.", fontsize=8, fontname="hebo")
        caption = "Expression in the pharynx and in the intestine of adults."
        page.insert_text((100, 100), caption, fontsize=8)
        for number, line in enumerate(LEFT[:6]):
            page.insert_text((60, 113 + 12 * number), line + " and a few more words")

    first, second = paragraphs(make_pdf(draw))
    assert first.endswith("intestine of adults.")
    assert second.startswith(LEFT[0])


def test_the_sizes_of_a_scan_are_guesses(make_pdf):
    """Text recognition finds another size for each line of a paragraph."""
    sizes = [9.7, 8.8, 9.9, 9.0, 10.2, 9.3, 8.6, 9.5, 8.8, 9.9, 9.1, 9.8]
    lines = [
        (60, 100 + 12 * number, line, size)
        for number, (line, size) in enumerate(zip(LEFT, sizes, strict=True))
    ]
    assert paragraphs(make_pdf(lines)) == [" ".join(LEFT)]


def test_a_table_along_the_page_is_read(make_pdf):
    """Its cells are lines of one word, and none of them tells what is up."""
    cells = ["pharynx", "hypodermis", "intestine", "0.25", "0.31", "BC"]

    def draw(page):
        page.insert_text((60, 40), "Journal of Things")
        caption = "Table 1. Where the gene is expressed in adults."
        page.insert_text((100, 700), caption, rotate=90)
        for column in range(6):
            for row, cell in enumerate(cells):
                place = 130 + 14 * column, 700 - 90 * row
                page.insert_text(place, f"{cell}{column}", rotate=90)

    text = read_document(make_pdf(draw), name="x.pdf").text
    assert "Where the gene is expressed" in text
    assert all(f"{cell}{column}" in text for cell in cells for column in range(6))


@pytest.mark.parametrize("turn", [90, 270])
def test_a_list_of_pairs_along_the_page_is_read(make_pdf, turn):
    """Its lines of two words tell what is up, where there are no longer ones."""

    def draw(page):
        for column in range(10):
            for row in range(5):
                place = 80 + 14 * column, 120 + 120 * row
                page.insert_text(place, f"unc-{column}{row} positive", rotate=turn)

    text = read_document(make_pdf(draw), name="x.pdf").text
    pairs = [f"unc-{column}{row} positive" for column in range(10) for row in range(5)]
    assert all(pair in text for pair in pairs)


def test_labels_up_the_page_do_not_turn_it(make_pdf):
    """A heat map has more of them than its caption has words."""

    def draw(page):
        for number in range(100):
            place = 40 + 26 * (number % 20), 90 + 50 * (number // 20)
            page.insert_text(place, f"sample{number}", fontsize=6, rotate=90)
        for number, line in enumerate(["Figure 1. Where genes are expressed."] * 3):
            page.insert_text((60, 400 + 12 * number), line)

    assert "Where genes are expressed" in read_document(make_pdf(draw), name="x").text


def test_axes_up_the_page_do_not_turn_it(make_pdf):
    """A page of plots has more words along their axes than in its short caption."""

    def draw(page):
        for number in range(12):
            x, y = 80 + 170 * (number % 3), 80 + 150 * (number // 3)
            axis = "Relative mRNA level (fold change)"
            page.insert_text((x - 12, y + 130), axis, fontsize=7, rotate=90)
            page.insert_text((x + 20, y), f"unc-{number} mutants", fontsize=7)
            for place, group in enumerate(("wild-type", "RNAi", "rescue")):
                page.insert_text((x + 10 + 40 * place, y + 112), group, fontsize=6)
        page.insert_text((60, 720), "Figure 3. Where genes are expressed in adults.")

    assert "Where genes are expressed" in read_document(make_pdf(draw), name="x").text


def test_a_list_of_legends_below_their_labels_is_read(make_pdf, column):
    """Manuscripts end so: the label alone, then a title and paragraphs."""
    title = "Where the gene is expressed"
    pages = [
        *column(60, 100, ["Results", *LEFT]),
        (60, 400, "Acknowledgements", 12),
        (60, 420, "We thank everyone who helped us with this work in these years.", 10),
        (60, 450, "Figure 1", 12),
        (60, 475, title, 12),
        *column(60, 500, ["(A) Expression in the pharynx of the worm at this stage."]),
        (60, 540, "Figure 2", 12),
        (60, 565, "Where it is not", 12),
        *column(60, 590, ["(A) No expression in the gut of the worm at this stage."]),
    ]
    text = read_document(make_pdf(pages), name="x.pdf")
    check(text)
    at = text.text.index("Expression in the pharynx")
    assert text.caption_of(at).label == "Figure 1"
    assert text.section_of(at).kind == "figure legend"
    at = text.text.index("No expression in the gut")
    assert text.caption_of(at).label == "Figure 2"


def test_a_sentence_goes_on_behind_a_page_break(make_pdf, column):
    """Footers and captions at the break do not cut a sentence."""
    filler = "plain words that fill the line up to the right margin of the page and"
    first = ["We found that " + filler, *[filler] * 4, filler + " the gene acs-1 is"]
    second = ["expressed in the intestine of young adults, and nowhere else. " + filler]
    text = read_document(
        make_pdf(
            [*column(60, 100, first), (280, 760, "Page 1 of 3")],
            [
                (60, 100, "Figure 2. Expression of the gene in the intestine.", 8),
                *column(60, 140, [*second, filler, filler + " so on."]),
                (280, 760, "Page 2 of 3"),
            ],
            [*column(60, 100, [filler] * 4), (280, 760, "Page 3 of 3")],
        ),
        name="x.pdf",
    )
    check(text)
    assert "the gene acs-1 is expressed in the intestine of young adults" in text.text
    assert "Page" not in text.text
    place = text.text.index("the gene acs-1")
    assert {page for page, *_ in text.boxes(place, place + 40)} == {1, 2}
    assert text.text.index("Figure 2.") > text.text.index("so on.")


def test_running_heads_go_and_repeated_pages_stay(make_pdf, column):
    """Heads are dropped, but pages that are all alike are the text itself."""
    pages = [
        [(60, 40, "Smith et al., Journal of Tests"), *column(60, 120, LEFT[n : n + 4])]
        for n in range(4)
    ]
    assert "Smith" not in read_document(make_pdf(*pages), name="x.pdf").text
    same = [[(60, 40, "unc-86 is expressed in touch neurons.")]] * 4
    text = read_document(make_pdf(*same, name="same.pdf"), name="x.pdf")
    assert text.text.count("unc-86") == 4


def test_line_numbers_of_manuscripts_go(make_pdf, column):
    """Numbers in the margin are no part of the sentences."""
    lines = [f"words number {n}0 of a long manuscript line" for n in range(20)]
    numbers = [(30, 100 + 20 * n, str(n + 101)) for n in range(20)]
    path = make_pdf([*column(72, 100, lines, step=20), *numbers])
    text = read_document(path, name="x.pdf")
    check(text)
    assert "line words number 10 of" in text.text
    assert "105" not in text.text


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("is highly expres-", "sed in cells", "highly expressed in"),
        ("the gene acs-", "1 in worms", "gene acs-1 in"),
        ("a serum anti-", "GFP of rabbits", "serum anti-GFP of"),
        ("in the wild-", "type animals", "the wild-type animals"),
        ("the same INTES-", "TINE in capitals", "same INTESTINE in"),
        ("a stain and stain-", "ing of cells", "and staining of"),
        ("a form, its transform-", "ation in cells", "its transformation in"),
        ("of the FLAG-", "tagged protein", "the FLAG-tagged protein"),
        ("by an ethanol-", "induced gene", "an ethanol-induced gene"),
        ("an error is in error-", "prone cells", "in error-prone cells"),
        ("stand down; do down-", "stream of it stand", "do downstream of"),
        ("by photo-", "activated cells", "by photoactivated cells"),
    ],
)
def test_hyphens_at_line_ends(make_pdf, first, second, expected):
    """Words are joined, real hyphens are kept, soft ones go."""
    font = {"fontname": "helv", "fontsize": 10}

    def draw(page):
        for index, line in enumerate((first, second)):
            page.insert_text((60, 100 + 12 * index), line, **font)

    text = read_document(make_pdf(draw), name="x.pdf")
    check(text)
    assert expected in text.text


def test_a_hyphenated_word_is_two_pieces(make_pdf, column):
    """Both printed parts of a word keep their boxes."""
    path = make_pdf(column(60, 100, ["the gene is expres-", "sed in the gut"]))
    text = read_document(path, name="x.pdf")
    place = text.text.index("expressed")
    pieces = text.words_in(place, place + len("expressed"))
    assert len(pieces) == 2
    assert len(text.boxes(place, place + len("expressed"))) == 2


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_turned_pages(make_pdf, column, rotation):
    """A turned page reads the same; boxes are where the reader sees them."""
    plain = read_document(make_pdf(column(60, 100, LEFT)), name="x.pdf")

    def draw(page):
        for x, y, line, size in column(60, 100, LEFT):
            page.insert_text((x, y), line, fontsize=size)
        page.set_rotation(rotation)

    path = make_pdf(draw, name="turned.pdf")
    turned = read_document(path, name="x.pdf")
    check(turned)
    assert turned.text == plain.text
    with pymupdf.open(path) as document:
        page = document[0]
        assert (turned.pages[0].width, turned.pages[0].height) == tuple(page.rect)[2:]
        # MuPDF searches in the coordinates of the page as seen.
        seen = page.search_for("left line 3")[0] * page.rotation_matrix
    start = turned.text.index("left line 3")
    (box,) = turned.boxes(start, start + 4)[:1]
    assert seen.normalize().intersects(pymupdf.Rect(box[1:]))


def test_sections_of_a_plain_paper(make_pdf, column):
    """Headings open sections; captions cut them in two."""
    prose = ["These are some plain words of the running text which fill a line up"] * 3

    def end(word):
        return [*prose, f"to the last word {word}."]

    path = make_pdf(
        [
            (60, 60, "Expression of the gene acs-1 in worms", 18),
            (60, 90, "A. Author, University of Tests"),
            (60, 120, "Abstract", 12),
            *column(60, 140, end("alpha")),
            (60, 210, "1. Introduction", 12),
            *column(60, 230, end("beta")),
            (60, 300, "2. RESULTS", 12),
            *column(60, 320, end("gamma")),
            (60, 400, "Fig. 3. The worm in colours.", 8),
            *column(60, 430, end("delta")),
            (60, 500, "D I S C U S S I O N", 12),
            *column(60, 520, end("epsilon")),
            (60, 590, "Acknowledgments", 12),
            *column(60, 610, ["We thank the zeta foundation for its kind support."]),
            (60, 640, "References", 12),
            *column(60, 660, ["1. Smith J. A paper. J Tests 2001, 1:1-2. eta"]),
        ]
    )
    text = read_document(path, name="x.pdf")
    check(text)
    found = kinds(text)
    words = {
        "abstract": "alpha",
        "introduction": "beta",
        "results": "gamma",
        "discussion": "epsilon",
        "acknowledgements": "zeta",
        "references": "eta",
        "title": "Expression of the gene",
        "figure legend": "in colours",
    }
    for kind, word in words.items():
        assert word in found[kind]
    assert "delta" in found["results"]
    assert [caption.label for caption in text.captions] == ["Figure 3"]


def test_a_document_without_pages_of_text(make_pdf):
    """A PDF of images is refused with what to do."""

    def draw(page):
        picture = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 50, 50))
        page.insert_image(page.rect, pixmap=picture)

    with pytest.raises(DocumentFailure, match="no text layer") as error:
        read_document(make_pdf(draw, draw), name="x.pdf")
    assert error.value.category == "input"
    assert "OCR" in error.value.hint


def test_pages_without_text_are_named(make_pdf, column):
    """A page without text is listed; the others are read."""
    path = make_pdf(column(60, 100, LEFT), [], column(60, 100, RIGHT))
    text = read_document(path, name="x.pdf")
    assert text.pages_without_text == [2]
    assert [page.number for page in text.pages] == [1, 2, 3]


def test_real_papers(shared_data):
    """Every word of every real paper keeps its place, in sections that fit."""
    with_references = 0
    papers = sorted((shared_data / "papers").glob("*.pdf"))
    for path in papers:
        text = read_document(path, name=path.name)
        check(text)
        found = kinds(text)
        assert set(found) & {"results", "results and discussion", "body"} or (
            "introduction" in found
        ), path.name
        with_references += "references" in found
        with pymupdf.open(path) as document:
            printed = [
                {
                    part
                    for word in page.get_text("words", flags=67)
                    for part in folded(word[4]).split()
                }
                for page in document
            ]
        for index, number in enumerate(text.word_pages):
            page = text.pages[number - 1]
            x0, y0, x1, y1 = text.word_boxes[4 * index : 4 * index + 4]
            assert -2 <= x0 <= x1 <= page.width + 2, path.name
            assert -20 <= y0 <= y1 <= page.height + 20, path.name
            piece = text.text[text.word_starts[index] : text.word_ends[index]]
            words = printed[number - 1]
            assert {piece, piece + "-", piece + "\u2010"} & words, (path.name, piece)
    assert with_references >= 0.9 * len(papers)


def test_nasty_files(shared_data):
    """Every hostile file is read or refused as an input failure."""
    refused = []
    for path in sorted((shared_data / "nasty").glob("*.pdf")):
        if not path.is_file():
            continue
        try:
            text = read_document(path, name=path.name)
        except DocumentFailure as failure:
            refused.append(failure)
        else:
            check(text)
    assert all(failure.category == "input" for failure in refused)
    assert all(failure.message and failure.hint for failure in refused)


def test_the_layout_model_is_not_loaded():
    """Reading keeps the layout model out, and leaves it importable."""
    code = (
        "import sys, curation_kit.documents.reader; "
        "assert 'onnxruntime' not in sys.modules; "
        "assert sys.modules.get('pymupdf.layout', 1) is not None"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_settings_of_pymupdf_are_as_before(paper):
    """The user of a notebook uses PyMuPDF in the same process."""
    read_document(paper, name="x.pdf")
    assert not pymupdf.TOOLS.unset_quad_corrections()
