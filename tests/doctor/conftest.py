"""A workspace that has worked."""

from __future__ import annotations

import pytest
from batches import add_papers
from fakes import plain_text

import curation_kit as ck
from curation_kit.documents.cache import TextCache

KEY = "0123456789abcdef"


@pytest.fixture
def done(workspace: ck.Workspace, flow: ck.Flow) -> tuple[ck.Workspace, ck.Job]:
    """A workspace with a job that has run over three papers, one failed."""
    papers = add_papers(workspace, "ok", "ok", "fail")
    job = workspace.run(flow, papers, name="Mine", backend="sequential")
    for paper in papers:
        TextCache(workspace.path / "cache").put(paper.id, KEY, plain_text("some words"))
    return workspace, job
