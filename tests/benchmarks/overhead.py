"""What the runner itself costs: ten thousand papers that need no time.

Run ``python tests/benchmarks/overhead.py``. The goals: at most 3 ms for each
paper, flat memory, and events seen by a follower within 150 ms (p95).
"""

from __future__ import annotations

import argparse
import os
import threading
import time
from contextlib import suppress

import psutil
from stage import add_many, environment, stage

import curation_kit as ck


def memory(pid: int) -> str:
    """RSS and PSS of a process, in MB."""
    info = psutil.Process(pid).memory_full_info()
    pss = getattr(info, "pss", 0)  # Linux only
    return f"{info.rss / 1e6:.0f}/{pss / 1e6:.0f}"


def measure(count: int, n_jobs: int, *, follow: bool) -> None:
    """Run a job of papers that need no time, and watch it."""
    from batches import children, runners, until

    marks = [count // 10, count // 2, count]
    with stage() as workspace:
        papers = add_many(workspace, count)
        agents = ("fake_input", "fake_extractor", "csv")
        flow = ck.Flow(name="No-op", steps=[ck.Step(agent=agent) for agent in agents])
        workspace.submit(flow, papers[:4], n_jobs=n_jobs, use_cache=False).wait()
        job = workspace.submit(flow, papers, n_jobs=n_jobs, use_cache=False)
        late: list[float] = []

        def watch() -> None:
            own = ck.Workspace(workspace.path)
            late.extend(
                time.time() - event.time for event in own.jobs.get(job.id).follow()
            )
            own.close()

        watcher = threading.Thread(target=watch)
        if follow:
            watcher.start()
        until(lambda: len(runners(workspace)) == 1)  # the second one has ended
        [runner] = runners(workspace)
        for mark in marks:
            until(lambda mark=mark: job.progress.completed >= mark, seconds=600)
            with suppress(psutil.Error):
                print(
                    f"{mark:6} done: RSS/PSS in MB: runner {memory(runner)}, workers "
                    + ", ".join(memory(pid) for pid in children(runner)),
                    flush=True,
                )
        row = job.wait().row
        assert row.ended is not None
        assert row.started is not None
        if follow:
            watcher.join()
            late.sort()
            p50, p95 = (late[len(late) * q // 100] for q in (50, 95))
            print(
                f"{len(late)} events to a follower: p50 {p50 * 1000:.0f} ms, "
                f"p95 {p95 * 1000:.0f} ms, most {late[-1] * 1000:.0f} ms"
            )
        size = sum(
            path.stat().st_size for path in workspace.path.glob("curation.sqlite*")
        )
        used = psutil.Process(runner).cpu_times()
        print(
            f"{count} papers, n_jobs={n_jobs}, "
            f"{'one follower' if follow else 'no follower'}: "
            f"{(row.ended - row.started) / count * 1000:.2f} ms each; runner's CPU "
            f"{(used.user + used.system) / count * 1000:.2f} ms each; "
            f"store {size / 1e6:.1f} MB ({size / count:.0f} bytes each); "
            f"load {os.getloadavg()[0]:.1f}",
            flush=True,
        )


def main() -> None:
    """Measure without and with a follower."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=10_000)
    parser.add_argument("--n-jobs", type=int, default=2)
    given = parser.parse_args()
    print(environment(), flush=True)
    for follow in (False, True):
        measure(given.papers, given.n_jobs, follow=follow)


if __name__ == "__main__":
    main()
