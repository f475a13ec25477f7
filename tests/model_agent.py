"""An extractor that asks the model service of `model_server`, as a real one would."""

from __future__ import annotations

import time
from collections.abc import Iterable

import httpx

from curation_kit.agents import Extractor, Options, Paper
from curation_kit.errors import DocumentFailure
from curation_kit.llm import answer_key
from curation_kit.records import GeneExpressionRecord, Record

#: A request that fails is made so many times.
TRIES = 5


def chunk_count(paper: str) -> int:
    """Chunks of a paper, by its id: two or three."""
    return 2 + int(paper[0], 16) % 2


def key_of(paper: str, chunk: int) -> str:
    """Key of the answer to a chunk."""
    return answer_key({"model": "fake", "paper": paper, "chunk": chunk})


class ModelExtractor(Extractor):
    """Asks for each chunk in turn; each answer gives one record."""

    name = "model_extractor"
    title = "Model-backed extractor"
    record = GeneExpressionRecord
    io_bound = True

    class Options(Options):
        """Where the service is, and how long to wait for it."""

        url: str
        timeout: float = 60.0

    Options = Options

    def extract(self, paper: Paper) -> Iterable[Record]:
        """Ask, unless the answer was paid for already."""
        chunks = chunk_count(paper.id)
        paper.ledger.chunks_sent += chunks
        evidence = paper.evidence(0, len(paper.text.text))
        records = []
        with httpx.Client(trust_env=False, timeout=self.options.timeout) as client:
            for chunk in range(chunks):
                key = key_of(paper.id, chunk)
                answer = paper.answers.get(key)
                if answer is None:
                    answer = self._ask(client, paper.id, chunk)
                    paper.answers.put(key, answer)
                paper.ledger.chunks_answered += 1
                records.append(
                    GeneExpressionRecord(gene_symbol=answer, evidence=[evidence])
                )
        return records

    def _ask(self, client: httpx.Client, paper: str, chunk: int) -> str:
        for _ in range(TRIES):
            try:
                response = client.post(
                    self.options.url, json={"paper": paper, "chunk": chunk}
                )
            except httpx.TimeoutException:
                continue
            if response.is_success:
                return response.text
            time.sleep(0.01)
        raise DocumentFailure("model", "The model does not answer.", "Try again later.")
