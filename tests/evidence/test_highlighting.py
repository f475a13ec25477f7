from __future__ import annotations

from fakes import plain_text

from curation_kit.evidence import cut_evidence
from curation_kit.evidence.highlighting import Highlighting, record_lines
from curation_kit.evidence.highlighting import highlighting as numbered
from curation_kit.evidence.marks import COLORS
from curation_kit.records import (
    Box,
    Candidate,
    Difference,
    DifferenceKind,
    Evidence,
    GeneExpressionRecord,
    Mention,
    Record,
    Verification,
)

LINES = [Box(2, 50, 100, 300, 112), Box(2, 50, 114, 200, 126)]


def highlighting(records: list[Record]) -> Highlighting:
    """Highlights of records that are numbered from 0."""
    return numbered(enumerate(records))


def evidence(*boxes: Box, **values: object) -> Evidence:
    """A quote with boxes."""
    return Evidence(
        **{
            "quote": "mec-4 is in touch neurons",
            "page": 2,
            "boxes": list(boxes) or LINES,
            "verification": Verification.VERIFIED,
            "score": 1.0,
            **values,
        }
    )


def record(*quotes: Evidence, **values: object) -> GeneExpressionRecord:
    """What was read in the quote."""
    return GeneExpressionRecord(
        **{
            "gene_symbol": "mec-4",
            "gene_id": "WB:WBGene00003168",
            "anatomy_label": "touch receptor neuron",
            "evidence": list(quotes) or [evidence()],
            **values,
        }
    )


def test_a_record_is_told_in_words() -> None:
    """Identifiers behind their labels, nothing that is empty."""
    made = record(
        anatomy_id="WBbt:0005237",
        stage_label="adult",
        assay="reporter",
        negated=True,
        why="It names both.",
        review="accepted",
        candidates={"stage_id": [Candidate(id="WBls:0000041", label="adult")]},
    )

    assert record_lines(made) == [
        "not expressed",
        "Gene: mec-4 (WB:WBGene00003168)",
        "Anatomy: touch receptor neuron (WBbt:0005237)",
        "Stage: adult (ambiguous: adult WBls:0000041)",
        "Assay: reporter",
        "Review: accepted",
        "Why: It names both.",
    ]


class Interaction(Record):
    """Of another domain."""

    partners: list[str]
    partner_id: str
    direct: bool = True
    strength: float | None = None


def test_records_of_other_domains() -> None:
    """Any columns can be told."""
    made = Interaction(partners=["a", "b"], partner_id="X:1")
    assert record_lines(made) == ["Partners: a, b", "Partner: X:1", "Direct: yes"]


def test_a_quote_and_the_values_in_it() -> None:
    """The values lie on the quote, as high as its lines."""
    mentions = [
        Mention("gene_symbol", 0, 5, [Box(2, 50, 102, 80, 110)]),
        Mention("anatomy_label", 12, 25, [Box(2, 250, 101, 300, 112)]),
    ]

    made = highlighting([record(evidence(mentions=mentions))])

    quote, gene, anatomy = made.highlights
    assert quote.boxes == tuple(LINES)
    assert (quote.color, quote.subject) == (COLORS["quote"], "Evidence")
    assert quote.text.startswith("Record 1\nGene: mec-4 (WB:WBGene00003168)\n")
    assert "Verification: verified" in quote.text
    assert (gene.color, gene.subject) == (COLORS["gene"], "Gene")
    assert gene.boxes == (Box(2, 50, 100, 80, 112),)
    assert gene.text == "Gene: mec-4 (WB:WBGene00003168)"
    assert anatomy.color == COLORS["anatomy"]
    assert made.note == ""


def test_values_whose_place_was_not_told() -> None:
    """They are looked for in the quote, if the paper is at hand."""
    text = plain_text("mec-4 is in touch neurons")
    quote = cut_evidence(text, 0, len(text.text))
    made = record(quote, anatomy_label="touch neuron")

    [alone] = numbered([(7, made)]).highlights
    whole, gene, anatomy = numbered([(7, made)], text).highlights

    assert alone.text.startswith("Record 8\n")
    assert whole.boxes == alone.boxes
    assert (gene.boxes[0].x0, gene.boxes[0].x1) == (0, 5)
    assert anatomy.color == COLORS["anatomy"]


def test_lines_that_run_up_the_page() -> None:
    """A value is as wide as they are."""
    line = Box(1, 100, 50, 112, 400)
    mentions = [Mention("gene_symbol", 0, 5, [Box(1, 102, 60, 110, 90)])]

    _, gene = highlighting([record(evidence(line, mentions=mentions))]).highlights

    assert gene.boxes == (Box(1, 100, 60, 112, 90),)


def test_records_on_one_quote_share_its_highlight() -> None:
    """The note lists them all; a value that they share is marked once."""
    mention = Mention("gene_symbol", 0, 5, [Box(2, 50, 102, 80, 110)])
    shared = evidence(mentions=[mention])
    records = [
        record(shared),
        record(shared, anatomy_label="pharynx"),
        record(shared, gene_symbol="mec-4(u253)", gene_id=None),
    ]

    quote, gene = highlighting(records).highlights

    assert quote.text.startswith("3 records on this quote\n\nRecord 1\n")
    assert "\n\nRecord 2\n" in quote.text
    assert "Anatomy: pharynx" in quote.text
    assert gene.text.splitlines() == [
        "Gene: mec-4 (WB:WBGene00003168)",
        "Gene: mec-4(u253)",
    ]


def test_names_stay_and_are_unique() -> None:
    """A later copy has the same names, whatever else was found meanwhile."""
    first = record(evidence())
    other = record(evidence(Box(3, 1, 1, 9, 9)))

    names = [item.name for item in highlighting([first, other]).highlights]
    again = [item.name for item in highlighting([other, first]).highlights]

    assert len(set(names)) == 2
    assert names == again[::-1]


def test_an_approximate_quote_says_so() -> None:
    """With what differs, and what to look at."""
    quote = evidence(
        verification=Verification.APPROXIMATE,
        score=0.93,
        claimed="mec-4 is not in touch neurons",
        differences=[Difference(DifferenceKind.NEGATION, "not", "")],
        flags=["hidden text layer"],
    )

    [highlight] = highlighting([record(quote)]).highlights

    assert "Verification: approximate" in highlight.text
    assert "likeness 93%" in highlight.text
    assert "Claimed: “mec-4 is not in touch neurons”" in highlight.text
    assert "Difference: negation: “not” is not in the paper" in highlight.text
    assert "Look at: hidden text layer" in highlight.text


def test_what_has_no_place_is_listed() -> None:
    """Unsupported quotes and records without any, on page 1."""
    lost = Evidence(quote="an invented sentence", boxes=LINES)
    bare = record().model_copy(update={"evidence": []})

    made = highlighting([record(evidence(), lost), bare])

    [quote] = made.highlights
    assert "Record 1, quote 1 of 2" in quote.text
    assert "“an invented sentence”" in made.note
    assert "Verification: unsupported" in made.note
    assert "Record 2\n" in made.note
    assert "It has no quote." in made.note


def test_what_a_curator_rejected_is_grey() -> None:
    """Unless another record stands on the same quote."""
    rejected = record(review="rejected")
    [alone] = highlighting([rejected]).highlights
    [shared] = highlighting([rejected, record()]).highlights

    assert alone.color == COLORS["other"]
    assert "Review: rejected" in alone.text
    assert shared.color == COLORS["quote"]


def test_a_note_names_the_curator_and_has_what_was_said() -> None:
    """Also of a record whose quote is nowhere."""
    found, lost = record(evidence()), record()
    found.review, lost.review = "rejected", "accepted"
    lost.evidence = []
    said = {0: ("Ann", "Of another paper"), 1: ("Bob", "")}

    made = numbered(enumerate([found, lost]), curators=said)

    assert "Review: rejected by Ann\nNote: Of another paper" in made.highlights[0].text
    assert "Review: accepted by Bob" in made.note
    assert "Note:" not in made.note
