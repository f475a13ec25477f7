from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import curation_kit as ck
from curation_kit.errors import CurationKitError
from curation_kit.session import CurationSession, FolderAdder
from curation_kit.session.folder import SAMPLES


@pytest.fixture
def session(workspace: ck.Workspace) -> Iterator[CurationSession]:
    """A session in an empty workspace."""
    made = CurationSession(workspace)
    yield made
    made.close()


@pytest.fixture
def folder(session: CurationSession) -> FolderAdder:
    """What adds folders."""
    return session.folder


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """A folder with three broken files, two of them the same, and one below."""
    made = tmp_path / "papers"
    (made / "below").mkdir(parents=True)
    for name, text in [("a", "1"), ("b", "2"), ("below/c", "1")]:
        (made / f"{name}.pdf").write_text(text)
    return made


def test_a_folder_is_added_with_what_is_to_be_said(
    session: CurationSession, folder: FolderAdder, papers: Path
) -> None:
    """Unfit files and duplicates are named; the pages know of the documents."""
    folder.add(f" {papers} ", "May")
    folder.join()
    assert session.outcomes.summary["counts"] == {"problem": 2, "duplicate": 1}
    assert session.outcomes.list()[-1] == {
        "name": "c.pdf",
        "status": "duplicate",
        "text": "already in the workspace as a.pdf.",
    }
    assert (session.selection.total, session.selection.unfit) == (2, 2)
    assert session.documents.table["total"] == 2
    assert session.documents.batches == [{"name": "May", "size": 2}]
    assert folder.progress == {}
    assert session.error == ""


def test_what_is_refused_is_named(
    session: CurationSession, folder: FolderAdder
) -> None:
    """A path that does not exist is said to be so."""
    folder.add("/nowhere/at/all")
    folder.join()
    assert session.outcomes.summary["rows"] == [
        {
            "name": "/nowhere/at/all",
            "status": "refused",
            "text": "there is no such file or folder.",
        }
    ]


def test_without_a_path_nothing_is_added(folder: FolderAdder) -> None:
    """The person is told what to type."""
    with pytest.raises(CurationKitError, match="Type the path"):
        folder.add("  ")


def test_stop_keeps_what_was_added(
    session: CurationSession,
    folder: FolderAdder,
    papers: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The file in work is finished, the next ones are not begun."""
    monkeypatch.setattr("curation_kit.session.folder.INTERVAL", 0.0)
    refused = threading.Event()

    def stop(change: dict[str, dict[str, object]]) -> None:
        progress = change["new"]
        if progress.get("number") == 1 and not progress["stopping"]:
            assert refused.wait(60)
            folder.stop()

    folder.observe(stop, names="progress")
    folder.add(str(papers))
    with pytest.raises(CurationKitError, match="wait until that is done"):
        folder.add(str(papers))
    refused.set()
    folder.join()
    assert [told["name"] for told in session.outcomes.list()] == ["a.pdf", "b.pdf"]
    assert folder.progress == {}
    assert not list(session.workspace.documents.folder.glob(".incoming-*"))


def test_an_error_is_shown(
    session: CurationSession, folder: FolderAdder, papers: Path
) -> None:
    """What no file is to blame for appears at the top of the page."""
    session.workspace.documents.folder = papers / "nowhere"
    folder.add(str(papers))
    folder.join()
    assert session.outcomes.summary["counts"] == {"refused": 3}
    folder._library = None
    folder.add(str(papers))
    folder.join()
    assert "Something unexpected went wrong" in session.error
    assert folder.progress == {}


def test_sample_papers_can_be_added(
    session: CurationSession, folder: FolderAdder
) -> None:
    """Ten can be read, one is scanned and one is cut short."""
    folder.add_samples()
    folder.join()
    assert session.outcomes.summary["counts"] == {"added": 10, "problem": 2}
    assert session.documents.batches == [{"name": SAMPLES, "size": 12}]


def test_a_stop_that_comes_with_the_end_leaves_nothing_behind(
    folder: FolderAdder, papers: Path
) -> None:
    """Else it would be stopping for ever, and no other folder could be added."""
    go_on, ended = threading.Event(), folder._stop.set

    def stop_late() -> None:
        go_on.set()
        folder._thread.join(0.3)  # long enough for its end, if nothing keeps it back
        ended()

    folder._add = lambda *_: go_on.wait(30)
    folder.add(str(papers))
    folder._stop.set = stop_late
    folder.stop()
    folder.join()
    assert folder.progress == {}
