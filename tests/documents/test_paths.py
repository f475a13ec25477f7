from __future__ import annotations

from pathlib import Path

import pytest
from restraints import python

from curation_kit.documents.paths import Refusal, file_path, pdf_files, user_path
from curation_kit.errors import CurationKitError

#: Gives what is found in a folder, and what is refused.
_LOOK = """
import sys
from curation_kit.documents.paths import pdf_files
refused = []
print([path.name for path in pdf_files([sys.argv[1]], refused)])
print([item.reason for item in refused])
"""


def test_nothing_in_a_folder_is_left_out_in_silence(tmp_path: Path) -> None:
    """A link to a file that was moved is named."""
    (tmp_path / "a.pdf").write_text("%PDF-1.4")
    (tmp_path / "below").mkdir()
    link = tmp_path / "below" / "b.pdf"
    link.symlink_to(tmp_path / "moved.pdf")
    refused: list[Refusal] = []

    assert [path.name for path in pdf_files([tmp_path], refused)] == ["a.pdf"]
    assert refused == [Refusal(str(link), "is no ordinary file, or leads nowhere")]


def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    """The files beside it are found."""
    (tmp_path / "a.pdf").write_text("%PDF-1.4")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)

    done = python(_LOOK, tmp_path, ordinary=True)

    assert done.stdout == "['a.pdf']\n['cannot be read (Permission denied)']\n"


@pytest.mark.parametrize("given", ["~nobody-here/a", "a\0b", "a\ud800"])
def test_what_can_be_no_path_is_told(given: str) -> None:
    """Whatever would be done with it."""
    with pytest.raises(CurationKitError, match="is no path"):
        user_path(given)


def test_a_path_may_begin_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """And have bytes that are no text."""
    monkeypatch.setenv("HOME", "/home/ann")

    assert user_path("~/a\udcff") == Path("/home/ann/a\udcff")


def found(folder: Path) -> tuple[list[str], list[Refusal]]:
    """Names of the PDFs in a folder, and what is refused."""
    refused: list[Refusal] = []
    return [path.name for path in pdf_files([folder], refused)], refused


def test_links_to_files_and_folders_are_followed(tmp_path: Path) -> None:
    """As people arrange papers that are kept elsewhere; each folder is read once."""
    elsewhere, papers = tmp_path / "elsewhere", tmp_path / "papers"
    (elsewhere / "deep").mkdir(parents=True)
    papers.mkdir()
    (elsewhere / "deep" / "a.pdf").touch()
    (elsewhere / "b.pdf").touch()
    (papers / "2024").symlink_to(elsewhere)
    (papers / "again").symlink_to(elsewhere / "deep")
    (papers / "c.pdf").symlink_to(elsewhere / "b.pdf")
    (elsewhere / "round").symlink_to(elsewhere)
    (papers / "also round").symlink_to(papers)

    assert found(papers) == (["b.pdf", "a.pdf", "c.pdf"], [])


def test_a_pattern_brings_a_file_once_where_links_go_round(tmp_path: Path) -> None:
    """Python's own follows such a link forty times."""
    (tmp_path / "a.pdf").touch()
    (tmp_path / "round").symlink_to(tmp_path)
    refused: list[Refusal] = []

    files = [*pdf_files([tmp_path / "**" / "*.pdf"], refused)]

    assert (files, refused) == ([tmp_path / "a.pdf"], [])


def test_links_that_cannot_be_followed_are_named(tmp_path: Path) -> None:
    """To a disk that is away, and to all that the folder is a part of."""
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "a.pdf").touch()
    (tmp_path / "others.pdf").touch()
    (papers / "away").symlink_to(tmp_path / "disk")
    (papers / "up").symlink_to("..")
    (papers / ".#notes").symlink_to("ann@laptop.123")  # of an editor
    (papers / "notes.txt").symlink_to(tmp_path / "notes.txt")

    names, refused = found(papers)

    assert names == ["a.pdf"]
    assert refused == [
        Refusal(str(papers / "up"), "leads to a folder that this one is in"),
        Refusal(str(papers / "away"), "is no ordinary file, or leads nowhere"),
    ]


def test_what_a_mac_leaves_is_no_loss(tmp_path: Path) -> None:
    """It is told, and no reason to look for a paper."""
    (tmp_path / "a.pdf").touch()
    (tmp_path / "._a.pdf").touch()
    (tmp_path / "b.pdf").mkdir()

    _, refused = found(tmp_path)

    assert [(Path(one.path).name, one.is_loss) for one in refused] == [
        ("._a.pdf", False),
        ("b.pdf", True),
    ]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (None, "n.zip"),
        ("", "n.zip"),
        ("new", "new"),
        ("new/", "new/n.zip"),
        (Path("new"), "new"),
        ("there", "there/n.zip"),
        (Path("there"), "there/n.zip"),
        ("new/file.zip", "new/file.zip"),
    ],
)
def test_a_folder_is_meant_by_its_slash_or_because_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str | None, meant: str
) -> None:
    """The file in it has its usual name."""
    monkeypatch.chdir(tmp_path)
    Path("there").mkdir()

    assert file_path(given, "n.zip") == Path(meant)
