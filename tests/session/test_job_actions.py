from __future__ import annotations

from pathlib import Path

import pytest
from batches import add_papers

import curation_kit as ck
from curation_kit.documents.report import Preflight
from curation_kit.errors import JobError
from curation_kit.samples import write_sample_papers
from curation_kit.session import CurationSession


def test_create_job_runs_to_the_end(session: CurationSession) -> None:
    """The page goes to the new job, which runs in a process of its own."""
    papers = add_papers(session.workspace, "ok", "fail")
    session.selection.reload()
    session.selection.select(paper.id for paper in papers)
    session.jobs.create("Fake", "  May  ")
    assert session.view.monitor["name"] == "May"
    assert session.selection.count == 0
    session.view.join(60)
    session.job_list.refresh()
    [listed] = session.job_list.jobs
    assert listed["id"] == session.job_id
    rows = session.view.documents.documents["rows"]
    assert [row.get("error") for row in rows] == [None, "The paper is blank."]
    assert (listed["completed"], listed["failed"], listed["total"]) == (1, 1, 2)
    session.jobs.retry_failed()
    session.view.join(60)
    rows = session.view.documents.documents["rows"]
    assert rows[1]["error"] == "The paper is blank."
    session.open_page("jobs")
    assert (session.job_id, session.view.monitor) == ("", {})


def test_create_job_says_what_is_missing(session: CurationSession) -> None:
    """No job without flow and documents."""
    with pytest.raises(JobError, match="flow"):
        session.jobs.create("")
    with pytest.raises(JobError, match="document"):
        session.jobs.create("Fake")


def test_documents_deleted_elsewhere_are_not_run(session: CurationSession) -> None:
    """They are taken out of the selection, and that is told before a job is made."""
    *gone, kept = papers = add_papers(session.workspace, "ok", "ok", "ok")
    session.selection.reload()
    session.selection.select(paper.id for paper in papers)
    for paper, make in zip(
        gone, (session.jobs.create, session.jobs.try_flow), strict=True
    ):
        session.workspace.documents.remove(paper.id)
        with pytest.raises(JobError, match="1 selected document was deleted"):
            make("Fake")
        assert paper not in session.selection.documents
    assert session.selection.documents == [kept]
    assert len(session.workspace.jobs) == 0
    session.jobs.create("Fake")
    assert session.view.monitor["counts"][""] == 1
    session.view.join(60)


def test_one_failed_document_is_retried_alone(session: CurationSession) -> None:
    """The other one stays as it is; one that is not failed is refused."""
    papers = add_papers(session.workspace, "fail", "fail", "ok")
    job = session.workspace.run("Fake", papers, backend="sequential")
    session.open_job(job.id)
    session.jobs.retry_failed(papers[1].id)
    assert session.notice == "1 document put back, to be processed again."
    session.view.join(60)
    rows = {
        row["document"]: len(job.attempt_rows(row["document_id"]))
        for row in job.document_rows()
    }
    assert rows == {"000-fail.pdf": 1, "001-fail.pdf": 2, "002-ok.pdf": 1}
    with pytest.raises(JobError, match="is not failed"):
        session.jobs.retry_failed(papers[2].id)


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
    session.jobs.try_flow("Fake", {"n_jobs": 1})
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
    session.jobs.duplicate(job.id)
    assert session.page == "jobs"
    assert session.selection.documents == [papers[1]]
    assert session.form.prefill == {"flow": "Fake", "name": "May (copy)", "number": 1}
    assert '"Fake" has been changed' in session.notice
    assert "no longer in the workspace: 1 document." in session.notice
    session.workspace.flows.delete("Fake")
    session.jobs.duplicate(job.id)
    assert session.form.flow_gone  # and no other is chosen
    assert 'no saved flow "Fake" any more' in session.notice


def test_delete_job(session: CurationSession, flow: ck.Flow) -> None:
    """Its page is left, its files go; a running one is refused."""
    [paper] = add_papers(session.workspace, "ok")
    job = session.workspace.run(flow, paper, "May", backend="sequential")
    [file] = job.result_files()
    session.open_job(job.id)
    session.jobs.delete(job.id)
    assert (session.page, session.notice) == ("jobs", "May is deleted.")
    assert session.job_list.jobs == []
    assert not file.exists()
    waiting = session.workspace.create(flow, paper)
    with pytest.raises(JobError, match="cancel it first"):
        session.jobs.delete(waiting.id)


def test_cancel_pause_resume(session: CurationSession) -> None:
    """The buttons do what the job's methods do, and say so."""
    [paper] = add_papers(session.workspace, "ok")
    job_id = session.workspace._store.create(
        session.workspace.flows["Fake"], [(paper.id, paper.name)]
    )
    session.open_job(job_id)
    session.jobs.pause()
    assert session.view.monitor["status"] == "paused"
    session.jobs.cancel()
    assert session.view.monitor["status"] == "cancelled"
    assert session.notice.startswith("Cancelled.")
    assert session.view.offers["retry_cancelled"]
    with session.reporting():
        session.jobs.cancel()
    assert "already ended" in session.error
    session.dismiss()
    assert session.error == ""
    session.jobs.retry_cancelled()
    assert session.notice == "1 document put back, to be processed again."
    session.view.join(60)
    assert session.view.monitor["status"] == "completed"
    assert not session.view.offers["retry_cancelled"]


def test_the_form_is_filled_with_what_was_just_added_or_saved(
    session: CurationSession, tmp_path: Path
) -> None:
    """Documents that can be processed, each once; the flow in the builder."""
    write_sample_papers(tmp_path / "papers")  # one is damaged, one a scan
    (tmp_path / "earlier").mkdir()
    first = min((tmp_path / "papers").iterdir())
    (tmp_path / "earlier" / "x.pdf").write_bytes(first.read_bytes())
    session.workspace.documents.add(tmp_path / "earlier")
    session.folder.add(str(tmp_path / "papers"))
    session.folder.join()
    counts = session.outcomes.summary["counts"]

    session.jobs.with_added()

    assert session.page == "jobs"
    assert counts["problem"] == 2
    assert session.selection.count == counts["added"] + counts["duplicate"]
    session.open_page("flows", "Fake")
    session.jobs.with_flow()
    assert (session.page, session.form.prefill["flow"]) == ("jobs", "Fake")
    session.outcomes.begin()
    assert session.outcomes.fit() == ()
