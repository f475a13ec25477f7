"""A large job that has ended on the dashboard, in a real browser.

    python tests/benchmarks/scale_page.py WORKSPACE [JOB] [--shots FOLDER]

The dashboard server and the kernel of the page are processes of their own. Told is how
long each view takes from the click until it can be used, what the server sent
meanwhile, and how far what is on screen jumped (the browser's layout shifts; below
0.1 is good). Screenshots are 1280 and 800 pixels wide.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from meters import footprint
from stage import TESTS, environment

if TYPE_CHECKING:
    from playwright.sync_api import Page

assert TESTS  # it has put the helpers of the tests on the path

#: Adds up how far things jump without the user's doing.
_SHIFTS = """() => { window.shifted = 0; new PerformanceObserver(list => {
  for (const shift of list.getEntries()) window.shifted += shift.value;
}).observe({type: "layout-shift", buffered: true}); }"""


def look_at_page(workspace: Path, job_id: str, *, shots: Path) -> None:
    """Print how long each view takes, and write screenshots."""
    import psutil
    from conftest import ARGUMENTS, CHROMIUM
    from job_page import kernel_of
    from playwright.sync_api import sync_playwright
    from streams import TOKEN, dashboard, free_port
    from traffic import Traffic

    port = free_port()
    with (
        tempfile.TemporaryDirectory() as folder,
        dashboard(Path(folder), workspace, port=port) as served,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(120_000)
        traffic = Traffic(page)
        address = f"http://127.0.0.1:{port}/?token={TOKEN}"
        print("\n| dashboard | usable after | sent | largest message |")
        print("| --- | --- | --- | --- |")

        def told(what: str, act: Callable[[], object], until: str) -> None:
            traffic.sizes.clear()
            begun = time.monotonic()
            act()
            page.locator(until).first.wait_for()
            seconds = time.monotonic() - begun
            page.wait_for_timeout(300)  # what comes after counts too
            print(
                f"| {what} | {seconds:.2f} s | {sum(traffic.sizes) / 1e3:.0f} kB "
                f"| {max(traffic.sizes, default=0) / 1e3:.0f} kB |",
                flush=True,
            )

        def shot(name: str) -> None:
            for width in (1280, 800):
                page.set_viewport_size({"width": width, "height": 900})
                page.wait_for_timeout(300)
                page.screenshot(path=shots / f"{name}-{width}.png")
            page.set_viewport_size({"width": 1280, "height": 900})

        rows = ".ck-tall tbody tr"
        told(
            "address of the job, cold",
            lambda: page.goto(f"{address}&job={job_id}"),
            rows,
        )
        page.evaluate(_SHIFTS)
        shot("documents")
        _documents(page, told)
        told(
            "Results",
            page.get_by_role("tab", name="Results").click,
            ".ck-results tbody tr",
        )
        begun = time.monotonic()
        page.get_by_text("reading …").wait_for(state="detached")
        print(f"| — all records read | {time.monotonic() - begun:.2f} s | | |")
        shot("results")
        told(
            "— sorted by gene",
            page.locator("#ck-sort-record-gene_symbol").click,
            "th[aria-sort=ascending]",
        )
        told(
            "Completeness",
            page.get_by_role("tab", name="Completeness").click,
            "#ck-part-completeness table, .ck-completeness table",
        )
        told(
            "Event log",
            page.get_by_role("tab", name="Event log").click,
            "#ck-part-log li, .ck-log li, .ck-log tr",
        )
        shot("log")
        told(
            "Documents page", lambda: page.goto(f"{address}&page=documents"), "tbody tr"
        )
        shot("library")
        kernel = kernel_of(psutil.Process(served.pid))
        rss, pss = footprint(kernel)
        shifted = page.evaluate("window.shifted || 0")
        print(
            f"\nkernel of the page: RSS {rss:.0f} MB, "
            f"PSS {pss:.0f} MB; layout shifts {shifted:.3f}"
        )  # fmt: skip
        browser.close()


def _documents(page: Page, told: Callable[..., None]) -> None:
    """Use the table of documents as people do."""
    told(
        "— next page",
        page.get_by_role("button", name="Next").first.click,
        '.ck-pager:has-text("51–100")',
    )
    told(
        "— completed ones",
        page.locator("#ck-filter-completed").click,
        "#ck-filter-completed[aria-pressed=true]",
    )
    told(
        "— all again",
        page.locator("#ck-filter-all").click,
        "#ck-filter-all[aria-pressed=true]",
    )


def main() -> None:
    """Look at the page of a job."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("job", nargs="?")
    parser.add_argument("--shots", type=Path, default=Path())
    given = parser.parse_args()
    import curation_kit as ck

    workspace = ck.Workspace(given.workspace)
    job = given.job or workspace.jobs.page()[0][0]["id"]
    workspace.close()
    print(environment())
    look_at_page(given.workspace, job, shots=given.shots)


if __name__ == "__main__":
    main()
