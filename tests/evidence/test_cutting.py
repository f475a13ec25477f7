from __future__ import annotations

from array import array

import pytest
from fakes import plain_text

from curation_kit.documents.text import Caption, DocumentText, Page, Section
from curation_kit.evidence import cut_evidence, figure_labels
from curation_kit.records import Box, Verification


@pytest.mark.parametrize(
    ("quote", "labels"),
    [
        ("see Figs. 2B and 3", ["Figure 2B", "Figure 3"]),
        ("(Fig. 1A–C)", ["Figure 1A–C"]),
        ("Table 2 lists", ["Table 2"]),
        ("Tables 1 and 2", ["Table 1", "Table 2"]),
        ("Supplementary Figure S1", ["Supplementary Figure S1"]),
        ("Extended Data Fig. 4", ["Extended Data Figure 4"]),
        ("configure 3 of them", []),
        ("stable 2", []),
        ("Fig. 2A, B", ["Figure 2A", "Figure 2B"]),
        ("Fig. 2A, C–E", ["Figure 2A", "Figure 2C–E"]),
        ("Fig. 2a, b and c", ["Figure 2a", "Figure 2b", "Figure 2c"]),
        ("Figs. 1A, 2B, and 3", ["Figure 1A", "Figure 2B", "Figure 3"]),
        ("Fig. 1, S3A", ["Figure 1", "Figure S3A"]),
        ("in Figure 2 and a control", ["Figure 2"]),
        ("Figure 1 – Expression of mec-4", ["Figure 1"]),
        ("Fig. 1, Fig. 1", ["Figure 1"]),
        ("no figure here", []),
    ],
)
def test_labels_of_the_figures_that_a_quote_names(
    quote: str, labels: list[str]
) -> None:
    """Written out, each once, in order."""
    assert figure_labels(quote) == labels


def two_pages() -> DocumentText:
    """A legend on page 1 and a sentence that runs on to page 2."""
    text = "Figure 1. mec-4 in neurons.\n\nIt is on in the tail."
    words = [
        (0, 6, 1, 0), (7, 9, 1, 0), (10, 15, 1, 0), (16, 18, 1, 1), (19, 27, 1, 1),
        (29, 31, 1, 2), (32, 34, 1, 2), (35, 37, 1, 2),
        (38, 40, 2, 0), (41, 44, 2, 0), (45, 50, 2, 0),
    ]  # fmt: skip
    boxes = array("f")
    for start, end, _, line in words:
        boxes.extend([start, 20 * line, end, 20 * line + 10])
    return DocumentText(
        text=text,
        pages=[Page(1, 0, 38, 600, 800), Page(2, 38, len(text), 600, 800)],
        sections=[
            Section("figure legend", "", 0, 29),
            Section("results", "Results", 29, len(text)),
        ],
        captions=[Caption("Figure 1", 0, 27)],
        word_starts=array("l", [word[0] for word in words]),
        word_ends=array("l", [word[1] for word in words]),
        word_pages=array("l", [word[2] for word in words]),
        word_boxes=boxes,
    )


def test_evidence_tells_page_section_and_legend() -> None:
    """A sentence of a legend belongs to its figure even when it does not say so."""
    evidence = cut_evidence(two_pages(), 10, 27)

    assert evidence.quote == "mec-4 in neurons."
    assert (evidence.page, evidence.section) == (1, "figure legend")
    assert evidence.figures == ["Figure 1"]
    assert evidence.verification is Verification.VERIFIED
    assert evidence.score == 1.0
    assert evidence.boxes == [Box(1, 10, 0, 15, 10), Box(1, 16, 20, 27, 30)]


def test_a_quote_over_two_pages_has_boxes_on_both() -> None:
    """The page is that of its first character."""
    evidence = cut_evidence(two_pages(), 29, 50)

    assert evidence.page == 1
    assert [box.page for box in evidence.boxes] == [1, 2]


def test_white_space_at_the_ends_is_left_out() -> None:
    """Offsets and quote agree."""
    text = plain_text("  mec-4 is on.  ")

    evidence = cut_evidence(text, 0, len(text.text))

    assert evidence.quote == "mec-4 is on."
    assert text.text[evidence.start : evidence.end] == evidence.quote


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (4, 2), (0, 99), (5, 6)])
def test_what_is_no_stretch_of_the_text_is_refused(start: int, end: int) -> None:
    """An extractor cannot cut a quote out of nothing."""
    with pytest.raises(ValueError, match=r"stretch|white space"):
        cut_evidence(plain_text("mec-4 is on."), start, end)
