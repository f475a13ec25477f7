from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation_kit.formats.yaml_text import read_yaml, yaml_text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: [", "not valid YAML in line 1: "),
        ("a: &x [1]\nb: *x", "not valid YAML: references"),
        ("[" * 5000, "nested too deeply"),
        ("day: 2024-02-30", "day is out of range"),
        ("a: " + "1" * 5000, "not valid YAML: Exceeds the limit"),
        ("a: !!timestamp x", "not valid YAML"),
        ("a: 1\nb: {c: 1, c: 2}", 'in line 2: the key "c" stands there twice'),
    ],
)
def test_what_is_no_yaml_is_told(text: str, problem: str) -> None:
    """Whatever the parser makes of it."""
    with pytest.raises(ValueError, match=problem):
        read_yaml(text)


def test_halves_of_characters_are_put_together() -> None:
    """JSON is YAML, and writes large characters in two escapes."""
    assert read_yaml('["\\ud83e\\uddec", "\\ud83e"]') == ["🧬", "\ufffd"]


texts = st.text() | st.text(st.sampled_from("\x85\u2028\u2029\ufeff\r\n\t -:#'\"é~"))


@given(st.dictionaries(texts, st.lists(texts | st.integers() | st.booleans())))
@settings(max_examples=200)
def test_what_is_written_is_read_the_same(value: object) -> None:
    """Line breaks of all kinds in it."""
    text = yaml_text(value)

    assert read_yaml(text) == value
    assert read_yaml(text.encode().decode()) == value
