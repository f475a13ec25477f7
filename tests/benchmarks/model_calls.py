"""How close calls to a slow model service come to the ideal, and what they cost us.

    python tests/benchmarks/model_calls.py [--in-flight 64 256] [--calls 1 10]

The service, the runner and its workers are processes of their own. Ideal: the
calls in flight all the time, ``ceil(calls / in flight) x latency``. One line for
each number of calls in flight and per paper; the first with 200 papers, then
with as many as make ten waves. CPU is that of all threads, user and system.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import psutil
from stage import TESTS, add_many, environment, stage

from curation_kit.llm import Price, Service, Settings


@contextmanager
def service(latency: float) -> Iterator[tuple[str, psutil.Process]]:
    """Give the URL of a chat service and its process."""
    from asking_agent import GENE

    command = [sys.executable, str(TESTS / "chat_server.py")]
    process = subprocess.Popen(
        [*command, "--latency", str(latency), "--answer", GENE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip(), psutil.Process(process.pid)
    finally:
        process.communicate("", timeout=10)


def cpu(pid: int) -> float:
    """CPU seconds of a process."""
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def peak(url: str) -> tuple[int, int]:
    """Completions under way at once at most, and the number of requests."""
    log = httpx.get(url.removesuffix("/v1") + "/log", trust_env=False).json()
    return log["peak"], sum(log["counts"].values())


def measure(papers: int, calls: int, in_flight: int, latency: float) -> None:
    """Run a job whose papers need nothing but the answers, in a warm runner."""
    from asking_agent import asking_flow
    from batches import children, runners, until

    with service(latency) as (url, server), stage() as workspace:
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
        given = {"io_jobs": in_flight, "n_jobs": 2, "budget": 100.0}
        warm = asking_flow(chunks=1, max_tokens=99)
        workspace.submit(warm, documents[: 2 * in_flight], **given).wait()
        until(lambda: len(runners(workspace)) == 1)
        [runner] = runners(workspace)
        workers = children(runner)
        before = cpu(runner), sum(map(cpu, workers)), cpu(server.pid), peak(url)[1]
        job = workspace.submit(flow, documents, use_cache=False, **given)
        row = job.wait().row
        after = cpu(runner), sum(map(cpu, workers)), cpu(server.pid), peak(url)[1]
        assert row.started is not None
        assert row.ended is not None
        usage, made = job.costs.total, papers * calls
        assert (usage.calls, usage.failed) == (made, 0), usage
        assert after[3] - before[3] == made
        took = row.ended - row.started
        ideal = math.ceil(papers / in_flight) * calls * latency
        ours, theirs, its = (
            1000 * (b - a) / made for a, b in zip(before[:3], after[:3], strict=True)
        )
        print(
            f"{in_flight:4} in flight (peak {peak(url)[0]}), {papers:5} papers of "
            f"{calls:2} calls: {took:6.2f} s, ideal {ideal:6.2f}: {took / ideal:.2f}x; "
            f"CPU per call: runner {ours:.2f} + workers {theirs:.2f} ms "
            f"(service {its:.2f}); {len(workers)} workers; "
            f"load {os.getloadavg()[0]:.1f}",
            flush=True,
        )


def main() -> None:
    """Measure papers of one call and of several."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--in-flight", type=int, nargs="+", default=[64, 256])
    parser.add_argument("--calls", type=int, nargs="+", default=[1, 10])
    parser.add_argument("--latency", type=float, default=0.5)
    parser.add_argument("--waves", type=int, default=10)
    given = parser.parse_args()
    print(environment(), flush=True)
    for in_flight in given.in_flight:
        for calls in given.calls:
            full = in_flight * math.ceil(given.waves / calls)
            sizes = [200, full] if calls == 1 and in_flight < 200 else [full]
            for papers in sizes:
                measure(papers, calls, in_flight, given.latency)


if __name__ == "__main__":
    main()
