"""What the page of a running job costs: traffic, CPU of its kernel, time to open.

    python tests/benchmarks/job_page.py [--documents 10000] [--seconds 7]

The dashboard server, the kernel of the page and the runner are processes of
their own, the page is open in Chromium. The papers cost nothing, so that as
many documents end per second as the runner can do, unless there are too few of
them: then each takes so long that the job lasts as long as it is looked at. A
tenth of them ended before, with so many records that there are four for each
document. Counted is
what the server sends over the websocket, the messages of Jupyter included. The
target for a job of 10,000 documents is at most 30 kB per second.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import psutil

#: Parts of the page that are looked at, and how long it takes to turn to one.
PARTS, TURNING = 5, 2.0

#: Documents that may end per second.
FASTEST = 225

TESTS = Path(__file__).parents[1]
sys.path.insert(0, str(TESTS))

from batches import runners, until  # noqa: E402
from conftest import ARGUMENTS, CHROMIUM  # noqa: E402
from large import add_many_papers, large_job  # noqa: E402
from meters import cpu  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402
from plug_ins import install_fakes  # noqa: E402
from stage import doing, environment  # noqa: E402
from streams import TOKEN, dashboard, free_port  # noqa: E402
from traffic import Traffic  # noqa: E402

import curation_kit as ck  # noqa: E402


def kernel_of(server: psutil.Process) -> psutil.Process:
    """The kernel of the page: the youngest one that has the dashboard open."""
    kernels = [
        child
        for child in server.children(recursive=True)
        if any("ipykernel" in part for part in child.cmdline())
    ]
    # A kernel that waits for a visitor has hardly computed anything.
    return max(kernels, key=cpu)


def look(page: Page, kernel: psutil.Process, traffic: Traffic, seconds: float) -> str:
    """Give a line of numbers about the part that is on screen."""
    before, begun = cpu(kernel), time.monotonic()
    size, messages = traffic.during(seconds)
    share = (cpu(kernel) - before) / (time.monotonic() - begun)
    largest = max(traffic.sizes, default=0)
    memory = kernel.memory_info().rss / 1e6
    done = page.locator(".ck-facts dd").first.inner_text()
    return (
        f"{size / 1e3:>8.1f}{messages:>10.1f}{largest / 1e3:>9.1f}"
        f"{100 * share:>9.0f} %{memory:>9.0f}   {done}"
    )


def open_parts(page: Page) -> None:
    """Open the job and its records, and print how soon they are there."""
    doing("opening the page of the job")
    begun = time.monotonic()
    page.get_by_role("button", name="Large", exact=True).click()
    page.locator("#ck-part-documents tbody tr, .ck-tall tbody tr").first.wait_for()
    print(f"click on the job to its documents: {time.monotonic() - begun:.2f} s")
    begun = time.monotonic()
    page.get_by_role("tab", name="Results").click()
    page.locator(".ck-results tbody tr").first.wait_for()
    print(f"click on Results to its records:   {time.monotonic() - begun:.2f} s")
    page.get_by_text("reading …").wait_for(state="detached")
    print(f"until all records are read:        {time.monotonic() - begun:.2f} s\n")


def measure(arguments: argparse.Namespace, folder: Path) -> None:
    """Run the job, look at its page, print."""
    install_fakes(folder / "plugins")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(folder / "plugins"), str(TESTS)])
    sys.path.insert(0, str(folder / "plugins"))
    workspace, port = ck.Workspace(folder / "ws"), free_port()
    print(f"{environment()}, Voilà {version('voila')}")
    doing("making the job")
    papers = add_many_papers(workspace, arguments.documents)
    done = len(papers) // 10
    lasts, left = PARTS * (arguments.seconds + TURNING), len(papers) - done
    slots = os.cpu_count() or 1
    pace = slots * lasts / left if left < lasts * FASTEST else 0.0
    job = large_job(workspace, papers, done=done, records=45, seconds=pace)
    job.pause()
    print(
        f"{arguments.documents:,} documents, each takes {pace:.2f} s; "
        f"{job.total_records:,} records so far\n"
    )
    with (
        dashboard(folder, workspace.path, port=port) as served,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        traffic = Traffic(page)
        page.goto(f"http://127.0.0.1:{port}/?token={TOKEN}&page=jobs")
        page.get_by_role("button", name="Large", exact=True).wait_for(timeout=120_000)
        open_parts(page)
        page.get_by_role("tab", name="Documents").click()
        kernel = kernel_of(psutil.Process(served.pid))
        job.resume()
        until(lambda: job.progress.completed > done)

        def told(what: str) -> None:
            doing(what)
            page.wait_for_timeout(500)
            print(f"{what:<26}", look(page, kernel, traffic, arguments.seconds))

        print(
            "                             kB/s messages/s  largest  kernel CPU   MB"
            "   done"
        )
        told("Documents, first page")
        page.locator("#ck-filter-pending").click()
        told("Documents, pending ones")
        page.get_by_role("tab", name="Results").click()
        told("Results, first page")
        page.locator("#ck-sort-record-gene_symbol").click()
        page.get_by_role("searchbox", name="Search the results").fill("ok")
        told("Results, sorted and sought")
        page.get_by_role("tab", name="Event log").click()
        told("Event log, newest")
        browser.close()
    for pid in runners(workspace):
        os.kill(pid, signal.SIGTERM)
    until(lambda: not runners(workspace))
    workspace.close()


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=7.0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        measure(arguments, Path(name))


if __name__ == "__main__":
    main()
