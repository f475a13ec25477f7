"""Speed of the rules.

*Papers per minute*: 30 real papers of the shared data, each cut to 12 pages or filled
up to them with its first pages again, through the template "Gene Expression
Extraction" in a new workspace with two worker processes, one batch of ten after the
other. Everything is in it: the start of the workers, reading the PDF, the rules, the
gene and ontology validators, the output file, the store. The interval is the slowest
and the fastest batch.

*Sentences per second*: the agent `gene_expression` alone in one warm process, on the
papers of CRAFT read before. Its interval is of the bootstrap over papers.

The load is the number of processes that were running or waiting on the machine before
(its average over a minute); above the number of cores the figures are lower than on an
idle machine.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from figures import Figure

import curation_kit as ck
from curation_kit.agents.base import Paper
from curation_kit.agents.gene_expression import GeneExpressionAgent
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


def papers_per_minute() -> list[float]:
    """Run each batch, and give its rate."""
    sources = sorted((DATA / "papers").glob("*.pdf"))
    sources += sorted((DATA / "craft/pdf").glob("*.pdf"))
    rates = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with closing(ck.Workspace(folder / "workspace")) as workspace:
            for number in range(BATCHES):
                batch = sources[number * PAPERS : (number + 1) * PAPERS]
                for source in batch:
                    cut(source, folder / f"{number}-{source.name}")
                documents = workspace.documents.add(folder.glob(f"{number}-*.pdf"))
                began = time.perf_counter()
                job = workspace.run(FLOW, documents, n_jobs=PROCESSES)
                seconds = time.perf_counter() - began
                done = (job.documents["status"] == "completed").sum()
                if done != PAPERS:
                    raise RuntimeError(f"{PAPERS - done} papers were not completed")
                rates.append(60 * PAPERS / seconds)
    return rates


def read_alone() -> Iterator[tuple[int, float]]:
    """Sentences of each paper of CRAFT, and the seconds that the rules take."""
    reader, agent = PdfAgent(), GeneExpressionAgent({"species": ["mouse"]})
    papers = []
    for path in sorted((DATA / "craft/pdf").glob("*.pdf")):
        papers.append(Paper(id="0" * 64, name=path.name, path=path))
        papers[-1].text = reader.read(papers[-1])
    list(agent.extract(papers[0]))  # loads the vocabularies
    for paper in papers:
        before = paper.ledger.sentences
        began = time.perf_counter()
        list(agent.extract(paper))
        yield paper.ledger.sentences - before, time.perf_counter() - began


def figures() -> list[Figure]:
    """Measure the speed now."""
    load = os.getloadavg()[0]
    rates = papers_per_minute()
    rate = len(rates) / sum(1 / one for one in rates)
    read = list(read_alone())

    def per_second(drawn: list[tuple[int, float]]) -> float:
        return sum(count for count, _ in drawn) / sum(seconds for _, seconds in drawn)

    count = sum(sentences for sentences, _ in read)
    return [
        Figure(
            "Speed",
            "papers of 12 pages per minute, 2 processes, everything included",
            rate,
            min(rates),
            max(rates),
            BATCHES * PAPERS,
            60,
        ),
        Figure(
            "Speed",
            "sentences per second, rules alone, 1 process",
            per_second(read),
            *bootstrap_interval(read, per_second),
            count,
        ),
        Figure("Speed", "load before", load, load, load, 1),
        Figure("Speed", "cores", os.cpu_count() or 1, 1, os.cpu_count() or 1, 1),
    ]
