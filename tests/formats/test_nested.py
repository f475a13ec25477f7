from __future__ import annotations

import json

from curation_kit.formats import json_items


def test_the_pieces_are_what_json_writes_at_once() -> None:
    """To the letter, line breaks in texts included."""
    for items in ([], [1], [{"a": "x\ny", "b": [1, {"c": None}]}, "é", []]):
        whole = json.dumps(items, ensure_ascii=False, indent=2) + "\n"
        assert b"".join(json_items(items)).decode() == whole
