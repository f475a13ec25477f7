"""What SQLite does with a store of very many papers: bytes, and seconds of its uses.

    python tests/benchmarks/large_store.py WORKSPACE [--times 100]

The store of a workspace with one finished job is copied and its documents, records,
events and kept steps are multiplied, each under an id of its own: a job of 1,000 papers
becomes one of 100,000 with the same bytes per paper. Then the store is opened and read
as the page of the job, a follower and the doctor do. The goal: opening the finished
log of 100,000 documents takes at most 3 s.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from stage import environment

if TYPE_CHECKING:
    import curation_kit as ck

#: Tables with a row or more for each document, and the column of its id.
_TABLES = {
    "documents": "id",
    "upload_batches": "document_id",
    "job_documents": "document_id",
    "attempts": "document_id",
    "records": "document_id",
    "result_files": "document_id",
    "dropped_candidates": "document_id",
    "step_results": "document_id",
    "events": "document_id",
}


def multiply(path: Path, times: int) -> float:
    """Give each document so many copies; give the seconds that it took."""
    database = sqlite3.connect(path, isolation_level=None)
    begun = time.perf_counter()
    database.execute("PRAGMA synchronous = OFF")
    [papers] = database.execute("SELECT count(*) FROM documents").fetchone()
    for table, key in _TABLES.items():
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        database.execute(f"CREATE TEMP TABLE one AS SELECT * FROM {table}")  # noqa: S608
        changed = {key: f"printf('%06x', :copy) || substr({key}, 7)"}
        if "key" in columns:  # of a kept step
            changed["key"] = "printf('%06x', :copy) || substr(key, 7)"
        if "position" in columns:
            changed["position"] = f"position + {papers} * :copy"
        if "stem" in columns:
            changed["stem"] = "stem || '_' || :copy"
        if "seq" in columns:
            changed["seq"] = "NULL"
        chosen = ", ".join(changed.get(name, name) for name in columns)
        for copy in range(1, times):
            database.execute(
                f"INSERT INTO {table} SELECT {chosen} FROM one",  # noqa: S608
                {"copy": copy},
            )
        database.execute("DROP TABLE one")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return time.perf_counter() - begun


def uses(workspace: ck.Workspace, job: ck.Job) -> dict[str, Callable[[], object]]:
    """What is done with a large store."""
    database, half = workspace._database, job.progress.total // 2
    last = job.last_seq()
    return {
        "counts of the job": lambda: job.progress,
        "records in all": lambda: job.total_records,
        "first page of documents": lambda: job.document_rows(limit=50),
        "a page in the middle": lambda: job.document_rows(limit=50, offset=half),
        "failed documents": lambda: job.document_rows(status="failed", limit=50),
        "search of file names": lambda: job.document_rows(search="body", limit=50),
        "newest events of the log": lambda: job.event_rows(
            limit=200, offset=job.event_count() - 200
        ),
        "1,000 events after the middle": lambda: list(
            islice(job.events(last // 2), 1000)
        ),
        "the whole log": lambda: sum(1 for _ in job.events()),
        "list of all documents": workspace.documents.list,
        "job.documents": lambda: job.documents,
        "quick_check": lambda: database.all("PRAGMA quick_check"),
        "VACUUM": lambda: database.all("VACUUM"),
    }


def measure(source: Path, times: int) -> None:
    """Print two tables."""
    import curation_kit as ck

    with tempfile.TemporaryDirectory(dir=source.parent) as name:
        folder = Path(name)
        database = ck.Workspace(source)
        database._database.all("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        path = folder / "curation.sqlite"
        shutil.copyfile(source / "curation.sqlite", path)
        seconds = multiply(path, times)
        megabytes = path.stat().st_size / 1e6
        begun, cpu = time.perf_counter(), time.process_time()
        workspace = ck.Workspace(folder)
        job = workspace.jobs.get(workspace.jobs.page()[0][0]["id"])
        opened = time.perf_counter() - begun, time.process_time() - cpu
        papers = job.progress.total
        print(
            f"\n{papers:,} papers, {job.total_records:,} records, "
            f"{job.event_count():,} events: {megabytes:,.0f} MB, "
            f"{1e6 * megabytes / papers:,.0f} bytes per paper; "
            f"written in {seconds:.0f} s\n\n| use | wall | CPU |\n| --- | --- | --- |\n"
            f"| opening workspace and job | {opened[0]:.2f} s | {opened[1]:.2f} s |"
        )
        for what, use in uses(workspace, job).items():
            begun, cpu = time.perf_counter(), time.process_time()
            use()
            wall = time.perf_counter() - begun
            print(f"| {what} | {wall:.2f} s | {time.process_time() - cpu:.2f} s |",
                  flush=True)  # fmt: skip
        workspace.close()


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--times", type=int, default=100)
    given = parser.parse_args()
    print(environment())
    measure(given.workspace, given.times)


if __name__ == "__main__":
    main()
