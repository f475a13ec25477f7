from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from curation_kit.documents import first_look as limits
from curation_kit.documents.first_look import first_look
from curation_kit.documents.report import Preflight
from curation_kit.processes import Worker


def look(path: Path) -> Preflight:
    """Do what the file says."""
    told = path.read_text()
    if told == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if told == "greedy":
        raise MemoryError
    if told == "odd":
        raise IndexError("page 0 not in document")
    if told == "slow":
        threading.Event().wait(60)
    return Preflight(size=path.stat().st_size, pages=1)


@pytest.fixture
def worker() -> Iterator[Worker]:
    """A process that looks."""
    made = Worker()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("does", "told"),
    [
        ("crash", "was ended by SIGSEGV"),
        ("greedy", "needs more than 2 GB of memory"),
        ("odd", "could not be looked at (IndexError: page 0 not in document)"),
        ("slow", "could not be opened within 0.2 s"),
    ],
)
def test_what_goes_wrong_is_told_of_the_file(
    tmp_path: Path,
    worker: Worker,
    monkeypatch: pytest.MonkeyPatch,
    does: str,
    told: str,
) -> None:
    """It is not called damaged; the next file is looked at as if nothing had been."""
    if does == "slow":
        monkeypatch.setattr(limits, "PREFLIGHT_TIME_LIMIT", 0.2)
    bad, good = tmp_path / "bad.pdf", tmp_path / "good.pdf"
    bad.write_text(does)
    good.write_text("ok")
    found = first_look(bad, worker, look=look)
    assert told in (found.problem or "")
    assert (found.code, found.category, bool(found.hint)) == (
        "unreadable",
        "input",
        True,
    )
    monkeypatch.undo()
    assert first_look(good, worker, look=look) == Preflight(size=2, pages=1)


def test_a_file_is_looked_at_as_a_pdf(tmp_path: Path, worker: Worker) -> None:
    """Unless something else is asked for."""
    paper = tmp_path / "a.pdf"
    paper.write_text("no PDF")
    assert first_look(paper, worker).code == "not_a_pdf"
