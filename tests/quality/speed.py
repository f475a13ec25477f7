"""Speed of the rules.

*Papers per minute*: 30 real papers of the shared data, each cut to 12 pages or filled
up to them with its first pages again, through the template "Gene Expression
Extraction" in a new workspace with two worker processes, one batch of ten after the
other. Everything is in it: the start of the workers, reading the PDF, the rules, the
gene and ontology validators, the output file, the store. The interval is the slowest
and the fastest batch.

*Papers per minute of one processor*: the same papers, one after the other, in one
process that has loaded its vocabularies: reading, rules and validators, without the
store. *Sentences per second*: the rules alone there. Both are of the processor's time,
which other work on the machine hardly changes, with the bootstrap over papers.

The load is the number of processes that were running or waiting on the machine before
(its average over a minute); above the number of cores the figures are lower than on an
idle machine.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from figures import Figure

import curation_kit as ck
from curation_kit.agents.gene_expression import GeneExpressionAgent
from curation_kit.agents.gene_validation import GeneValidationAgent
from curation_kit.agents.ontology import OntologyAgent
from curation_kit.agents.paper import Paper
from curation_kit.agents.pdf import PdfAgent
from curation_kit.evaluation import bootstrap_interval

DATA = Path(__file__).parents[3] / "shared" / "data"
FLOW = "Gene Expression Extraction"

#: Pages of a paper, papers of a batch, batches, processes.
PAGES, PAPERS, BATCHES, PROCESSES = 12, 10, 3, 2


def cut(source: Path, target: Path) -> None:
    """Write the first pages of a paper, again if there are too few."""
    import pymupdf

    with pymupdf.open(source) as paper, pymupdf.open() as made:
        while len(made) < PAGES:
            made.insert_pdf(paper, to_page=PAGES - len(made) - 1)
        made.save(target)


def batches(folder: Path) -> list[list[Path]]:
    """Make the papers."""
    sources = sorted((DATA / "papers").glob("*.pdf"))
    made = []
    for number, source in enumerate(sources[: BATCHES * PAPERS]):
        made.append(folder / f"{number:02}-{source.name}")
        cut(source, made[-1])
    return [made[at : at + PAPERS] for at in range(0, len(made), PAPERS)]


def rate(workspace: ck.Workspace, batch: list[Path]) -> float:
    """Papers per minute of a job."""
    documents = workspace.documents.add(batch)
    began = time.perf_counter()
    job = workspace.run(FLOW, documents, n_jobs=PROCESSES)
    seconds = time.perf_counter() - began
    done = (job.documents["status"] == "completed").sum()
    if done != len(batch):
        raise RuntimeError(f"{len(batch) - done} papers were not completed")
    return 60 * len(batch) / seconds


@dataclass(frozen=True, slots=True)
class Cost:
    """Sentences of a paper; seconds of the processor for the rules, and for all."""

    sentences: int
    rules: float
    all: float


def cost(path: Path) -> Cost:
    """Read a paper in this process."""
    extractor = GeneExpressionAgent()
    paper = Paper(id="0" * 64, name=path.name, path=path)
    began = time.process_time()
    paper.text = PdfAgent().read(paper)
    read = time.process_time()
    records = list(extractor.extract(paper))
    extracted = time.process_time()
    for validator in (GeneValidationAgent(), OntologyAgent()):
        records = list(validator.validate(paper, records))
    ended = time.process_time()
    return Cost(paper.ledger.sentences, extracted - read, ended - began)


def figures() -> list[Figure]:
    """Measure the speed now."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        papers = batches(Path(name))
        with closing(ck.Workspace(Path(name) / "workspace")) as workspace:
            rates = [rate(workspace, batch) for batch in papers]
        each = [path for batch in papers for path in batch]
        for path in each[:PAPERS]:  # loads the vocabularies
            cost(path)
        costs = [cost(path) for path in each]

    def per_minute(drawn: Sequence[Cost]) -> float:
        return 60 * len(drawn) / sum(one.all for one in drawn)

    def per_second(drawn: Sequence[Cost]) -> float:
        return sum(one.sentences for one in drawn) / sum(one.rules for one in drawn)

    count = sum(one.sentences for one in costs)
    mean = len(rates) / sum(1 / one for one in rates)
    group = "Speed"
    return [
        Figure(
            group,
            "papers per minute, 2 processes, everything included",
            *(mean, min(rates), max(rates), len(each)),
            60,
        ),
        Figure(
            group,
            "papers per minute of one processor",
            per_minute(costs),
            *bootstrap_interval(costs, per_minute),
            len(each),
        ),
        Figure(
            group,
            "sentences per second of one processor, rules alone",
            per_second(costs),
            *bootstrap_interval(costs, per_second),
            count,
        ),
        Figure(group, f"load before, on {os.cpu_count()} cores", load, load, load, 1),
    ]
