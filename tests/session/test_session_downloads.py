"""What is offered to the browser to be saved."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from batches import add_papers

import curation_kit as ck
from curation_kit.errors import JobError
from curation_kit.session import CurationSession


@pytest.fixture
def session(
    workspace: ck.Workspace,
    fakes: None,  # noqa: ARG001 - registers the agents
) -> Iterator[CurationSession]:
    """A session in an empty workspace."""
    session = CurationSession(workspace)
    yield session
    session.close()


def test_downloads(session: CurationSession, flow: ck.Flow) -> None:
    """One document gives its file, all give a ZIP named after the job."""
    papers = add_papers(session.workspace, "ok", "fail")
    job = session.workspace.run(flow, papers, backend="sequential")
    session.open_job(job.id)
    session.downloads.of_document(papers[0].id)
    assert session.downloads.offered["name"] == "000-ok.csv"
    session.downloads.of_all()
    session.downloads.preparation.join()
    assert session.downloads.offered["name"] == f"{job.id}.zip"
    with zipfile.ZipFile(session.downloads.offered["path"]) as archive:
        files = [name for name in archive.namelist() if "/" not in name]
        assert files == ["000-ok.csv"]
    with pytest.raises(JobError, match="did not complete"):
        session.downloads.of_document(papers[1].id)


def test_the_zip_has_the_records_that_are_chosen(
    session: CurationSession, flow: ck.Flow
) -> None:
    """Those that were reviewed, or those that the flow made."""
    papers = add_papers(session.workspace, "ok", "ok")
    job = session.workspace.run(flow, papers, backend="sequential")
    session.open_job(job.id)
    assert session.view.monitor["reviewed"] == 0
    job.review(0, "edited", changes={"anatomy_label": "spleen"})
    session.view.refresh()
    assert session.view.monitor["reviewed"] == 1
    texts = {}
    for rows in ("all", "reviewed", "machine"):
        session.downloads.of_all(rows=rows)
        session.downloads.preparation.join()
        with zipfile.ZipFile(session.downloads.offered["path"]) as archive:
            files = [name for name in archive.namelist() if "/" not in name]
            texts[rows] = {name: archive.read(name).decode() for name in files}
    assert [len(found) for found in texts.values()] == [2, 1, 2]
    assert "spleen" in texts["all"]["000-ok.csv"]
    assert "spleen" in texts["reviewed"]["000-ok.csv"]
    assert "spleen" not in texts["machine"]["000-ok.csv"]


def test_the_records_on_screen_are_offered_as_a_table(
    session: CurationSession, flow: ck.Flow
) -> None:
    """Named after the job."""
    papers = add_papers(session.workspace, "ok", "ok")
    job = session.workspace.run(flow, papers, backend="sequential")
    session.open_job(job.id)
    session.view.show_tab("results")
    session.view.records.show("001-ok")
    session.downloads.of_records("xlsx")
    session.downloads.preparation.join()
    assert session.downloads.offered["name"] == f"{job.id}-records.xlsx"
    session.downloads.of_records()
    session.downloads.preparation.join()
    assert session.downloads.offered["name"] == f"{job.id}-records.csv"
    table = Path(session.downloads.offered["path"]).read_text(encoding="utf-8")
    assert len(table.splitlines()) == 2


def test_a_highlighted_paper_that_cannot_be_made(
    session: CurationSession, flow: ck.Flow
) -> None:
    """Alone it is an error; in the ZIP it is named, and the page says so."""
    [paper] = add_papers(session.workspace, "ok")
    job = session.workspace.run(flow, paper, backend="sequential")
    session.open_job(job.id)

    session.downloads.of_paper(paper.id)
    session.downloads.preparation.join()
    assert "000-ok.pdf: The file is not a PDF" in session.error

    session.downloads.of_all(evidence=True)
    session.downloads.preparation.join()
    assert "000-ok.pdf: The file is not a PDF" in session.notice
    with zipfile.ZipFile(session.downloads.offered["path"]) as archive:
        assert "evidence/PROBLEMS.txt" in archive.namelist()


def test_several_outputs_of_one_document_are_a_zip(session: CurationSession) -> None:
    """Each output step's file is in the download of the document."""
    from batches import fake_flow

    [paper] = add_papers(session.workspace, "ok")
    job = session.workspace.run(fake_flow("csv", "json"), [paper], backend="sequential")
    session.open_job(job.id)
    session.downloads.of_document(paper.id, 4)
    assert session.downloads.offered["name"] == "000-ok.json"
    session.downloads.of_document(paper.id)
    with zipfile.ZipFile(session.downloads.offered["path"]) as archive:
        assert len(archive.namelist()) == 2


def test_without_a_job_there_is_nothing_to_offer(session: CurationSession) -> None:
    """What to do is said; what is made goes with the session."""
    with pytest.raises(JobError, match="No job is open"):
        session.downloads.of_all()
    session.downloads.offer_text("a.yaml", "name: a")
    path = Path(session.downloads.offered["path"])
    assert path.read_text(encoding="utf-8") == "name: a"
    session.close()
    assert not path.exists()
