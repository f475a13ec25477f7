from __future__ import annotations

import re

import pytest

from curation_kit.evidence.marks import COLORS, mark_of
from curation_kit.records import GeneExpressionRecord


@pytest.mark.parametrize(
    ("column", "mark"),
    [
        ("gene_symbol", "gene"),
        ("anatomy_id", "anatomy"),
        ("stage_label", "stage"),
        ("cellular_component_label", "component"),
        ("assay", "other"),
        ("general", "other"),
    ],
)
def test_what_a_column_is_about(column: str, mark: str) -> None:
    """Label and identifier are about the same."""
    assert mark_of(column) == mark


def test_every_column_has_a_colour() -> None:
    """Of its own kind, never that of the quote."""
    for column in GeneExpressionRecord.domain_columns():
        assert mark_of(column) in COLORS.keys() - {"quote"}
    assert all(re.fullmatch("#[0-9a-f]{6}", color) for color in COLORS.values())
