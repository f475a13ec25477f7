"""Uploads in a real browser: over HTTP from our server, in slices elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from batches import until
from dashboards import BROWSER, kill_kernels
from fake_kernel import show_real, stop_the_clock, tell
from large_paper import write_large_paper
from streams import TOKEN, dashboard, free_port, serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = BROWSER

#: A server on a disk on which no file may grow beyond two megabytes.
CRAMPED = (
    "import resource, sys, pathlib; from curation_kit.server import serve_dashboard; "
    "resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000)); "
    "serve_dashboard(pathlib.Path(sys.argv[1]), port=int(sys.argv[2]), "
    "open_browser=False, token=sys.argv[3])"
)

PUTS = "**/curation/uploads/**"


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[str]:
    """Address of the documents page, from the server of the dashboard."""
    port = free_port()
    with dashboard(tmp_path, tmp_path / "ws", port=port):
        yield f"http://127.0.0.1:{port}/?token={TOKEN}&page=documents"


@pytest.fixture
def puts(page: Page) -> list[int]:
    """Answers to the files that the page sends over HTTP, as they come."""
    answers: list[int] = []

    def note(answer: object) -> None:
        if answer.request.method == "PUT":
            answers.append(answer.status)

    page.on("response", note)
    return answers


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A paper of 30 MB that can be processed."""
    return write_large_paper(tmp_path / "large.pdf", 30)


@pytest.mark.parametrize("served", ["ours", "plain"])
def test_a_large_paper_and_an_impostor(
    page: Page,
    puts: list[int],
    large: Path,
    tmp_path: Path,
    served: str,
    request: pytest.FixtureRequest,
) -> None:
    """The paper arrives whole; what only has its name is refused, and named."""
    address = (
        request.getfixturevalue("ours")
        if served == "ours"
        else f"{request.getfixturevalue('address')}?page=documents"
    )
    impostor = tmp_path / "login.pdf"
    impostor.write_text("<html>Please log in to read this paper.</html>")
    page.goto(address)
    page.get_by_text("No documents yet").wait_for()
    page.get_by_label("Upload batch (optional)").fill("May")
    page.set_input_files("input[type=file]", [impostor, large])
    page.get_by_text("1 document added · 1 refused").wait_for()
    page.get_by_text("login.pdf is not a PDF.").wait_for()
    [stored] = (tmp_path / "ws" / "documents").glob("*.pdf")
    assert stored.read_bytes() == large.read_bytes()
    table = page.get_by_role("region", name="Table of documents")
    table.get_by_text("May").wait_for()
    assert puts == ([200] if served == "ours" else [])

    page.set_input_files("input[type=file]", large)
    page.get_by_text("already in the workspace.").wait_for()
    cache = tmp_path / "ws" / "cache"
    until(lambda: not [path for path in cache.rglob("*") if path.is_file()])


def test_slices_take_over_where_http_fails(
    page: Page, ours: str, puts: list[int], large: Path, tmp_path: Path
) -> None:
    """A proxy has a limit of its own: the paper comes through the kernel."""

    def refuse(route: object) -> None:
        if route.request.method == "PUT":
            route.fulfill(status=413, body="<html>nginx</html>")
        else:
            route.continue_()

    page.route(PUTS, refuse)
    page.goto(ours)
    page.get_by_text("No documents yet").wait_for()
    page.set_input_files("input[type=file]", large)
    page.get_by_text("1 document added").wait_for()
    assert puts == [413]
    [stored] = (tmp_path / "ws" / "documents").glob("*.pdf")
    assert stored.stat().st_size == large.stat().st_size


def test_cancelled_and_lost_on_the_way_over_http(
    page: Page, ours: str, large: Path, tmp_path: Path
) -> None:
    """A cancel leaves nothing; a kernel that dies meanwhile is named."""
    held: list[object] = []

    def hold(route: object) -> None:
        if route.request.method == "PUT":
            held.append(route)  # the request neither ends nor fails
        else:
            route.continue_()

    page.route(PUTS, hold)
    page.clock.install()
    page.goto(ours)
    page.get_by_text("No documents yet").wait_for()
    for number in (1, 2):
        page.set_input_files("input[type=file]", large)
        while len(held) < number:
            page.wait_for_timeout(50)
        if number == 1:
            page.get_by_role("button", name="Cancel the upload of large.pdf").click()
            page.get_by_text("Uploading").wait_for(state="detached")
    # The kernel has dropped the first before it made room for the second.
    assert len(list((tmp_path / "ws" / "cache").rglob("large.pdf"))) == 1

    kill_kernels(tmp_path / "ws")
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        held[-1].fulfill(status=200, body="{}")
    page.clock.fast_forward(31_000)
    page.get_by_text("The connection to the notebook's kernel is lost.").wait_for()
    page.get_by_role("button", name="Try large.pdf again").wait_for()


def test_a_full_disk_is_named_beside_the_file(page: Page, tmp_path: Path) -> None:
    """By both ways in; nothing of the file is left."""
    port = free_port()
    paper = write_large_paper(tmp_path / "large.pdf", 5)
    workspace = tmp_path / "ws"
    arguments = ("-c", CRAMPED, str(workspace), str(port), TOKEN)
    with serving(*arguments, folder=tmp_path):
        page.goto(f"http://127.0.0.1:{port}/?token={TOKEN}&page=documents")
        page.get_by_text("No documents yet").wait_for()
        page.set_input_files("input[type=file]", paper)
        page.get_by_text(
            "large.pdf could not be stored (File too large). Make room on the disk"
        ).wait_for()
        page.get_by_role("button", name="Try large.pdf again").wait_for()
    assert not [path for path in (workspace / "cache").rglob("*") if path.is_file()]


#: What the page has told the kernel: what to do, with which file.
TOLD = """model.messages.map(({ action, key, name, args }) =>
  [action, key ?? args[0], name ?? args?.[1]])"""

#: Drop a folder of which some cannot be read: two files, and two folders, one of them
#: only from its third entry on.
DROP = """() => {
  const fail = (told) => told(new DOMException("", "NotReadableError"));
  const file = (name, readable = true) => ({
    name, isFile: true, isDirectory: false,
    file: (take, no) => (readable ? take(new File(["%PDF-1.7"], name)) : fail(no)),
  });
  const folder = (name, entries, readable = true) => ({
    name, isFile: false, isDirectory: true,
    createReader: () => ({ readEntries: (take, no) =>
      (readable || entries.length ? take(entries.splice(0, 2)) : fail(no)) }),
  });
  const papers = folder("papers", [
    file("one.pdf"), file("bad.pdf", false), file("notes.txt", false),
    folder("half", [file("two.pdf")], false), folder("locked", [], false),
    file("three.pdf")]);
  const drop = new Event("drop");
  drop.dataTransfer = { files: [], items: [{ webkitGetAsEntry: () => papers }] };
  document.querySelector("[data-drop]").dispatchEvent(drop);
}"""


def show_upload(page: Page) -> None:
    """Show the upload without a kernel."""
    traits = {"summary": {}, "is_adding": False, "progress": {}}
    show_real(page, traits, "upload")


def keys_of(page: Page, action: str) -> list[str]:
    """Keys of the files with which something was to be done."""
    return [key for done, key, _ in page.evaluate(TOLD) if done == action]


def answer(page: Page, key: str, received: int) -> None:
    """Tell the page how much of a file the kernel has."""
    told = {"ack": key, "received": received, "problem": "", "folder": ""}
    page.evaluate("(told) => model.emit('msg:custom', told)", told)


def test_what_was_not_sent_stays_in_the_list(page: Page) -> None:
    """What comes late of the first try changes nothing, and does not end the second."""
    stop_the_clock(page)
    show_upload(page)
    page.evaluate("""() => {
      const read = Blob.prototype.arrayBuffer;
      window.held = [];
      Blob.prototype.arrayBuffer = async function () {
        if (window.holds) await new Promise((go) => held.push(go));
        return read.call(this);
      };
    }""")
    data = b"%PDF-1.7" + bytes(1_500_000)
    files = [
        {"name": name, "mimeType": "application/pdf", "buffer": data}
        for name in ("a.pdf", "b.pdf")
    ]
    page.set_input_files("input[type=file]", files)
    page.wait_for_function("model.sent.filter((one) => one === 'begin').length === 2")
    _, b = keys_of(page, "begin")
    answer(page, b, 0)
    page.wait_for_function("model.sent.includes('slice')")
    page.evaluate("() => { window.holds = true; }")
    answer(page, b, 1 << 20)  # and the next slice is being read
    page.wait_for_function("held.length === 1")
    page.clock.run_for(31_000)  # nothing is heard of the other
    for name in ("a.pdf", "b.pdf"):
        page.get_by_role("button", name=f"Try {name} again").wait_for()

    page.evaluate("() => { window.holds = false; }")
    page.get_by_role("button", name="Try b.pdf again").click()
    page.wait_for_function("model.sent.filter((one) => one === 'begin').length === 3")
    again = keys_of(page, "begin")[-1]
    page.evaluate("() => { held[0](); }")
    page.wait_for_function("model.sent.filter((one) => one === 'abort').length === 2")
    page.clock.run_for(100)
    assert keys_of(page, "abort") == [b, b]
    assert again != b
    assert page.get_by_role("progressbar", name="Upload of b.pdf").count() == 1
    assert page.get_by_role("button", name="Try a.pdf again").count() == 1


def test_what_cannot_be_read_of_a_folder_is_named(page: Page) -> None:
    """The others arrive, from folders in it, too."""
    show_upload(page)
    page.evaluate(DROP)
    page.wait_for_function("model.sent.filter((one) => one === 'begin').length === 3")
    told = page.evaluate(TOLD)
    begun = {name for action, _, name in told if action == "begin"}
    refused = [name for action, _, name in told if action == "refuse"]
    assert begun == {"one.pdf", "two.pdf", "three.pdf"}
    assert refused == ["bad.pdf", "half", "locked"]


def test_who_leaves_while_a_folder_is_added_is_asked(page: Page) -> None:
    """Its files are added no further then; where the kernel stays, they are."""
    leaving = """() => {
      const event = new Event("beforeunload", { cancelable: true });
      window.dispatchEvent(event);
      return event.defaultPrevented;
    }"""
    show_upload(page)
    tell(page, "progress", {"text": "one.pdf", "number": 0, "total": 2})
    assert not page.evaluate(leaving)
    page.evaluate("document.body.dataset.voila = 'voila'")
    assert page.evaluate(leaving)
    tell(page, "progress", {})
    assert not page.evaluate(leaving)
