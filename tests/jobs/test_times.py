from __future__ import annotations

import pytest
from batches import add_papers

import curation_kit as ck
from curation_kit.jobs import duration, whole_seconds
from curation_kit.session import CurationSession


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0 s"),
        (0.01, "1 s"),
        (2.4, "2 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (3599.6, "1 h 00 min"),
        (90_000, "25 h 00 min"),
    ],
)
def test_a_time_in_words(seconds: float, told: str) -> None:
    """Rounded once, so that 60 s never shows."""
    assert duration(seconds) == told


def test_every_view_of_a_job_tells_the_same_time(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """The page, the list, the summary and the table of jobs."""
    job = workspace.run(flow, add_papers(workspace, "ok"), backend="sequential")
    workspace._store.database.execute("UPDATE jobs SET worked = 2.96")
    session = CurationSession(workspace, query=f"?job={job.id}")
    assert session.view.monitor["elapsed"] == session.job_list.jobs[0]["seconds"] == 3
    assert whole_seconds(job.summary()["seconds"]) == 3
    assert whole_seconds(workspace.jobs.list()["seconds"].item()) == 3
    assert job.progress.elapsed == pytest.approx(2.96)
    session.close()
