"""Which records are meant by a search."""

from __future__ import annotations

import unicodedata

import pytest

from curation_kit.session.record_query import Found, Query, RecordRow, in_order

APART = unicodedata.normalize("NFD", "Müller.pdf")


@pytest.mark.parametrize("typed", ["müller", unicodedata.normalize("NFD", "MÜLLER")])
@pytest.mark.parametrize("stored", [APART, "Müller.pdf"])
def test_words_are_found_however_their_accents_are_stored(
    stored: str, typed: str
) -> None:
    """In all cells, or in those of a column."""
    row, other = (
        RecordRow((name,), name, number, 0)
        for number, name in enumerate((stored, "Muller.pdf"))
    )

    for query in (Query(search=typed), Query(filters={"document": ["has", typed]})):
        assert Found(query, ["document"], in_order([row, other])).items == [row]
