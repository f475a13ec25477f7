"""Asking: retries, faults, kept answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from pydantic import BaseModel

from curation_kit.agents.api import AllianceGeneAgent
from curation_kit.agents.api.inquiry import ATTEMPTS, Inquiry
from curation_kit.agents.api.sources import Source, Unanswered
from curation_kit.records import GeneExpressionRecord, LookupStatus

UNC_30 = {
    "total": 1,
    "results": [
        {
            "id": "WB:WBGene00006766",
            "symbol": "unc-30",
            "species": "Caenorhabditis elegans",
            "automatedGeneDescription": "A long description.",
        }
    ],
}
RECORD = GeneExpressionRecord(gene_symbol="unc-30")


def test_passing_faults_are_tried_again(check, database, kept, reply):
    """Two bad answers, then a good one: three requests, pauses with jitter."""
    database.answer("search", UNC_30)
    database.script = [reply(b"<html>", 502), reply(b"", 503)]

    (record,), paper = check(AllianceGeneAgent, RECORD)

    assert record.gene_id == "WB:WBGene00006766"
    assert len(database.asked) == len(kept.turns) == 3
    assert len(kept.rests) == 2
    assert all(0 <= seconds <= 20 for seconds in kept.rests)
    assert paper.ledger.unanswered == {}


def test_retry_after_wins_over_our_own_pause(check, database, kept, reply):
    """In seconds or as a date."""
    database.answer("search", UNC_30)
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    database.script = [
        reply(b"", 429, {"Retry-After": "37"}),
        reply(b"", 503, {"Retry-After": date}),
    ]

    check(AllianceGeneAgent, RECORD)

    assert kept.rests[0] == 37
    assert 50 < kept.rests[1] <= 60


@pytest.mark.parametrize(
    ("status", "body", "headers", "outcome", "requests"),
    [
        (408, b"", {}, "unresolved: offline", ATTEMPTS),
        (429, b"", {"Retry-After": "1"}, "unresolved: offline", ATTEMPTS),
        (429, b"", {"Retry-After": "86400"}, "unresolved: offline", 1),
        (500, b"{}", {}, "unresolved: offline", ATTEMPTS),
        (503, b"down", {"Retry-After": "soon"}, "unresolved: offline", ATTEMPTS),
        (200, b"{}", {"Content-Length": "99"}, "unresolved: offline", ATTEMPTS),
        (401, b"", {}, "unresolved: answer not understood", 1),
        (404, b"", {}, "unresolved: answer not understood", 1),
        (200, b"<html>maintenance</html>", {}, "unresolved: answer not understood", 1),
        (200, b'{"total": 1, "res', {}, "unresolved: answer not understood", 1),
        (200, b'{"results": [1]}', {}, "unresolved: answer not understood", 1),
        (
            200,
            b'{"total": 0, "errorMessages": ["Query failed"]}',
            {},
            "unresolved: answer not understood",
            1,
        ),
    ],
)
def test_faults_never_fail_a_paper_and_are_never_kept(
    check, database, kept, reply, status, body, headers, outcome, requests
):
    """Each ends in a status on the record, after so many requests."""
    database.script = [reply(body, status, headers)] * requests

    (record,), paper = check(AllianceGeneAgent, RECORD)

    assert record.lookups["gene_id"].status == outcome
    assert (record.gene_id, record.gene_symbol) == (None, "unc-30")
    assert outcome in record.explained()
    assert len(database.asked) == requests
    assert kept.answers == {}
    assert paper.ledger.unanswered == {f"{outcome} (Alliance Gene)": 1}
    assert not paper.ledger.complete
    (note,) = paper.ledger.notes
    assert note.startswith(
        "Alliance Gene left 1 name unresolved: Alliance of Genome Resources: "
    )


def test_source_out_of_reach_is_not_asked_for_each_name(check, database, reply):
    """Neither in this paper nor in the next, for a while."""
    database.script = [reply(b"", 503)] * 99
    records = [GeneExpressionRecord(gene_symbol=f"unc-{n}") for n in range(9)]

    checked, paper = check(AllianceGeneAgent, *records)
    (other,), _ = check(AllianceGeneAgent, RECORD)

    assert len(database.asked) == ATTEMPTS
    assert {one.lookups["gene_id"].status for one in [*checked, other]} == {
        LookupStatus.OFFLINE
    }
    assert paper.ledger.unresolved() == "9 names unresolved: offline (Alliance Gene)"
    assert "9 names unresolved" in paper.ledger.notes[0]


def test_nobody_listens(check, database):
    """The address is told, so that a wrong one is seen."""
    (record,), _ = check(AllianceGeneAgent, RECORD, url="http://127.0.0.1:9")

    lookup = record.lookups["gene_id"]
    assert lookup.status is LookupStatus.OFFLINE
    assert "127.0.0.1:9 cannot be reached" in lookup.note
    assert lookup.asked is None
    assert database.asked == []


def test_answer_is_kept_with_its_day(check, database, kept):
    """The next paper does not ask; only what is read is kept."""
    database.answer("search", UNC_30)

    (first,), _ = check(AllianceGeneAgent, RECORD)
    kept.age(10)
    (second,), _ = check(AllianceGeneAgent, RECORD)

    assert second.gene_id == first.gene_id
    assert second.lookups["gene_id"].asked == first.lookups[
        "gene_id"
    ].asked - timedelta(days=10)
    assert len(database.asked) == 1
    (answer,) = kept.answers.values()
    assert "A long description." not in answer


@pytest.mark.parametrize(
    ("days", "max_age", "requests"),
    [(29, 30, 1), (30, 30, 2), (0, 0, 2), (-400, 30, 2)],
)
def test_answer_that_is_too_old_is_asked_for_again(
    check, database, kept, days, max_age, requests
):
    """As the option says; 0 asks every time. So is one of a day to come."""
    database.answer("search", UNC_30)

    check(AllianceGeneAgent, RECORD)
    kept.age(days)
    check(AllianceGeneAgent, RECORD, max_age_days=max_age)

    assert len(database.asked) == requests


def test_old_answer_is_better_than_none(check, database, kept, reply):
    """Its day and the reason are told."""
    database.answer("search", UNC_30)
    check(AllianceGeneAgent, RECORD)
    kept.age(400)
    database.script = [reply(b"", 503)] * ATTEMPTS

    (record,), paper = check(AllianceGeneAgent, RECORD)

    assert record.gene_id == "WB:WBGene00006766"
    assert "an older answer" in record.lookups["gene_id"].note
    assert paper.ledger.unanswered == {}


def test_mirror_has_answers_of_its_own(check, database, kept):
    """What one address says is not taken for the word of another."""
    database.answer("search", UNC_30)

    check(AllianceGeneAgent, RECORD)
    check(AllianceGeneAgent, RECORD, url=f"{database.url}/")  # the same, spelled so
    check(AllianceGeneAgent, RECORD, url=database.url.replace("127.0.0.1", "localhost"))

    assert len(database.asked) == len(kept.answers) == 2


class Anything(BaseModel):
    """A shape that takes all."""


def test_body_that_drips_ends(database, reply, kept):
    """Bytes that come one by one do not prolong the time there is."""
    source = Source("slow", "Slow", database.url, "SLOW_URL", deadline=0.2)
    database.script = [reply(b"{}" + b" " * 999, drip=0.02)] * ATTEMPTS

    with pytest.raises(Unanswered, match=r"within 0\.2 s"):
        Inquiry(source, database.url, kept, 1).get("x", {}, Anything)

    assert len(database.asked) == ATTEMPTS


def test_body_without_end_is_left(database, reply, kept):
    """Another attempt would not help."""
    source = Source("big", "Big", database.url, "BIG_URL", most_bytes=1000)
    database.script = [reply(json.dumps(["x" * 2000]).encode())]

    with pytest.raises(Unanswered, match="sends more than"):
        Inquiry(source, database.url, kept, 1).get("x", {}, Anything)

    assert len(database.asked) == 1
