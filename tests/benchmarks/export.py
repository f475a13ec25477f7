"""What the ZIP and the tables of a large job cost: memory and seconds.

    python tests/benchmarks/export.py [--documents 10000] [--records 8]

Each export runs in a process of its own, which has opened the workspace before it
is measured. Growth is the highest RSS and PSS meanwhile (looked at every 20 ms)
less that at its start. The target is at most 150 MB for 10,000 documents with
8 records each, for the ZIP and for every table.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import psutil

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS), str(TESTS / "benchmarks")]

from fakes import FakeExtractor, FakeInput, FakeValidator  # noqa: E402
from large import add_many_papers, large_job  # noqa: E402
from meters import Highest, footprint  # noqa: E402
from stage import doing, environment  # noqa: E402

import curation_kit as ck  # noqa: E402
from curation_kit.agents import register  # noqa: E402
from curation_kit.formats import FORMATS  # noqa: E402

#: What is written: file name, and options.
EXPORTS = [
    ("out.zip", {}),
    ("out.csv", {}),
    ("wide.csv", {"wide": True}),
    ("out.tsv", {}),
    ("out.json", {}),
    ("out.xlsx", {}),
    ("out.parquet", {}),
]


def _register() -> None:
    for agent in (FakeInput, FakeExtractor, FakeValidator):
        register(agent)


def make(folder: Path, documents: int, records: int) -> None:
    """Put a job with its result files into a workspace."""
    workspace = ck.Workspace(folder)
    papers = add_many_papers(workspace, documents)
    with workspace._store.database.transaction():  # each page is a link then
        workspace._store.database.execute(
            "UPDATE documents SET preflight = "
            "json_set(preflight, '$.doi', '10.1234/journal.' || substr(id, 1, 12))"
        )
    # On average so many; one document in fifty fails.
    job = large_job(workspace, papers, done=documents, records=records)
    place = workspace.path / "results" / job.id
    place.mkdir(parents=True, exist_ok=True)
    files = {file.stem: file for file in job.result_files()}
    model = job.record_model()
    for row in workspace._store.about_documents(job.id):
        if row["stem"] in files:
            found = [r for *_, r in job.records_of([row["document_id"]])]
            content = FORMATS["csv"]("a.pdf", row["document_id"], found, model)
            files[row["stem"]].write_bytes(content)
    print(
        f"{job.progress.completed} completed documents, {job.total_records} records, "
        f"store {(folder / 'curation.sqlite').stat().st_size / 1e6:.0f} MB"
    )
    workspace.close()


def measure(folder: Path, name: str, options: dict[str, bool]) -> None:
    """Export once, and print what it took."""
    _register()
    [row] = ck.Workspace(folder).jobs.page()[0]
    job = ck.Workspace(folder).jobs.get(row["id"])
    look = partial(footprint, psutil.Process())
    export = job.export_zip if name.endswith(".zip") else job.export_table
    before = look()
    with Highest(look) as highest:
        begun = time.perf_counter()
        path = export(folder / name, **options)
        seconds = time.perf_counter() - begun
    rss, pss = (most - then for most, then in zip(highest.values, before, strict=True))
    print(
        f"{name:12} {seconds:6.1f} s {path.stat().st_size / 1e6:7.1f} MB   growth: "
        f"RSS {rss:5.0f} MB, PSS {pss:5.0f} MB",
        flush=True,
    )


def main() -> None:
    """Make the job, then measure each export apart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--records", type=int, default=8)
    given = parser.parse_args()
    print(environment())
    _register()
    spawn = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        doing("making a job")
        make(Path(folder), given.documents, given.records)
        for name, options in EXPORTS:
            doing(f"writing {name}")
            child = spawn.Process(target=measure, args=(Path(folder), name, options))
            child.start()
            child.join()


if __name__ == "__main__":
    main()
