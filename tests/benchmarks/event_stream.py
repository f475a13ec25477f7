"""How soon followers see an event, and what they cost the job.

    python tests/benchmarks/event_stream.py [--followers 20] [--rounds 5] [--no-op]

The dashboard server, the runner and the followers (all in one) are processes of
their own. Latency: from the time that the runner wrote into the event to the
time that the follower has read it, by the clock of this computer. Cost: the
time from the first document started to the last event of the job, and the CPU
of the server, in turns with and without followers. Sample papers go through
the built-in flow; with ``--no-op`` papers that cost nothing, to have many
events per second.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import signal
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psutil

TESTS = Path(__file__).parents[1]
sys.path.insert(0, str(TESTS))

from batches import add_papers, runners, until  # noqa: E402
from streams import TOKEN, dashboard, free_port, messages  # noqa: E402

import curation_kit as ck  # noqa: E402
from curation_kit.samples import write_sample_papers  # noqa: E402


async def follow(port: int, job_id: str) -> list[float]:
    """Seconds that each event of a job took to come."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = f"GET /curation/jobs/{job_id}/events?token={TOKEN} HTTP/1.0\r\n\r\n"
    writer.write(request.encode())
    lines, delays = [], []
    while line := (await reader.readline()).decode():
        lines.append(line)
        if line == "\n":
            now = time.time()
            delays += [
                now - message.data["time"]
                for message in messages(lines)
                if message.event == "message"
            ]
            lines.clear()
    writer.close()
    return delays


async def follow_all(port: int, job_id: str, followers: int) -> list[list[float]]:
    """Follow a job many times over one event loop."""
    return await asyncio.gather(*(follow(port, job_id) for _ in range(followers)))


def install_plugins(folder: Path) -> None:
    """Offer the fake agents to the processes that are started."""
    info = folder / "fake_agents-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: fake-agents\nVersion: 1.0\n"
    )
    (info / "entry_points.txt").write_text(
        "[curation_kit.agents]\n"
        "fake_input = fakes:FakeInput\n"
        "fake_extractor = fakes:FakeExtractor\n"
        "fake_validator = fakes:FakeValidator\n"
    )
    os.environ["PYTHONPATH"] = os.pathsep.join([str(folder), str(TESTS)])
    sys.path.insert(0, str(folder))


@dataclass(frozen=True, slots=True)
class Run:
    """One job, followed by so many."""

    followers: int
    events: int
    seconds: float
    server_cpu: float
    delays: list[float]


def run_job(
    workspace: ck.Workspace,
    flow: ck.Flow,
    server: psutil.Process,
    *,
    port: int,
    followers: int,
    n_jobs: int,
) -> Run:
    """Run the job once."""

    def cpu() -> float:
        return sum(server.cpu_times()[:2])

    before = cpu()
    job = workspace.submit(flow, workspace.documents.list(), n_jobs=n_jobs)
    delays = asyncio.run(follow_all(port, job.id, followers)) if followers else []
    job.wait()
    events = list(job.events())
    assert all(len(one) == len(events) for one in delays)
    started = next(e.time for e in events if e.type == "document_started")
    return Run(
        followers=followers,
        events=len(events),
        seconds=events[-1].time - started,
        server_cpu=cpu() - before,
        # The first event is older than the followers.
        delays=[1000 * delay for one in delays for delay in one[1:]],
    )


def measure(arguments: argparse.Namespace, folder: Path) -> list[Run]:
    """Run the job in turns, with and without followers."""
    workspace, port, runs = ck.Workspace(folder / "ws"), free_port(), []
    if arguments.no_op:
        install_plugins(folder / "plugins")
        add_papers(workspace, *["ok"] * arguments.papers)
        agents = ("fake_input", "fake_extractor", "fake_validator", "csv")
        flow = ck.Flow(name="No-op", steps=[ck.Step(agent=agent) for agent in agents])
    else:
        write_sample_papers(folder / "papers", count=arguments.papers)
        workspace.documents.add(folder / "papers")
        flow = workspace.flows["Gene Expression Extraction"]
    with dashboard(folder, workspace.path, port=port) as served:
        server = psutil.Process(served.pid)
        counts = (0, 1, arguments.followers)
        for number in range(arguments.rounds + 1):
            for followers in counts if number % 2 else reversed(counts):
                run = run_job(
                    workspace,
                    flow,
                    server,
                    port=port,
                    followers=followers,
                    n_jobs=arguments.n_jobs,
                )
                if number:  # the first round imports, and fills caches
                    runs.append(run)
    for pid in runners(workspace):
        os.kill(pid, signal.SIGTERM)
    until(lambda: not runners(workspace))
    workspace.close()
    return runs


def main() -> None:
    """Measure, and print a small table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--followers", type=int, default=20)
    parser.add_argument("--papers", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--n-jobs", type=int, default=2)
    parser.add_argument("--no-op", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        runs = measure(arguments, Path(name))
    print(
        f"{platform.platform()} · {os.cpu_count()} cores · Python "
        f"{platform.python_version()} · tornado {version('tornado')}\n"
        f"{arguments.papers} papers{', no-op' if arguments.no_op else ''}, "
        f"{runs[0].events} events, {arguments.rounds} rounds, "
        f"n_jobs={arguments.n_jobs}\n\n"
        "           job, seconds            server       latency, ms\n"
        "followers  median    min    max    CPU s      p50    p95    max"
    )
    for followers in sorted({run.followers for run in runs}):
        mine = [run for run in runs if run.followers == followers]
        seconds = [run.seconds for run in mine]
        cells = [statistics.median(seconds), min(seconds), max(seconds)]
        cells.append(statistics.median(run.server_cpu for run in mine))
        line = f"{followers:>9}" + "".join(f"{cell:>8.2f}" for cell in cells)
        if delays := [delay for run in mine for delay in run.delays]:
            cut = statistics.quantiles(delays, n=100)
            line += "  " + "".join(
                f"{c:>7.0f}" for c in (cut[49], cut[94], max(delays))
            )
        print(line)


if __name__ == "__main__":
    main()
