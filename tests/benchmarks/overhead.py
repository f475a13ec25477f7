"""What the runner itself costs: papers that need no time.

    python tests/benchmarks/overhead.py [--papers 10000] [--n-jobs 2]

The goals: at most 1 ms of the runner's CPU for each paper (scheduler, store and
events), and memory that does not grow by more than 10 MB from a tenth of the
papers to all of them. Beside it, in turns: the bare loop that one would write
instead, joblib with loky and ``batch_size=1``, whose task reads the paper, makes
the record and the CSV text with the same agents, and whose parent writes the file;
it has no store, no events, no kept steps, and waits for no disk. Statements,
commits and waits for the disk are counted in a run of its own. What a new file takes
where the results are is told too: both ways make one for each paper, and after tests or
benchmarks that have deleted many it may be most of what is measured (`file_cost`).
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from meters import cpu, footprint
from stage import add_many, doing, environment, file_cost, stage

import curation_kit as ck
from curation_kit.documents.document import Document
from curation_kit.jobs import Outcome

if TYPE_CHECKING:
    from _typeshed import FileDescriptorLike

AGENTS = ("fake_input", "fake_extractor", "csv")

#: Papers of the run in which statements are counted.
COUNTED = 500


def flow() -> ck.Flow:
    """Three steps that need no time."""
    return ck.Flow(name="No-op", steps=[ck.Step(agent=agent) for agent in AGENTS])


@dataclass(slots=True)
class Cost:
    """Seconds of a run: by the clock, and of CPU of parent and workers."""

    wall: float = 0.0
    parent: float = 0.0
    workers: float = 0.0

    def row(self, what: str, papers: int, other: Cost) -> str:
        """A row of the table: milliseconds per paper, and ratios to another run."""
        cells = []
        for mine, theirs in (
            (self.wall, other.wall),
            (self.parent, other.parent),
            (self.workers, other.workers),
            (self.parent + self.workers, other.parent + other.workers),
        ):
            # The system counts CPU in hundredths of a second: of few papers none.
            ratio = f"{mine / theirs:.2f}x" if theirs else "–"
            cells.append(f"{mine / papers * 1000:.2f} ({ratio})")
        return f"| {what} | {' | '.join(cells)} |"


@contextmanager
def measured(parent: int) -> Iterator[Cost]:
    """Measure a process and those of its children that are there before and after."""
    process, cost = psutil.Process(parent), Cost()

    def workers() -> dict[int, float]:
        times = {}
        for child in process.children(recursive=True):
            with suppress(psutil.NoSuchProcess):  # a short-lived one
                times[child.pid] = cpu(child)
        return times

    began, own, theirs = time.perf_counter(), cpu(process), workers()
    yield cost
    cost.wall, cost.parent = time.perf_counter() - began, cpu(process) - own
    ended = workers()
    cost.workers = sum(ended[pid] - theirs[pid] for pid in ended.keys() & theirs)


def bare_task(path: Path, document_id: str, name: str) -> Outcome:
    """Run the same steps with the same code, in a loop without a runner."""
    from curation_kit.agents import get_agent
    from curation_kit.runner import DocumentTask
    from curation_kit.runner.desk import NoDesk
    from curation_kit.runner.document import run_document

    task = DocumentTask(
        document_id=document_id,
        name=name,
        path=path,
        stem=name,
        flow=_flow(),
        agents=tuple(get_agent(agent) for agent in AGENTS),
        origins=("",) * len(AGENTS),
    )
    outcome = run_document(task, NoDesk())
    assert isinstance(outcome, Outcome)
    return outcome


_kept: list[ck.Flow] = []


def _flow() -> ck.Flow:
    if not _kept:
        _kept.append(flow())
    return _kept[0]


def bare(papers: list[Document], n_jobs: int, folder: Path) -> Cost:
    """The loop that one would write instead."""
    from joblib import Parallel, delayed

    folder.mkdir()

    def run(some: list[Document]) -> None:
        outcomes = Parallel(
            n_jobs=n_jobs, batch_size=1, return_as="generator_unordered"
        )(
            delayed(bare_task)(paper.path, paper.id, f"{number:05}")
            for number, paper in enumerate(some)
        )
        for outcome in outcomes:
            assert outcome.status == "completed", outcome.message
            for file in outcome.files:
                (folder / file.name).write_bytes(file.content)

    run(papers[: 10 * n_jobs])  # starts the workers
    with measured(os.getpid()) as cost:
        run(papers)
    return cost


def detached(workspace: ck.Workspace, papers: list[Document], n_jobs: int) -> Cost:
    """A job of the detached runner, which is warm."""
    from batches import runners, until

    workspace.submit(flow(), papers[: 10 * n_jobs], n_jobs=n_jobs).wait()
    until(lambda: len(runners(workspace)) == 1)  # another one has seen it and ended
    [runner] = runners(workspace)
    sizes = []
    with measured(runner) as cost:
        job = workspace.submit(flow(), papers, n_jobs=n_jobs, use_cache=False)
        for mark in (len(papers) // 10, len(papers)):
            until(lambda: job.progress.completed >= mark, seconds=1800)  # noqa: B023
            sizes.append(footprint(psutil.Process(runner)))
        row = job.wait().row
    assert row.ended is not None
    assert row.started is not None
    cost.wall = row.ended - row.started
    (rss, pss), (later_rss, later_pss) = sizes
    store = sum(path.stat().st_size for path in workspace.path.glob("curation.sqlite*"))
    print(
        f"runner's memory after {len(papers) // 10} and {len(papers)} papers: "
        f"RSS {rss:.1f} and {later_rss:.1f} MB, PSS {pss:.1f} and {later_pss:.1f} MB; "
        f"started {1000 * (row.started - row.created):.0f} ms after it was submitted; "
        f"store {store / 1e6:.1f} MB, {store / len(papers):.0f} bytes per paper\n",
        flush=True,
    )
    return cost


def counted(n_jobs: int) -> str:
    """Count what a paper has the store and the disk do."""
    with stage() as workspace:
        papers = add_many(workspace, COUNTED)
        workspace.run(flow(), papers[:2], n_jobs=n_jobs)
        found: Counter[str] = Counter()
        fsync = os.fsync

        def count(statement: str) -> None:
            found[statement.split(maxsplit=1)[0].upper()] += 1

        def sync(fd: FileDescriptorLike) -> None:
            found["fsync"] += 1
            fsync(fd)

        workspace._database._connection.set_trace_callback(count)
        os.fsync = sync
        try:
            workspace.run(flow(), papers, n_jobs=n_jobs, use_cache=False)
        finally:
            os.fsync = fsync
            workspace._database._connection.set_trace_callback(None)
    control = {"BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK"}
    disk = found.pop("fsync")
    statements = sum(n for kind, n in found.items() if kind not in control)
    kinds = ", ".join(
        f"{found[kind] / COUNTED:.1f} {kind}"
        for kind in ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "SAVEPOINT")
    )
    return (
        f"Per paper (of {COUNTED}, in this process): {statements / COUNTED:.1f} "
        f"statements ({kinds}), {found['COMMIT'] / COUNTED:.2f} commits, "
        f"{disk / COUNTED:.2f} fsyncs"
    )


def main() -> None:
    """Measure in turns, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--papers", type=int, default=10_000)
    parser.add_argument("--n-jobs", type=int, default=2)
    given = parser.parse_args()
    print(environment(), flush=True)
    with stage() as workspace:
        papers = add_many(workspace, given.papers)
        half = given.papers // 2
        doing("a bare joblib loop, first half")
        loop = [bare(papers[:half], given.n_jobs, workspace.path / "bare-1")]
        doing("curation_kit")
        ours = detached(workspace, papers, given.n_jobs)
        doing("a bare joblib loop, second half")
        loop.append(bare(papers[half:], given.n_jobs, workspace.path / "bare-2"))
        *_, results = sorted((workspace.path / "results").iterdir())
        new_file = file_cost(results)
    both = Cost(
        sum(one.wall for one in loop),
        sum(one.parent for one in loop),
        sum(one.workers for one in loop),
    )
    print(counted(given.n_jobs))
    print(
        f"\nMilliseconds per paper of {given.papers}, n_jobs={given.n_jobs} "
        "(ratio to the loop):\n\n"
        "| | clock | CPU of runner | CPU of workers | CPU in all |\n"
        "|---|---|---|---|---|"
    )
    print(both.row("bare joblib loop", given.papers, both))
    print(ours.row("curation_kit", given.papers, both))
    print(
        f"\nOne more file beside the results: {new_file:.2f} ms of CPU; "
        f"load after: {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    main()
