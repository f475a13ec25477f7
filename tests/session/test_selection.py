from __future__ import annotations

import json

import pytest
from batches import add_papers
from overtaking import Slow, overtake

import curation_kit as ck
from curation_kit.documents.document import Document
from curation_kit.documents.preflight import Preflight
from curation_kit.session import DocumentSelection
from curation_kit.session.selection import MAX_CHIPS, MAX_ROWS


def spoil(workspace: ck.Workspace, document_id: str, code: str) -> None:
    """Give a document a preflight problem."""
    report = Preflight(size=1, code=code, problem="It is bad.")
    workspace.documents._database.execute(
        "UPDATE documents SET preflight = ? WHERE id = ?",
        (report.model_dump_json(), document_id),
    )


def test_ticks_are_a_draft_until_confirmed(workspace: ck.Workspace) -> None:
    """Closing the panel leaves the selection as it was."""
    first, second = add_papers(workspace, "ok", "ok")
    selection = DocumentSelection(workspace.documents)
    selection.open_panel()
    selection.tick(first.id, on=True)
    selection.dismiss()
    assert selection.count == 0
    selection.open_panel()
    assert selection.panel["ticked"] == 0
    selection.tick(selection.panel["rows"][1]["id"], on=True)
    selection.confirm()
    assert [document.id for document in selection.documents] == [second.id]
    assert not selection.is_open
    selection.remove(selection.chips[0]["id"])
    assert selection.chips == []


def test_search_and_upload_batch_filter(workspace: ck.Workspace) -> None:
    """Select all ticks what is found, and adds to what is ticked."""
    papers = add_papers(workspace, "ok", "fail", "ok")
    workspace.documents._database.executemany(
        "INSERT INTO upload_batches (name, document_id) VALUES (?, ?)",
        [("May", papers[0].id), ("June", papers[1].id), ("June", papers[2].id)],
    )
    selection = DocumentSelection(workspace.documents)
    selection.open_panel()
    selection.find("OK", "June")
    assert [row["name"] for row in selection.panel["rows"]] == ["002-ok.pdf"]
    selection.tick_found(on=True)
    selection.find("", "May")
    selection.tick_found(on=True)
    assert selection.panel["ticked"] == 2
    selection.tick_found(on=False)
    assert selection.panel["ticked"] == 1
    selection.tick_none()
    assert selection.panel["ticked"] == 0
    selection.tick(papers[2].id, on=True)
    selection.confirm()
    assert [document.name for document in selection.documents] == ["002-ok.pdf"]


def test_many_documents_are_a_short_list(workspace: ck.Workspace) -> None:
    """Select all reaches the documents that are not shown."""
    report = Preflight(size=1, pages=2)
    with workspace.documents._database.transaction():
        for number in range(10_000):
            workspace.documents._insert(f"{number:064x}", f"{number}.pdf", report)
    selection = DocumentSelection(workspace.documents)
    selection.open_panel()
    selection.tick_found(on=True)
    assert len(selection.panel["rows"]) == MAX_ROWS
    assert len(json.dumps(selection.panel)) < 30_000
    assert selection.panel["found"] == selection.panel["ticked"] == 10_000
    selection.confirm()
    assert selection.count == 10_000
    assert len(selection.chips) == MAX_CHIPS


def test_finds_papers_by_title_and_doi(workspace: ck.Workspace) -> None:
    """Few know a paper by the name of its file."""
    selection = DocumentSelection(workspace.documents)
    for number, doi in enumerate(["10.1/a", "10.1/A", "10.1/b", ""]):
        report = Preflight(
            size=1, pages=2, doi=doi, title=f"Loss\u2011of Study {number} " * 20
        )
        workspace.documents._insert(f"{number:064x}", f"{number}.pdf", report)
    selection.open_panel()
    for search, names in [
        ("study 2 loss-of", ["2.pdf"]),
        ("Loss\u2011of Study 2", ["2.pdf"]),  # as a title is pasted from its page
        ("10.1/b", ["2.pdf"]),
    ]:
        selection.find(search, "")
        assert [row["name"] for row in selection.panel["rows"]] == names
    assert selection.panel["rows"][0]["title"].endswith("of…")

    assert selection.twice == ""
    selection.tick_none()
    selection.find("", "")
    selection.tick_found(on=True)
    selection.confirm()
    assert selection.twice.startswith("The same DOI: 0.pdf, 1.pdf. If")


def test_no_file_of_a_doi_vanishes(workspace: ck.Workspace) -> None:
    """Those that are not named are counted, and so are further DOIs."""
    selection = DocumentSelection(workspace.documents)
    files = ["a"] * 5 + [doi for doi in "bcde" for _ in range(2)]
    for number, doi in enumerate(files):
        report = Preflight(size=1, pages=2, doi=f"10.1/{doi}")
        workspace.documents._insert(f"{number:064x}", f"{number:02}.pdf", report)
    selection.reload()
    selection.select(selection._documents)
    assert selection.twice == (
        "The same DOI: 00.pdf, 01.pdf, 02.pdf and 2 more; 05.pdf, 06.pdf; 07.pdf, "
        "08.pdf; 2 more DOIs. If that is a paper in two versions, its records will "
        "come twice."
    )


def test_warns_of_documents_that_will_fail(workspace: ck.Workspace) -> None:
    """The warning counts the kinds of problem."""
    papers = add_papers(workspace, "ok", "ok", "ok", "ok")
    for paper, code in zip(papers, ["no_text", "no_text", "encrypted"], strict=False):
        spoil(workspace, paper.id, code)
    selection = DocumentSelection(workspace.documents)
    selection.select(paper.id for paper in papers)
    assert selection.warning == (
        "3 of 4 will fail: 2 scanned, 1 encrypted. The others are not affected."
    )
    assert selection.count_unfit == 3
    selection.leave_out_unfit()
    assert [document.id for document in selection.documents] == [papers[3].id]
    assert selection.warning == ""


def test_a_removed_document_leaves_the_selection(workspace: ck.Workspace) -> None:
    """Documents deleted elsewhere are dropped at the next reload."""
    first, second = add_papers(workspace, "ok", "ok")
    selection = DocumentSelection(workspace.documents)
    selection.select([first.id, second.id])
    workspace.documents.remove(first.id)
    selection.reload()
    assert selection.count == 1
    assert selection.total == 1


def test_what_was_read_last_is_shown(
    workspace: ck.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when a thread that has added documents is overtaken."""
    selection = DocumentSelection(workspace.documents)
    listed, slow = workspace.documents.list, Slow()

    def late() -> list[Document]:
        found = listed()
        slow.hold()
        return found

    def add_one() -> None:
        add_papers(workspace, "ok")
        selection.reload()

    monkeypatch.setattr(workspace.documents, "list", late)
    overtake(slow, selection.reload, add_one)
    assert selection.total == 1
