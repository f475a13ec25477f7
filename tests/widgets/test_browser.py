from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import curation_kit as ck
from curation_kit.session import CurationSession
from curation_kit.widgets._browser import SLICE, Browser


class Page:
    """A browser that is offered files, and asks for them slice by slice."""

    def __init__(self, leaf: Browser) -> None:
        self.leaf = leaf
        self.offers: list[dict[str, object]] = []
        self.slices: list[bytes] = []
        self.gone: list[object] = []
        leaf.send = self._hear

    def _hear(
        self, message: dict[str, object], buffers: tuple[bytes, ...] = ()
    ) -> None:
        if "save" in message:
            self.offers.append(message)
        if "gone" in message:
            self.gone.append(message["offer"])
        self.slices.extend(buffers)

    def ask(self, offer: int, offset: int) -> bytes:
        """Give the bytes that come from there on."""
        message = {"action": "slice", "args": [offer, offset]}
        self.leaf._on_message(self.leaf, message, [])
        return self.slices.pop() if self.slices else b""


@pytest.fixture
def session(workspace: ck.Workspace) -> Iterator[CurationSession]:
    """A session in an empty workspace."""
    made = CurationSession(workspace)
    yield made
    made.close()


@pytest.fixture
def page(session: CurationSession) -> Page:
    """The page of the session."""
    return Page(Browser(session, owns_address=True))


def test_two_downloads_arrive_whole(
    session: CurationSession, page: Page, tmp_path: Path
) -> None:
    """Also when the second takes the place of the first while that is on its way."""
    path = tmp_path / "records.csv"
    first, second = b"a" * (SLICE + 3), b"b" * SLICE
    path.write_bytes(first)
    session.downloads.offer(path)
    begun = page.ask(0, 0)
    (tmp_path / "new").write_bytes(second)
    (tmp_path / "new").replace(path)
    session.downloads.offer(path)
    assert [(offer["save"], offer["offer"]) for offer in page.offers] == [
        ("records.csv", 0),
        ("records.csv", 1),
    ]
    assert [offer["size"] for offer in page.offers] == [len(first), len(second)]
    assert page.ask(1, 0) == second
    assert begun + page.ask(0, SLICE) == first
    assert session.error == ""
    assert page.ask(0, SLICE) == b"", "nothing is kept of what was sent"


def test_a_file_whose_last_slice_was_lost_is_told(
    session: CurationSession, page: Page, tmp_path: Path
) -> None:
    """It is closed by then: who asks again hears so, and gives it up by name."""
    path = tmp_path / "records.csv"
    path.write_bytes(b"abc")
    session.downloads.offer(path)
    assert page.ask(0, 0) == b"abc"
    assert page.ask(0, 0) == b""
    assert page.gone == [0]
    assert session.error == "", "another view has had it all"
    page.leaf._on_message(page.leaf, {"action": "lost", "args": ["records.csv"]}, [])
    assert session.error == (
        "The download of records.csv stopped (the connection was lost). Try it again."
    )


def test_a_file_that_ends_too_early_is_told(
    session: CurationSession, page: Page, tmp_path: Path
) -> None:
    """The page hears that no more will come, and others can be downloaded."""
    path = tmp_path / "records.csv"
    path.write_bytes(b"a" * (SLICE + 3))
    session.downloads.offer(path)
    page.ask(0, 0)
    path.write_bytes(b"")
    assert page.ask(0, SLICE) == b""
    assert session.error.startswith("The download of records.csv stopped")


def test_an_empty_file_is_offered(
    session: CurationSession, page: Page, tmp_path: Path
) -> None:
    """The page saves it without a question."""
    path = tmp_path / "none.csv"
    path.touch()
    session.downloads.offer(path)
    assert page.offers == [{"offer": 0, "save": "none.csv", "size": 0}]
