"""Reading PDFs beside MuPDF itself and other readers.

Run ``python tests/benchmarks/reading.py [FOLDER]``; FOLDER has PDFs, by default
those of ``../shared/data/papers``. Every reader goes through the same pages in the
same process, paper by paper in turn; what counts is CPU time against a loop of
``page.get_text("text")``. The slow ones read every fifth paper, once.

The goals: text and boxes, stored, at most 1.05 times the loop over one shared text
page; with reading order, running heads and sections at most 1.4 times ``get_text``;
two processes 1.8 times as fast as one, on a machine with nothing else to do; a
worker of a flow that only reads at most 75 MB (PSS), and its first result within
1.0 s from cold.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from stage import TESTS, doing, environment

from curation_kit.documents._pymupdf import correct_boxes, plain_colours, pymupdf
from curation_kit.documents.cache import TextCache
from curation_kit.documents.lines import read_lines
from curation_kit.documents.opening import opened
from curation_kit.documents.reader import read_document

PAPERS = TESTS.parent.parent / "shared" / "data" / "papers"
PLAIN = "page.get_text('text')"
SHARED = "one text page: text and words"
#: Copies of each paper that the runs on one and two processes read.
COPIES = 4

#: A new process runs a job of one paper, then one of all, on so many processes.
COLD = """
import json, sys, threading, time
from pathlib import Path
import psutil
import curation_kit as ck
folder, place = Path(sys.argv[1]), sys.argv[2]
jobs, limit = map(int, sys.argv[3:])
workspace = ck.Workspace(place)
paths = sorted(folder.glob("*.pdf"), key=lambda path: path.stat().st_size)
papers = workspace.documents.add(paths[:limit])
class Nothing(ck.Extractor):
    "Finds nothing: a flow needs an extractor."
    name, title, description, record = "nothing", "Nothing", "Finds nothing.", ck.Record
    def extract(self, paper):
        return []
ck.register(Nothing)
steps = [ck.Step(agent=agent) for agent in ("pdf", "nothing", "csv")]
flow = ck.Flow(name="Read", steps=steps)
sizes, over = [], threading.Event()
def watch():
    while not over.wait(0.05):
        for child in psutil.Process().children(recursive=True):
            try:
                if child.cpu_times().user > 0.2:
                    sizes.append(child.memory_full_info().pss)
            except psutil.Error:
                pass
start = time.perf_counter()
job = workspace.run(flow, papers[:1], n_jobs=jobs)
first = time.perf_counter() - start
watcher = threading.Thread(target=watch)
watcher.start()
start = time.perf_counter()
job = workspace.run(flow, papers, n_jobs=jobs, use_cache=False)
wall = time.perf_counter() - start
over.set()
watcher.join()
progress = job.progress
ends = [event.time for event in job.events() if event.type == "document_completed"]
warm = ends[-1] - ends[3] if len(ends) > 4 else 0.0
workspace.close()
found = {"first": first, "wall": wall, "warm": warm, "pss": max(sizes, default=0)}
print(json.dumps({**found, "papers": progress.completed}))
"""


def plain(path: Path) -> None:
    """Read in MuPDF's own order."""
    with pymupdf.open(path) as document:
        for page in document:
            page.get_text("text")


def shared(path: Path) -> None:
    """Read text and words from one text page."""
    with pymupdf.open(path) as document:
        for page in document:
            textpage = page.get_textpage(flags=67)
            textpage.extractText()
            textpage.extractWORDS()


def lines(path: Path) -> None:
    """Read text, boxes and type size of our lines as the reader does, not in order."""
    gc.disable()
    try:
        with (
            opened(path, at_once=True) as document,
            correct_boxes(on=False),
            plain_colours(),
        ):
            for index in range(document.page_count):
                read_lines(document.load_page(index), index + 1)
    finally:
        gc.enable()


def whole(path: Path) -> None:
    """Read as the `pdf` agent does."""
    read_document(path, name=path.name)


def pypdfium2(path: Path, *, boxes: bool = False) -> None:
    """Read with PDFium."""
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(path)
    for page in document:
        text = page.get_textpage()
        text.get_text_bounded()
        if boxes:
            for index in range(text.count_chars()):
                text.get_charbox(index)
        text.close()
        page.close()
    document.close()


def pdfium_boxes(path: Path) -> None:
    """Read with PDFium, with the place of every character."""
    pypdfium2(path, boxes=True)


def pdfplumber(path: Path) -> None:
    """Read words and their places with pdfplumber."""
    import pdfplumber as peer

    with peer.open(path) as document:
        for page in document.pages:
            page.extract_words()
            page.close()


def pypdf(path: Path) -> None:
    """Read text with pypdf."""
    import pypdf as peer

    for page in peer.PdfReader(path).pages:
        page.extract_text()


def pdfminer(path: Path) -> None:
    """Read text with pdfminer.six."""
    from pdfminer.high_level import extract_text

    extract_text(path)


def pdftotext(path: Path) -> None:
    """Read text with Poppler."""
    subprocess.run(["pdftotext", path, os.devnull], check=True, capture_output=True)


def pdftotext_boxes(path: Path) -> None:
    """Read words and their places with Poppler."""
    subprocess.run(
        ["pdftotext", "-bbox", path, os.devnull], check=True, capture_output=True
    )


def cpu() -> float:
    """CPU time of this process and of the programs it has run."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + used.ru_utime + used.ru_stime


def measure(
    readers: dict[str, Callable[[Path], object]], papers: list[Path], rounds: int
) -> dict[str, float]:
    """CPU seconds of each reader for all papers: the median of the rounds."""
    spent: dict[str, list[float]] = {name: [] for name in readers}
    for reader in readers.values():  # what is imported once
        reader(papers[0])
    for number in range(1, rounds + 1):
        doing(f"round {number} of {rounds}: readers in turn, on each paper")
        for name in readers:
            spent[name].append(0.0)
        for path in papers:
            for name, reader in readers.items():
                before = cpu()
                reader(path)
                spent[name][-1] += cpu() - before
    return {name: statistics.median(seconds) for name, seconds in spent.items()}


def pages_of(papers: list[Path]) -> int:
    """Count the pages."""
    total = 0
    for path in papers:
        with pymupdf.open(path) as document:
            total += document.page_count
    return total


def compare(papers: list[Path], rounds: int) -> None:
    """Print the table of readers."""
    with tempfile.TemporaryDirectory() as folder:
        cache = TextCache(Path(folder))

        def stored(path: Path) -> None:
            text = read_document(path, name=path.name)
            cache.put("ab" * 32, "ef" * 8, text)

        quick: dict[str, Callable[[Path], object]] = {
            PLAIN: plain,
            SHARED: shared,
            "curation_kit: lines with boxes and type": lines,
            "curation_kit: order, heads, sections": whole,
            "curation_kit: the same, stored": stored,
        }
        slow: dict[str, Callable[[Path], object]] = {PLAIN: plain}
        for module, into, readers in (
            (
                "pypdfium2",
                quick,
                {
                    "pypdfium2: text": pypdfium2,
                    "pypdfium2: character boxes": pdfium_boxes,
                },
            ),
            ("pypdf", slow, {"pypdf: text": pypdf}),
            ("pdfminer", slow, {"pdfminer.six: text": pdfminer}),
            ("pdfplumber", slow, {"pdfplumber: words": pdfplumber}),
        ):
            if is_there(module):
                into.update(readers)
        if shutil.which("pdftotext"):
            quick["pdftotext"] = pdftotext
            quick["pdftotext -bbox"] = pdftotext_boxes
        else:
            print("Left out: pdftotext (install poppler-utils).")
        print(
            "\n| reader | ms of CPU per page | pages/s | times get_text | of shared |"
        )
        print("|---|---:|---:|---:|---:|")
        for named, those, times in ((quick, papers, rounds), (slow, papers[::5], 1)):
            spent, pages = measure(named, those, times), pages_of(those)
            for name, seconds in spent.items():
                if named is slow and name == PLAIN:
                    continue
                beside = f"{seconds / spent[SHARED]:.2f}" if SHARED in spent else ""
                print(
                    f"| {name} | {1000 * seconds / pages:.2f} | {pages / seconds:.0f} "
                    f"| {seconds / spent[PLAIN]:.2f} | {beside} |",
                    flush=True,
                )


def is_there(module: str) -> bool:
    """Whether a peer can be imported; tell when not."""
    try:
        importlib.import_module(module)
    except ImportError:
        package = {"pdfminer": "pdfminer.six"}.get(module, module)
        print(f"Left out: {package} (pip install {package}).")
        return False
    return True


def copies(papers: list[Path], folder: Path) -> Iterator[Path]:
    """Write papers several times, each copy with other bytes behind its end."""
    for number in range(COPIES):
        for path in papers:
            copy = folder / f"{number}-{path.name}"
            copy.write_bytes(path.read_bytes() + f"\n% {number}\n".encode())
            yield copy


def processes(papers: list[Path], rounds: int) -> None:
    """Print how much two processes help: joblib's own, and those of a job."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        many = list(copies(papers, folder))
        runs = [cold(folder, jobs, len(many)) for jobs in (1, 2) * rounds]
        ways = {
            "joblib": [by_joblib(many, jobs) for jobs in (1, 2) * rounds],
            "a job with the start of its processes": [run["wall"] for run in runs],
            "a job from its fourth paper on": [run["warm"] for run in runs],
        }
        for way, walls in ways.items():
            one, two = statistics.median(walls[::2]), statistics.median(walls[1::2])
            pairs = [a / b for a, b in zip(walls[::2], walls[1::2], strict=True)]
            print(
                f"{len(many)} papers, {way}: one process {one:.1f} s, two {two:.1f} s: "
                f"{statistics.median(pairs):.2f} times as fast "
                f"({min(pairs):.2f} to {max(pairs):.2f} in {rounds} rounds)"
            )
        firsts = [cold(folder, 1, 1)["first"] for _ in range(5)]
        print(
            f"First result, cold: median {statistics.median(firsts):.2f} s "
            f"({min(firsts):.2f} to {max(firsts):.2f}); "
            f"largest worker {max(run['pss'] for run in runs) / 1e6:.0f} MB PSS"
        )


def by_joblib(papers: list[Path], jobs: int) -> float:
    """Seconds that joblib takes to read papers on so many warm processes."""
    import joblib

    doing(f"joblib on {jobs}")
    with joblib.Parallel(n_jobs=jobs, backend="loky", batch_size=1) as parallel:
        parallel(joblib.delayed(whole)(path) for path in papers[:4])
        start = time.perf_counter()
        parallel(joblib.delayed(whole)(path) for path in papers)
        return time.perf_counter() - start


def cold(folder: Path, jobs: int, limit: int) -> dict[str, float]:
    """Run jobs in a new process, in a new workspace."""
    doing(f"jobs of 1 and of {limit} papers on {jobs}")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        program = [sys.executable, "-c", COLD]
        arguments = [str(folder), f"{place}/ws", str(jobs), str(limit)]
        run = subprocess.run(
            [*program, *arguments], check=True, capture_output=True, text=True
        )
    found: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
    assert found["papers"] == limit, "not all papers were read"
    return found


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=PAPERS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--part", choices=("readers", "processes"), default=None)
    arguments = parser.parse_args()
    papers = sorted(arguments.folder.glob("*.pdf"))
    if not papers:
        parser.error(f"there are no PDFs in {arguments.folder}")
    print(f"{environment()}, PyMuPDF {pymupdf.__version__}")
    print(f"{len(papers)} papers, {pages_of(papers)} pages")
    if arguments.part != "processes":
        compare(papers, arguments.rounds)
    if arguments.part != "readers":
        processes(papers, arguments.rounds)


if __name__ == "__main__":
    main()
