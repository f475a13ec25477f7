"""Tables and ZIP of a large job against the plainest code for the same.

    python tests/benchmarks/scale_results.py [WORKSPACE [JOB]] [--documents 10000]

Without a workspace a job of so many documents is made, with eight records each, one in
fifty failed. Each row is measured in a process of its own, three times; the shortest
counts. The goals: packing the result files with their checksums takes at most 1.1 times
the CPU of `zipfile` over the same files and at most 10 MB; the combined CSV at most 1.5
times that of appending the files. The folder ``_run`` of the ZIP (one table of all in
CSV, Excel and Parquet, ledgers, log, manifest) is told apart: plain `zipfile` has none.
Parquet is written by a process beside this one, whose memory and CPU are told apart as
well.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
import zipfile
from collections.abc import Callable
from contextlib import ExitStack, closing, nullcontext
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from meters import Highest
from stage import doing, environment, stage

if TYPE_CHECKING:
    import curation_kit as ck


# ---- ours, and what it is compared with


def _plain_zip(job: ck.Job, out: Path) -> object:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in job.result_files():
            archive.write(path, path.name)
    return out


def _packed(job: ck.Job, out: Path) -> object:
    """Our ZIP without what is made for it: result files and their checksums."""
    from curation_kit.results import zip_archive

    with zip_archive(out) as archive:
        for entry in job.result_entries():
            archive.add(*entry)
    return out


def _zip(job: ck.Job, out: Path) -> object:
    return job.export_zip(out)


def _appended(job: ck.Job, out: Path) -> object:
    """One head, then the rows of each file."""
    with out.open("wb") as target:
        for number, path in enumerate(job.result_files()):
            head, _, body = path.read_bytes().partition(b"\n")
            if number == 0:
                target.write(head + b"\n")
            target.write(body)
    return out


def _concat(job: ck.Job, out: Path) -> object:
    """What one does with pandas and a folder of files."""
    import pandas as pd

    files = [pd.read_csv(path, dtype=str) for path in job.result_files()]
    pd.concat(files, ignore_index=True).to_csv(out, index=False)
    return out


def _csv(job: ck.Job, out: Path) -> object:
    return job.export_table(out, format="csv")


def _wide(job: ck.Job, out: Path) -> object:
    return job.export_table(out, format="csv", wide=True)


def _json(job: ck.Job, out: Path) -> object:
    return job.export_table(out, format="json")


def _xlsx(job: ck.Job, out: Path) -> object:
    return job.export_table(out, format="xlsx")


def _parquet(job: ck.Job, out: Path) -> object:
    return job.export_table(out, format="parquet")


def _results(job: ck.Job, _: Path) -> object:
    return job.results


def _documents(job: ck.Job, _: Path) -> object:
    return job.documents


def _read_back(job: ck.Job, _: Path) -> object:
    import pandas as pd

    files = [pd.read_csv(path, dtype=str) for path in job.result_files()]
    return pd.concat(files, ignore_index=True)


#: What is measured, and what against.
ROWS: list[tuple[str, Callable[[ck.Job, Path], object], str]] = [
    ("plain zipfile of the result files", _plain_zip, ""),
    ("ours: result files with checksums", _packed, "plain zipfile of the result files"),
    ("ours: whole ZIP, with `_run`", _zip, "plain zipfile of the result files"),
    ("appending the CSV files", _appended, ""),
    ("ours: combined CSV from the store", _csv, "appending the CSV files"),
    ("pandas: read, concat, to_csv", _concat, "appending the CSV files"),
    ("ours: the same with all columns", _wide, "appending the CSV files"),
    ("ours: JSON", _json, ""),
    ("ours: XLSX", _xlsx, ""),
    ("ours: Parquet", _parquet, ""),
    ("pandas: read, concat", _read_back, ""),
    ("ours: job.results", _results, "pandas: read, concat"),
    ("ours: job.documents", _documents, ""),
]


# ---- measuring


def _measured(
    workspace: Path, job_id: str, number: int, rounds: int, answer: Any
) -> None:
    """Measure one row in this process; send CPU, wall, growth and bytes."""
    import curation_kit as ck

    job = ck.Workspace(workspace).jobs.get(job_id)
    work = ROWS[number][1]
    if work in (_results, _documents, _read_back, _concat, _parquet):
        import pandas as pd  # noqa: F401 - its import is no part of the work

        if work is _parquet:
            import pyarrow.parquet  # noqa: F401
    job.record_model(), job.result_files(), job.total_records
    process = psutil.Process()

    def look() -> tuple[int, int]:
        beside = sum(child.memory_info().rss for child in process.children())
        return process.memory_info().rss, beside

    before, highest = look()[0], Highest(look)
    times: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        for again in range(rounds):
            job._results = None  # a table that was asked for before is kept
            cpu, wall = time.process_time(), time.perf_counter()
            with nullcontext() if again else highest:
                out = work(job, Path(folder) / f"out{again}")
            times.append((time.process_time() - cpu, time.perf_counter() - wall))
            size = (
                out.stat().st_size
                if isinstance(out, Path)
                else out.memory_usage(deep=True).sum()  # type: ignore[attr-defined]
            )
            del out
    most, most_beside = highest.reached
    beside = resource.getrusage(resource.RUSAGE_CHILDREN)
    answer.send(
        {
            "cpu": min(times)[0],
            "wall": min(t[1] for t in times),
            "grown": (most - before) / 1e6,
            "size": int(size),
            "beside": most_beside / 1e6,
            "cpu beside": (beside.ru_utime + beside.ru_stime) / rounds,
        }
    )


def measure_results(workspace: Path, job_id: str, *, rounds: int = 3) -> None:
    """Print a table of all rows."""
    spawn = multiprocessing.get_context("spawn")
    print()
    print(
        "| results | CPU | wall | ratio of CPU | memory grew by | MB made "
        "| beside: CPU, memory |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    found: dict[str, float] = {}
    for number, (name, _, against) in enumerate(ROWS):
        doing(f"results: {name}")
        here, there = spawn.Pipe(duplex=False)
        child = spawn.Process(
            target=_measured, args=(workspace, job_id, number, rounds, there)
        )
        child.start()
        there.close()
        try:
            told = here.recv()
        except EOFError:
            print(f"| {name} | failed, see above |")
            continue
        finally:
            child.join()
        found[name] = told["cpu"]
        ratio = f"{told['cpu'] / found[against]:.2f}×" if against else ""
        beside = (
            f"{told['cpu beside']:.1f} s, {told['beside']:.0f} MB"
            if told["beside"]
            else ""
        )
        print(
            f"| {name} | {told['cpu']:.3f} s | {told['wall']:.2f} s | {ratio} "
            f"| {told['grown']:.0f} MB | {told['size'] / 1e6:.1f} | {beside} |",
            flush=True,
        )


def make(workspace: ck.Workspace, documents: int) -> ck.Job:
    """Make a job that has ended, with its result files."""
    from large import add_many_papers, large_job

    from curation_kit.formats import FORMATS

    papers = add_many_papers(workspace, documents)
    workspace._store.database.execute(  # each page is a link then
        "UPDATE documents SET preflight = "
        "json_set(preflight, '$.doi', '10.1234/journal.' || substr(id, 1, 12))"
    )
    job = large_job(workspace, papers, done=documents, records=8)
    (workspace.path / "results" / job.id).mkdir(parents=True, exist_ok=True)
    files = {file.stem: file for file in job.result_files()}
    model = job.record_model()
    for row in workspace._store.about_documents(job.id):
        if row["stem"] in files:
            found = [record for *_, record in job.records_of([row["document_id"]])]
            content = FORMATS["csv"](row["name"], row["document_id"], found, model)
            files[row["stem"]].write_bytes(content)
            workspace._store.database.execute(
                "UPDATE result_files SET size = ?, sha256 = ? "
                "WHERE job_id = ? AND document_id = ?",
                (len(content), sha256(content).hexdigest(), job.id, row["document_id"]),
            )
    return job


def main() -> None:
    """Measure the results of a job."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path, nargs="?")
    parser.add_argument("job", nargs="?")
    parser.add_argument("--documents", type=int, default=10_000)
    given = parser.parse_args()
    import curation_kit as ck

    print(environment())
    with ExitStack() as stack:
        if given.workspace is None:
            workspace = stack.enter_context(stage())
            doing("making a job")
            job_id = make(workspace, given.documents).id
        else:
            workspace = stack.enter_context(closing(ck.Workspace(given.workspace)))
            job_id = given.job or workspace.jobs.page()[0][0]["id"]
        measure_results(workspace.path, job_id)


if __name__ == "__main__":
    main()
