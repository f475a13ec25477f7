from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest
from batches import alive, until
from pictures import size

from curation_kit.documents import page_images
from curation_kit.documents.page_images import PageImages
from curation_kit.errors import DocumentFailure, FailureCategory


def hang(*_: object) -> None:
    """Never answer."""
    threading.Event().wait()


def die(*_: object) -> None:
    """Crash as a bad PDF may."""
    os.kill(os.getpid(), signal.SIGSEGV)


def test_any_page_at_any_width(images: PageImages, paper: Path) -> None:
    """The height follows the page; sizes and the number of pages are known."""
    pages = images.pages(paper)
    assert len(pages) > 1
    width, height = size(images.render(paper, 2, 600))
    assert width == pytest.approx(600, abs=1)
    assert height == pytest.approx(600 * pages[1].height / pages[1].width, abs=1)


def test_a_process_that_is_there_already(images: PageImages, paper: Path) -> None:
    """Started ahead, it is the one that draws."""
    assert images.pid is None
    images.start()
    pid = images.pid
    assert pid is not None
    images.render(paper)
    assert images.pid == pid


def test_recent_pictures_are_kept(images: PageImages, paper: Path) -> None:
    """The same page again needs no process; one that was changed does."""
    first = images.render(paper, 1, 300)
    process = images.pid
    images.close()
    assert images.render(paper, 1, 300) is first
    assert not alive(process)
    os.utime(paper, (1, 1))
    with pytest.raises(DocumentFailure):  # it was asked for anew
        images.render(paper, 1, 300)


def test_the_oldest_pictures_are_forgotten(paper: Path) -> None:
    """Pictures are kept up to a number of bytes."""
    images = PageImages(kept_bytes=1)
    try:
        images.render(paper, 1, 100)
        assert images.kept(paper, 1, 100) is None
    finally:
        images.close()


def test_a_broken_file_says_what_is_wrong(images: PageImages, tmp_path: Path) -> None:
    """The reader's reason arrives, with a hint."""
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 and no more")
    with pytest.raises(DocumentFailure, match="damaged or incomplete") as caught:
        images.render(broken)
    assert caught.value.hint
    with pytest.raises(FileNotFoundError):
        images.render(tmp_path / "gone.pdf")


def test_a_page_that_hangs_is_given_up(
    paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its process is killed; the next page is drawn by another."""
    images = PageImages(time_limit=0.5)
    try:
        with monkeypatch.context() as patch:
            patch.setattr(page_images, "draw_page", hang)
            with pytest.raises(DocumentFailure, match="within 0") as caught:
                images.render(paper, 1, 200)
        assert caught.value.category is FailureCategory.TIMEOUT
        assert images.pid is None
        images._time_limit = 60
        assert size(images.render(paper, 1, 200))[0] == pytest.approx(200, abs=1)
    finally:
        images.close()


def test_a_page_that_crashes_its_reader(
    images: PageImages, paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The crash is told as a failure of the document."""
    monkeypatch.setattr(page_images, "draw_page", die)
    with pytest.raises(DocumentFailure, match="SIGSEGV") as caught:
        images.render(paper)
    assert caught.value.category is FailureCategory.CRASHED


def test_close_ends_the_process(images: PageImages, paper: Path) -> None:
    """No process is left behind."""
    images.pages(paper)
    process = images.pid
    assert alive(process)
    images.close()
    until(lambda: not alive(process))
    assert images.pid is None


def test_what_is_kept_needs_no_process(images: PageImages, paper: Path) -> None:
    """Pictures and sizes that were asked for before, and no others."""
    assert images.kept(paper, 1, 210) is None
    assert images.kept_pages(paper) is None
    assert images.pid is None
    drawn = images.render(paper, 1, 210)
    sizes = images.pages(paper)
    assert images.kept(paper, 1, 210) is drawn
    assert images.kept_pages(paper) is sizes
