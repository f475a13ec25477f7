"""Time and memory that `job.results` takes for the records of many papers.

    python tests/benchmarks/results_table.py [papers] [python|pyarrow]

pandas keeps text in PyArrow where that is installed, else in Python objects.
"""

from __future__ import annotations

import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

from fakes import FakeExtractor, FakeInput, FakeValidator
from large import add_many_papers, large_job
from stage import doing, environment

import curation_kit as ck


def main(papers: int, storage: str) -> None:
    """Make a job with nine records per paper, and build its table."""
    print(environment())
    doing("making the job")
    for agent in (FakeInput, FakeExtractor, FakeValidator):
        ck.register(agent)
    with tempfile.TemporaryDirectory() as folder:
        workspace = ck.Workspace(folder)
        job = large_job(
            workspace, add_many_papers(workspace, papers), done=papers, records=9
        )
        job.record_model()
        import pandas as pd

        pd.options.mode.string_storage = storage
        print(f"{job.total_records:,} records of {papers:,} papers")
        print(f"pandas {pd.__version__}, text in {storage}")
        doing("building the table")
        process = psutil.Process()
        before, start = process.memory_info().rss, time.perf_counter()
        table = job.results
        seconds = time.perf_counter() - start
        grown = process.memory_info().rss - before
        start = time.perf_counter()
        again = job.results
        print(
            f"built in {seconds:.2f} s, again in {time.perf_counter() - start:.4f} s; "
            f"process grew by {grown / 1e6:.0f} MB"
        )
        del again
        size = table.memory_usage(deep=True).sum()
        print(f"memory_usage(deep=True): {size / 1e6:.1f} MB")
        doing("building it again, its memory traced")
        job._results = None
        del table
        tracemalloc.start()
        table = job.results
        held, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        print(f"Python objects: {held / 1e6:.0f} MB held, {peak / 1e6:.0f} MB at most")
        start = time.perf_counter()
        table.groupby(["gene_symbol", "anatomy_label"]).size()
        table.loc[table.index[len(table) // 2]]
        print(f"group and look up: {time.perf_counter() - start:.3f} s")
        workspace.close()


if __name__ == "__main__":
    given = dict(enumerate(sys.argv))
    main(int(given.get(1, 10_000)), given.get(2, "auto"))
