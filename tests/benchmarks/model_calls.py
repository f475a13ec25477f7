"""How close calls to a slow model service come to the ideal, and what they cost us.

    python tests/benchmarks/model_calls.py [--in-flight 64 256] [--calls 1 10] [--parts]

The service, the runner and its workers are processes of their own. Ideal: the
calls in flight all the time, ``ceil(calls / in flight) x latency``. One line for
each number of calls in flight and per paper; the first with 200 papers, then
with as many as make ten waves. CPU is that of all threads, user and system. Each paper
has two new files made, its text and its result: what one takes there and then is
printed, as it may be more than all else (`stage.file_cost`). The agent of these papers
asks one call after the other. With ``--parts`` papers in parts are measured instead,
which `extract` asks about: one alone, a few, and more than the service takes.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import httpx
import psutil
from meters import cpu
from stage import TESTS, add_many, doing, environment, file_cost, stage

from curation_kit.jobs import Status
from curation_kit.llm import Price, Service, Settings


@contextmanager
def service(
    latency: float, answer: str = "", limited: float = 0.0, broken: float = 0.0
) -> Iterator[tuple[str, psutil.Process]]:
    """Give the URL of a chat service and its process; see `chat_server.unreliable`."""
    from asking_agent import GENE

    command = [sys.executable, str(TESTS / "chat_server.py")]
    command += ["--latency", str(latency), "--answer", answer or GENE]
    command += ["--limited", str(limited), "--broken", str(broken)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip(), psutil.Process(process.pid)
    finally:
        process.communicate("", timeout=10)


def log(url: str) -> dict[str, Any]:
    """What a service has seen: how often each prompt was asked and answered."""
    told = httpx.get(url.removesuffix("/v1") + "/log", trust_env=False)
    return dict(told.json())


@dataclass(frozen=True, slots=True)
class Run:
    """What a job took.

    Attributes
    ----------
    seconds
        From its start to its end.
    cpu
        CPU seconds of the runner, of its workers and of the service.
    workers
        How many there were.
    peak
        Calls under way at once at most.
    new_file
        Milliseconds of CPU that one more result file would have taken after it.
    """

    seconds: float
    cpu: tuple[float, float, float]
    workers: int
    peak: int
    new_file: float


def run_job(
    papers: int,
    calls: int,
    in_flight: int,
    url: str,
    server: psutil.Process,
    watched: Callable[
        [list[psutil.Process]], AbstractContextManager[object]
    ] = nullcontext,
) -> Run:
    """Run a job whose papers need nothing but the answers, in a warm runner.

    Parameters
    ----------
    watched
        Entered while the job runs, with the runner and its workers.
    """
    from asking_agent import asking_flow
    from batches import children, runners, until

    with stage() as workspace:
        workspace.settings = Settings(
            services={
                "model": Service(
                    base_url=url,
                    model="fake",
                    in_flight=in_flight,
                    prices={"fake": Price(input=1, output=1)},
                )
            }
        )
        documents = add_many(workspace, papers)
        flow = asking_flow(chunks=calls)
        given: dict[str, Any] = {"io_jobs": in_flight, "n_jobs": 2, "budget": 100.0}
        warm = asking_flow(chunks=1, max_tokens=99)
        workspace.submit(warm, documents[: 2 * in_flight], **given).wait()
        until(lambda: len(runners(workspace)) == 1)
        [pid] = runners(workspace)
        runner = psutil.Process(pid)
        workers = list(map(psutil.Process, children(pid)))

        def spent() -> tuple[float, float, float]:
            return cpu(runner), cpu(*workers), cpu(server)

        earlier, before = Counter(log(url)["answered"]), spent()
        with watched([runner, *workers]):
            job = workspace.submit(flow, documents, use_cache=False, **given).wait()
        after, seen = spent(), log(url)
        answered = Counter(seen["answered"]) - earlier
        made = papers * calls
        row, done = job.row, job.documents["status"].value_counts()
        assert done.get(Status.COMPLETED) == papers, done
        assert (len(answered), answered.total()) == (made, made), "lost or twice"
        assert row.started is not None
        assert row.ended is not None
        return Run(
            seconds=row.ended - row.started,
            cpu=(after[0] - before[0], after[1] - before[1], after[2] - before[2]),
            workers=len(workers),
            peak=seen["peak"],
            new_file=file_cost(workspace.path / "results" / job.id),
        )


def measure(papers: int, calls: int, in_flight: int, latency: float) -> None:
    """Run a job and print how close it came."""
    with service(latency) as (url, server):
        run = run_job(papers, calls, in_flight, url, server)
    ideal = math.ceil(papers / in_flight) * calls * latency
    ours, theirs, its = (1000 * seconds / (papers * calls) for seconds in run.cpu)
    print(
        f"{in_flight:4} in flight (peak {run.peak}), {papers:5} papers of "
        f"{calls:2} calls: {run.seconds:6.2f} s, ideal {ideal:6.2f}: "
        f"{run.seconds / ideal:.2f}x; CPU per call: {ours + theirs:.2f} ms (runner "
        f"{ours:.2f} + workers {theirs:.2f}; service {its:.2f}); "
        f"a new file {run.new_file:.2f} ms; {run.workers} workers; "
        f"load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def measure_parts(papers: int, in_flight: int, latency: float) -> None:
    """Run a job of papers in parts, in a warm runner, and print how long it took."""
    from batches import runners, until

    import curation_kit as ck

    options = {
        "columns": [{"name": "gene"}],
        "sections": ["results"],
        "chunk_characters": 1000,
    }
    steps = [
        ck.Step(agent="fake_input"),
        ck.Step(agent="extract", options=options, instructions="Which genes?"),
        ck.Step(agent="csv"),
    ]
    flow = ck.Flow(name="In parts", steps=steps)
    with service(latency, '{"rows": []}') as (url, _), stage() as workspace:
        known = Service(base_url=url, model="fake", in_flight=in_flight)
        workspace.settings = Settings(services={"model": known})
        given: dict[str, Any] = {"io_jobs": in_flight, "n_jobs": 2}
        documents = add_many(workspace, papers + 2 * in_flight, words=1500)
        workspace.submit(flow, documents[papers:], **given).wait()
        until(lambda: len(runners(workspace)) == 1)
        before = log(url)["answered"]
        job = workspace.submit(flow, documents[:papers], use_cache=False, **given)
        row = job.wait().row
        calls = sum(log(url)["answered"].values()) - sum(before.values())
    assert row.started is not None
    assert row.ended is not None
    seconds, turns = row.ended - row.started, math.ceil(calls / in_flight)
    each = calls / papers
    print(
        f"{in_flight:4} in flight, {papers:5} papers of {each:.0f} parts: "
        f"{seconds:6.2f} s; all slots busy {turns * latency:6.2f} s, one part of a "
        f"paper after the other {max(turns, each) * latency:6.2f} s; "
        f"load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def main() -> None:
    """Measure papers of one call and of several."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--in-flight", type=int, nargs="+", default=[64, 256])
    parser.add_argument("--calls", type=int, nargs="+", default=[1, 10])
    parser.add_argument("--parts", action="store_true")
    parser.add_argument("--latency", type=float, default=0.5)
    parser.add_argument("--waves", type=int, default=10)
    given = parser.parse_args()
    print(environment(), flush=True)
    for papers, in_flight in ((1, 16), (8, 16), (128, 64)) if given.parts else ():
        doing(f"{papers} papers in parts, {in_flight} calls at once")
        measure_parts(papers, in_flight, given.latency)
    for in_flight in () if given.parts else given.in_flight:
        for calls in given.calls:
            full = in_flight * math.ceil(given.waves / calls)
            sizes = [200, full] if calls == 1 and in_flight < 200 else [full]
            for papers in sizes:
                doing(f"{papers} papers of {calls} calls, {in_flight} at once")
                measure(papers, calls, in_flight, given.latency)


if __name__ == "__main__":
    main()
