from __future__ import annotations

import json

import pytest

from curation_kit.formats import json_pieces


@pytest.mark.parametrize(
    "items", [[], [1], [{"a": "x\ny", "b": [1, {"c": None}]}, "é", []]]
)
def test_the_pieces_are_what_json_writes_at_once(items) -> None:
    """To the letter, line breaks in texts included, however deep the list is."""
    for value, lazy in (
        (items, iter(items)),
        ({"é": 1, "all": items, "z": {}}, {"é": 1, "all": iter(items), "z": {}}),
        ([{"all": items}, 2], iter([{"all": iter(items)}, 2])),
    ):
        whole = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
        assert b"".join(json_pieces(lazy)).decode() == whole


def test_items_are_taken_one_after_the_other() -> None:
    """A list that never ends has a beginning."""

    def endless():
        while True:
            yield {"a": 1}

    pieces = json_pieces({"all": endless()})

    assert b"".join(next(pieces) for _ in range(3)).startswith(b'{\n  "all": [')
