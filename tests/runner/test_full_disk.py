"""A disk that is full in the middle of a job: nothing done is lost."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from batches import add_papers, statuses
from restraints import python

import curation_kit as ck
from curation_kit.doctor import Level, examine
from curation_kit.errors import WorkspaceError

PAPERS = 30


def completed(job: ck.Job) -> dict[str, tuple]:
    """What is stored of each completed paper, and the bytes of its results."""
    return {
        row["document_id"]: (
            row["attempts"],
            row["records"],
            [file.read_bytes() for file in job.result_files(row["document_id"])],
        )
        for row in job.document_rows()
        if row["status"] == "completed"
    }


def assert_goes_on_to_its_end(job: ck.Job, before: dict[str, tuple]) -> None:
    """Every paper has one outcome; those done before are as they were."""
    job.run()
    assert job.status == "completed"
    papers = len(job.document_rows())
    assert statuses(job) == ["completed"] * papers
    after = completed(job)
    assert {key: after[key] for key in before} == before
    ended = Counter(
        event.document_id
        for event in job.events()
        if event.type == "document_completed"
    )
    assert set(ended.values()) == {1}
    assert len(ended) == papers
    assert len({file.name for file in job.result_files()}) == papers
    assert [row["document"] for row in job.document_rows()] == sorted(
        row[0] for row in job.records()
    )


# Beside others, papers are stored by the dozen: what does not fit is stored again.
@pytest.mark.parametrize(
    ("backend", "papers", "pages"), [("sequential", PAPERS, 9), ("loky", 200, 110)]
)
def test_a_full_store_stops_the_job_and_room_lets_it_go_on(
    workspace, flow, backend, papers, pages
) -> None:
    """The error says what to do; the completed papers are kept."""
    job = workspace.create(
        flow, add_papers(workspace, *["ok"] * papers), n_jobs=2, backend=backend
    )
    database = workspace._database
    limit = database.one("PRAGMA page_count")[0] + pages
    database.all(f"PRAGMA max_page_count = {limit}")

    with pytest.raises(WorkspaceError, match=r"curation.sqlite.*full.*Make room"):
        job.run()

    before = completed(job)
    assert 0 < len(before) < papers
    assert database.integrity() == []
    jobs = [item for item in examine(workspace.path) if item.subject == "jobs"]
    assert jobs[0].level is Level.WARNING
    database.all("PRAGMA max_page_count = 1000000")
    assert_goes_on_to_its_end(job, before)
    assert {item.level for item in examine(workspace.path)} == {Level.OK}


RUN = """
import sys
sys.path.insert(0, sys.argv[2])
from fakes import FakeExtractor, FakeInput, FakeValidator
import curation_kit as ck
for agent in (FakeInput, FakeExtractor, FakeValidator):
    ck.register(agent)
try:
    ck.Workspace(sys.argv[1]).jobs.get("last").run()
except ck.WorkspaceError as error:
    print(error)
"""


def test_a_file_that_may_not_grow_stops_a_process_and_another_goes_on(
    workspace, flow
) -> None:
    """As with a disk quota: the system refuses, not SQLite."""
    papers = add_papers(workspace, *["ok"] * PAPERS)
    job = workspace.create(flow, papers, backend="sequential")

    shown = python(RUN, workspace.path, Path(__file__).parents[1], largest_file=800_000)

    assert "curation.sqlite cannot be" in shown.stdout, shown.stderr
    before = completed(job)
    assert 0 < len(before) < PAPERS
    assert workspace._database.integrity() == []
    assert_goes_on_to_its_end(job, before)


def test_a_disk_that_stays_full_is_not_blamed_on_the_papers(workspace, flow) -> None:
    """However often it is tried, no paper in flight is charged an attempt."""
    job = workspace.create(
        flow, add_papers(workspace, *["ok"] * PAPERS), backend="sequential"
    )
    database = workspace._database
    for _ in range(8):
        limit = database.one("PRAGMA page_count")[0] + 3
        database.all(f"PRAGMA max_page_count = {limit}")
        with pytest.raises(WorkspaceError, match="full"):
            job.run()
    database.all("PRAGMA max_page_count = 1000000")
    job.run()
    assert statuses(job) == ["completed"] * PAPERS
    assert {row["attempts"] for row in job.document_rows()} == {1}
