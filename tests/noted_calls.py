"""Calls to models as the runner notes them, without asking anybody."""

from __future__ import annotations

from curation_kit.llm import Bill, Call, CallLog, Price, Report
from curation_kit.store import Database


def note_calls(
    database: Database,
    job_id: str,
    document_id: str,
    count: int,
    price: Price | None,
    step: int = 1,
) -> None:
    """Note calls of a document: 1,000 tokens in and 100 out, two seconds each."""
    log = CallLog(database)
    call = Call("local", "tiny", "key", step, "asking_extractor", 1000, 100)
    cost = None if price is None else price.cost(1000, 100)
    for _ in range(count):
        number = log.open(job_id, document_id, call, None)
        log.settle(number, Report(2.0, "{}", 1000, 100), Bill(1000, 100, cost))
