from __future__ import annotations

import json
from collections.abc import Iterable

import pytest
from batches import add_papers, fake_flow
from fakes import FakeExtractor

import curation_kit as ck
from curation_kit.agents import Paper, register
from curation_kit.errors import JobError
from curation_kit.records import Record
from curation_kit.session.job_documents import DOCUMENTS_PER_PAGE, DocumentTable


def table(job: ck.Job) -> DocumentTable:
    """The table of a job's documents."""
    made = DocumentTable()
    made.open(job)
    made.refresh()
    return made


def names(made: DocumentTable) -> list[str]:
    """File names on the page."""
    return [row["document"] for row in made.documents["rows"]]


def test_a_failed_document_says_where_why_and_what_to_do(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """Step by its title and number, error, hint."""
    papers = add_papers(workspace, "ok", "fail")
    made = table(workspace.run(flow, papers, backend="sequential"))
    done, failed = made.documents["rows"]
    assert (done["records"], done["attempts"]) == (1, 1)
    assert (failed["error"], failed["hint"]) == (
        "The paper is blank.",
        "Scan it again.",
    )
    assert (failed["step"], failed["at"], failed["of"]) == ("Fake extractor", 2, 4)


def test_filter_search_sort_and_pages(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """What is asked for together holds together."""
    papers = add_papers(workspace, "fail", "ok", "ok")
    made = table(workspace.run(flow, papers, backend="sequential"))
    made.show("completed")
    assert names(made) == ["001-ok.pdf", "002-ok.pdf"]
    made.show("completed", "OK", "document", True)  # noqa: FBT003
    assert names(made) == ["002-ok.pdf", "001-ok.pdf"]
    made.show("", "fail pdf")
    assert (names(made), made.documents["found"]) == (["000-fail.pdf"], 1)
    made.show("", "", "records")
    assert names(made)[-1] == "000-fail.pdf"  # no number comes last
    made.show("cancelled", "", "position", False, 7)  # noqa: FBT003
    assert (names(made), made.documents["page"]) == ([], 0)
    with pytest.raises(JobError, match="Sorted can be by"):
        made.show("", "", "name; DROP TABLE jobs")


def test_a_page_of_documents_is_small(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """However many documents there are, one refresh sends one short page."""
    papers = add_papers(workspace, *["ok"] * 120)
    made = table(workspace.create(flow, papers))
    assert len(made.documents["rows"]) == DOCUMENTS_PER_PAGE
    assert len(json.dumps(made.documents)) < 10_000
    made.show(page=99)
    assert made.documents["page"] == 2
    assert names(made)[-1] == "119-ok.pdf"


def test_an_unfolded_document_shows_attempts_and_ledger(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """Each start, how it ended, and what was read."""
    [paper] = add_papers(workspace, "fail")
    job = workspace.run(flow, paper, backend="sequential")
    assert workspace._store.retry(job.id, document_id=paper.id) == 1
    job.run()
    made = table(job)
    made.expand(paper.id)
    first, second = made.detail["attempts"]
    assert (first["number"], first["outcome"]) == (1, "failed")
    assert first["error"] == "The paper is blank."
    assert second["reused"] == "Fake input"
    assert ("Pages", "none were read") in made.detail["ledger"]
    made.expand("")
    assert made.detail == {}


class Reader(FakeExtractor):
    """Reads no results."""

    name = "reader"

    def extract(self, paper: Paper) -> Iterable[Record]:
        """Tell of the title alone."""
        paper.ledger.section("title", read=True)
        return super().extract(paper)


@pytest.mark.usefixtures("fakes")
def test_an_unfolded_document_without_results_says_so(workspace: ck.Workspace) -> None:
    """Beside the sections that were read, not as one of them."""
    register(Reader)
    flow = fake_flow("csv")
    flow.steps[1].agent = "reader"
    [paper] = add_papers(workspace, "ok")
    made = table(workspace.run(flow, paper, backend="sequential"))

    made.expand(paper.id)

    told = dict(made.detail["ledger"])
    assert told["Sections read"] == "title"
    assert told["Sections not found"] == "results"


def test_several_outputs_are_offered_one_by_one(
    workspace: ck.Workspace,
    flow: ck.Flow,  # noqa: ARG001 - registers the agents
) -> None:
    """A menu needs to know the files of a document."""
    [paper] = add_papers(workspace, "ok")
    job = workspace.run(fake_flow("csv", "json"), paper, backend="sequential")
    [row] = table(job).documents["rows"]
    assert row["outputs"] == [[3, "csv"], [4, "json"]]
    assert [path.suffix for path in job.result_files(paper.id, 4)] == [".json"]


def test_what_is_sent_is_limited(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """After a page was sent, the next one waits for its share of the line."""
    papers = add_papers(workspace, "ok", "ok")
    job = workspace.create(flow, papers)
    made = table(job)
    made._due += 60.0
    job.cancel()
    made.look()
    assert made.documents["rows"][0]["status"] == "pending"
    made._due = 0.0
    made.look()
    assert made.documents["rows"][0]["status"] == "cancelled"
