from __future__ import annotations

from curation_kit.phrases import listed, meant, shown


def test_long_lists_are_cut_and_counted() -> None:
    """A thousand lost papers fill no screen."""
    assert listed("abcde") == "a, b, c and 2 more"
    assert listed("abc") == "a, b, c"


def test_a_message_shows_no_whole_table() -> None:
    """Only what it is."""
    assert shown("x") == "'x'"
    assert shown("x" * 200) == "a str"
    assert shown([{}] * 99) == "a list"
    assert shown(OSError("a\nb\n" * 50)) == "an OSError"


def test_names_that_begin_so_are_offered() -> None:
    """Whatever their case; an empty name means none."""
    known = ["last", "Straße", "First batch", "first", "At first"]
    assert meant("FIRST", known) == 'Did you mean "First batch", "first"?'
    assert meant("strasse", known) == 'Did you mean "Straße"?'
    assert meant("batch", known) == meant(" ", known) == ""
