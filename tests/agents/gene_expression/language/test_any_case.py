from __future__ import annotations

import re

import pytest

from curation_kit.agents.gene_expression.language.any_case import AnyCase


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\b(?:Wild[- ]?types?|WT)\b", "in the WILD TYPE, not in wtf"),
        (r"\W(?P<Name>[A-C]\S*)\s", "see Badger and Dog "),
        (r"\b(\w{1,8})/\1\b", "Pax6/PAX6 mice"),
        (r"(?<![Aa]s )expected", "as expected, it is EXPECTED"),
        (r"Δ/[Δ]", "Sox9δ/Δ"),
        (r"\bexpressed", "İ is Expressed"),
    ],
)
def test_a_pattern_finds_what_re_finds_when_it_ignores_the_case(pattern, text) -> None:
    """At the same places, whatever becomes of a letter in lower case."""
    ours = AnyCase(pattern)
    theirs = list(re.compile(pattern, re.IGNORECASE).finditer(text))

    assert theirs
    assert [m.span() for m in ours.finditer(text)] == [m.span() for m in theirs]
    found = ours.search(text)
    assert found is not None
    assert found.span() == theirs[0].span()
    assert ours.search(text, theirs[-1].end()) is None
