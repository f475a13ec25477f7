from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path

import pytest
from batches import add_papers, fake_flow, until
from fakes import FakeExtractor

import curation_kit as ck
from curation_kit.agents import Paper, register
from curation_kit.errors import NotFound, WorkspaceError
from curation_kit.records import Record
from curation_kit.session import JobView


def run(workspace: ck.Workspace, flow: ck.Flow, *commands: str) -> ck.Job:
    """Run papers that are commands, in this process."""
    papers = add_papers(workspace, *commands)
    return workspace.run(flow, papers, backend="sequential")


def test_shows_counts_and_records(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """The head of the page tells how far the job is."""
    view = JobView(run(workspace, flow, "ok", "fail"))
    assert view.monitor["status"] == "completed"
    assert view.monitor["records"] == 1
    assert view.monitor["counts"] == {
        "": 2,
        "pending": 0,
        "processing": 0,
        "completed": 1,
        "failed": 1,
        "cancelled": 0,
    }


def test_offers_what_there_is_something_to_do_with(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """Buttons are told only what turns them on or off, and nothing at each look."""
    job = workspace.create(flow, add_papers(workspace, "ok", "fail"))
    view = JobView(job)
    job_id = {"id": job.id, "gone": False, "over_budget": False}
    kinds = ["retry", "retry_cancelled", "download", "records", "reviewed"]
    none = dict.fromkeys(kinds, False)
    assert view.offers == {**job_id, "status": "pending", **none}
    job.run()
    view.join(30)
    some = {**none, "retry": True, "download": True, "records": True}
    assert view.offers == {**job_id, "status": "completed", **some}
    seen: list[object] = []
    view.observe(seen.append, "offers")
    job.review(0, "accepted")
    view.refresh()
    job.review(0, "rejected")
    view.refresh()
    assert [change["new"]["reviewed"] for change in seen] == [True]  # type: ignore[index]
    job.delete()
    view.refresh()
    assert view.offers["gone"]


def test_cancelled_documents_are_offered_once_they_have_stopped(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """Not while some are still being cancelled: that would be refused."""
    job = workspace.create(flow, add_papers(workspace, "ok", "ok"))
    claim = workspace._store.claim()
    assert claim is not None
    workspace._store.cancel(job.id)
    view = JobView(job)
    assert not view.offers["retry_cancelled"]
    workspace._store.release(claim, "stopped", charged=False)
    view.refresh()
    assert view.offers["retry_cancelled"]
    view.close()


def test_follows_a_job_until_it_has_ended(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """The view of a job sees what another thread of control does, then ends."""
    job = workspace.create(flow, add_papers(workspace, "ok", "ok"))
    seen: list[str] = []
    view = JobView(job)
    view.observe(lambda change: seen.append(change["new"]["status"]), "monitor")
    view.show_tab("results")
    assert view.monitor["status"] == "pending"
    job.run()
    view.join(30)
    assert not view._follower.running
    assert seen[-1] == "completed"
    assert view.records.results["total"] == 2


def test_only_the_part_on_screen_is_kept_up_to_date(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """What nobody looks at is neither read nor sent."""
    view = JobView(run(workspace, flow, "ok"))
    assert view.documents.documents["found"] == 1
    assert (view.records.results, view.log.events) == ({}, {})
    view.show_log("000-ok")
    assert view.tab == "log"
    assert view.log.events["search"] == "000-ok"
    view.close()
    assert (view.monitor, view.log.events) == ({}, {})


def test_an_error_in_the_thread_is_told(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """A view that cannot read the store any more says so."""
    view = JobView(workspace.create(flow, add_papers(workspace, "ok")))
    workspace.close()
    view.join(30)
    assert view.error.startswith("This page is no longer up to date:")


def test_a_view_goes_on_when_the_store_can_be_read_again(
    workspace: ck.Workspace, flow: ck.Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it says of that goes, and nothing that happened meanwhile is missing."""
    job = workspace.create(flow, add_papers(workspace, "ok", "ok", "fail"))
    view = JobView(job)

    def refuse(*_: object) -> None:
        raise WorkspaceError("The store is locked.")

    with monkeypatch.context() as patch:
        patch.setattr(workspace._store.database, "one", refuse)
        until(lambda: "locked" in view.error)
    job.run()
    view.join(60)
    assert view.error == ""
    assert view.monitor["counts"]["completed"] == 2
    assert [row["status"] for row in view.documents.documents["rows"]] == [
        *("completed", "completed", "failed")
    ]


def test_what_changed_in_a_job_that_has_ended_is_shown_at_a_second_try(
    workspace: ck.Workspace, flow: ck.Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No thread follows it any more: it is looked at when something has changed."""
    job = run(workspace, flow, "ok")
    view = JobView(job)
    view.show_tab("results")
    job.review(0, "accepted")

    def refuse() -> None:
        raise WorkspaceError("The store is locked.")

    with monkeypatch.context() as patch:
        patch.setattr(view.records, "refresh", refuse)
        with pytest.raises(WorkspaceError):
            view.follow()
    view.follow()
    assert "accepted" in view.records.results["rows"][0]


def test_a_job_deleted_elsewhere_is_told(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """The page keeps its name and says that it is gone; nothing breaks."""
    job = run(workspace, flow, "ok")
    view = JobView(job)
    name = view.monitor["name"]
    job.delete()
    view.follow()
    assert (view.monitor["gone"], view.monitor["name"]) == (True, name)
    assert view.documents.documents == {}
    view.show_tab("settings")
    assert view.error == ""


def test_what_is_asked_of_a_deleted_job_says_so(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """Also before the thread that follows it has seen it."""
    job = run(workspace, flow, "ok")
    view = JobView(job)
    job.delete()
    with pytest.raises(NotFound, match="was deleted in another window"):
        view.opened()
    assert view.monitor["gone"]


def test_a_running_job_deleted_elsewhere_is_told(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """The thread that follows it ends without an error."""
    job = workspace.create(flow, add_papers(workspace, "ok"))
    view = JobView(job)
    job.cancel()
    job.delete()
    view.join(30)
    view.refresh()
    assert view.monitor["gone"]
    assert view.error == ""


def test_a_job_without_a_runner_stands_still(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """Work that nobody does is told after a while; a paused job is not meant."""
    job = workspace.create(flow, add_papers(workspace, "ok"))
    view = JobView()
    view.open(job)
    assert not view.monitor["stands_still"]
    view._runner_seen -= 60
    view.refresh()
    assert view.monitor["stands_still"]
    job.pause()
    view._runner_due = 0.0
    view.refresh()
    assert not view.monitor["stands_still"]
    view.close()


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


def test_shows_the_records_that_are_to_be_checked(
    workspace: ck.Workspace,
    fakes: None,  # noqa: ARG001 - registers the agents
) -> None:
    """One click from their number to the rows, on whatever part of the page."""

    @register
    class Inventor(FakeExtractor):
        """Quotes what one paper does not say."""

        name = "inventor"

        def extract(self, paper: Paper) -> Iterable[Record]:
            """Flag the record of that paper, as the gate will."""
            for record in super().extract(paper):
                if paper.text.text.endswith("1"):
                    record.evidence = [paper.align("It is said nowhere at all.")]
                yield record

    flow = fake_flow("csv")
    flow.steps[1].agent = "inventor"
    job = run(workspace, flow, "ok", "ok", "ok")
    job.review(("000-ok.pdf", 0), "accepted")
    view = JobView(job)
    assert view.monitor["evidence"]["check"] == 1
    view.show_to_check()
    assert view.tab == "results"
    shown = view.records.results
    assert shown["filters"] == {"review": ["is", "check"]}
    assert (shown["found"], shown["total"]) == (1, 3)
    assert [document for document, _ in shown["keys"]] == [job.key_at(1)[0]]
