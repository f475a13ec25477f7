from __future__ import annotations

from fakes import plain_text

from curation_kit.evidence import cut_evidence, mentions_of
from curation_kit.records import GeneExpressionRecord, Mention

TEXT = plain_text(
    "We saw mec-4 in touch neurons. Then MEC-4 was in Touch-neurons only."
)
SECOND = TEXT.text.index("Then")


def record(**values: str) -> GeneExpressionRecord:
    """A record whose evidence is the second sentence."""
    made = GeneExpressionRecord(**{"gene_symbol": "mec-4", **values})
    made.evidence = [cut_evidence(TEXT, SECOND, len(TEXT.text))]
    return made


def words(found: list[Mention]) -> list[tuple[str, str]]:
    """What the paper has where a value was found."""
    return [(one.column, TEXT.text[one.start : one.end]) for one in found]


def test_values_are_found_by_their_words() -> None:
    """Whatever their case and hyphens; only in the quote."""
    made = record(anatomy_label="touch neuron", taxon="in")
    found = mentions_of(made, made.evidence[0], TEXT)
    assert words(found) == [
        ("gene_symbol", "MEC-4"),
        ("anatomy_label", "Touch-neurons"),
    ]
    assert [box for one in found for box in one.boxes] == [
        (1, *TEXT.boxes(one.start, one.end)[0][1:]) for one in found
    ]


def test_without_the_text_there_are_no_boxes() -> None:
    """Where it stands is known all the same; a wrong text is not trusted."""
    made = record()
    for text in (None, plain_text("Another paper altogether, and a longer one too.")):
        [found] = mentions_of(made, made.evidence[0], text)
        assert words([found]) == [("gene_symbol", "MEC-4")]
        assert found.boxes == []


def test_what_the_extractor_told_stands() -> None:
    """A validator has replaced the paper's words since."""
    made = record(gene_symbol="official-1")
    told = Mention("gene_symbol", SECOND + 5, SECOND + 10, [])
    made.evidence[0].mentions = [told]
    assert mentions_of(made, made.evidence[0], TEXT) == [told]


def test_a_part_of_a_word_is_no_mention() -> None:
    """A gene called ``was`` or ``mec`` is not found in other words."""
    made = record(gene_symbol="mec", anatomy_label="euron")
    assert mentions_of(made, made.evidence[0], TEXT) == []


def test_a_quote_that_was_not_found_has_no_marks() -> None:
    """It has no place."""
    made = record()
    made.evidence[0].start = None
    assert mentions_of(made, made.evidence[0], TEXT) == []
