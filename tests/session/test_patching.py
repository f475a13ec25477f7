from __future__ import annotations

from typing import Any

from curation_kit.session.patching import patch


def test_what_stays_is_sent_as_its_place() -> None:
    """Of the lists of a page; all else is sent as it is."""
    first, second, third = {"id": 1}, {"id": 2}, {"id": 3}
    before: dict[str, Any] = {"rows": [first, second], "found": 2, "told": ["a"]}
    after: dict[str, Any] = {"rows": [third, second], "found": 3, "told": ["a"]}
    assert patch(before, after) == {"rows": [third, 1], "found": 3, "told": ["a"]}


def test_equal_is_not_the_same() -> None:
    """A row that was made anew is sent, at the worst once too often."""
    assert patch({"rows": [[1]]}, {"rows": [[1]]}) == {"rows": [[1]]}


def test_a_list_that_was_not_there_is_sent_whole() -> None:
    """The page has nothing to take it from."""
    assert patch({}, {"rows": [[1]]}) == {"rows": [[1]]}
