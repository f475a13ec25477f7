from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from batches import alive, until

import curation_kit as ck
from curation_kit.samples import write_sample_papers
from curation_kit.session import CurationSession, DocumentPreview


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two sample papers and a broken one."""
    folder = tmp_path_factory.mktemp("papers")
    paths = [paper.path for paper in write_sample_papers(folder, count=2)]
    broken = folder / "zz-broken.pdf"
    broken.write_bytes(b"%PDF-1.7 and no more")
    return [*paths, broken]


@pytest.fixture
def session(workspace: ck.Workspace, papers: list[Path]) -> Iterator[CurationSession]:
    """A session on the documents page, sorted by name."""
    workspace.documents.add(papers, "May")
    made = CurationSession(workspace, query="page=documents")
    made.documents.sort("name")
    yield made
    made.close()


@pytest.fixture
def preview(session: CurationSession) -> DocumentPreview:
    """What looks at documents."""
    return session.documents.preview


def open_first(session: CurationSession) -> None:
    """Look at the first document of the table, until its page is drawn."""
    session.documents.open(session.documents.table["rows"][0]["id"])
    session.documents.preview.join()


def test_the_first_page_and_what_is_known(
    session: CurationSession, preview: DocumentPreview, papers: list[Path]
) -> None:
    """The picture arrives later than the facts, and from another process."""
    open_first(session)
    shown = preview.document
    assert shown["name"] == min(path.name for path in papers)
    assert (shown["number"], shown["count"]) == (1, 3)
    assert shown["batches"] == ["May"]
    assert shown["jobs"] == []
    assert "(" in shown["species"][0]
    assert preview.picture["id"] == shown["id"]
    assert preview.picture["png"].startswith(b"\x89PNG")


def test_steps_follow_the_table(
    session: CurationSession, preview: DocumentPreview
) -> None:
    """Next and previous go through what was found, in its order, to the ends."""
    open_first(session)
    seen = [preview.document["name"]]
    for _ in range(3):
        preview.step(1)
        seen.append(preview.document["name"])
    in_table = [row["name"] for row in session.documents.table["rows"]]
    assert seen == [*in_table, in_table[-1]]
    session.documents.find(in_table[-1])
    preview.refresh()
    assert (preview.document["number"], preview.document["count"]) == (1, 1)
    preview.step(-1)
    assert preview.document["name"] == in_table[-1]


def test_a_broken_file_shows_its_problem(
    session: CurationSession, preview: DocumentPreview
) -> None:
    """There is a sentence instead of a picture, and no process is started."""
    session.documents.open(session.documents.table["rows"][-1]["id"])
    assert preview.picture["problem"] == preview.document["problem"] != ""
    assert preview.images.pid is None


def test_a_lost_file_is_told(
    session: CurationSession, preview: DocumentPreview, workspace: ck.Workspace
) -> None:
    """What to do stands beside it."""
    for document in workspace.documents.list():
        document.path.unlink()
    open_first(session)
    assert "missing" in preview.picture["problem"]
    assert "Add it again" in preview.picture["hint"]


def test_a_page_that_cannot_be_drawn_is_told(
    session: CurationSession, preview: DocumentPreview
) -> None:
    """A failure of the reader is shown with its hint; a fault of ours also."""
    preview.images._time_limit = 0.0
    open_first(session)
    assert "could not be drawn within 0 s" in preview.picture["problem"]
    assert session.error == ""
    preview.images._worker = None
    open_first(session)
    assert preview.picture["problem"] == "The page could not be drawn."
    assert "Something unexpected went wrong" in session.error
    preview.images._worker = type("Gone", (), {"close": lambda _: None})()


def test_the_last_wish_wins(session: CurationSession, preview: DocumentPreview) -> None:
    """Who turns quickly gets the picture of the last document only."""
    pictures: list[str] = []
    preview.observe(lambda c: pictures.append(c["new"].get("id", "")), names="picture")
    for row in session.documents.table["rows"][:2]:
        session.documents.open(row["id"])
    preview.join()
    assert preview.picture["id"] == preview.document["id"]
    assert set(pictures) <= {"", preview.document["id"]}


def test_deleting_goes_on_to_the_next(
    session: CurationSession, preview: DocumentPreview
) -> None:
    """After the last one there is nothing to look at."""
    open_first(session)
    names = [row["name"] for row in session.documents.table["rows"]]
    for name in (names[1], names[2], ""):
        session.documents.ask_to_delete(preview.document["id"])
        assert session.documents.asking["from"] == "preview"
        session.documents.delete()
        assert preview.document.get("name", "") == name
    assert preview.picture == {}


def test_closing_the_session_ends_the_process(
    session: CurationSession, preview: DocumentPreview
) -> None:
    """A reader of a page that nobody looks at is not left behind."""
    open_first(session)
    process = preview.images.pid
    assert alive(process)
    session.close()
    until(lambda: not alive(process))
