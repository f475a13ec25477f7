from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from batches import add_papers, until

import curation_kit as ck
from curation_kit.documents.report import Preflight
from curation_kit.errors import JobError, NotFound, WorkspaceError
from curation_kit.session import CurationSession


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


def test_create_job_runs_to_the_end(session: CurationSession) -> None:
    """The page goes to the new job, which runs in a process of its own."""
    papers = add_papers(session.workspace, "ok", "fail")
    session.selection.reload()
    session.selection.select(paper.id for paper in papers)
    session.create_job("Fake", "  May  ")
    assert session.view.monitor["name"] == "May"
    assert session.selection.count == 0
    session.view.join(60)
    session.job_list.refresh()
    [listed] = session.job_list.jobs
    assert listed["id"] == session.job_id
    assert (listed["completed"], listed["failed"], listed["total"]) == (1, 1, 2)
    session.retry_failed()
    session.view.join(60)
    rows = session.view.documents.documents["rows"]
    assert rows[1]["error"] == "The paper is blank."
    session.open_page("jobs")
    assert (session.job_id, session.view.monitor) == ("", {})


def test_create_job_says_what_is_missing(session: CurationSession) -> None:
    """No job without flow and documents."""
    with pytest.raises(JobError, match="flow"):
        session.create_job("")
    with pytest.raises(JobError, match="document"):
        session.create_job("Fake")


def test_one_failed_document_is_retried_alone(session: CurationSession) -> None:
    """The other one stays as it is; one that has not failed is refused."""
    papers = add_papers(session.workspace, "fail", "fail", "ok")
    job = session.workspace.run("Fake", papers, backend="sequential")
    session.open_job(job.id)
    session.retry_failed(papers[1].id)
    assert session.notice == "1 document will be processed again."
    session.view.join(60)
    rows = {
        row["document"]: len(job.attempt_rows(row["document_id"]))
        for row in job.document_rows()
    }
    assert rows == {"000-fail.pdf": 1, "001-fail.pdf": 2, "002-ok.pdf": 1}
    with pytest.raises(JobError, match="has not failed"):
        session.retry_failed(papers[2].id)


def test_a_flow_is_tested_on_the_first_document_that_can_be_read(
    session: CurationSession,
) -> None:
    """An ordinary job, and the selection stays for the whole one."""
    bad, good = add_papers(session.workspace, "fail", "ok")
    report = Preflight(size=1, code="no_text", problem="It is bad.")
    session.workspace.documents._database.execute(
        "UPDATE documents SET preflight = ? WHERE id = ?",
        (report.model_dump_json(), bad.id),
    )
    session.selection.reload()
    session.selection.select([bad.id, good.id])
    session.test_flow("Fake", {"n_jobs": 1})
    assert session.view.monitor["name"] == "Test · Fake"
    assert session.view.job.row.options.n_jobs == 1
    [row] = session.view.documents.documents["rows"]
    assert row["document"] == good.name
    assert session.selection.count == 2
    session.view.join(60)


def test_a_duplicate_says_what_has_changed(
    session: CurationSession, flow: ck.Flow
) -> None:
    """Flow and documents that are still there fill the form."""
    papers = add_papers(session.workspace, "ok", "ok")
    job = session.workspace.run(flow, papers, "May", backend="sequential")
    session.workspace.documents.remove(papers[0].id, force=True)
    corrected = flow.model_copy(update={"instructions": "new"})
    session.workspace.flows.save(corrected)
    session.open_job(job.id)
    session.duplicate_job(job.id)
    assert session.page == "jobs"
    assert session.selection.documents == [papers[1]]
    assert session.form.prefill == {"flow": "Fake", "name": "May (copy)", "number": 1}
    assert '"Fake" has been changed' in session.notice
    assert "no longer in the workspace: 1 document." in session.notice
    session.workspace.flows.delete("Fake")
    session.duplicate_job(job.id)
    assert session.form.prefill["flow"] == ""
    assert 'no saved flow "Fake" any more' in session.notice


def test_delete_job(session: CurationSession, flow: ck.Flow) -> None:
    """Its page is left, its files go; a running one is refused."""
    [paper] = add_papers(session.workspace, "ok")
    job = session.workspace.run(flow, paper, "May", backend="sequential")
    [file] = job.result_files()
    session.open_job(job.id)
    session.delete_job(job.id)
    assert (session.page, session.notice) == ("jobs", "May is deleted.")
    assert session.job_list.jobs == []
    assert not file.exists()
    waiting = session.workspace.create(flow, paper)
    with pytest.raises(JobError, match="cancel it first"):
        session.delete_job(waiting.id)


def test_a_job_deleted_elsewhere_leaves_the_page_alive(
    session: CurationSession, flow: ck.Flow
) -> None:
    """The list of jobs goes on being followed."""
    [paper] = add_papers(session.workspace, "ok")
    job = session.workspace.run(flow, paper, backend="sequential")
    session.open_job(job.id)
    other = ck.Workspace(session.workspace.path)
    other.jobs.get(job.id).delete()
    other.close()
    assert session._look()
    assert session.view.monitor["gone"]
    assert session.error == ""


def test_cancel_pause_resume(session: CurationSession) -> None:
    """The buttons do what the job's methods do, and say so."""
    [paper] = add_papers(session.workspace, "ok")
    job_id = session.workspace._store.create(
        session.workspace.flows["Fake"], [(paper.id, paper.name)]
    )
    session.open_job(job_id)
    session.pause_job()
    assert session.view.monitor["status"] == "paused"
    session.cancel_job()
    assert session.view.monitor["status"] == "cancelled"
    assert session.notice.startswith("Cancelled.")
    with session.reporting():
        session.cancel_job()
    assert "already ended" in session.error
    session.dismiss()
    assert session.error == ""


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


def test_unexpected_errors_are_told(session: CurationSession) -> None:
    """What nobody foresaw is shown too, and the page is not left busy."""
    with session.reporting("Working…"):
        assert session.busy == "Working…"
        raise ZeroDivisionError("by nought")
    assert "ZeroDivisionError: by nought" in session.error
    assert session.busy == ""


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


def test_a_workspace_that_is_gone_is_told(session: CurationSession) -> None:
    """SQLite would go on with the deleted file as if nothing had happened."""
    path = session.workspace.path
    path.rename(path.with_name("moved"))
    with pytest.raises(WorkspaceError, match="is gone"):
        session.create_job("Fake")
    assert session._look()
    with session.reporting():
        session.open_page("documents")
    assert "is gone" in session.lost, "whatever is clicked meanwhile"
    path.with_name("moved").rename(path)
    assert session._look()
    assert session.lost == ""


def test_a_full_disk_is_told_in_plain_words(session: CurationSession) -> None:
    """What the system says, where, and what to do."""
    with session.reporting():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "flow.yaml")
    assert session.error == (
        "flow.yaml: No space left on device. Check that the disk is there, writable "
        "and not full, then try again."
    )


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
