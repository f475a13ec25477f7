"""What becomes of a paper that no source answers, and what its step depends on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import curation_kit as ck
from curation_kit.agents.api import AllianceAlleleAgent, AllianceGeneAgent
from curation_kit.agents.api.inquiry import ATTEMPTS
from curation_kit.errors import DocumentFailure
from curation_kit.records import GeneExpressionRecord

RECORD = GeneExpressionRecord(gene_symbol="unc-30")


@pytest.mark.parametrize(
    ("status", "body", "category", "hint"),
    [
        (429, b"", "rate_limit", "Retry it later"),
        (503, b"", "timeout", "Retry it later"),
        (200, b"[]", "internal", 'set the option "offline" to "unresolved"'),
    ],
)
def test_paper_fails_where_the_flow_says_so(
    check, database, reply, status, body, category, hint
):
    """With a category, and what to do next."""
    database.script = [reply(body, status)] * ATTEMPTS

    with pytest.raises(DocumentFailure, match="Alliance of Genome Resources") as told:
        check(AllianceGeneAgent, RECORD, offline="fail")

    assert told.value.category == category
    assert hint in told.value.hint


def test_step_depends_on_the_day_and_on_who_is_asked(monkeypatch):
    """What was found yesterday may be another thing today."""
    agent = AllianceGeneAgent()
    assert agent.identity()["day"] == str(datetime.now(UTC).date())
    assert agent.identity()["url"] == "https://www.alliancegenome.org/api"

    monkeypatch.setenv("CURATION_KIT_ALLIANCE_URL", "http://mirror.test/api/")

    assert agent.identity()["url"] == "http://mirror.test/api"
    chosen = AllianceGeneAgent({"url": "http://other.test"})
    assert chosen.identity()["url"] == "http://other.test"


def test_records_without_the_column_are_the_flows_failure(check):
    """The option that helps is named."""
    with pytest.raises(DocumentFailure, match="allele_symbol or") as told:
        check(AllianceAlleleAgent, RECORD)

    assert told.value.category == "flow"
    assert 'option "column"; there is gene_symbol, ' in told.value.message


def test_flow_is_refused_when_a_validator_has_nothing_to_look_up():
    """Before a paper is read; the step and its option are named."""
    steps = [ck.Step(agent="pdf"), ck.Step(agent="gene_expression")]
    end = ck.Step(agent="csv")

    def findings(**options):
        step = ck.Step(agent="disease", options=options)
        flow = ck.Flow(name="Diseases", steps=[*steps, step, end])
        return [(one.text[:70], one.step, one.option) for one in flow.findings()]

    assert findings() == [
        (
            'Step 3 ("disease"): The records have no column disease_label or diseas',
            3,
            "column",
        )
    ]
    assert findings(column="assay") == []
