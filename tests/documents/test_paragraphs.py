"""Paragraphs put together over column, page and figure breaks."""

from __future__ import annotations

from curation_kit.documents.reader import read_document

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
