from __future__ import annotations

import json

import pytest

from curation_kit.errors import JobError
from curation_kit.jobs import check_rows, curated
from curation_kit.records import Candidate, GeneExpressionRecord


def test_a_record_as_a_curator_left_it() -> None:
    """Changes win; what the old name might have meant is gone with it."""
    record = GeneExpressionRecord(
        gene_symbol="a",
        review="check",
        candidates={
            "gene_id": [Candidate(id="WB:1", label="a")],
            "anatomy_id": [Candidate(id="WBbt:1", label="gonad")],
        },
    )
    row = {"record": record.model_dump_json(), "verdict": "rejected", "changes": "{}"}
    changes = json.dumps({"gene_symbol": "z"})
    edited = {**row, "verdict": "edited", "changes": changes}

    left = curated(GeneExpressionRecord, edited)

    assert (left.gene_symbol, left.review) == ("z", "edited")
    assert list(left.candidates) == ["anatomy_id"]
    assert curated(GeneExpressionRecord, edited, "machine") == record
    assert curated(GeneExpressionRecord, edited, "reviewed") == left
    assert curated(GeneExpressionRecord, row).review == "rejected"
    assert curated(GeneExpressionRecord, row, "reviewed") is None


def test_rows_have_three_kinds() -> None:
    """Another word is no kind."""
    with pytest.raises(JobError, match='all, reviewed, machine, not "mine"'):
        check_rows("mine")
