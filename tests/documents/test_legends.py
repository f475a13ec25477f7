from __future__ import annotations

from curation_kit.documents.reader import read_document

FILLER = "plain words that fill the line up to the right margin of the page and"


def legend_of(text, label):
    """Words of the legend of a figure."""
    caption = next(one for one in text.captions if one.label == label)
    return text.text[caption.start : caption.end]


def test_a_legend_goes_on_below_its_label_and_its_title(make_pdf, column):
    """Panels are part of it, running text is not."""
    path = make_pdf(
        [
            *column(60, 80, ["Results"], 14),
            *column(60, 110, [*[FILLER] * 3, "and the text stops here."]),
            *column(60, 190, ["Figure 1"]),
            *column(60, 220, ["Expression of the gene in the embryo"]),
            *column(60, 250, ["(A) The gene is seen in the limb of the embryo."]),
            *column(60, 280, ["(B, C) It is not seen in the trunk of the embryo."]),
            *column(60, 310, ["We then looked at the adults. " + FILLER, FILLER]),
        ]
    )
    text = read_document(path, name="x.pdf")
    legend = legend_of(text, "Figure 1")
    assert "in the limb" in legend
    assert legend.rstrip().endswith("trunk of the embryo.")
    for words, kind in (("(B, C) It", "figure legend"), ("We then", "results")):
        section = text.section_of(text.text.index(words))
        assert section is not None
        assert section.kind == kind


def test_legends_collected_behind_the_paper_are_whole(make_pdf, column):
    """There all up to the footnotes belongs to a figure."""
    path = make_pdf(
        [
            *column(60, 80, ["Results"], 14),
            *column(60, 110, [*[FILLER] * 3, "and the text stops here."]),
            *column(60, 190, ["Acknowledgements"], 14),
            *column(
                60, 220, ["We thank the members of our laboratory for their help."]
            ),
            *column(60, 250, ["Figure 1"]),
            *column(60, 280, ["Expression of the gene in the embryo"]),
            *column(60, 310, ["In the embryo the gene is seen in the limb."]),
            *column(60, 340, ["Sections are from the middle of the embryo."]),
            *column(60, 370, ["Footnotes"]),
        ]
    )
    text = read_document(path, name="x.pdf")
    legend = legend_of(text, "Figure 1")
    assert "seen in the limb" in legend
    assert "Sections are" in legend
    assert "Footnotes" not in legend
