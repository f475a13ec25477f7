"""The whole rule-based flow, beside a loop that somebody would write instead.

Run ``python tests/benchmarks/flow.py``. The goal: at least 95 % of the throughput of
the loop by hand. The template "Gene Expression Extraction" reads real papers (those of
the shared data; sample papers where it is absent), submitted to a runner that is warm,
with two processes and without the cache. In turn with it, each by joblib on two warm
processes, one paper at a time:

* *agents by hand*: the same agents' functions, called directly, and a CSV file
  for each paper. It keeps nothing, survives nothing, and checks no evidence.
* *agents and gate by hand*: also the check of the evidence that a flow makes.
* *regex by hand*: the text of PyMuPDF, a pattern for symbols of genes and a list
  of words of anatomy: another result, much less of it, and much faster.

CPU is that of all processes but this program's own for the runner, and of this one and
its workers for the loops.
"""

from __future__ import annotations

import argparse
import csv
import io
import itertools
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from meters import cpu, footprint
from stage import TESTS, doing, environment, stage

import curation_kit as ck

FLOW = "Gene Expression Extraction"
DATA = TESTS.parents[1] / "shared" / "data"

#: Papers of a run, at least; fewer are read again with other bytes.
PAPERS = 60

#: Sample papers before; with so many, each process meets all species.
FIRST = 60

PROCESSES = 2

#: What people write first for symbols of genes: "Pax6", "PAX6", "unc-119".
_SYMBOL = re.compile(r"\b(?:[A-Z][a-z]{1,4}\d{1,3}|[A-Z]{2,6}\d{1,3}|[a-z]{3,4}-\d+)\b")
_ANATOMY = re.compile(
    r"\b(?:brain|heart|liver|kidney|lung|eye|retina|lens|limb|muscle|neurons?|skin|gut"
    r"|intestine|pharynx|hypodermis|gonad|testis|ovary|embryos?|larvae?|wing|antenna"
    r"|somites?|notochord|spinal cord|hindbrain|forebrain|cortex|hippocampus|bone"
    r"|cartilage|placenta|pancreas|thymus|spleen|epidermis|epithelium)\b",
    re.IGNORECASE,
)

STEPS = ("read", "extract", "validate", "gate", "format", "write")


def by_agents(path: Path, out: Path, *, gate: bool) -> dict[str, float]:
    """Read a paper with the agents of the flow; gives the CPU seconds of each step."""
    from curation_kit.agents import Paper
    from curation_kit.agents.formatters import CsvFormatter
    from curation_kit.agents.gene_expression import GeneExpressionAgent
    from curation_kit.agents.gene_validation import GeneValidationAgent
    from curation_kit.agents.ontology import OntologyAgent
    from curation_kit.agents.pdf import PdfAgent

    clock = [time.process_time()]
    paper = Paper(id=path.stem, name=path.name, path=path)
    paper.text = PdfAgent().read(paper)
    clock.append(time.process_time())
    records = list(GeneExpressionAgent().extract(paper))
    clock.append(time.process_time())
    for validator in (GeneValidationAgent(), OntologyAgent()):
        records = list(validator.validate(paper, records))
    clock.append(time.process_time())
    if gate:
        from curation_kit.runner.gate import pass_gate

        records = pass_gate(records, paper, "flag")
    clock.append(time.process_time())
    content = CsvFormatter().format(paper, records, GeneExpressionAgent.record)
    clock.append(time.process_time())
    (out / f"{path.stem}.csv").write_bytes(content)
    clock.append(time.process_time())
    spent = [after - before for before, after in itertools.pairwise(clock)]
    return dict(zip(STEPS, spent, strict=True))


def by_regex(path: Path, out: Path) -> dict[str, float]:
    """Read a paper as a script of twenty lines would."""
    import pymupdf

    began = time.process_time()
    with pymupdf.open(path) as document:
        pages = [page.get_text() for page in document]
    read = time.process_time()
    rows = [
        (path.name, number, symbol, place[0].lower())
        for number, page in enumerate(pages, 1)
        for sentence in re.split(r"(?<=[.!?])\s+", page)
        for symbol in dict.fromkeys(_SYMBOL.findall(sentence))
        if (place := _ANATOMY.search(sentence))
    ]
    found = time.process_time()
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    formatted = time.process_time()
    (out / f"{path.stem}.csv").write_text(written.getvalue(), encoding="utf-8")
    ended = time.process_time()
    return {
        "read": read - began,
        "extract": found - read,
        "format": formatted - found,
        "write": ended - formatted,
    }


@dataclass
class Runs:
    """What was measured of one way, run by run."""

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    steps: dict[str, float] = field(default_factory=dict)  # CPU per paper, last run
    memory: str = ""  # of the workers, after the last run


def size(processes: Sequence[psutil.Process]) -> str:
    """RSS and PSS of processes, in MB each."""
    sizes = map(footprint, processes)
    return ", ".join(f"{rss:.0f}/{pss:.0f}" for rss, pss in sizes)


def loop(
    runs: Runs,
    function: Callable[..., dict[str, float]],
    papers: list[Path],
    first: list[Path],
) -> None:
    """Call a function for each paper by joblib, as its guide says."""
    from joblib import Parallel, delayed
    from joblib.externals.loky import get_reusable_executor

    with tempfile.TemporaryDirectory() as folder:
        parallel = Parallel(n_jobs=PROCESSES, batch_size=1)
        parallel(delayed(function)(path, Path(folder)) for path in first)
        workers = [
            child
            for child in psutil.Process().children()
            if "LokyProcess" in " ".join(child.cmdline())
        ]
        assert len(workers) == PROCESSES
        ours = [psutil.Process(), *workers]
        before, began = cpu(*ours), time.perf_counter()
        spent = parallel(delayed(function)(path, Path(folder)) for path in papers)
        runs.seconds.append(time.perf_counter() - began)
        runs.cpu.append(cpu(*ours) - before)
        runs.memory = size(workers)
        written = {path.stem for path in Path(folder).glob("*.csv")}
        assert written == {path.stem for path in (*papers, *first)}
        get_reusable_executor().shutdown()  # the next starts with nothing
    steps = dict.fromkeys(STEPS, 0.0)
    for one in spent:
        for step, seconds in one.items():
            steps[step] += seconds / len(papers)
    runs.steps = steps


def submitted(
    runs: Runs,
    workspace: ck.Workspace,
    documents: list[ck.Document],
    first: list[ck.Document],
) -> None:
    """Run the flow in a warm runner; its processes are started and loaded before."""
    from batches import children, runners, until

    def run(some: list[ck.Document]) -> ck.Job:
        job = workspace.submit(
            workspace.flows[FLOW], some, n_jobs=PROCESSES, use_cache=False, nice=0
        )
        return job.wait()

    run(first)
    until(lambda: len(runners(workspace)) == 1)
    [runner] = runners(workspace)
    workers = [psutil.Process(pid) for pid in children(runner)]
    processes = [psutil.Process(runner), *workers]
    before, at_runner = cpu(*processes), cpu(processes[0])
    began = time.perf_counter()
    job = run(documents)
    runs.seconds.append(time.perf_counter() - began)
    assert job.progress.completed == len(documents), job.progress
    until(lambda: runners(workspace) == [runner])  # a second one ends at once
    assert children(runner) == [worker.pid for worker in workers]  # none was lost
    runs.cpu.append(cpu(*processes) - before)
    runs.memory = size(workers)
    runs.steps = {"runner": (cpu(processes[0]) - at_runner) / len(documents)}


def collect(folder: Path, count: int) -> list[Path]:
    """Write so many papers: the real ones, again with other bytes if there are few."""
    sources = [*sorted(DATA.glob("papers/*.pdf")), *sorted(DATA.glob("craft/pdf/*"))]
    if not sources:
        from curation_kit.samples import write_sample_papers

        print(f"{DATA} is absent: sample papers, which are short, are read instead.")
        return [one.path for one in write_sample_papers(folder, count=count)]
    papers = []
    for number in range(count):
        source = sources[number % len(sources)]
        path = folder / f"{number:03}-{source.stem}.pdf"
        # What stands behind its end does not change a PDF.
        path.write_bytes(source.read_bytes() + b"\n%% %d\n" % number)
        papers.append(path)
    return papers


def first_papers(folder: Path) -> list[Path]:
    """Write short papers of all species for the processes to begin with.

    They load the names of a species when they meet it. Had they met the papers
    that are measured, chance would decide which of them knows which already.
    """
    from curation_kit.samples import write_sample_papers

    papers = write_sample_papers(folder / "first", count=FIRST)
    return [paper.path for paper in papers if not paper.expected_failure]


def table(ways: dict[str, Runs], count: int) -> str:
    """Give all ways as Markdown, beside the loop by hand."""
    median = statistics.median
    base = ways["agents by hand"]
    columns = ("papers/min", "throughput", "CPU", "CPU per paper", *STEPS, "rest")
    lines = [
        f"| | {' | '.join(columns)} | workers' RSS/PSS, MB |",
        f"|---|{'---:|' * (len(columns) + 1)}",
    ]
    for name, runs in ways.items():
        cpu = median(runs.cpu) / count
        steps = [runs.steps.get(step) for step in STEPS]
        if "runner" in runs.steps:
            rest = f"{1000 * runs.steps['runner']:.1f} in the runner"
        else:
            rest = f"{1000 * (runs.cpu[-1] / count - sum(runs.steps.values())):.1f}"
        cells = (
            f"{60 * count / median(runs.seconds):.0f}",
            f"{median(base.seconds) / median(runs.seconds):.2f}",
            f"{median(runs.cpu) / median(base.cpu):.2f}",
            f"{1000 * cpu:.0f} ms",
            *("" if one is None else f"{1000 * one:.1f}" for one in steps),
            rest,
            runs.memory,
        )
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Run all ways in turn, and compare the medians."""
    from functools import partial

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=PAPERS)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    print(environment(), flush=True)
    loops: dict[str, Callable[..., dict[str, float]]] = {
        "agents by hand": partial(by_agents, gate=False),
        "agents and gate by hand": partial(by_agents, gate=True),
        "regex by hand": by_regex,
    }
    ways = {name: Runs() for name in ("curation_kit", *loops)}
    with stage() as workspace, tempfile.TemporaryDirectory() as folder:
        papers = collect(Path(folder), given.papers)
        documents = list(workspace.documents.add(papers))
        assert len(documents) == len(papers)
        first = first_papers(Path(folder))
        known = list(workspace.documents.add(first))
        for number in range(1, given.rounds + 1):
            doing(f"round {number} of {given.rounds}: curation_kit")
            submitted(ways["curation_kit"], workspace, documents, known)
            for name, function in loops.items():
                doing(f"round {number} of {given.rounds}: {name}")
                loop(ways[name], function, papers, first)
    print(
        f"{given.papers} papers, medians of {given.rounds} rounds; throughput and CPU "
        "relative to the agents by hand; steps in ms of CPU per paper (last round)\n"
    )
    print(table(ways, given.papers))
    own, base = ways["curation_kit"].seconds, ways["agents by hand"].seconds
    told = ", ".join(f"{b / a:.2f}" for a, b in zip(own, base, strict=True))
    print(f"\nThroughput beside the agents by hand, round by round: {told}")


if __name__ == "__main__":
    main()
