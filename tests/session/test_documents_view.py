from __future__ import annotations

import json
from typing import Any

import pytest
from batches import add_papers

import curation_kit as ck
from curation_kit.documents.document import Document
from curation_kit.documents.report import Preflight
from curation_kit.errors import CurationKitError
from curation_kit.session import CurationSession, DocumentsView
from curation_kit.session.deletion import AT_ONCE
from curation_kit.session.document_rows import ID_LENGTH
from curation_kit.session.documents_view import DOCUMENTS_PER_PAGE


def put(workspace: ck.Workspace, *papers: tuple[str, Preflight, str]) -> list[Document]:
    """Put documents into a workspace: name, preflight report, upload batch."""
    library = workspace.documents
    database = library._database
    with database.transaction():
        for number, (name, report, batch) in enumerate(papers):
            document_id = f"{number:016x}{0:048x}"
            library._insert(document_id, name, report)
            database.execute(
                "UPDATE documents SET added = ? WHERE id = ?", (number, document_id)
            )
            database.execute(
                "INSERT INTO upload_batches VALUES (?, ?)", (batch, document_id)
            )
    return library.list()


FINE = Preflight(size=3, pages=9, title="The HEART of the fly", species=("fly",))
SHORT = Preflight(size=9, pages=2, doi="10.1000/abc", species=("worm", "human"))
PARTLY = Preflight(
    size=5, pages=5, warning="2 pages are images.", code="partly_scanned"
)
BAD = Preflight(size=1, problem="It is locked.", hint="Unlock it.", code="encrypted")


@pytest.fixture
def view(workspace: ck.Workspace) -> DocumentsView:
    """Four documents of two batches."""
    put(
        workspace,
        ("Paper 10.pdf", FINE, "May"),
        ("paper 9.pdf", SHORT, "June"),
        ("zebra.pdf", PARTLY, "June"),
        ("bad.pdf", BAD, "May"),
    )
    made = DocumentsView(workspace)
    made.refresh()
    return made


def names(view: DocumentsView) -> list[str]:
    """File names in the table, from top to bottom."""
    return [row["name"] for row in view.table["rows"]]


def test_the_newest_stand_on_top(view: DocumentsView) -> None:
    """A row is plain values; what rows share is sent once."""
    assert names(view) == ["bad.pdf", "zebra.pdf", "paper 9.pdf", "Paper 10.pdf"]
    assert view.table["rows"][0] == {
        "id": "3".rjust(ID_LENGTH, "0"),
        "name": "bad.pdf",
        "pages": 0,
        "size": 1,
        "added": 3,
        "mark": "unfit",
        "batches": [0],
        "problem": 0,
    }
    assert view.table["labels"][0] == "May"
    assert view.table["problems"][0] == ["It is locked.", "Unlock it."]
    assert (view.table["total"], view.table["fit"], view.table["unfit"]) == (4, 3, 1)
    assert json.loads(json.dumps(view.table)) == view.table


@pytest.mark.parametrize(
    ("search", "batch", "state", "found"),
    [
        ("PAPER", "", "", ["paper 9.pdf", "Paper 10.pdf"]),
        ("fly heart", "", "", ["Paper 10.pdf"]),
        ("\ufb02y heart", "", "", ["Paper 10.pdf"]),  # pasted with a ligature
        ("10.1000/ABC", "", "", ["paper 9.pdf"]),
        ("paper heart worm", "", "", []),
        ("", "June", "", ["zebra.pdf", "paper 9.pdf"]),
        ("", "", "unfit", ["bad.pdf"]),
        ("", "May", "fit", ["Paper 10.pdf"]),
        (
            "",
            "",
            "no such state",
            ["bad.pdf", "zebra.pdf", "paper 9.pdf", "Paper 10.pdf"],
        ),
    ],
)
def test_search_and_filters(
    view: DocumentsView, search: str, batch: str, state: str, found: list[str]
) -> None:
    """Every word must occur, in the name, the title or the DOI."""
    view.find(search, batch, state)
    assert names(view) == found
    assert view.table["found"] == len(found)


@pytest.mark.parametrize(
    ("column", "first"),
    [
        ("name", "bad.pdf"),
        ("pages", "Paper 10.pdf"),
        ("size", "paper 9.pdf"),
        ("batch", "paper 9.pdf"),
        ("state", "Paper 10.pdf"),
        ("species", "Paper 10.pdf"),
    ],
)
def test_each_column_sorts_both_ways(
    view: DocumentsView, column: str, first: str
) -> None:
    """A second click turns the order round."""
    view.sort(column)
    once = names(view)
    assert once[0] == first
    view.sort(column)
    assert view.table["descending"] == (column not in {"pages", "size"})
    assert sorted(names(view)) == sorted(once)
    assert names(view)[0] != first


def test_numbers_in_names_sort_as_numbers(view: DocumentsView) -> None:
    """Paper 9 comes before Paper 10, whatever the case."""
    view.sort("name")
    assert names(view) == ["bad.pdf", "paper 9.pdf", "Paper 10.pdf", "zebra.pdf"]
    view.sort("no such column")
    assert view.table["sort"] == "name"


def test_jobs_are_counted_and_sorted_by(workspace: ck.Workspace, flow: ck.Flow) -> None:
    """The number of jobs that use a document stands in its row."""
    first, second, _ = add_papers(workspace, "ok", "ok", "ok")
    workspace.create(flow, [first, second])
    workspace.create(flow, [second])
    view = DocumentsView(workspace)
    view.refresh()
    counted = {row["name"]: row.get("jobs", 0) for row in view.table["rows"]}
    assert counted == {"000-ok.pdf": 1, "001-ok.pdf": 2, "002-ok.pdf": 0}
    view.sort("jobs")
    assert names(view) == ["001-ok.pdf", "000-ok.pdf", "002-ok.pdf"]


def test_ticks_reach_what_is_not_shown(workspace: ck.Workspace) -> None:
    """Ticks stay while searching; "all" means all found, "page" those shown."""
    put(workspace, *[(f"{number}.pdf", FINE, "May") for number in range(120)])
    view = DocumentsView(workspace)
    view.refresh()
    view.tick_page(on=True)
    assert view.table["ticked"] == len(view.table["rows"]) == DOCUMENTS_PER_PAGE
    view.turn(2)
    assert [len(view.table["rows"]), view.table["first"]] == [20, 100]
    assert not any(row.get("ticked") for row in view.table["rows"])
    view.find("11")
    view.tick_found(on=True)
    view.tick(view.table["rows"][0]["id"], on=False)
    ticked = {document.name for document in view.ticked}
    assert "11.pdf" in ticked
    assert "119.pdf" not in ticked
    view.untick_all()
    assert view.table["ticked"] == 0
    view.turn(99)
    assert view.table["page"] == 0


def test_delete_asks_first_and_names_the_jobs(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """The jobs keep their results; waiting runs are counted."""
    first, second, third = add_papers(workspace, "ok", "ok", "ok")
    done = workspace.run(flow, [first], name="Done", backend="sequential")
    workspace.create(flow, [first, second], name="Waiting")
    session = CurationSession(workspace)
    session.open_page("documents")
    view = session.documents
    for document in (first, second):
        view.tick(document.id, on=True)
    view.ask_to_delete()
    assert view.asking == {
        "count": 2,
        "from": "table",
        "names": ["000-ok.pdf", "001-ok.pdf"],
        "jobs": ["Waiting", "Done"],
        "more_jobs": 0,
        "waiting": 2,
    }
    view.keep()
    view.delete()
    assert view.table["total"] == 3
    view.ask_to_delete()
    view.delete()
    assert [item.name for item in workspace.documents.list()] == [third.name]
    assert not first.path.exists()
    assert len(done.results) > 0
    assert names(view) == [third.name]
    assert session.selection.total == 1
    assert view.asking == {}
    session.close()


def test_thousands_are_deleted_aside(workspace: ck.Workspace) -> None:
    """From a thread that tells how far it is, and can be stopped."""
    papers = put(workspace, *[(f"{n}.pdf", FINE, "May") for n in range(5 * AT_ONCE)])
    view = DocumentsView(workspace)
    view.refresh()
    told: list[dict[str, Any]] = []

    def stop(change: dict[str, Any]) -> None:
        told.append(change["new"])
        if change["new"].get("done"):
            view.stop_deleting()

    view.observe(stop, names="asking")
    view.tick_found(on=True)
    view.ask_to_delete()
    view.delete()
    view.join(60)
    left = len(workspace.documents.list())
    assert 0 < left < len(papers)
    assert (view.asking["deleting"], view.asking["done"]) == (False, len(papers) - left)
    assert view.table["total"] == view.table["ticked"] == left
    view.unobserve(stop, names="asking")
    view.keep()
    view.ask_to_delete()
    view.delete()
    view.join(60)
    assert (workspace.documents.list(), view.asking) == ([], {})


def test_an_error_ends_the_deletion(
    workspace: ck.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told, and what is left is shown."""
    put(workspace, *[(f"{n}.pdf", FINE, "May") for n in range(2 * AT_ONCE)])
    errors: list[Exception] = []
    view = DocumentsView(workspace, failed=errors.append)
    view.refresh()
    view.tick_found(on=True)
    view.ask_to_delete()
    trouble = PermissionError(13, "Permission denied")

    def refuse(*_: object) -> int:
        raise trouble

    monkeypatch.setattr(workspace.documents, "remove_all", refuse)
    view.delete()
    view.join(60)
    assert errors == [trouble]
    assert (view.asking, view.table["total"]) == ({}, 2 * AT_ONCE)


def test_nothing_ticked_is_nothing_to_ask(view: DocumentsView) -> None:
    """Delete without a tick does nothing."""
    view.ask_to_delete()
    assert view.asking == {}


def test_rename(workspace: ck.Workspace) -> None:
    """The table, the picker and the preview know the new name."""
    [document] = add_papers(workspace, "ok")
    session = CurationSession(workspace)
    session.open_page("documents")
    session.documents.open(document.id[:ID_LENGTH])
    session.documents.rename(document.id[:ID_LENGTH], "../New name")
    assert names(session.documents) == ["New name.pdf"]
    assert session.documents.preview.document["name"] == "New name.pdf"
    session.selection.open_panel()
    assert session.selection.panel["rows"][0]["name"] == "New name.pdf"
    with pytest.raises(CurationKitError, match="is no name"):
        session.documents.rename(document.id, "..")
    session.close()


def test_a_batch_that_is_gone_filters_no_more(
    workspace: ck.Workspace, view: DocumentsView
) -> None:
    """After its last document was deleted elsewhere, all are shown."""
    view.find("", "June")
    for document in view._found:
        workspace.documents.remove(document.id)
    view.refresh()
    assert view.table["batch"] == ""
    assert names(view) == ["bad.pdf", "Paper 10.pdf"]
    assert view.batches == [{"name": "May", "size": 2}]


def test_a_page_of_many_is_a_small_message(workspace: ck.Workspace) -> None:
    """Fifty rows out of five thousand, with long names, stay near 8 kB."""
    batch = "Upload 2026-05-01 12:00"
    put(
        workspace,
        *[
            (
                f"10.1038_s41467-024-{number:05}-6.pdf",
                BAD if number % 10 == 0 else FINE,
                batch,
            )
            for number in range(5000)
        ],
    )
    view = DocumentsView(workspace)
    view.refresh()
    assert view.table["found"] == 5000
    assert len(json.dumps(view.table, separators=(",", ":"))) < 8_200


def test_the_page_follows_what_others_do(workspace: ck.Workspace) -> None:
    """While the documents are on screen, those added elsewhere appear."""
    session = CurationSession(workspace)
    session._look()
    add_papers(workspace, "ok")
    session._look()
    assert session.documents.table == {}  # nobody looks at it yet
    session.open_page("documents")
    assert session.documents.table["total"] == 1
    add_papers(workspace, "ok")
    session._look()
    assert session.documents.table["total"] == 2
    session.close()
