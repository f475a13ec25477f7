from __future__ import annotations

import json
import threading
from pathlib import Path

from batches import add_papers, until

import curation_kit as ck
from curation_kit.session import JobView
from curation_kit.session.job_view import DOCUMENTS_PER_PAGE, MAX_TEXT


def run(workspace: ck.Workspace, flow: ck.Flow, *commands: str) -> ck.Job:
    """Run papers that are commands, in this process."""
    papers = add_papers(workspace, *commands)
    return workspace.run(flow, papers, backend="sequential")


def test_shows_counts_errors_and_hints(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """A failed document shows what is wrong and what to do."""
    view = JobView(run(workspace, flow, "ok", "fail"))
    assert view.monitor["status"] == "completed"
    assert view.monitor["counts"] == {
        "": 2,
        "pending": 0,
        "processing": 0,
        "completed": 1,
        "failed": 1,
        "cancelled": 0,
    }
    failed = view.monitor["rows"][1]
    assert failed["error"] == "The paper is blank."
    assert failed["hint"] == "Scan it again."


def test_follows_a_job_until_it_has_ended(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """The view of a job sees what another thread of control does, then ends."""
    papers = add_papers(workspace, "ok", "ok")
    job_id = workspace._store.create(flow, [(p.id, p.name) for p in papers])
    job = workspace.jobs.get(job_id)
    seen: list[str] = []
    view = JobView(job)
    view.observe(lambda change: seen.append(change["new"]["status"]), "monitor")
    assert view.monitor["status"] == "pending"
    job.run()
    view.join(30)
    assert not view._follower.running
    assert seen[-1] == "completed"
    assert view.results["total"] == 2


def test_a_page_of_documents_is_small(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """However many documents there are, one refresh sends one short page."""
    papers = add_papers(workspace, *["ok"] * 120)
    job = workspace.jobs.get(
        workspace._store.create(flow, [(p.id, p.name) for p in papers])
    )
    view = JobView(job, with_results=False)
    assert len(view.monitor["rows"]) == DOCUMENTS_PER_PAGE
    assert len(json.dumps(view.monitor)) < 10_000
    view.show_documents("", 99)
    assert view.monitor["page"] == 2
    assert view.monitor["rows"][-1]["document"] == "119-ok.pdf"
    view.show_documents("failed", 0)
    assert view.monitor["rows"] == []
    view.close()
    assert view.monitor == {}


def test_searches_results(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """Every word must occur, in whatever column and case."""
    view = JobView(run(workspace, flow, "ok", "ok"))
    assert view.results["total"] == 2
    view.show_results("OK 001-ok", 0)
    assert [row[0] for row in view.results["rows"]] == ["001-ok.pdf"]
    assert view.results["found"] == 1
    view.show_results("nothing", 0)
    assert view.results["rows"] == []
    view.show_results("", 0)
    assert view.results["found"] == 2


def test_long_texts_are_cut(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """A quote of a whole page does not travel to the browser."""
    view = JobView(run(workspace, flow, "ok " + "word " * 500))
    quote = view.results["rows"][0][view.results["columns"].index("quote")]
    assert len(quote) == MAX_TEXT


def test_an_error_in_the_thread_is_told(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """A view that cannot read the store any more says so."""
    papers = add_papers(workspace, "ok")
    job = workspace.jobs.get(
        workspace._store.create(flow, [(p.id, p.name) for p in papers])
    )
    view = JobView(job)
    workspace.close()
    view.join(30)
    assert view.error.startswith("This page is no longer up to date:")


def test_a_paper_in_work_when_the_job_is_cancelled_is_followed_to_its_end(
    workspace: ck.Workspace, flow: ck.Flow, tmp_path: Path
) -> None:
    """The page does not stay at "processing"."""
    gate = tmp_path / "gate"
    papers = add_papers(workspace, f"wait {gate}", "ok")
    job = workspace.create(flow, papers, n_jobs=1)
    view = JobView(job)
    work = threading.Thread(target=job.run)
    work.start()
    until(Path(f"{gate}.started").exists)
    job.cancel()
    view.refresh()
    assert view.monitor["counts"]["processing"] == 1
    gate.touch()
    work.join(60)
    view.join(60)
    assert view.monitor["counts"]["cancelled"] == 2
