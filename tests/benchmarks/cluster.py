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
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from meters import cpu
from stage import TESTS, add_many, doing, environment, stage

import curation_kit as ck

if TYPE_CHECKING:
    from dask_cluster import DaskPrograms

    from curation_kit.documents.document import Document

PAPERS = TESTS.parent.parent / "shared" / "data" / "papers"


@dataclass
class Cost:
    """What a job took."""

    wall: float
    cpu: float


def cpu_of(cluster: DaskPrograms | None) -> float:
    """Seconds of CPU of this process and a cluster, with what has ended in them."""
    processes = [psutil.Process()]  # its living children are the cluster
    for nanny in [] if cluster is None else cluster.nannies:
        processes += [nanny, *nanny.children(recursive=True)]
    return cpu(*processes, ended=True)


def measure(
    workspace: ck.Workspace,
    flow: ck.Flow | str,
    papers: list[Document],
    cluster: DaskPrograms | None,
) -> Cost:
    """Run a job in this process, and take the time until its last paper has ended."""
    from batches import until

    place: dict[str, Any] = {}
    if cluster is not None:
        place = {"backend": "dask", "address": cluster.address}
    before, began = cpu_of(cluster), time.time()
    job = workspace.run(flow, papers, n_jobs=2, use_cache=False, **place)
    if cluster is not None:
        until(lambda: not cluster.pilots())
    used = cpu_of(cluster) - before
    assert job.progress.completed == len(papers), job
    ended = job.row.ended
    assert ended is not None
    return Cost(ended - began, used)


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
    for number in (1, 2):
        for name, where in (("local, n_jobs=2", None), ("Dask, 2 workers", cluster)):
            doing(f"{title}: round {number} of 2, {name}")
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
    parser.add_argument("--papers", type=int, default=2000, help="3 or more; or 0")
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
    main()
