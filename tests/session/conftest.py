"""Jobs and sessions that more than one test looks at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import curation_kit as ck
from curation_kit.samples import write_sample_papers
from curation_kit.session import CurationSession


@pytest.fixture(scope="session")
def read_job(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ck.Job]:
    """A job of the built-in flow over two sample papers; not to be changed."""
    folder = tmp_path_factory.mktemp("read")
    papers = write_sample_papers(folder / "papers", count=2)
    workspace = ck.Workspace(folder / "ws")
    documents = workspace.documents.add([paper.path for paper in papers])
    flow = workspace.flows["Gene Expression Extraction"]
    yield workspace.run(flow, documents, backend="sequential")
    workspace.close()


@pytest.fixture
def session(
    workspace: ck.Workspace,
    flow: ck.Flow,
    plugins: Path,  # noqa: ARG001 - a fixture for its effect
) -> Iterator[CurationSession]:
    """A session with a saved flow of fakes, whose runner finds them."""
    workspace.flows.save(flow)
    session = CurationSession(workspace)
    yield session
    session.close()
