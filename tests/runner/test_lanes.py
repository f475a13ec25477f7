"""Jobs on a cluster, with pilots started as programs on this machine."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from batches import add_papers, fake_flow, statuses, until
from fake_cluster import ADDRESS, FakeCluster, pilots, run_on, working_on

import curation_kit as ck


@pytest.fixture
def flow(plugins: Path) -> ck.Flow:
    """Give a flow of agents that the pilots find too."""
    del plugins
    return fake_flow("csv")


def on_cluster(workspace: ck.Workspace, flow: ck.Flow, papers, **options) -> ck.Job:
    """Make a job for the cluster."""
    options = {"use_cache": False, **options}
    return workspace.create(flow, papers, backend="dask", address=ADDRESS, **options)


def rows(job: ck.Job) -> list[tuple[str, str | None, int]]:
    """Status, category and attempts of each document."""
    return [
        (row["status"], row["category"], row["attempts"]) for row in job.document_rows()
    ]


def test_each_paper_fails_alone(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """As on this machine; and the pilots are not lost."""
    bad = ["fail", "raise", "exit", "segfault", "hang", "kill"]
    papers = add_papers(workspace, *[name for one in bad for name in ("ok", one)])
    cluster = FakeCluster()
    job = on_cluster(workspace, flow, papers, time_limit=5)

    run_on(cluster, workspace, job)

    assert job.status == "completed", job.paused_reason
    assert rows(job)[::2] == [("completed", None, 1)] * 6
    assert rows(job)[1::2] == [
        ("failed", "input", 1),
        ("failed", "internal", 1),
        ("failed", "crashed", 1),
        ("failed", "crashed", 1),
        ("failed", "timeout", 1),
        ("failed", "crashed", 3),
    ]
    assert cluster.held == 2
