"""Type sizes, told from the lines of pages."""

from __future__ import annotations

from curation_kit.documents._pymupdf import pymupdf
from curation_kit.documents.lines import read_lines
from curation_kit.documents.type_sizes import body_size


def test_wide_legends_are_not_the_running_text(make_pdf, column):
    """They have fewer lines, but more characters in each."""
    path = make_pdf(
        [
            *column(60, 60, ["These are the words of a line"] * 12, 10),
            *column(60, 400, ["These are the words of a line"[:26] * 5] * 6, 7),
        ]
    )
    with pymupdf.open(path) as document:
        assert body_size([read_lines(document[0], 1).lines]) == 10
