from __future__ import annotations

import pytest

from curation_kit.agents.gene_expression.places.finder import PlaceFinder, What
from curation_kit.agents.gene_expression.places.noun_phrases import noun_phrases


def phrases(text: str) -> list[str]:
    """Places of a sentence about the mouse, as they would be recorded."""
    found = noun_phrases(text, PlaceFinder(["mouse"]).find(text))
    return [one.text for one in found if one.what is What.ANATOMY]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is seen in the upper dermis.", ["upper dermis"]),
        ("It is seen in XX and XY gonads.", ["XX gonads", "XY gonads"]),
        (
            "It was found in the inner and outer dermis.",
            ["inner dermis", "outer dermis"],
        ),
        (
            "It is in the cortex and the anterior pole of the gonad.",
            ["cortex of the gonad", "anterior pole of the gonad"],
        ),
        ("It is in mesenchyme around the lung.", ["mesenchyme around the lung"]),
        ("It is in loose mesenchyme around the lung.", ["loose mesenchyme", "lung"]),
        (
            "It is in cells near the surface of gonads.",
            ["cells near the surface of gonads"],
        ),
        ("It is seen in the gonad surface.", ["gonad surface"]),
        (
            "It is in the granule cell layer of the cerebellum.",
            ["granule cell layer of the cerebellum"],
        ),
        ("It is seen in somite-derived mesenchyme.", ["somite-derived mesenchyme"]),
        ("It marks the foamy layer at E13.5.", []),
        ("It is seen in the foamy layer.", ["foamy layer"]),
        ("In XY gonads it is on one side of the gonad.", None),
    ],
)
def test_a_place_is_named_as_the_sentence_has_it(text, expected):
    """With the words that say which, and one for each of several."""
    if expected is None:
        assert phrases(text)[0] == "XY gonads"
    else:
        assert phrases(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "It is seen in the normal liver.",
        "It was strongly expressed in adult liver.",
        "It is seen in wild-type liver.",
        "Sections showed liver.",
    ],
)
def test_words_that_only_judge_are_left_out(text):
    """The state, age and origin of a tissue are no part of its name."""
    assert phrases(text) == ["liver"]


@pytest.mark.parametrize(
    "text",
    ["It is seen in Abc1−/− gonads.", "It is seen in mutant gonads."],
)
def test_the_place_of_a_mutant_is_told_as_such(text):
    """It tells nothing about the normal animal, unless its control is meant."""
    (place,) = noun_phrases(text, PlaceFinder(["mouse"]).find(text))
    assert place.of_mutants


def test_the_control_of_a_genotype_keeps_its_sex():
    """A heterozygous animal stands for the normal one."""
    assert phrases("It is seen in XX Abc1+/− gonads.") == ["XX gonads"]


def test_the_gonad_is_the_one_named_before():
    """A bare name refers to the fuller one of the same sentence."""
    text = "In XY gonads, it was seen in few cells in the gonad."
    assert phrases(text) == ["XY gonads", "XY gonads"]


def test_phrases_of_one_term_have_keys_of_their_own():
    """Else they would become one record."""
    text = "It is seen in the dorsal and ventral dermis."
    keys = [one.key for one in noun_phrases(text, PlaceFinder(["mouse"]).find(text))]
    assert len({*keys}) == 2
    assert keys[0].partition(" ")[0] == keys[1].partition(" ")[0]
