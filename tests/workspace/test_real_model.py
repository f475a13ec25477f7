"""Whole jobs with a real model behind a real server: plumbing, not quality."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import curation_kit as ck
from curation_kit.documents.cache import TextCache
from curation_kit.llm import Price, Service, Settings
from curation_kit.samples import write_sample_papers

PRICE = Price(input=1.0, output=2.0)

STEPS = {
    "gene_expression": ck.Step(agent="gene_expression", options={"engine": "model"}),
    "extract": ck.Step(
        agent="extract",
        options={
            "sections": ["abstract"],
            "columns": [
                {"name": "gene", "description": "Symbol of a gene."},
                {"name": "count", "type": "integer"},
                {"name": "sure", "type": "choice", "values": ["yes", "no"]},
            ],
        },
        instructions="Give one row for each gene that the text names.",
    ),
}


@pytest.mark.parametrize("agent", STEPS)
def test_a_real_model_is_asked_and_paid_for(
    workspace: ck.Workspace, llama: Service, tmp_path: Path, agent: str
) -> None:
    """Structured answers are read, quotes looked up, and the numbers add up."""
    service = llama.model_copy(update={"prices": {llama.model: PRICE}})
    workspace.settings = Settings(services={"llama": service})
    write_sample_papers(tmp_path / "papers", count=1)
    papers = workspace.documents.add(tmp_path / "papers")
    steps = [ck.Step(agent="pdf"), STEPS[agent], ck.Step(agent="json")]

    job = workspace.run(ck.Flow(name="Asks", steps=steps), papers, budget=1.0)

    # What was asked is told, and what had an answer.
    assert job.status == "completed", job.documents["error"].tolist()
    ledger = job.completeness
    assert 1 <= ledger.chunks_answered <= ledger.chunks_sent
    assert ledger.chunks_sent == ledger.chunks_answered + ledger.chunks_unparseable
    calls = job.calls
    answered = calls[calls["status"] == "answered"]
    assert len(answered) == ledger.chunks_answered

    # Each record is a row of an answer, and its quote is the paper's or says it is not.
    rows = [row for answer in kept_answers(workspace) for row in answer["rows"]]
    assert 1 <= ledger.candidates <= len(rows)
    assert len(job.results) == ledger.kept
    assert ledger.candidates == ledger.kept + sum(ledger.dropped.values())
    (text,) = TextCache(workspace.path / "cache").texts(papers[0].id)
    for _, _, record in job.records():
        for evidence in record.evidence:
            if evidence.verification == "unsupported":
                assert evidence.claimed
                assert record.review == "check"
            else:
                assert text.text[evidence.start : evidence.end] == evidence.quote
                assert evidence.page
                assert evidence.boxes

    # The service told its tokens, so the cost is no estimate.
    assert set(calls["model"]) == {llama.model}
    assert not calls["estimated"].any()
    assert (calls["input_tokens"] > 0).all()
    costs = job.costs
    assert costs.total.calls == len(calls)
    assert costs.total.cost == pytest.approx(
        PRICE.cost(calls["input_tokens"].sum(), calls["output_tokens"].sum())
    )
    assert costs.total.reserved == 0
    assert costs.steps == {1: costs.total}


def kept_answers(workspace: ck.Workspace) -> list[dict[str, Any]]:
    """All answers that the workspace keeps."""
    with closing(sqlite3.connect(workspace.path / "curation.sqlite")) as store:
        rows = store.execute("SELECT answer FROM answers").fetchall()
    return [json.loads(answer) for (answer,) in rows]
