"""The same calls to a slow model service by us and by what people would use instead.

    pip install docetl langextract     # best in an environment of their own
    python tests/benchmarks/model_peers.py [--peer-python PATH] [--faults]

Loopback service of 0.5 s, ten waves, everything but grounding on: pacing, budget,
ledger, answers kept, step events, evidence gate, result files. The clients beside
us (`chat_clients.py`) only ask and read the answer. Goals: wall at most 1.08x the
ideal at 64 in flight and 1.15x at 256, at most 2 ms of CPU per call, 5 ms for papers
of one call. With ``--faults`` 5 % of the requests get status 429 and 2 % status 500;
nothing may be lost or answered twice, and we may take at most 1.1x of joblib and
httpx with the same retries.

Ideal: ``ceil(calls / in flight) x latency``. CPU is that of all threads and
processes, user and system; memory is the largest sum over them, imports included.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from chat_clients import CLIENTS
from meters import Highest, footprint
from model_calls import log, run_job, service
from stage import doing, environment

#: Shares of requests that are refused (429) and broken (500).
FAULTS = 0.05, 0.02

#: Seconds between two looks at the memory.
LOOK = 0.5

_ANSWERS = {"langextract": '{"extractions": [{"gene": "lin-3"}]}'}

_TITLES = {
    "joblib_httpx": "joblib threads, one shared `httpx.Client`",
    "joblib_httpx_each": "joblib threads, an `httpx.Client` for each",
    "asyncio_httpx": "asyncio, `httpx.AsyncClient`, semaphore",
    "docetl": "DocETL",
    "langextract": "LangExtract",
}


class Memory:
    """Most RSS and PSS of some processes together, in MB."""

    def __init__(self) -> None:
        self.rss = self.pss = 0.0

    @contextmanager
    def watch(self, processes: list[psutil.Process]) -> Iterator[None]:
        """Look now and then."""

        def look() -> tuple[float, ...]:
            return tuple(map(sum, zip(*map(footprint, processes), strict=True)))

        with Highest(look, every=LOOK) as highest:
            yield
        self.rss, self.pss = highest.reached or (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `cpu` in seconds."""

    who: str
    calls: int
    seconds: float
    cpu: float
    memory: Memory
    remark: str = ""


def ours(
    papers: int, calls: int, in_flight: int, latency: float, shares: tuple[float, ...]
) -> Row:
    """Run a job of ours; it raises when a call is lost or paid twice."""
    memory = Memory()
    with service(latency, "", *shares) as (url, server):
        run = run_job(papers, calls, in_flight, url, server, memory.watch)
    who = f"curation_kit, {papers:,} papers of {calls} call{'s' * (calls > 1)}"
    return Row(who, papers * calls, run.seconds, sum(run.cpu[:2]), memory)


def theirs(
    name: str,
    python: str,
    calls: int,
    in_flight: int,
    latency: float,
    shares: tuple[float, ...],
) -> Row | str:
    """Run another client; give why there is no row."""
    memory = Memory()
    program = Path(__file__).with_name("chat_clients.py")
    clean = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    with (
        service(latency, _ANSWERS.get(name, ""), *shares) as (url, _),
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryFile("w+") as out,
    ):
        process = subprocess.Popen(
            [python, program, name, url, str(calls), str(in_flight)],
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=clean,
        )
        with memory.watch([psutil.Process(process.pid)]):
            process.wait()
        out.seek(0)
        said = out.read().strip().splitlines() or [""]
        if process.returncode:
            return f"{_TITLES[name]}: {said[-1]}"
        told, answered = json.loads(said[-1]), log(url)["answered"]
    twice = sum(answered.values()) - len(answered) - 1  # one to warm up
    remark = ", ".join(
        f"{number} {what}"
        for number, what in ((calls - told["answered"], "lost"), (twice, "twice"))
        if number
    )
    return Row(_TITLES[name], calls, told["seconds"], told["cpu"], memory, remark)


def main() -> None:
    """Measure each and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer-python", default=sys.executable)
    parser.add_argument("--in-flight", type=int, nargs="+", default=[64, 256])
    parser.add_argument("--latency", type=float, default=0.5)
    parser.add_argument("--waves", type=int, default=10)
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--only", nargs="+", choices=["ours", *CLIENTS])
    given = parser.parse_args()
    print(f"{environment()}\n", flush=True)
    print("| in flight | who | wall / ideal | CPU ms per call | peak RSS, PSS | |")
    print("|--:|---|--:|--:|--:|---|", flush=True)
    missing = []
    shares = FAULTS if given.faults else ()
    for in_flight in given.in_flight:
        calls = in_flight * given.waves
        ideal = math.ceil(calls / in_flight) * given.latency

        def show(
            row: Row | str, in_flight: int = in_flight, ideal: float = ideal
        ) -> None:
            if isinstance(row, str):
                missing.append(row)
                return
            memory = f"{row.memory.rss:.0f}, {row.memory.pss:.0f} MB"
            print(
                f"| {in_flight} | {row.who} | {row.seconds / ideal:.2f} | "
                f"{1000 * row.cpu / row.calls:.2f} | {memory} | {row.remark} |",
                flush=True,
            )

        for name in given.only or ["ours", *CLIENTS]:
            doing(f"{in_flight} at once: {name}")
            if name == "ours":
                for per_paper in (given.waves, 1):
                    papers = calls // per_paper
                    show(ours(papers, per_paper, in_flight, given.latency, shares))
                continue
            python = given.peer_python if "httpx" not in name else sys.executable
            show(theirs(name, python, calls, in_flight, given.latency, shares))
    for reason in missing:
        print(f"\nLeft out: {reason}")


if __name__ == "__main__":
    main()
