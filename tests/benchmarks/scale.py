"""Ten thousand papers through the whole product: seconds, memory and bytes.

    python tests/benchmarks/scale.py [--papers 10000] [--keep FOLDER]
    python tests/benchmarks/scale.py --pdfs FOLDER

Sample papers are made, added, and run through the gene expression flow by two
processes. One of them ends its process with SIGSEGV. Meanwhile a follower sleeps
after each event, and the page of the job is open in a kernel of its own. Then what
`scale_results.py` and `scale_page.py` measure: tables, ZIP, and the page.

With `--pdfs` it is the papers of a folder that are added and run: what one takes.

The goals: the runner grows by at most 10 MB from the first tenth of the papers to the
end; the bad paper costs one restart of a worker and nothing else; the last tenth is not
slower than the first. CPU is told beside wall time, which depends on who else computes.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from meters import cpu, footprint
from stage import TESTS, doing, environment

if TYPE_CHECKING:
    import curation_kit as ck

BENCHMARKS = TESTS / "benchmarks"

#: Shows the page of a job as a kernel does.
_VIEWER = (
    "import sys, time, curation_kit as ck\n"
    "from curation_kit.session import JobView\n"
    "view = JobView(ck.Workspace(sys.argv[1]).jobs.get(sys.argv[2]))\n"
    "view.join(); time.sleep(3600)"
)

#: Follows a job and takes its time over each event.
_SLOW = (
    "import sys, time, curation_kit as ck\n"
    "for event in ck.Workspace(sys.argv[1]).jobs.get(sys.argv[2]).follow():\n"
    "    print(event.seq, flush=True); time.sleep(0.05)"
)


def table(*rows: tuple[object, ...]) -> None:
    """Print a Markdown table; the first row is its head."""
    head, *body = [[str(cell) for cell in row] for row in rows]
    print()
    for cells in (head, ["---"] * len(head), *body):
        print(f"| {' | '.join(cells)} |")
    print(flush=True)


def tree(folder: Path) -> tuple[int, int]:
    """Number of files below a folder, and their bytes."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return len(sizes), sum(sizes)


# ---- papers


def _write(folder: Path, seed: int, index: int) -> int:
    from curation_kit.samples.papers import _write_paper

    return _write_paper(folder, index, seed).path.stat().st_size


def make(folder: Path, count: int, *, seed: int = 0) -> None:
    """Write so many different papers, of which one ends who reads it."""
    from fragile_agent import MARK

    if folder.exists() and len(list(folder.iterdir())) == count:
        print(f"{count:,} papers are there from an earlier run")
        return
    folder.mkdir()
    begun = time.perf_counter()
    with ProcessPoolExecutor(2) as pool:
        write = partial(_write, folder, seed)
        size = sum(pool.map(write, range(count), chunksize=50))
    seconds = time.perf_counter() - begun
    papers = sorted(folder.iterdir())
    assert len(papers) == count
    with papers[count // 2].open("ab") as file:
        file.write(MARK)
    print(
        f"{count:,} papers of 2 pages made in {seconds:.0f} s, "
        f"{size / count / 1e3:.0f} kB each; "
        f"{papers[count // 2].name} ends who reads it with SIGSEGV",
        flush=True,
    )


def add(workspace: ck.Workspace, folder: Path) -> None:
    """Add them, and print what that took."""
    me = psutil.Process()
    before, marks = footprint(me), []
    begun, earlier = time.perf_counter(), _cpu_of_family(me)

    def progress(_: str, done: int, total: int) -> None:
        if done % max(total // 10, 1) == 0:
            marks.append(time.perf_counter())

    added = workspace.documents.add(folder, "scale", progress=progress)
    seconds = time.perf_counter() - begun
    unfit = sum(item.preflight.problem is not None for item in added)
    used = _cpu_of_family(me) - earlier
    rss, pss = (now - then for now, then in zip(footprint(me), before, strict=True))
    first, last = marks[1] - marks[0], begun + seconds - marks[-1]
    share = len(added) // 10
    table(
        ("add", "papers", "wall", "CPU per paper", "first tenth", "last tenth",
         "grew by RSS/PSS", "cannot be read"),
        ("", f"{len(added):,}", f"{seconds:.0f} s", f"{1e3 * used / len(added):.1f} ms",
         f"{share / first:.0f}/s", f"{share / last:.0f}/s",
         f"{rss:.0f}/{pss:.0f} MB", unfit),
    )  # fmt: skip


def _cpu_of_family(process: psutil.Process) -> float:
    """CPU seconds of a process and of its children, those that have ended included."""
    return cpu(process, ended=True) + cpu(*process.children())


# ---- the run


@dataclass(slots=True)
class Look:
    """What there is to see of a runner at one moment."""

    done: int
    time: float
    runner: tuple[float, float]  # RSS, PSS in MB
    workers: list[tuple[float, float]]
    cpu: float  # of the runner and its workers so far


@dataclass(slots=True)
class Watch:
    """Looks at a runner and its workers, every second."""

    job: ck.Job
    runner: psutil.Process
    looks: list[Look] = field(default_factory=list)
    pids: set[int] = field(default_factory=set)

    def look(self) -> None:
        """Look once; a process that ends meanwhile is left out."""
        try:
            workers = [
                child
                for child in self.runner.children()
                if "resource_tracker" not in " ".join(child.cmdline())
            ]
            self.pids.update(child.pid for child in workers)
            self.looks.append(
                Look(
                    done=self.job.progress.total - self.job.progress.pending,
                    time=time.monotonic(),
                    runner=footprint(self.runner),
                    workers=[footprint(child) for child in workers],
                    cpu=_cpu_of_family(self.runner),
                )
            )
        except psutil.Error:
            return

    def until_end(self) -> None:
        """Look until the job has ended."""
        while not self.job.settled:
            self.look()
            time.sleep(1.0)

    def at(self, done: int) -> Look:
        """The first look at which so many papers had begun."""
        return next((at for at in self.looks if at.done >= done), self.looks[-1])


@contextmanager
def beside(code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run a script in another process, until the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def run(workspace: ck.Workspace, *, processes: int) -> ck.Job:
    """Run the gene expression flow over all documents while others look on."""
    from batches import runners, until

    import curation_kit as ck

    flow = workspace.flows["Gene Expression Extraction"]
    steps = [ck.Step(agent="fragile_pdf"), *flow.steps[1:]]
    flow = ck.Flow(name=flow.name, steps=steps, instructions=flow.instructions)
    documents = workspace.documents.list()
    begun = time.perf_counter()
    job = workspace.submit(flow, documents, "Ten thousand", n_jobs=processes)
    print(f"submitted in {time.perf_counter() - begun:.2f} s", flush=True)
    until(lambda: job.progress.processing)
    watch = Watch(job, psutil.Process(runners(workspace)[0]))
    where = str(workspace.path), job.id
    with beside(_SLOW, *where) as slow, beside(_VIEWER, *where) as viewer:
        seen: list[str] = []
        reader = threading.Thread(target=lambda: seen.extend(slow.stdout or ()))
        reader.start()
        watch.until_end()
        follower, page = psutil.Process(slow.pid), psutil.Process(viewer.pid)
        lag = job.last_seq() - int(seen[-1])
        looking_on = (
            ("looking on", "RSS/PSS", "CPU", "of a core"),
            *(
                (
                    name,
                    "{:.0f}/{:.0f} MB".format(*footprint(process)),
                    f"{(used := cpu(process)):.1f} s",
                    f"{100 * used / (time.time() - process.create_time()):.1f} %",
                )
                for name, process in (("slow follower", follower), ("job page", page))
            ),
        )
        slow.kill()
        reader.join()
    print(f"slow follower was {lag:,} events behind when the job ended")
    table(*looking_on)
    _report(watch)
    return job


def _report(watch: Watch) -> None:
    job, total = watch.job, watch.job.progress.total
    tenth = total // 10
    rows: list[tuple[object, ...]] = [
        ("papers begun", "runner RSS/PSS", "workers RSS/PSS",
         "papers/s in the last tenth", "CPU per paper in it")
    ]  # fmt: skip
    for done in (tenth, total // 2, total):
        look, before = watch.at(done), watch.at(done - tenth)
        papers = max(look.done - before.done, 1)
        took = max(look.time - before.time, 1e-9)
        rows.append(
            (
                f"{look.done:,}",
                "{:.0f}/{:.1f} MB".format(*look.runner),
                ", ".join(f"{rss:.0f}/{pss:.0f}" for rss, pss in look.workers) + " MB",
                f"{papers / took:.1f}",
                f"{1e3 * (look.cpu - before.cpu) / papers:.0f} ms",
            )
        )
    table(*rows)
    early = watch.at(tenth)
    grown = max(look.runner[1] for look in watch.looks if look.done >= tenth)
    progress = job.progress
    bad = job.document_rows(status="failed", limit=3)
    print(
        f"{total:,} papers in {progress.elapsed:.0f} s ({total / progress.elapsed:.1f} "
        f"papers/s), {1e3 * watch.looks[-1].cpu / total:.0f} ms of CPU each: "
        f"{progress.completed:,} completed, {progress.failed} failed, "
        f"{job.total_records:,} records, {job.event_count():,} events\n"
        f"runner's PSS from the first tenth to its highest later: "
        f"{grown - early.runner[1]:+.1f} MB\n"
        f"worker processes seen: {len(watch.pids)} for {len(early.workers)} at once\n"
        f"attempts of all papers: {len(job.attempt_rows()):,}"
    )
    for row in bad:
        print(f"  {row['document']}: {row['category']}, {row['error']}")


# ---- what is left on the disk


def store(workspace: ck.Workspace, papers: int) -> None:
    """Print what each part of the workspace takes."""
    database = workspace._database
    database.all("PRAGMA wal_checkpoint(TRUNCATE)")
    rows: list[tuple[object, ...]] = [("on the disk", "files", "MB", "bytes per paper")]
    for name in ("documents", "cache", "results"):
        files, size = tree(workspace.path / name)
        rows.append((name, f"{files:,}", f"{size / 1e6:.1f}", f"{size // papers:,}"))
    size = (workspace.path / "curation.sqlite").stat().st_size
    rows.append(("curation.sqlite", 1, f"{size / 1e6:.1f}", f"{size // papers:,}"))
    found = database.all(
        "SELECT name, sum(pgsize) AS size FROM dbstat GROUP BY name ORDER BY 2 DESC"
    )
    rows.extend(
        (f"— {row['name']}", "", f"{row['size'] / 1e6:.1f}", row["size"] // papers)
        for row in found
        if row["size"] > size / 100
    )
    table(*rows)
    timed: list[tuple[object, ...]] = [("the store", "seconds")]
    for what, sql in (
        ("quick_check", "PRAGMA quick_check"),
        ("integrity_check", "PRAGMA integrity_check"),
        ("VACUUM", "VACUUM"),
    ):
        begun = time.perf_counter()
        database.all(sql)
        timed.append((what, f"{time.perf_counter() - begun:.2f}"))
    import curation_kit as ck

    begun = time.perf_counter()
    ck.Workspace(workspace.path).close()
    timed.append(("opening the workspace", f"{time.perf_counter() - begun:.3f}"))
    table(*timed)


def main() -> None:
    """Make, add, run, export, look."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=10_000)
    parser.add_argument("--pdfs", type=Path, help="papers of this folder instead")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="keep all in this folder")
    given = parser.parse_args()
    print(environment())
    with tempfile.TemporaryDirectory() as name:
        folder = given.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        plug_ins = folder / "plugins"
        shutil.rmtree(plug_ins, ignore_errors=True)
        from fragile_agent import install

        install(plug_ins)
        earlier = os.environ.get("PYTHONPATH", "")
        os.environ["PYTHONPATH"] = os.pathsep.join(
            [str(plug_ins), str(BENCHMARKS), str(TESTS), earlier]
        )
        sys.path[:0] = [str(plug_ins), str(BENCHMARKS)]
        from scale_page import look_at_page
        from scale_results import measure_results

        import curation_kit as ck

        papers = given.pdfs or folder / "papers"
        if not given.pdfs:
            doing(f"making {given.papers} papers")
            make(papers, given.papers)
        shutil.rmtree(folder / "ws", ignore_errors=True)  # of an earlier run
        workspace = ck.Workspace(folder / "ws")
        doing("adding the papers")
        add(workspace, papers)
        if not (given.keep or given.pdfs):
            shutil.rmtree(papers)
        doing("running the job")
        job = run(workspace, processes=given.processes)
        doing("looking at the store")
        store(workspace, job.progress.total)
        workspace.close()
        if given.pdfs:
            return
        doing("writing results")
        measure_results(workspace.path, job.id)
        doing("opening the page")
        look_at_page(workspace.path, job.id, shots=folder)


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    main()
