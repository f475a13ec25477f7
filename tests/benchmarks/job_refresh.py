"""What the page of a large job costs its kernel: bytes and CPU of each refresh.

    python tests/benchmarks/job_refresh.py [--documents 10000] [--looks 100]

The job has ended half of its documents, with eight records each. Between two looks
two more end, and the widget sends what has changed, as the thread that follows the job
does four times a second. CPU is that of the thread, from the look at the store to the
JSON of the message. The table of the part on screen, which is sent anew as often as
its bytes allow, is part of each look here. The goals: the first message has at most
600 kB, a refresh at most 10 kB and takes at most 1 ms.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

from stage import environment, stage


@contextmanager
def _sent(leaf: object) -> Iterator[list[int]]:
    """Sizes of the messages of a widget, as its comm would send them."""
    sizes: list[int] = []
    leaf.comm.send = lambda data=None, **_: sizes.append(  # type: ignore[attr-defined]
        len(json.dumps(data))
    )
    yield sizes


def measure(documents: int, looks: int) -> None:
    """Print a table of the parts of the page."""
    from fakes import FakeExtractor, FakeInput, FakeValidator
    from large import add_many_papers, finish_documents, large_job

    import curation_kit as ck
    from curation_kit.session import job_view
    from curation_kit.widgets._monitor import JobMonitor

    for agent in (FakeInput, FakeExtractor, FakeValidator):
        ck.register(agent)
    with stage() as workspace:
        papers = add_many_papers(workspace, documents)
        job = large_job(workspace, papers, done=documents // 2, records=8)
        job.pause()  # nobody else shall work on it
        begun, cpu = time.perf_counter(), time.process_time()
        leaf = JobMonitor.of_job(job)
        opened = time.process_time() - cpu
        view = leaf.view
        view._follower.stop()
        view.join()
        state = json.dumps(leaf.get_state())
        code = sum(len(json.dumps(leaf.get_state()[key])) for key in ("_esm", "_css"))
        print(
            f"\nfirst message {len(state) / 1e3:.0f} kB, of which the page's script "
            f"and style {code / 1e3:.0f} kB; {1e3 * opened:.0f} ms of CPU "
            f"({1e3 * (time.perf_counter() - begun):.0f} ms of wall time)\n"
        )
        workspace._database.execute("UPDATE jobs SET status = 'processing'")
        print("| refresh | CPU median | p95 | bytes median | most | messages a look |")
        print("| --- | --- | --- | --- | --- | --- |")
        pending = {"status": "pending"}
        for name, change in (
            ("head alone", lambda: view.show_tab("settings")),
            ("head and documents, first page", lambda: view.show_tab("documents")),
            ("pending documents", lambda: view.documents.show(**pending)),
            (
                "documents by the time they ended",
                lambda: view.documents.show(sort="ended", descending=True),
            ),
            ("records", lambda: view.show_tab(job_view.RESULTS)),
            ("completeness", lambda: view.show_tab(job_view.COMPLETENESS)),
            ("event log", lambda: view.show_tab(job_view.LOG)),
        ):
            change()
            times, sizes, messages = [], [], []
            with _sent(leaf) as sent:
                for _ in range(looks):
                    finish_documents(workspace._store, 2, records=8)
                    view._parts[view.tab]._due = 0.0  # as if more time had passed
                    sent.clear()
                    cpu = time.thread_time()
                    view._look()
                    times.append(1e3 * (time.thread_time() - cpu))
                    sizes.append(sum(sent))
                    messages.append(len(sent))
            print(
                f"| {name} | {statistics.median(times):.2f} ms "
                f"| {statistics.quantiles(times, n=20)[18]:.2f} ms "
                f"| {statistics.median(sizes):,.0f} | {max(sizes):,} "
                f"| {statistics.mean(messages):.1f} |",
                flush=True,
            )


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--looks", type=int, default=100)
    given = parser.parse_args()
    print(environment())
    measure(given.documents, given.looks)


if __name__ == "__main__":
    main()
