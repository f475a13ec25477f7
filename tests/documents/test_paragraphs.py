"""Paragraphs put together over column, page and figure breaks."""

from __future__ import annotations

from curation_kit.documents.reader import read_document

LEFT = [f"left line {number} has several plain words" for number in range(14)]
RIGHT = [f"right line {number} has several plain words" for number in range(14)]
FULL = "plain words that fill the line up to the right margin of the page and"


def test_a_legend_as_large_as_the_text_does_not_get_into_a_sentence(make_pdf, column):
    """Below a label that stands alone, at the top of the page after the break."""

    def second(page):
        page.insert_text((60, 100), "Figure 2", fontsize=10, fontname="hebo")
        legend = [(60, 112, "Photographs of the pharynx of an adult.", 10)]
        rest = column(60, 150, ["parison to the wild type. " + FULL, FULL])
        for x, y, line, size in legend + rest:
            page.insert_text((x, y), line, fontsize=size)

    first = column(60, 100, [*[FULL] * 4, FULL + " the gene is stronger in com-"])
    text = read_document(make_pdf(first, second), name="x.pdf")
    assert "stronger in comparison to the wild type" in text.text
    at = text.text.index("Photographs")
    assert text.section_of(at).kind == "figure legend"


def test_legends_in_two_columns_are_read_one_after_the_other(make_pdf, column):
    """Of two figures of a page, each goes on beside where it begins."""
    tail = [*RIGHT[:2], "and ends here."]
    path = make_pdf(
        [
            *column(60, 60, ["Fig. 1: Where it is expressed.", *LEFT[:2]], 8, 10),
            *column(330, 60, tail, 8, 10),
            *column(60, 300, ["Fig. 2: Where it is not, and", *LEFT[2:4]], 8, 10),
            *column(330, 300, ["more of this legend " + RIGHT[2], *tail[1:]], 8, 10),
            *column(60, 400, [*LEFT[4:], "and here the"]),
            *column(330, 400, [*RIGHT[4:], "the page ends."]),
        ]
    )
    text = read_document(path, name="x.pdf")
    assert [caption.label for caption in text.captions] == ["Figure 1", "Figure 2"]
    first, second = (text.text[it.start : it.end] for it in text.captions)
    assert f"{LEFT[1]} {RIGHT[0]}" in first
    assert f"{LEFT[3]} more of this legend" in second
    assert second.endswith("and ends here.")


def test_a_legend_may_end_on_the_next_page(make_pdf, column):
    """Where its first part says so; it does not get into the text there."""
    rest = ["Scale bars are 20 um in all of the pictures.", "The pharynx is left."]
    path = make_pdf(
        [
            *column(60, 60, [FULL] * 6),
            *column(60, 300, ["Figure 1. Expression", "(A) A. (B) B."], 8, 10),
            (300, 330, "(legend continued on next page)", 8),
        ],
        [*column(60, 60, [FULL] * 6), *column(60, 300, rest, 8, 10)],
    )
    text = read_document(path, name="x.pdf")
    assert text.caption_of(text.text.index("The pharynx")).label == "Figure 1"


def test_a_sentence_goes_on_behind_lettering_and_a_wide_legend(make_pdf, column):
    """With a capital, beside a column of the page that begins further left."""
    legend = [f"wide line {number} of the legend of it" for number in range(8)]
    path = make_pdf(
        [
            *column(160, 100, [FULL] * 6),
            (160, 172, FULL + " the town of Cairns and", 10),
        ],
        [
            (90, 60, "100 (kDa)", 10),
            (60, 300, "Fig. 1. Where it is expressed.", 8),
            *column(60, 312, legend, 8, 12),
            *column(160, 500, ["Rockhampton as well. " + FULL, FULL + " so on."]),
        ],
    )
    text = read_document(path, name="x.pdf").text
    assert "the town of Cairns and Rockhampton as well" in text


def test_a_sentence_goes_on_behind_pages_of_figures(make_pdf, column):
    """Also where it breaks off behind the short name of a genus."""
    path = make_pdf(
        [*column(60, 100, [FULL] * 6), (60, 172, FULL + " the presence of Ae.", 10)],
        *[[(60, 100, "Figure 1. Where it is expressed.", 8)]] * 3,
        column(60, 100, ["aegypti as well. " + FULL, FULL + " so on."]),
    )
    text = read_document(path, name="x.pdf").text
    assert "the presence of Ae. aegypti as well" in text


def test_a_footnote_without_a_stop_holds_no_sentence_up(make_pdf, column):
    """Nothing of it is looked for behind the text of the next column."""
    note = [
        "* To whom letters should be sent with",
        "all questions on this paper of ours and more",
    ]
    path = make_pdf(
        [(60, 60, "A cover sheet", 10)],
        [
            *column(60, 60, [*LEFT, "of the gene in worms."]),
            *column(60, 300, note, 8, 10),
            *column(330, 60, [*RIGHT, "a sentence that goes on with O."]),
        ],
        column(60, 60, ["basilicum on the next page. " + FULL, *[FULL] * 4]),
    )
    text = read_document(path, name="x.pdf").text
    assert "goes on with O. basilicum on the next page" in text
