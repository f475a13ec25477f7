"""From an address to a page that can be used, beside the smallest page there is.

Run ``python tests/benchmarks/start_up.py``. Our server serves the dashboard, and
a notebook that shows one button of ipywidgets; a browser without a cache opens
them in turn. The goal: the dashboard takes at most 1.5 times as long, also in a
workspace with 5,000 documents and 200 jobs.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from stage import add_many, doing, environment, stage

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    import curation_kit as ck

DOCUMENTS = 5_000
JOBS = 200

#: Percent of a processor that an idle kernel takes at most.
IDLE = 6.0

#: The first widget of each page with which something can be done.
HELLO, FORM = "Hello", "Select Documents"

SERVE = """
import sys
from pathlib import Path
from curation_kit.server._voila import make_app
workspace, *others = map(Path, sys.argv[1:])
app = make_app(workspace, port=None, open_browser=False)
for notebook in others:
    app.notebook_path, app.root_dir = str(notebook), str(notebook.parent)
app.start()
"""


def hello(folder: Path) -> Path:
    """Write the smallest notebook with a widget."""
    from nbformat import write
    from nbformat.v4 import new_code_cell, new_notebook

    source = f"import ipywidgets\nipywidgets.Button(description={HELLO!r})"
    notebook = new_notebook(cells=[new_code_cell(source)])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    path = folder / "hello.ipynb"
    write(notebook, path)
    return path


@contextmanager
def served(workspace: Path, *notebooks: Path) -> Iterator[str]:
    """Serve a notebook, the dashboard's when left out, at the address given."""
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(workspace), *map(str, notebooks)],
        env={**os.environ, "CURATION_KIT_WORKSPACE": str(workspace)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    lines = iter(server.stdout.readline, "")
    try:
        yield next(line for line in lines if "?token=" in line).split()[-1]
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


def visit(browser: Browser, address: str, button: str) -> float:
    """Seconds till a button can be clicked, in a browser that has no cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    before = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.get_by_role("button", name=button).click()
    seconds = time.perf_counter() - before
    page.close(run_before_unload=True)
    context.close()
    return seconds


def settle(kernels: int) -> None:
    """Wait until only so many kernels are there, those kept ready, and are idle."""
    from batches import until

    def settled() -> bool:
        busy = []
        for child in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):  # it ends
                if "ipykernel_launcher" in child.cmdline():
                    busy.append(child.cpu_percent(0.2))
        return len(busy) == kernels and max(busy, default=0) < IDLE

    until(settled)


def measure(workspace: ck.Workspace, browser: Browser, times: int) -> None:
    """Visit both pages in turn, and compare the medians."""
    with (
        tempfile.TemporaryDirectory() as folder,
        served(workspace.path) as dashboard,
        served(workspace.path, hello(Path(folder))) as smallest,
    ):
        ours: list[float] = []
        theirs: list[float] = []
        settle(2)
        for number in range(times + 1):
            for seconds, address, button in (
                (theirs, smallest, HELLO),
                (ours, dashboard, FORM),
            ):
                took = visit(browser, address, button)
                if number:  # the first one fills the caches of the disk
                    seconds.append(took)
                settle(2)
    base, median = statistics.median(theirs), statistics.median(ours)
    documents, jobs = len(workspace.documents.list()), len(workspace.jobs.list())
    print(
        f"{documents:5,} documents, {jobs:3} jobs: one button {base:.2f} s "
        f"({min(theirs):.2f} to {max(theirs):.2f}), dashboard {median:.2f} s "
        f"({min(ours):.2f} to {max(ours):.2f}), {median / base:.2f} times",
        flush=True,
    )


def fill(workspace: ck.Workspace) -> None:
    """Put many papers and ended jobs into a workspace."""
    import curation_kit as ck

    papers = add_many(workspace, DOCUMENTS)
    agents = ("fake_input", "fake_extractor", "csv")
    flow = ck.Flow(name="Fake", steps=[ck.Step(agent=agent) for agent in agents])
    for number in range(JOBS):
        start = number * 7 % (DOCUMENTS - 50)
        job = workspace.create(flow, papers[start : start + 50], f"Job {number}")
        job.cancel()


def main() -> None:
    """Measure an empty workspace, and a full one."""
    from conftest import ARGUMENTS, CHROMIUM
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    times = parser.parse_args().times
    print(environment())
    with stage() as workspace, sync_playwright() as playwright:
        [paper] = add_many(workspace, 1)  # with none, the form cannot be used
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        doing("opening an empty workspace")
        measure(workspace, browser, times)
        workspace.documents.remove(paper.id)
        doing("filling the workspace")
        fill(workspace)
        doing("opening a full one")
        measure(workspace, browser, times)
        browser.close()


if __name__ == "__main__":
    main()
