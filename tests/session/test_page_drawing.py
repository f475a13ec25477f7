from __future__ import annotations

import threading
from pathlib import Path

import pytest

from curation_kit.documents.drawing import PageSize
from curation_kit.errors import DocumentFailure, FailureCategory
from curation_kit.session.page_drawing import Drawing, PageDrawer, Wish


class Images:
    """Draws nothing: notes what it was asked for."""

    def __init__(self) -> None:
        self.started = 0
        self.drawn: list[int] = []
        self.may_go = threading.Event()
        self.may_go.set()
        self.begun = threading.Event()
        self.pictures: dict[tuple[Path, int, int], bytes] = {}

    def start(self) -> None:
        """Count how often."""
        self.started += 1

    def kept(self, path: Path, page: int, width: int) -> bytes | None:
        """Only what was drawn."""
        return self.pictures.get((path, page, width))

    def kept_pages(self, path: Path) -> tuple[PageSize, ...] | None:
        """The same for every document."""
        return self.pages(path)

    def pages(self, path: Path) -> tuple[PageSize, ...]:
        """Nine pages; a missing file has none."""
        if path.name == "gone.pdf":
            raise FileNotFoundError
        return (PageSize(600.0, 800.0),) * 9

    def render(self, path: Path, page: int, width: int) -> bytes:
        """Wait until it may go on."""
        self.drawn.append(page)
        self.begun.set()
        self.may_go.wait()
        if page == 8:
            raise DocumentFailure(FailureCategory.INPUT, "Page 8 is damaged.", "Ask.")
        if page == 9:
            raise RuntimeError("no more memory")
        return self.pictures.setdefault((path, page, width), b"png %d" % page)


@pytest.fixture
def images() -> Images:
    """What draws."""
    return Images()


@pytest.fixture
def told() -> list[tuple[Wish, Drawing]]:
    """What became of the wishes."""
    return []


@pytest.fixture
def failures() -> list[Exception]:
    """Errors that no document is to blame for."""
    return []


@pytest.fixture
def drawer(
    images: Images, told: list[tuple[Wish, Drawing]], failures: list[Exception]
) -> PageDrawer:
    """The drawer."""
    return PageDrawer(images, lambda *one: told.append(one), failures.append)


def wish(page: int, name: str = "a.pdf") -> Wish:
    """A page at one width."""
    return Wish(Path(name), page, 100)


def test_what_is_wanted_comes_before_what_may_be(
    drawer: PageDrawer, images: Images, told: list[tuple[Wish, Drawing]]
) -> None:
    """Pages ahead are drawn after it, each once, and told to nobody."""
    drawer.want(wish(3), lambda: [wish(4), wish(2), wish(4)])
    drawer.join()
    assert images.drawn == [3, 4, 2]
    assert [(one.page, drawing.png) for one, drawing in told] == [(3, b"png 3")]
    assert drawer.kept(wish(4)) == Drawing(b"png 4", images.pages(Path("a.pdf")))
    assert drawer.kept(wish(5)) is None


def test_it_can_be_ready_before_a_page_is_wanted(
    drawer: PageDrawer, images: Images
) -> None:
    """Once, and nothing is drawn for it."""
    drawer.start()
    drawer.join()
    assert (images.started, images.drawn) == (1, [])
    drawer.want(wish(3))
    drawer.join()
    assert (images.started, images.drawn) == (1, [3])


def test_a_newer_wish_supersedes_an_older_one(
    drawer: PageDrawer, images: Images, told: list[tuple[Wish, Drawing]]
) -> None:
    """What has not begun is not drawn, ahead or not."""
    images.may_go.clear()
    drawer.want(wish(1), lambda: [wish(7)])
    images.begun.wait()
    drawer.want(wish(2), lambda: [wish(6)])
    drawer.want(wish(3), lambda: [wish(5)])
    images.may_go.set()
    drawer.join()
    assert images.drawn == [1, 3, 5]
    assert [one.page for one, _ in told] == [1, 3]


def test_what_is_wrong_is_told(
    drawer: PageDrawer, told: list[tuple[Wish, Drawing]], failures: list[Exception]
) -> None:
    """With a document, with its file, or with us."""
    for page, name in ((8, "a.pdf"), (1, "gone.pdf"), (9, "a.pdf")):
        drawer.want(wish(page, name))
        drawer.join()
    problems = [(drawing.problem, drawing.hint) for _, drawing in told]
    assert problems[0] == ("Page 8 is damaged.", "Ask.")
    assert problems[1][0] == "The PDF is no longer in the workspace."
    assert problems[2] == ("The page could not be drawn.", "")
    assert [str(error) for error in failures] == ["no more memory"]
    assert len(told[0][1].sizes) == 9
    kept = drawer.kept(wish(1, "gone.pdf"))
    assert kept is not None or not drawer.sizes(Path("gone.pdf"))
