from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import pytest
from batches import add_papers, until

import curation_kit as ck
from curation_kit.errors import JobError, NotFound, WorkspaceError
from curation_kit.session import CurationSession


def fails(look: Callable[[], object]) -> bool:
    """Whether the store cannot be read at a look."""
    try:
        look()
    except WorkspaceError:
        return True
    return False


def test_a_job_deleted_elsewhere_leaves_the_page_alive(
    session: CurationSession, flow: ck.Flow
) -> None:
    """The list of jobs goes on being followed; the sheet of its evidence is closed."""
    [paper] = add_papers(session.workspace, "ok")
    job = session.workspace.run(flow, paper, backend="sequential")
    session.open_job(job.id, "results")
    session.view.records.select(paper.id)
    assert session.evidence.evidence
    other = ck.Workspace(session.workspace.path)
    other.jobs.get(job.id).delete()
    other.close()
    assert session._look()
    assert session.view.monitor["gone"]
    assert session.error == ""
    assert (session.evidence.evidence, session.review_desk.review) == ({}, {})
    with session.reporting():
        session.review_desk.accept(session.review_desk.review)
    assert session.error == "This job was deleted in another window."


def test_documents_added_elsewhere_can_be_chosen(session: CurationSession) -> None:
    """The first ones at once, others when Batch Jobs is opened."""
    assert session._look()
    assert (session.page, session.selection.total) == ("jobs", 0)
    other = ck.Workspace(session.workspace.path)
    add_papers(other, "ok")
    until(lambda: session._look() and session.selection.total == 1)
    session.open_page("documents")
    add_papers(other, "ok", "fail")
    session.open_page("jobs")
    assert session.selection.total == len(other.documents) == 3
    other.close()


def test_flows_saved_and_deleted_elsewhere(
    session: CurationSession, flow: ck.Flow
) -> None:
    """They come and go in the form of a new job; no other one is chosen for it."""
    session.workspace.flows.save(flow.model_copy(update={"name": "Other"}))
    assert session._look()
    assert session.flows[-2:] == ["Fake", "Other"]
    session.form.consider("Other", 1)
    session.workspace.flows.delete("Fake")
    assert session._look()
    assert not session.form.flow_gone
    session.workspace.flows.delete("Other")
    assert session._look()
    assert session.form.flow_gone
    session.form.consider("", 2)  # no other is chosen, but something else
    assert session.form.flow_gone
    session.form.consider(session.flows[0], 2)
    assert not session.form.flow_gone


def test_an_unknown_job_in_the_address_is_an_error_on_the_page(
    workspace: ck.Workspace,
) -> None:
    """The main page is shown, with the reason."""
    session = CurationSession(workspace, query="?job=20200101-000000-abcdef")
    assert (session.page, session.job_id, session.query) == ("jobs", "", "")
    assert "There is no job" in session.error


def test_the_address_tells_where_the_visitor_is(
    session: CurationSession, flow: ck.Flow
) -> None:
    """A reload, a link, and a step back in the history lead to the same place."""
    [paper] = add_papers(session.workspace, "ok")
    job = session.workspace.run(flow, paper, backend="sequential")
    session.open_job(job.id)
    first = session.query
    session.open_page("help", "curation-flows")

    assert (first, session.query) == (f"job={job.id}", "page=help&topic=curation-flows")
    session.visit(f"?token=secret&{first}")
    assert (session.page, session.view.monitor["id"]) == ("job", job.id)
    again = CurationSession(session.workspace.path, query=first)
    assert (again.page, again.job_id) == ("job", job.id)
    again.close()


def test_the_address_tells_the_part_of_a_job_s_page(
    session: CurationSession, flow: ck.Flow
) -> None:
    """Going from part to part of one job forgets nothing; no such part is the first."""
    papers = add_papers(session.workspace, "ok", "ok")
    job = session.workspace.run(flow, papers, backend="sequential")
    session.open_job(job.id)
    session.view.show_tab("results")
    assert session.query == f"job={job.id}&tab=results"
    session.view.records.show("001-ok")
    session.visit(f"job={job.id}")
    assert (session.view.tab, session.query) == ("documents", f"job={job.id}")
    session.visit(f"job={job.id}&tab=results")
    assert session.view.records.results["search"] == "001-ok"
    session.open_page("jobs")
    session.visit(f"job={job.id}&tab=log")
    assert (session.view.tab, session.query) == ("log", f"job={job.id}&tab=log")
    again = CurationSession(session.workspace.path, query=f"job={job.id}&tab=none")
    assert (again.view.tab, again.query) == ("documents", f"job={job.id}")
    again.close()


def test_broken_flow_files_are_named(session: CurationSession) -> None:
    """A flow that cannot be read is not silently missing."""
    (session.workspace.path / "flows" / "bad.yaml").write_text("steps: 7")
    session.refresh()
    assert [text.split(":")[0] for text in session.broken_flows] == ["bad.yaml"]


def test_jobs_of_others_appear(session: CurationSession, flow: ck.Flow) -> None:
    """A job made by another process is listed without a reload."""
    [paper] = add_papers(session.workspace, "ok")
    other = ck.Workspace(session.workspace.path)
    other._store.create(flow, [(paper.id, paper.name)], name="theirs")
    other.close()
    assert session._look()
    assert [job["name"] for job in session.job_list.jobs] == ["theirs"]


def test_a_job_whose_runner_died_goes_on(
    session: CurationSession, flow: ck.Flow
) -> None:
    """Opening the page, or having it open, resumes what a crash has left."""
    [paper] = add_papers(session.workspace, "ok")
    job = session.workspace.create(flow, [paper])
    opened = CurationSession(session.workspace.path)
    until(lambda: job.settled)  # `wait` would start a runner itself
    opened.close()
    again = session.workspace.create(flow, [paper])
    session._runner_due = 0.0
    assert session._look()
    until(lambda: again.settled)
    assert again.progress.completed == 1


def test_a_runner_that_cannot_work_is_told_once(
    session: CurationSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page goes on, and starts no runner after runner in vain."""
    calls: list[str] = []

    def fail() -> None:
        calls.append("asked")
        raise JobError("The runner could not work.")

    monkeypatch.setattr(session.workspace.jobs, "ensure_runner", fail)
    session._runner_due = 0.0
    assert session._look()
    assert session._look()
    assert session.error == "The runner could not work."
    assert session.runner_trouble == "The runner could not work."
    assert calls == ["asked"]
    session.start_runner()
    assert calls == ["asked", "asked"]


@pytest.mark.parametrize("told", ["", "Choose a flow first."])
def test_the_page_goes_on_when_the_store_can_be_read_again(
    session: CurationSession, flow: ck.Flow, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    """What it says of that goes, unless something else was told since."""

    def refuse() -> None:
        raise WorkspaceError("The store is locked.")

    with monkeypatch.context() as patch:
        patch.setattr(session.workspace.jobs, "version", refuse)
        session.follow()
        until(lambda: session.error == "The store is locked.")
        session.error = told or session.error
    job = session.workspace.create(flow, add_papers(session.workspace, "ok"))
    until(lambda: job.id in {row["id"] for row in session.job_list.jobs})
    until(lambda: session.error == told)


def test_what_a_job_s_page_says_of_itself_goes_when_it_is_mended(
    session: CurationSession,
) -> None:
    """It is told in the one place of the page, as long as it is true."""
    session.view.error = "This page is no longer up to date."
    assert session.error == "This page is no longer up to date."
    session.view.error = ""
    assert session.error == ""
    session.view.error = "This page is no longer up to date."
    session.error = "Choose a flow first."
    session.view.error = ""
    assert session.error == "Choose a flow first."


def test_what_a_failed_look_has_left_out_is_done_by_the_next(
    session: CurationSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Documents that were added elsewhere come although nothing else happens."""
    session.open_page("documents")
    assert session._look()
    other = ck.Workspace(session.workspace.path)
    add_papers(other, "ok")
    other.close()

    def refuse() -> None:
        raise WorkspaceError("The store is locked.")

    with monkeypatch.context() as patch:
        patch.setattr(session.documents, "refresh", refuse)
        until(partial(fails, session._look))
    assert session._look()
    assert session.documents.table["total"] == 1


def test_a_runner_is_started_when_the_store_can_be_read_again(
    session: CurationSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No button need be pressed for what has mended itself."""

    def refuse() -> None:
        raise WorkspaceError("The store is locked.")

    with monkeypatch.context() as patch:
        patch.setattr(session.workspace.jobs, "ensure_runner", refuse)
        session._runner_due = 0.0
        assert session._look()
    assert session.error == session.runner_trouble == "The store is locked."
    assert session._runner_due < math.inf
    session._runner_due = 0.0
    assert session._look()
    assert session.error == session.runner_trouble == ""


def test_a_workspace_that_is_gone_is_told(session: CurationSession) -> None:
    """SQLite would go on with the deleted file as if nothing had happened."""
    path = session.workspace.path
    path.rename(path.with_name("moved"))
    with pytest.raises(WorkspaceError, match="is gone"):
        session.jobs.create("Fake")
    assert session._look()
    with session.reporting():
        session.open_page("documents")
    assert "is gone" in session.lost, "whatever is clicked meanwhile"
    path.with_name("moved").rename(path)
    assert session._look()
    assert session.lost == ""


def test_the_address_names_the_record_whose_evidence_is_shown(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """A colleague who opens it sees the same; one that names nothing says so."""
    papers = add_papers(workspace, "ok", "ok")
    job = workspace.run(flow, papers, backend="sequential")
    session = CurationSession(workspace, query=f"job={job.id}&tab=results")
    session.view.records.select(papers[1].id, 0)
    address = session.query
    assert address.startswith(f"job={job.id}&tab=results&record={papers[1].id[:16]}")
    session.close()
    session = CurationSession(workspace, query=address)
    assert session.view.tab == "results"
    assert session.evidence.evidence["document"] == papers[1].name
    assert session.query == address

    session.visit(f"job={job.id}&tab=results")  # one step back
    assert session.evidence.evidence == {}
    assert session.query == f"job={job.id}&tab=results"
    session.visit(address)
    session.open_page("jobs")
    assert session.evidence.evidence == {}
    with pytest.raises(NotFound, match="not among the results"):
        session.visit(f"job={job.id}&record=0000-7")
    assert session.page == "job"
    session.close()
