"""What a cluster costs: a job on a Dask cluster of this machine beside a local one.

Run ``python tests/benchmarks/cluster.py``; ``--data FOLDER`` names a folder of real
PDFs (``../shared/data/papers`` when left out). Both sides have two processes for
papers: a local job with ``n_jobs=2``, and two Dask workers of one thread, one of
which is sent the papers. Each is measured twice, in turn; the best of each counts.
CPU is that of runner, workers and pilots together. What starts processes is measured
apart, by a job of two papers before, and taken off.

The goal: a document costs at most 5 ms more CPU than here, and real papers take at most
1.05 times as long.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from stage import TESTS, add_many, environment, stage

import curation_kit as ck

if TYPE_CHECKING:
    from dask_cluster import DaskPrograms

    from curation_kit.documents.library import Document

PAPERS = TESTS.parent.parent / "shared" / "data" / "papers"


@dataclass
class Cost:
    """What a job took."""

    wall: float
    cpu: float


def cpu_of(processes: list[psutil.Process]) -> float:
    """Seconds of CPU of processes and of their children, those that ended included."""
    total = 0.0
    for process in processes:
        try:
            for one in (process, *process.children(recursive=True)):
                used = one.cpu_times()
                total += used.user + used.system
                total += used.children_user + used.children_system
        except psutil.Error:
            continue
    return total


def measure(
    workspace: ck.Workspace,
    flow: ck.Flow | str,
    papers: list[Document],
    cluster: DaskPrograms | None,
) -> Cost:
    """Run a job in this process, and take the time from its first to its last paper."""
    own = psutil.Process()
    watched = [own] if cluster is None else [own, *cluster.nannies]
    place = {} if cluster is None else {"backend": "dask", "address": cluster.address}
    before = cpu_of(watched)
    job = workspace.run(flow, papers, n_jobs=2, use_cache=False, **place)
    # The processes that the job used have ended: they are among the ended children.
    cpu = cpu_of(watched) - before
    assert job.progress.completed == len(papers), job
    row = job.row
    assert row.started is not None
    assert row.ended is not None
    return Cost(row.ended - row.started, cpu)


def compare(
    workspace: ck.Workspace,
    flow: ck.Flow | str,
    papers: list[Document],
    cluster: DaskPrograms,
    title: str,
) -> None:
    """Print what local and cluster take for the same papers."""
    best: dict[str, Cost] = {}
    start: dict[str, Cost] = {}
    for _ in range(2):
        for name, where in (("local, n_jobs=2", None), ("Dask, 2 workers", cluster)):
            begun = measure(workspace, flow, papers[:2], where)
            found = measure(workspace, flow, papers, where)
            if name not in best or found.wall < best[name].wall:
                start[name], best[name] = begun, found
    base, more = best["local, n_jobs=2"], len(papers) - 2
    print(
        f"\n{title}\n\n| | wall | CPU | CPU to start | CPU per further paper "
        "| wall ratio |"
    )
    print("|---|---|---|---|---|---|")
    for name, cost in best.items():
        further = (cost.cpu - start[name].cpu) / more * 1000
        print(
            f"| {name} | {cost.wall:.2f} s | {cost.cpu:.2f} s "
            f"| {start[name].cpu:.2f} s | {further:.2f} ms "
            f"| {cost.wall / base.wall:.3f} |",
            flush=True,
        )


def main() -> None:
    """Measure papers that need no time, then real ones."""
    from dask_cluster import dask_programs, environment_for

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=2000)
    parser.add_argument("--data", type=Path, default=PAPERS)
    parser.add_argument("--no-real", action="store_true")
    given = parser.parse_args()
    print(environment(), flush=True)
    with stage() as workspace, tempfile.TemporaryDirectory() as folder:
        plug_ins = workspace.path.parent / "plugins"
        with dask_programs(Path(folder), environment_for(plug_ins)) as cluster:
            # A flow of three steps that need no time.
            agents = ("fake_input", "fake_extractor", "csv")
            flow = ck.Flow(name="No-op", steps=[ck.Step(agent=one) for one in agents])
            if given.papers:
                papers = add_many(workspace, given.papers)
                title = f"{given.papers} papers that need no time"
                compare(workspace, flow, papers, cluster, title)
            if given.no_real:
                return
            if not given.data.is_dir():
                print(f"\n{given.data} is not there: no real papers were measured.")
                return
            papers = workspace.documents.add([str(given.data)])
            compare(
                workspace,
                "Gene Expression Extraction",
                list(papers),
                cluster,
                f"{len(papers)} real papers, Gene Expression Extraction",
            )


if __name__ == "__main__":
    sys.exit(main())
