"""Documents that are given by rows of tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import curation_kit as ck
from curation_kit.documents.given import document_key, document_keys
from curation_kit.samples import write_sample_papers

TABLE = pd.DataFrame(
    {"document": ["a.pdf", "b.pdf", "b.pdf"], "document_id": ["1a", "2b", "2b"]},
    index=pd.MultiIndex.from_product([["paper"], [0, 1, 2]]),
)


@pytest.mark.parametrize(
    ("given", "keys"),
    [
        (TABLE, ["1a", "2b"]),
        (TABLE[["document"]], ["a.pdf", "b.pdf"]),
        (TABLE["document"][:2], ["a.pdf", "b.pdf"]),
        (TABLE.iloc[0], ["1a"]),
        (TABLE[["document"]].iloc[0].to_dict(), ["a.pdf"]),
        ([row for _, row in TABLE.iterrows()], ["1a", "2b", "2b"]),
        (TABLE.to_dict("records"), ["1a", "2b", "2b"]),
        (TABLE.itertuples(), ["1a", "2b", "2b"]),
        ("a.pdf", ["a.pdf"]),
        (Path("a.pdf"), [Path("a.pdf")]),
        (["a.pdf", TABLE.iloc[1]], ["a.pdf", "2b"]),
        (5, [5]),
    ],
    ids=range(12),
)
def test_documents_are_meant_by_what_names_them(given: Any, keys: list[Any]) -> None:
    """Rows by their cells, whatever they are a type of; else what was given."""
    assert document_keys(given) == keys


def test_a_workspace_gives_all_its_documents(
    workspace: ck.Workspace, tmp_path: Path
) -> None:
    """It has a `get` of its own, but is no row."""
    paths = [paper.path for paper in write_sample_papers(tmp_path / "in", count=2)]
    added = workspace.documents.add(paths)
    assert document_keys(workspace.documents) == [*added]


@pytest.mark.parametrize("named", [TABLE[[]], TABLE.rename(columns=str.upper)])
def test_a_table_without_names_is_given_back(named: pd.DataFrame) -> None:
    """Whoever asked says what is wrong with it."""
    assert document_keys(named)[0] is named
    assert document_key(named) is named
