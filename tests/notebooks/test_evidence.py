"""The evidence of records in a real browser: the page, its marks, the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from dashboards import BROWSER, complaints

import curation_kit as ck
from curation_kit.documents.reader import read_document

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = BROWSER

#: Marks on the page in points, from where they and the page are on the screen.
MARKS = """([width]) => {
  const page = document.querySelector(".ck-desk img").getBoundingClientRect();
  const scale = width / page.width;
  return [...document.querySelectorAll(".ck-mark")].map((mark) => {
    const box = mark.getBoundingClientRect();
    const at = [box.left - page.left, box.top - page.top, box.right - page.left,
      box.bottom - page.top];
    return [mark.className, ...at.map((edge) => edge * scale)];
  });
}"""

#: Whether the first mark is within what is seen of the page.
IN_VIEW = """() => {
  const seen = document.querySelector(".ck-desk").getBoundingClientRect();
  const mark = document.querySelector(".ck-mark")?.getBoundingClientRect();
  return mark && mark.top >= seen.top && mark.bottom <= seen.bottom;
}"""


def picture(page: Page) -> dict[str, Any]:
    """Wait for the picture of the page; give its widths."""
    shown = page.locator(".ck-desk img")
    shown.wait_for()
    page.wait_for_function("document.querySelector('.ck-desk img').naturalWidth > 0")
    return shown.evaluate(
        "image => ({natural: image.naturalWidth, width: image.clientWidth})"
    )


def words_under(job: ck.Job, key: tuple[str, int], marks: list[list[Any]]) -> str:
    """Words of the record's page whose middle lies on a mark."""
    evidence = job.record(*key).evidence[0]
    text = read_document(job.document_path(key[0]), name="paper.pdf")
    found = []
    for index, number in enumerate(text.word_pages):
        x0, y0, x1, y1 = text.word_boxes[4 * index : 4 * index + 4]
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        if number == evidence.page and any(
            left <= x <= right and top <= y <= bottom
            for _, left, top, right, bottom in marks
        ):
            found.append(text.text[text.word_starts[index] : text.word_ends[index]])
    return "".join(found)


def test_marks_lie_on_the_words_of_the_quote(
    page: Page, read_job: ck.Job, read_address: str
) -> None:
    """Row by row: the page, the right words, in view; then close it."""
    page.goto(f"{read_address}?job={read_job.id}&tab=results")
    keys = [read_job.key_at(place) for place in range(4)]
    page.locator("tr.ck-has-more").first.click()
    for place, key in enumerate(keys):
        page.get_by_text(f"Record {place + 1} of {read_job.total_records}").wait_for()
        evidence = read_job.record(*key).evidence[0]
        picture(page)
        page.wait_for_function(IN_VIEW)
        size = read_document(read_job.document_path(key[0]), name="a.pdf").pages[0]
        marks = page.evaluate(MARKS, [size.width])
        quote = [mark for mark in marks if "ck-is-quote" in mark[0]]
        assert words_under(read_job, key, quote) == "".join(evidence.quote.split())
        values = [mark for mark in marks if "ck-is-quote" not in mark[0]]
        named = words_under(read_job, key, values)
        for mention in evidence.mentions:
            said = evidence.quote[
                mention.start - evidence.start : mention.end - evidence.start
            ]
            assert "".join(said.split()) in named
        page.keyboard.press("j")
    page.keyboard.press("ArrowUp")
    page.get_by_text(f"Record 4 of {read_job.total_records}").wait_for()
    page.keyboard.press("k")
    page.get_by_text(f"Record 3 of {read_job.total_records}").wait_for()
    assert complaints(page) == []
    page.wait_for_url("**record=*")

    # The same place in another tab, and away again.
    link = page.url
    page.keyboard.press("Escape")
    page.locator(".ck-desk").wait_for(state="detached")
    page.wait_for_url(lambda url: "record=" not in url)
    page.goto(link)
    page.get_by_text(f"Record 3 of {read_job.total_records}").wait_for()
    picture(page)
    page.get_by_role("button", name="Close the evidence").click()
    page.locator(".ck-desk").wait_for(state="detached")


def test_the_quote_stays_in_sight(
    page: Page, read_job: ck.Job, read_address: str
) -> None:
    """In a low window the form takes room from the page; the focus is not lost."""
    page.set_viewport_size({"width": 1280, "height": 640})
    page.goto(f"{read_address}?job={read_job.id}&tab=results")
    page.locator("tr.ck-has-more").first.click()
    picture(page)
    page.keyboard.press("+")
    page.get_by_role("button", name="Zoom 125 %").wait_for()
    page.wait_for_function(IN_VIEW)
    page.keyboard.press("e")
    form = page.get_by_role("form", name="Values of this record")
    form.wait_for()
    page.wait_for_function(IN_VIEW)
    page.keyboard.press("Escape")
    form.wait_for(state="detached")
    page.wait_for_function(IN_VIEW)
    page.keyboard.press("e")
    form.wait_for()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Escape")  # the form is meant, not the sheet
    form.wait_for(state="detached")
    page.wait_for_function(IN_VIEW)
    page.get_by_role("button", name="Edit").focus()

    page.keyboard.press("n")
    page.keyboard.type("jar")  # words, not keys
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'ck-review-edit'")
    page.get_by_text(f"Record 1 of {read_job.total_records}").wait_for()

    marked = page.get_by_role("button", name="with the evidence highlighted")
    with page.expect_download() as download:
        marked.click()
    assert download.value.suggested_filename.endswith("-evidence.pdf")
    assert marked.evaluate("button => button === document.activeElement")
    assert complaints(page) == []


def test_a_link_to_no_record_says_so(
    page: Page, read_job: ck.Job, read_address: str
) -> None:
    """What the page asks for by itself does not take the message away."""
    page.goto(f"{read_address}?job={read_job.id}&record=ffff-3")
    page.locator("tr.ck-has-more").first.wait_for()
    told = page.get_by_role("alert").filter(has_text="The record that this address")
    told.wait_for()
    page.wait_for_load_state("networkidle")
    assert told.is_visible()


def test_pages_and_zoom(page: Page, read_job: ck.Job, read_address: str) -> None:
    """Other pages of the paper and back; the picture grows, and stays crisp."""
    page.goto(f"{read_address}?job={read_job.id}&tab=results")
    page.locator("tr.ck-has-more").first.click()
    before = picture(page)
    assert before["natural"] >= before["width"]
    page.keyboard.press("+")
    page.get_by_role("button", name="Zoom 125 %").wait_for()
    page.wait_for_function(
        "width => document.querySelector('.ck-desk img').naturalWidth > width",
        arg=before["natural"],
    )
    larger = picture(page)
    assert larger["width"] == pytest.approx(1.25 * before["width"], abs=2)
    assert larger["natural"] >= larger["width"]
    page.wait_for_function(IN_VIEW)
    page.keyboard.press("0")
    page.get_by_role("button", name="Zoom 100 %").wait_for()
    back = page.get_by_role("button", name="Back to the quote")
    own = read_job.record(*read_job.key_at(0)).evidence[0].page
    page.keyboard.press("]" if own == 1 else "[")
    back.wait_for()
    assert page.locator(".ck-mark").count() == 0
    back.click()
    page.locator(".ck-mark").first.wait_for()

    # The whole width of a small window, and no other place is covered for good.
    page.set_viewport_size({"width": 800, "height": 900})
    page.wait_for_function(
        "document.querySelector('.ck-sheet.widget-vbox').clientWidth === 800"
    )
    assert complaints(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("searchbox", name="Search the results").focus()
    page.keyboard.type("jk")  # words, not keys
    assert page.locator(".ck-desk").is_visible()
    page.locator("body").press("Escape")


def test_crisp_on_a_fine_screen(
    chromium: Browser, read_job: ck.Job, read_address: str
) -> None:
    """As many pixels as the screen has."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, device_scale_factor=2
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{read_address}?job={read_job.id}&tab=results")
    page.locator("tr.ck-has-more").first.click()
    shown = picture(page)
    assert shown["natural"] >= 2 * shown["width"]
    context.close()


def test_a_dropped_candidate_on_its_page(
    page: Page, read_job: ck.Job, read_address: str
) -> None:
    """From the list of what was not kept to the sentence in the paper."""
    page.goto(f"{read_address}?job={read_job.id}&tab=completeness")
    page.get_by_role("button", name="Show the page of").first.click()
    page.get_by_role("heading", name="Dropped candidate", exact=True).wait_for()
    picture(page)
    page.get_by_text("Not kept:").wait_for()
    page.keyboard.press("Escape")
    page.locator(".ck-desk").wait_for(state="detached")
