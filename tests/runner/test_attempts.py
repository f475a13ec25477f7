"""What becomes of documents that could not be run."""

from __future__ import annotations

import errno
import os
import threading

import pytest
from batches import add_papers, fake_flow, rows, statuses
from fakes import FakeExtractor

import curation_kit as ck
from curation_kit.agents import register, registry
from curation_kit.errors import JobError


def test_an_agent_that_cannot_be_sent_fails_its_papers_only(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """A class that holds a lock cannot travel; the batch goes on."""
    lock = threading.Lock()

    @register
    class Local(FakeExtractor):
        """Holds on to what cannot be pickled."""

        name = "local"
        title = "Local"

        def extract(self, paper: ck.Paper):
            """Use the lock."""
            with lock:
                return super().extract(paper)

    bad = fake_flow("csv")
    bad.steps[1] = ck.Step(agent="local")
    papers = add_papers(workspace, "ok")
    other = workspace.create(flow, papers)

    job = workspace.run(bad, papers, n_jobs=1)

    [row] = job.document_rows()
    assert (row["status"], row["category"]) == ("failed", "internal")
    assert "pickle" in row["error"]
    other.run()
    assert other.status == "completed"


def test_an_agent_that_is_gone_fails_with_category_flow(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """The message names it."""
    registry._session.clear()  # as if a package had brought the agents
    job = workspace.create(flow, add_papers(workspace, "ok"), n_jobs=1)
    del registry._registered["fake_validator"]
    job.run()

    [row] = job.document_rows()
    assert (row["status"], row["category"]) == ("failed", "flow")
    assert '"fake_validator"' in row["error"]


def test_a_computer_that_refuses_processes_blames_no_paper(
    workspace: ck.Workspace, flow: ck.Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job is paused with the reason, and goes on when it is resumed."""

    def refuse(*_: object) -> None:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    with monkeypatch.context() as patch:
        patch.setattr("curation_kit.processes.worker.Child", refuse)
        job = workspace.create(flow, add_papers(workspace, "ok", "ok"), n_jobs=2)
        with pytest.raises(JobError, match="refuses more processes"):
            job.run()
    assert statuses(job) == ["pending", "pending"]

    job.run()

    assert rows(job) == [("completed", None, 1)] * 2
