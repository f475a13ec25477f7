from __future__ import annotations

from curation_kit.phrases import listed


def test_long_lists_are_cut_and_counted() -> None:
    """A thousand lost papers fill no screen."""
    assert listed("abcde") == "a, b, c and 2 more"
    assert listed("abc") == "a, b, c"
