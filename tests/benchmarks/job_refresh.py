"""What the page of a large job costs its kernel: bytes and CPU of each refresh.

    python tests/benchmarks/job_refresh.py [--documents 10000] [--looks 100]

The page of the dashboard with all its widgets, of a job that has ended half of its
documents, with eight records and twenty dropped candidates each. Between two looks two
more end, and the widgets send what has changed, as the thread that follows the job does
up to nine times a second. CPU is that of the thread, from the look at the store to the
JSON of the messages. The part on screen, which is read and sent as often as its bytes
and its cost allow, is part of each look measured first; the last column is the mean of
looks at the page's own pace, at some of which the part is due. The goals: the first
message has at most 600 kB, a refresh at most 10 kB and takes at most 1 ms.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator

from stage import environment, stage


def _leaves(box: object) -> Iterator[object]:
    """All widgets below one."""
    for child in getattr(box, "children", ()):
        yield child
        yield from _leaves(child)


def _paced(look: Callable[[int], float], looks: int) -> list[float]:
    """Look at the pace of the page."""
    from curation_kit.session.job_view import INTERVAL

    times = []
    for number in range(looks):
        time.sleep(INTERVAL)
        times.append(look(number))
    return times


def _told(
    name: str,
    times: list[float],
    sizes: list[int],
    messages: list[int],
    in_use: list[float],
) -> str:
    """Give a row of the table."""
    return (
        f"| {name} | {statistics.median(times):.2f} ms "
        f"| {statistics.quantiles(times, n=20)[18]:.2f} ms "
        f"| {statistics.median(sizes):,.0f} | {max(sizes):,} "
        f"| {statistics.mean(messages):.1f} "
        f"| {statistics.mean(in_use):.2f} ms, at most {max(in_use):.1f} |"
    )


def measure(documents: int, looks: int) -> None:
    """Print a table of the parts of the page."""
    from fakes import FakeExtractor, FakeInput, FakeValidator
    from large import add_many_papers, finish_documents, large_job

    import curation_kit as ck
    from curation_kit.session import CurationSession, job_view
    from curation_kit.widgets._dashboard import Dashboard
    from curation_kit.widgets._monitor import JobMonitor

    for agent in (FakeInput, FakeExtractor, FakeValidator):
        ck.register(agent)
    with stage() as workspace:
        papers = add_many_papers(workspace, documents)
        job = large_job(workspace, papers, done=documents // 2, records=8, drops=20)
        job.pause()  # nobody else shall work on it
        begun, cpu = time.perf_counter(), time.process_time()
        leaf = JobMonitor.of_job(job)
        opened = time.process_time() - cpu
        state = json.dumps(leaf.get_state())
        code = sum(len(json.dumps(leaf.get_state()[key])) for key in ("_esm", "_css"))
        print(
            f"\nin a notebook: first message {len(state) / 1e3:.0f} kB, of which the "
            f"page's script and style {code / 1e3:.0f} kB; {1e3 * opened:.0f} ms of "
            f"CPU ({1e3 * (time.perf_counter() - begun):.0f} ms of wall time)\n"
        )
        leaf.view.close()
        session = CurationSession(workspace)
        session.open_job(job.id)
        page = Dashboard(session, owns_address=False)
        view = session.view
        view._follower.stop()
        view.join()
        sent: list[int] = []
        for widget in _leaves(page):
            widget.comm.send = lambda data=None, **_: sent.append(  # type: ignore[attr-defined]
                len(json.dumps(data))
            )
        workspace._database.execute("UPDATE jobs SET status = 'processing'")
        print(
            "| refresh | CPU median | p95 | bytes median | most | messages a look "
            "| CPU in use |"
        )
        print("| --- | --- | --- | --- | --- | --- | --- |")
        show, tab = view.documents.show, view.show_tab
        changes: dict[str, Callable[[], None]] = {
            "head and documents, first page": lambda: tab(job_view.DOCUMENTS),
            "pending documents": lambda: show(status="pending"),
            "documents by name, a page of those with 7": lambda: show(
                search="7", sort="document", page=3
            ),
            "documents by the time they ended": lambda: show(
                sort="ended", descending=True
            ),
            "documents by their records": lambda: show(sort="records", descending=True),
            "records": lambda: tab(job_view.RESULTS),
            "records of the pharynx, by gene": lambda: view.records.show(
                sort="gene_symbol", filters={"anatomy_label": ["has", "pharynx"]}
            ),
            "completeness": lambda: tab(job_view.COMPLETENESS),
            "event log": lambda: tab(job_view.LOG),
            "settings": lambda: tab(job_view.SETTINGS),
        }

        def look(seed: int) -> float:
            """Give the milliseconds of CPU of a look after two more have ended."""
            finish_documents(
                workspace._store, 2, records=8, drops=20, seed=seed, steps=True
            )
            sent.clear()
            cpu = time.thread_time()
            view._look()
            return 1e3 * (time.thread_time() - cpu)

        for name, change in changes.items():
            change()
            view.records.join()
            times, sizes, messages = [], [], []
            for number in range(looks + 3):
                view._parts[view.tab]._due = 0.0  # as if more time had passed
                times.append(look(number))
                sizes.append(sum(sent))
                messages.append(len(sent))
            times, sizes = times[3:], sizes[3:]  # the first prepare the others
            in_use = _paced(look, looks)
            print(_told(name, times, sizes, messages, in_use), flush=True)
        session.close()


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
