"""The history of the browser, and the files that it saves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dashboards import BROWSER
from fake_kernel import show_real, stop_the_clock

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = BROWSER

HERE = "http://dashboard.test/?token=x"


def open_at(page: Page, query: str) -> None:
    """Open the dashboard, of which only the part without a face is there."""
    page.route(
        "**/*",
        lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"),
    )
    page.goto(f"{HERE}&{query}")
    traits = {"owns_address": True, "query": query, "title": ""}
    show_real(page, traits, "browser")


def step(page: Page, by: int, asked: int) -> None:
    """Go back or forth in the history; the kernel hears of it and does not answer."""
    page.evaluate(f"history.go({by})")
    page.wait_for_function(f"model.sent.length === {asked}")


def answer(page: Page, query: str) -> None:
    """Tell the page where its first unanswered visit leads."""
    page.evaluate(
        "(query) => { if (model.get('query') !== query) model.set('query', query); }",
        query,
    )
    page.evaluate("model.emit('msg:custom', { done: 'visit' })")


def test_two_quick_steps_back_keep_the_history(page: Page) -> None:
    """The way forth is still there, and each entry what it was."""
    open_at(page, "page=jobs")
    for place in ("page=help", "page=flows", "page=settings"):
        page.evaluate("(query) => model.set('query', query)", place)
    number = page.evaluate("history.length")
    step(page, -1, 1)
    step(page, -1, 2)
    assert page.evaluate("model.given") == [
        ["?token=x&page=flows"],
        ["?token=x&page=help"],
    ]
    answer(page, "page=flows")
    assert page.url == f"{HERE}&page=help"
    answer(page, "page=help")
    assert page.url == f"{HERE}&page=help"
    for asked, place in enumerate(("page=flows", "page=settings"), start=3):
        step(page, 1, asked)
        assert page.url == f"{HERE}&{place}"
        answer(page, place)
    step(page, -3, 5)
    assert page.url == f"{HERE}&page=jobs"
    assert page.evaluate("history.length") == number


def test_steps_that_lead_elsewhere_do_not_stay_in_the_address(page: Page) -> None:
    """Two deleted jobs both lead to the list; what is done next is a new entry."""
    open_at(page, "page=jobs")
    for place in ("job=1", "job=2", "page=help"):
        page.evaluate("(query) => model.set('query', query)", place)
    step(page, -1, 1)
    step(page, -1, 2)
    answer(page, "")
    assert page.url == f"{HERE}&job=1"
    answer(page, "")
    assert page.url == HERE
    before = page.evaluate("history.length")
    page.evaluate("model.set('query', 'page=flows')")
    assert page.url == f"{HERE}&page=flows"
    step(page, -1, 3)
    assert page.url == HERE
    assert page.evaluate("history.length") == before - 1


def test_a_step_back_after_a_link_wins(page: Page) -> None:
    """The browser has gone back before the kernel knew of the link."""
    open_at(page, "page=jobs")
    page.evaluate("model.set('query', 'page=flows')")
    page.evaluate("""() => document.querySelector(".ck-place").dispatchEvent(
      new CustomEvent("ck-visit", { bubbles: true, detail: "page=help" }))""")
    step(page, -1, 2)
    answer(page, "page=help")
    assert page.url == f"{HERE}&page=jobs"
    answer(page, "page=jobs")
    assert page.url == f"{HERE}&page=jobs"
    page.evaluate("""() => document.querySelector(".ck-place").dispatchEvent(
      new CustomEvent("ck-visit", { bubbles: true, detail: "page=help" }))""")
    answer(page, "page=help")
    step(page, -1, 4)
    assert page.url == f"{HERE}&page=jobs"


def test_a_step_whose_answer_was_lost_is_forgotten(page: Page) -> None:
    """What is opened later is an entry of its own."""
    open_at(page, "page=jobs")
    stop_the_clock(page)
    for place in ("page=help", "page=flows"):
        page.evaluate("(query) => model.set('query', query)", place)
    before = page.evaluate("history.length")
    page.evaluate("history.back()")
    page.wait_for_url(f"{HERE}&page=help")
    assert page.evaluate("model.sent") == ["visit"]
    page.evaluate("model.set('query', 'page=help')")
    page.clock.run_for(61_000)
    for place in ("page=settings", "page=documents"):
        page.evaluate("(query) => model.set('query', query)", place)
    assert page.evaluate("history.length") == before + 1
    page.evaluate("history.back()")
    page.wait_for_url(f"{HERE}&page=settings")


_TELL = """([message, text]) => model.emit("msg:custom", message,
  text === null ? [] : [new DataView(new TextEncoder().encode(text).buffer)])"""


def test_a_slice_that_was_lost_is_asked_for_again(page: Page) -> None:
    """A file that the kernel has sent in full and closed is told, and holds none up."""
    open_at(page, "page=jobs")
    stop_the_clock(page)
    for offer, name in enumerate(("one.csv", "gone.csv", "two.csv")):
        page.evaluate(_TELL, [{"save": name, "offer": offer, "size": 3}, None])
    page.clock.run_for(50_000)
    assert page.evaluate("model.given") == [[0, 0]]
    page.clock.run_for(11_000)
    assert page.evaluate("model.given") == [[0, 0], [0, 0]]
    with page.expect_download() as one:
        page.evaluate(_TELL, [{"offer": 0, "slice": 0}, "one"])
    assert one.value.suggested_filename == "one.csv"
    page.clock.run_for(61_000)
    page.evaluate(_TELL, [{"offer": 1, "slice": 0, "gone": True}, ""])
    assert page.evaluate("model.sent.slice(2)") == ["slice", "slice", "lost", "slice"]
    assert page.evaluate("model.given.slice(3)") == [[1, 0], ["gone.csv"], [2, 0]]


def test_a_download_waits_for_the_one_before(page: Page) -> None:
    """Both are saved whole; one that cannot be read any more holds none up."""
    open_at(page, "page=jobs")
    saved: dict[str, bytes] = {}

    def keep(download: object) -> None:
        saved[download.suggested_filename] = Path(download.path()).read_bytes()

    page.on("download", keep)
    sizes = {"one.csv": 6, "bad.csv": 5, "two.csv": 3, "empty.csv": 0, "three.csv": 2}
    for offer, (name, size) in enumerate(sizes.items()):
        page.evaluate(_TELL, [{"save": name, "offer": offer, "size": size}, None])
    for offer, slices in enumerate(
        [{0: "one", 3: "ONE"}, {0: ""}, {0: "two"}, {}, {0: "33"}]
    ):
        for at, text in slices.items():
            assert page.evaluate("model.given.at(-1)") == [offer, at]
            page.evaluate(_TELL, [{"offer": offer, "slice": at}, text])
    page.wait_for_timeout(0)
    while len(saved) < 4:
        page.wait_for_timeout(20)
    assert saved == {
        "one.csv": b"oneONE",
        "two.csv": b"two",
        "empty.csv": b"",
        "three.csv": b"33",
    }
    assert page.evaluate("model.sent.length") == 5
