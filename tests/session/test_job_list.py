from __future__ import annotations

from batches import add_papers

import curation_kit as ck
from curation_kit.jobs import whole_seconds
from curation_kit.session import JobList
from curation_kit.session.job_list import JOBS_PER_PAGE


def names(made: JobList) -> list[str]:
    """Names of the jobs on the page."""
    return [job["name"] for job in made.jobs]


def test_a_row_tells_how_far_a_job_is(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """Counts, status, duration."""
    papers = add_papers(workspace, "ok", "fail")
    job = workspace.run(flow, papers, "May", backend="sequential")
    waiting = workspace.create(flow, papers, "June")
    made = JobList(workspace)
    made.refresh()
    june, may = made.jobs
    assert (may["id"], may["status"], may["flow"]) == (job.id, "completed", "Fake")
    assert (may["completed"], may["failed"], may["total"]) == (1, 1, 2)
    assert may["seconds"] == whole_seconds(job.progress.elapsed)
    assert (june["id"], june["seconds"]) == (waiting.id, None)
    assert made.listing["counts"] == {"": 2, "completed": 1, "pending": 1}


def test_filter_search_sort(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """By name, id or flow, whatever the case and the alphabet."""
    papers = add_papers(workspace, "ok", "ok")
    workspace.create(flow, papers[:1], "ÄPFEL 100%").cancel()
    other = workspace.create(flow, papers, "birnen")
    made = JobList(workspace)
    made.show("äpfel 100%")
    assert names(made) == ["ÄPFEL 100%"]
    made.show(other.id[-6:])
    assert names(made) == ["birnen"]
    made.show("fake", "cancelled")
    assert (names(made), made.listing["found"]) == (["ÄPFEL 100%"], 1)
    made.show("", "", "documents", True)  # noqa: FBT003
    assert names(made) == ["birnen", "ÄPFEL 100%"]
    made.show("", "", "name", True)  # noqa: FBT003
    assert names(made) == ["ÄPFEL 100%", "birnen"]


def test_pages(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """A page that has gone with its jobs leads to the first one."""
    [paper] = add_papers(workspace, "ok")
    for number in range(JOBS_PER_PAGE + 1):
        workspace.create(flow, paper, f"{number:02}")
    made = JobList(workspace)
    made.show("", "", "name", False, 1)  # noqa: FBT003
    assert names(made) == ["25"]
    assert (made.listing["first"], made.listing["pages"]) == (JOBS_PER_PAGE, 2)
    last = workspace.jobs.get(made.jobs[0]["id"])
    last.cancel()
    last.delete()
    made.refresh()
    assert (len(made.jobs), made.listing["page"]) == (JOBS_PER_PAGE, 0)
