from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from batches import until

from curation_kit.errors import JobError
from curation_kit.session.preparation import Preparation

Progress = Callable[[str, int, int], None]


class Page:
    """Remembers what it was given."""

    def __init__(self) -> None:
        self.made: list[Path] = []
        self.errors: list[str] = []
        self.preparation = Preparation(made=self.made.append, failed=self.fail)

    def fail(self, error: Exception) -> None:
        """Remember an error."""
        self.errors.append(str(error))


def test_what_is_quick_is_not_announced() -> None:
    """The page does not flicker."""
    page = Page()
    told: list[dict] = []
    page.preparation.observe(lambda change: told.append(change["new"]), "preparing")

    page.preparation.start("Making", lambda _: Path("out.zip"))
    page.preparation.join()

    assert page.made == [Path("out.zip")]
    assert told == []


def test_what_takes_longer_tells_how_far_it_is() -> None:
    """Nothing else can be begun meanwhile; afterwards it can."""
    page, go, told = Page(), threading.Event(), threading.Event()

    def make(progress: Progress) -> Path:
        told.wait()
        progress("a.pdf", 3, 30)
        go.wait()
        return Path("out.zip")

    page.preparation.start("Making", make)
    assert page.preparation.preparing == {"what": "Making", "done": 0, "total": 0}
    with pytest.raises(JobError, match="still being made"):
        page.preparation.start("Another", make)
    told.set()
    until(lambda: page.preparation.preparing["done"] == 3)
    go.set()
    page.preparation.join()

    assert page.preparation.preparing == {}
    assert page.made == [Path("out.zip")]
    page.preparation.start("Again", lambda _: Path("again.zip"))
    page.preparation.join()
    assert page.made[1:] == [Path("again.zip")]


def test_it_can_be_stopped() -> None:
    """Before its next part; nothing is offered, and it is no error."""
    page, go = Page(), threading.Event()

    def make(progress: Progress) -> Path:
        go.wait()
        progress("b.pdf", 1, 2)
        return Path("out.zip")

    page.preparation.start("Making", make)
    page.preparation.stop()
    assert page.preparation.preparing["stopping"]
    go.set()
    page.preparation.join()

    assert (page.made, page.errors, page.preparation.preparing) == ([], [], {})


def test_an_error_is_told() -> None:
    """And the buttons can be used again."""
    page = Page()

    def make(_: Progress) -> Path:
        raise JobError("The disk is full.")

    page.preparation.start("Making", make)
    page.preparation.join()

    assert page.errors == ["The disk is full."]
    assert page.preparation.preparing == {}
