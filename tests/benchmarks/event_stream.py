"""How soon followers see an event, and what they cost the job.

    python tests/benchmarks/event_stream.py [--followers 20] [--rounds 5] [--no-op]
    python tests/benchmarks/event_stream.py --log 100000

The dashboard server, the runner and the followers (all in one) are processes of
their own. Latency: from the time that the runner wrote into the event to the time
that the follower has it, by the clock of this computer: an SSE reader, ``for event
in job.follow()``, and the trait of a job's page that makes a widget message (counted
with those of its table of documents; ``job_page.py`` counts what the browser gets).
The goals: p99 at most 75 ms to readers and 150 ms to the widget, and at most 10
messages per second. Cost: the time from the first document started to the last event
of the job, and the CPU of the server, in turns with and without followers. Sample
papers go through the built-in flow; with ``--no-op`` papers that cost nothing, to
have many events per second.

With ``--log`` instead: how long it takes to open the log of a finished job of so
many documents, its events written by the store's own methods; the goal is 3 s for
100,000 documents.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psutil

TESTS = Path(__file__).parents[1]
sys.path.insert(0, str(TESTS))

from batches import add_papers, runners, until  # noqa: E402
from large import add_many_papers, large_job  # noqa: E402
from meters import cpu  # noqa: E402
from stage import doing, environment  # noqa: E402
from streams import TOKEN, dashboard, free_port, messages  # noqa: E402

import curation_kit as ck  # noqa: E402
from curation_kit.samples import write_sample_papers  # noqa: E402
from curation_kit.server._sse import event_text  # noqa: E402
from curation_kit.session.job_view import JobView  # noqa: E402


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

    followers: str
    events: int
    seconds: float
    server_cpu: float
    delays: list[float]
    messages: float = 0.0  # per second


def nobody(job: ck.Job) -> tuple[list[float], float]:
    """Follow a job not at all."""
    del job
    return [], 0.0


def follow_job(job: ck.Job) -> tuple[list[float], float]:
    """Follow a job in Python."""
    events = ((time.time(), event.time) for event in job.follow())
    return [1000 * (now - then) for now, then in events][1:], 0.0


def follow_page(workspace: ck.Workspace, job: ck.Job) -> tuple[list[float], float]:
    """Follow a job as its page does: by the number of completed papers it shows."""
    shown: list[tuple[float, int]] = []
    messages = 0

    def show(change: dict[str, Any]) -> None:
        nonlocal messages
        messages += 1
        if change["name"] == "monitor":
            shown.append((time.time(), change["new"]["counts"]["completed"]))

    view = JobView(job, workspace=workspace)
    view.observe(show, "monitor")
    view.documents.observe(show, view.documents.shown)
    begun = time.time()
    view.join()
    seconds = time.time() - begun
    written = [e.time for e in job.events() if e.type == "document_completed"]
    delays, seen = [], 0
    for now, completed in shown:
        delays += [1000 * (now - then) for then in written[seen:completed]]
        seen = max(seen, completed)
    assert seen == len(written)
    return delays, messages / seconds


def run_job(
    workspace: ck.Workspace,
    flow: ck.Flow,
    server: psutil.Process,
    *,
    port: int,
    followers: str,
    n_jobs: int,
) -> Run:
    """Run the job once, followed by so many SSE readers, or in another way."""

    def follow_sse(job: ck.Job) -> tuple[list[float], float]:
        found = asyncio.run(follow_all(port, job.id, int(followers)))
        assert {len(one) for one in found} == {len(list(job.events()))}
        # The first event is older than the followers.
        return [1000 * delay for one in found for delay in one[1:]], 0.0

    follows: dict[str, Callable[[ck.Job], tuple[list[float], float]]] = {
        "0": nobody,
        "follow()": follow_job,
        "page": partial(follow_page, workspace),
    }
    follow = follows.get(followers, follow_sse)
    before = cpu(server)
    papers = workspace.documents.list()
    job = workspace.submit(flow, papers, n_jobs=n_jobs, use_cache=False)
    delays, messages = follow(job)
    job.wait()
    events = list(job.events())
    started = next(e.time for e in events if e.type == "document_started")
    return Run(
        followers=followers,
        events=len(events),
        seconds=events[-1].time - started,
        server_cpu=cpu(server) - before,
        delays=delays,
        messages=messages,
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
        kinds = ["0", "1", str(arguments.followers), "follow()", "page"]
        for number in range(arguments.rounds + 1):
            for followers in kinds if number % 2 else reversed(kinds):
                doing(f"round {number} of {arguments.rounds}: {followers} followers")
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


def open_log(documents: int, folder: Path) -> None:
    """Write the log of a job of so many documents, then open it in several ways."""
    install_plugins(folder / "plugins")
    workspace = ck.Workspace(folder / "ws")
    papers = add_many_papers(workspace, documents)
    job = large_job(workspace, papers, done=documents, records=1, steps=True)
    workspace.close()
    size = (workspace.path / "curation.sqlite").stat().st_size
    workspace = ck.Workspace(folder / "ws")
    job = workspace.jobs.get(job.id)
    count = job.last_seq()
    print(
        f"{documents:,} documents, about {count:,} events, store {size / 1e6:.0f} MB\n"
    )

    def timed(what: str, action: Callable[[], object]) -> None:
        wall, cpu = time.perf_counter(), time.process_time()
        found = action()
        print(
            f"{what:<44}{time.perf_counter() - wall:>7.2f} s"
            f"{time.process_time() - cpu:>7.2f} s CPU   {found}",
            flush=True,
        )

    def page() -> str:
        view = JobView(job, workspace=workspace)
        view.show_tab("log")
        return f"{len(view.log.events['rows'])} rows on the page"

    timed("page of the job, its log on screen", page)
    timed(
        "last page of the log",
        lambda: len(job.event_rows(limit=50, offset=job.event_count() - 50)),
    )
    timed("all events, list(job.events())", lambda: sum(1 for _ in job.events()))
    timed("all events, as a stream's text", lambda: stream_text(job))
    workspace.close()


def stream_text(job: ck.Job) -> str:
    """What a new reader of the stream is sent."""
    size = sum(len(event_text(event)) for event in job.events())
    return f"{size / 1e6:.0f} MB"


def main() -> None:
    """Measure, and print a small table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--followers", type=int, default=20)
    parser.add_argument("--papers", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--n-jobs", type=int, default=2)
    parser.add_argument("--no-op", action="store_true")
    parser.add_argument("--log", type=int, metavar="DOCUMENTS")
    arguments = parser.parse_args()
    print(environment())
    if arguments.log:
        with tempfile.TemporaryDirectory() as name:
            open_log(arguments.log, Path(name))
        return
    with tempfile.TemporaryDirectory() as name:
        runs = measure(arguments, Path(name))
    print(
        f"{arguments.papers} papers{', no-op' if arguments.no_op else ''}, "
        f"{runs[0].events} events, {arguments.rounds} rounds, "
        f"n_jobs={arguments.n_jobs}\n\n"
        "           job, seconds            server       latency, ms"
        "                messages\n"
        "followers  median    min    max    CPU s      p50    p95    p99    max"
        "     per s"
    )
    for followers in dict.fromkeys(run.followers for run in runs):
        mine = [run for run in runs if run.followers == followers]
        seconds = [run.seconds for run in mine]
        cells = [statistics.median(seconds), min(seconds), max(seconds)]
        cells.append(statistics.median(run.server_cpu for run in mine))
        line = f"{followers:>9}" + "".join(f"{cell:>8.2f}" for cell in cells)
        if delays := [delay for run in mine for delay in run.delays]:
            cut = statistics.quantiles(delays, n=100)
            line += "  " + "".join(
                f"{c:>7.0f}" for c in (cut[49], cut[94], cut[98], max(delays))
            )
        if messages := max(run.messages for run in mine):
            line += f"{messages:>10.1f}"
        print(line)


if __name__ == "__main__":
    main()
