"""An extractor that asks the model of a workspace, one call for each paper."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel

from curation_kit.agents import Extractor, ModelOptions, Paper
from curation_kit.llm import Bill, Call, CallLog, Load, Price, Report, Request, Service
from curation_kit.records import GeneExpressionRecord, Record
from curation_kit.store import Database

#: What one call is thought to use.
LOAD = Load(1, 1000, 100)


class Gene(BaseModel):
    """What the model answers."""

    symbol: str


class AskingExtractor(Extractor):
    """Gives the gene that the model names."""

    name = "asking"
    title = "Asking extractor"
    record = GeneExpressionRecord

    class Options(ModelOptions):
        """The service and the model."""

    Options = Options

    @classmethod
    def load(cls, options: BaseModel, characters: int, service: Service) -> Load:
        """Give a call per 4,000 characters."""
        del options, service
        return LOAD.times(max(characters // 4000, 1))

    def extract(self, paper: Paper) -> Iterable[Record]:
        """Ask."""
        asked = Request(
            self.options.service, self.options.model, "Name the gene.", paper.text.text
        )
        gene = paper.models.ask(asked, Gene)
        yield GeneExpressionRecord(
            gene_symbol=gene.symbol, evidence=[paper.evidence(0, len(paper.text.text))]
        )


def note_calls(
    database: Database, job_id: str, document_id: str, count: int, price: Price | None
) -> None:
    """Note calls of a document as the runner does: 1,000 tokens in and 100 out."""
    log = CallLog(database)
    call = Call("local", "tiny", "key", 1, "asking", 1000, 100)
    report = Report(2.0, "{}", 1000, 100)
    for _ in range(count):
        number = log.open(job_id, document_id, call, None)
        log.settle(number, report, Bill.of(call, report, price))
