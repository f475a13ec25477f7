"""The documents page in a real browser."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from batches import until
from dashboards import BROWSER, kill_kernels

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = BROWSER


def test_add_find_look_rename_and_delete(  # noqa: PLR0915 - one walk
    page: Page, address: str, papers: list[Path]
) -> None:
    """A curator adds a folder, looks at a paper, and throws two away."""
    page.goto(f"{address}?page=documents")
    page.get_by_text("No documents yet").wait_for()
    page.get_by_label("Upload batch (optional)").fill("May")
    page.get_by_label("Or add a folder on the server").fill(str(papers[0].parent))
    page.get_by_role("button", name="Add folder").click()
    page.get_by_text("4 documents added · 1 of them cannot be processed").wait_for()

    table = page.get_by_role("region", name="Table of documents")
    page.get_by_role("button", name="cannot be processed 1").click()
    page.get_by_text("1 of 4 documents found").wait_for()
    table.get_by_text("Download it again from the publisher").wait_for()
    page.get_by_role("button", name="all 4").click()
    page.get_by_label("Search documents").fill("ONERROR")
    page.get_by_text("1 of 4 documents found").wait_for()

    table.get_by_role("button", name=papers[1].name).click()
    dialog = page.get_by_role("dialog", name=f"Document {papers[1].name}")
    picture = dialog.get_by_role("img", name=f"Page 1 of {papers[1].name}")
    picture.wait_for()
    assert (
        picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 900
    )
    dialog.get_by_text("Can be processed").wait_for()
    assert dialog.get_by_role("button", name="Next document").is_disabled()
    dialog.get_by_role("button", name="Rename…").click()
    page.locator("#ck-new-name:focus").wait_for()
    page.keyboard.type("..")
    page.keyboard.press("Enter")
    dialog.get_by_role("alert").get_by_text("is no name for a document").wait_for()
    dialog.get_by_role("button", name="Rename…").click()
    page.locator("#ck-new-name:focus").wait_for()
    page.keyboard.type("plain name")  # the name is selected, its suffix is not
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Document plain name.pdf").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")

    page.get_by_label("Search documents").fill("")
    page.get_by_text("4 documents in the workspace").wait_for()
    page.get_by_role("button", name="File name").click()
    page.locator("th[aria-sort=ascending]").wait_for()
    table.get_by_role("button", name="broken.pdf").click()
    page.locator(".ck-sheet").get_by_text("damaged or incomplete").wait_for()
    page.keyboard.press("ArrowRight")
    page.get_by_role("dialog").get_by_text("2 of 4").wait_for()
    page.get_by_role("button", name="Close", exact=True).last.click()

    page.get_by_role("checkbox", name="Select broken.pdf").check()
    page.get_by_role("checkbox", name="Select plain name.pdf").check()
    page.get_by_text("2 selected").wait_for()
    page.get_by_role("button", name="Delete selected…").click()
    question = page.get_by_role("alertdialog", name="Delete documents?")
    question.get_by_text("No job uses them.").wait_for()
    page.keyboard.press("Enter")  # the answer in focus is the harmless one
    question.wait_for(state="hidden")
    page.get_by_role("button", name="Delete selected…").click()
    page.get_by_role("button", name="Yes, delete 2 documents").click()
    page.get_by_text("2 documents in the workspace").wait_for()


def test_ticks_stay_while_others_are_answered(
    page: Page, address: str, papers: list[Path]
) -> None:
    """Each click is answered by itself; nothing that was ticked goes off meanwhile."""
    page.goto(f"{address}?page=documents")
    page.get_by_label("Or add a folder on the server").fill(str(papers[0].parent))
    page.get_by_role("button", name="Add folder").click()
    boxes = page.get_by_role("region", name="Table of documents").locator(
        "tbody input[type=checkbox]"
    )
    boxes.nth(3).wait_for()

    went_off = boxes.evaluate_all(
        """async (boxes) => {
          const nextFrame = () => new Promise(requestAnimationFrame);
          let wentOff = 0;
          const ticked = [];
          for (let frame = 0; frame < 60; frame += 1) {
            if (frame % 2 === 0 && ticked.length < boxes.length) {
              ticked.push(boxes[ticked.length]);
              ticked.at(-1).click();
            }
            await nextFrame();
            wentOff += ticked.filter((box) => !box.checked).length;
          }
          return wentOff;
        }"""
    )

    assert went_off == 0
    page.get_by_text("4 selected").wait_for()
    page.get_by_role("button", name="Select none").click()
    page.get_by_text("0 selected").wait_for()
    assert not any(box.is_checked() for box in boxes.all())


def test_an_upload_can_be_cancelled_and_outlives_the_kernel(
    page: Page, address: str, papers: list[Path], tmp_path: Path
) -> None:
    """One file of three is cancelled; what a killed kernel lost is offered again."""
    large = tmp_path / "large.pdf"
    large.write_bytes(b"%PDF-1.7\n" + os.urandom(1 << 20) * 60)
    page.clock.install()
    page.goto(f"{address}?page=documents")
    page.get_by_text("No documents yet").wait_for()
    page.set_input_files("input[type=file]", [large, papers[0], papers[1]])
    page.get_by_role("button", name="Cancel the upload of large.pdf").click()
    page.get_by_text("2 documents added").wait_for()
    page.get_by_role("progressbar").wait_for(state="detached")
    cache = tmp_path / "ws" / "cache"
    until(lambda: not [path for path in cache.rglob("*") if path.is_file()])

    page.set_input_files("input[type=file]", large)
    page.get_by_text("sent, 2", exact=False).wait_for()
    kill_kernels(tmp_path / "ws")
    page.get_by_role("link", name="Documents").wait_for()
    page.clock.fast_forward(31_000)
    page.get_by_text("The connection to the notebook's kernel is lost.").wait_for()
    page.get_by_role("button", name="Try large.pdf again").wait_for()
