"""What an upload costs, by the two ways that the page has.

    python tests/benchmarks/upload.py [--megabytes 200] [--rounds 3]

A paper of that size is chosen in the page, in Chromium, served by the server of
the dashboard: once over HTTP, once in slices over the connection to the kernel
(as everywhere else, because its way over HTTP is blocked). Time: from the
choice until the last byte has left the browser and the page says so (sent), and
until it is a document (added). Memory: how far the resident set grew above
that before the upload; CPU: seconds of the process. Small papers follow, 50 of
them, all chosen at once.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Self

import psutil

TESTS = Path(__file__).parents[1]
sys.path.insert(0, str(TESTS))
sys.path.insert(0, str(TESTS / "benchmarks"))

from conftest import ARGUMENTS, CHROMIUM  # noqa: E402
from large_paper import write_large_paper  # noqa: E402
from meters import Highest, cpu  # noqa: E402
from stage import doing, environment  # noqa: E402
from streams import TOKEN, dashboard, free_port  # noqa: E402

from curation_kit.samples import write_sample_papers  # noqa: E402


class Meter:
    """Watches the memory and the CPU of a process while the block runs."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self._highest = Highest(lambda: [process.memory_info().rss])

    def __enter__(self) -> Self:
        self._before = self._process.memory_info().rss, cpu(self._process)
        self._highest.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._highest.__exit__()
        size, used = self._before
        self.grown = self._highest.reached[0] - size
        self.cpu = cpu(self._process) - used

    def __str__(self) -> str:
        return f"+{self.grown / 1e6:.0f} MB, {self.cpu:.1f} s CPU"


def upload(page: Any, files: list[Path], served: psutil.Process) -> str:
    """Choose files in the page; give a line of numbers."""
    kernel = next(
        child for child in served.children() if "ipykernel" in " ".join(child.cmdline())
    )
    megabytes = sum(file.stat().st_size for file in files) / 1e6
    with Meter(served) as server, Meter(kernel) as of_kernel:
        start = time.perf_counter()
        page.set_input_files("input[type=file]", files)
        page.locator(".ck-transfers").wait_for()
        page.locator(".ck-transfers").wait_for(state="detached")
        sent = time.perf_counter() - start
        added = f"{len(files)} document{'s' if len(files) > 1 else ''} added"
        page.get_by_text(added).first.wait_for()
        done = time.perf_counter() - start
    return (
        f"sent {sent:5.1f} s ({megabytes / sent:4.0f} MB/s), added {done:5.1f} s; "
        f"server {server}; kernel {of_kernel}"
    )


def main() -> None:
    """Print a line for each way, round and kind of files."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(environment())
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        large = [write_large_paper(folder / "large.pdf", options.megabytes)]
        small = [paper.path for paper in write_sample_papers(folder / "p", count=50)]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for turn in range(options.rounds):
            for way in ("HTTP", "slices"):
                for what, files in (("1 large", large), ("50 small", small)):
                    doing(f"round {turn + 1} of {options.rounds}: {what}, by {way}")
                    place = folder / f"{turn}-{way}-{what}"
                    place.mkdir()
                    port = free_port()
                    with dashboard(place, place / "ws", port=port) as served:
                        page = browser.new_page()
                        page.set_default_timeout(120_000)
                        if way == "slices":
                            page.route("**/curation/uploads/**", lambda r: r.abort())
                        page.goto(
                            f"http://127.0.0.1:{port}/?token={TOKEN}&page=documents"
                        )
                        page.get_by_text("No documents yet").wait_for()
                        line = upload(page, files, psutil.Process(served.pid))
                        page.close()
                    print(f"{what:8} {way:6} {line}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
