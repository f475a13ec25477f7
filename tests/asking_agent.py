"""An extractor that asks a model about each chunk of a paper, and what it is told."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel

import curation_kit as ck
from curation_kit.agents import Extractor, ModelOptions, Paper
from curation_kit.llm import Request
from curation_kit.records import GeneExpressionRecord, Record

#: What a model says that has read about one gene.
GENE = '{"gene": "lin-3"}'


class Told(BaseModel):
    """The gene that a chunk is about."""

    gene: str


class AskingExtractor(Extractor):
    """Asks for each chunk in turn; each answer gives one record."""

    name = "asking_extractor"
    title = "Asking extractor"
    record = GeneExpressionRecord

    class Options(ModelOptions):
        """How many chunks there are, and whether they are the same in all papers."""

        chunks: int = 1
        same: bool = False
        max_tokens: int = 100

    def extract(self, paper: Paper) -> Iterable[Record]:
        """Ask, with nothing but the name of the chunk."""
        evidence = paper.evidence(0, len(paper.text.text))
        for chunk in range(self.options.chunks):
            told = paper.models.ask(
                Request(
                    service=self.options.service,
                    model=self.options.model,
                    instructions="Which gene?",
                    content=prompt("" if self.options.same else paper.id, chunk),
                    max_tokens=self.options.max_tokens,
                ),
                Told,
            )
            yield GeneExpressionRecord(gene_symbol=told.gene, evidence=[evidence])


def prompt(paper: str, chunk: int) -> str:
    """What is asked about a chunk."""
    return f"{paper[:12]} {chunk}"


def asking_flow(**options: object) -> ck.Flow:
    """Give a flow that asks a model."""
    steps = [
        ck.Step(agent="fake_input"),
        ck.Step(agent="asking_extractor", options=options),
        ck.Step(agent="csv"),
    ]
    return ck.Flow(name="Asking", steps=steps)
