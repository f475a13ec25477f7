"""How long until something is there, and how large a worker is.

Run ``python tests/benchmarks/cold_start.py``. The goals: ``curation-kit --help`` takes
at most 0.3 s of CPU; the demo's first result is there within 6 s, in a new workspace;
a second job in a warm runner starts within 0.3 s; a worker that only reads PDFs has at
most 75 MB (PSS) and its first result within 1 s. For the dashboard see start_up.py.

Times but for the first are of the clock: other work on the machine lengthens them.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from stage import doing, environment, stage

import curation_kit as ck

FLOW = "Gene Expression Extraction"
COMMAND = Path(sys.executable).with_name("curation-kit")


def help_cpu() -> float:
    """CPU seconds of ``curation-kit --help``."""
    before = os.times()
    subprocess.run([COMMAND, "--help"], check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return (
        after.children_user
        + after.children_system
        - before.children_user
        - before.children_system
    )


def demo() -> float:
    """Seconds from the start of ``curation-kit demo`` to its first result."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "ws"
        began = time.time()
        process = subprocess.Popen(
            [COMMAND, "--workspace", path, "demo"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert process.wait() == 0
        workspace = ck.Workspace(path)
        [job_id] = workspace.jobs.list()["id"]
        job = workspace.jobs.get(job_id)
        first = next(e for e in job.events() if e.type == "document_completed")
        workspace.close()
        return first.time - began


def second_job() -> float:
    """Seconds from `submit` to the start of the first document in a warm runner."""
    from batches import add_papers, fake_flow

    with stage() as workspace:
        papers = add_papers(workspace, *["ok"] * 8)
        flow = fake_flow("csv")
        workspace.submit(flow, papers[:4], n_jobs=2, use_cache=False).wait()
        began = time.time()
        job = workspace.submit(flow, papers[4:], n_jobs=2, use_cache=False).wait()
        return (
            next(e.time for e in job.events() if e.type == "document_started") - began
        )


def settled(process: psutil.Process) -> str:
    """Size of a process once it has given back what it has freed."""
    from flow import size

    before, now = 0, process.memory_info().rss
    while now != before:
        time.sleep(0.2)
        before, now = now, process.memory_info().rss
    return size([process])


def sizes(flow: ck.Flow, count: int) -> None:
    """Print the size of a worker at its start, after one paper and after some."""
    from flow import collect
    from partners import Answering

    from curation_kit.agents import get_agent, origin
    from curation_kit.processes import Limits, Worker
    from curation_kit.runner.desk import NoDesk
    from curation_kit.runner.parcels import TaskPacker, pack_call
    from curation_kit.runner.places import DocumentTask, Place

    names = [step.agent for step in flow.steps]
    desk, packer = NoDesk(), TaskPacker()
    with tempfile.TemporaryDirectory() as folder:
        papers = collect(Path(folder), count)
        worker = Worker()
        worker.call(int)  # the process is there
        assert worker.pid is not None
        process = psutil.Process(worker.pid)
        cells = [settled(process)]
        for number, path in enumerate(papers):
            task = DocumentTask(
                document_id=f"{number:064x}",
                name=path.name,
                path=path,
                stem=path.stem,
                flow=flow,
                agents=tuple(map(get_agent, names)),
                origins=tuple(map(origin, names)),
                cache=Path(folder) / "cache",
            )
            outcome = worker.call_packed(
                pack_call(packer.pack(task), Place.ANY, None),
                Limits(),
                Answering(lambda message: getattr(desk, message[0])(*message[1:])),
            )
            assert outcome.status == "completed", outcome
            if number in {0, len(papers) - 1}:
                cells.append(settled(process))
        worker.close()
    print(f"| {flow.name} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    """Measure all, each some times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--papers", type=int, default=20)
    given = parser.parse_args()
    print(environment(), "\n", flush=True)
    print("| | goal | median | least | most |\n|---|---:|---:|---:|---:|", flush=True)
    rows: list[tuple[str, float, Callable[[], float]]] = [
        ("`curation-kit --help`, CPU", 0.3, help_cpu),
        ("demo's first result", 6.0, demo),
        ("second job in a warm runner, first document", 0.3, second_job),
    ]
    for title, goal, measure in rows:
        doing(title)
        measure()  # fills the caches of the disk
        took = [measure() for _ in range(given.times)]
        cells = (goal, statistics.median(took), min(took), max(took))
        print(
            f"| {title} | {' | '.join(f'{one:.2f} s' for one in cells)} |", flush=True
        )
    print(
        f"\nRSS/PSS of a worker that is alone, in MB\n\n"
        f"| flow | at its start | after 1 paper | after {given.papers} papers |\n"
        "|---|---:|---:|---:|"
    )
    pdf = ck.Flow(name="PDF only", steps=[ck.Step(agent="pdf")])
    with tempfile.TemporaryDirectory() as folder:
        workspace = ck.Workspace(folder)
        rules = workspace.flows[FLOW]
        workspace.close()
    for flow in (pdf, rules):
        doing(f"memory of a worker: {flow.name}")
        sizes(flow, given.papers)


if __name__ == "__main__":
    main()
