import re

import pytest

from curation_kit.agents.gene_expression.places.finder import Mention, What
from curation_kit.agents.gene_expression.places.ranges import with_ranges


def stages(text: str) -> list[Mention]:
    """Give each embryonic day of a sentence as a stage."""
    return [
        Mention(found.start(), found.end(), found[0], What.STAGE, found[0])
        for found in re.finditer(r"E\d+", text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from E9 to E12", ["E9 to E12"]),
        ("E9–E12", ["E9–E12"]),
        ("until the E9 through the E12", ["E9 through the E12"]),
        ("between E9 and E12", ["E9 and E12"]),
        ("at E9 and E12", ["E9", "E12"]),
        ("E9, E12", ["E9", "E12"]),
        ("E9-E10 and E12", ["E9-E10", "E12"]),
    ],
)
def test_the_ends_of_a_range_are_one_stage(text: str, expected: list[str]) -> None:
    """In the words of the sentence, which say where it begins and ends."""
    joined = with_ranges(text, stages(text))

    assert [mention.text for mention in joined] == expected
    assert [text[mention.start : mention.end] for mention in joined] == expected


def test_the_key_of_a_range_has_both_ends() -> None:
    """So that ranges which are written in other words are the same stage."""
    [joined] = with_ranges("E9 to E12", stages("E9 to E12"))

    assert joined.key == "E9–E12"


def test_a_place_is_no_end_of_a_range() -> None:
    """What stands between two stages keeps them apart."""
    [first, last] = stages("E9 to E12")
    place = Mention(last.start, last.end, last.text, What.ANATOMY, "place")

    assert with_ranges("E9 to E12", [first, place]) == [first, place]
