from __future__ import annotations

from pathlib import Path

import pytest
from restraints import python

from curation_kit.documents.paths import Refusal, pdf_files, user_path
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
