from __future__ import annotations

import json
from collections.abc import Iterable
from typing import ClassVar

import pytest
from batches import add_papers, fake_flow
from fakes import FakeExtractor

import curation_kit as ck
from curation_kit.agents import Paper, register
from curation_kit.records import Record
from curation_kit.session import JobView
from curation_kit.session.job_completeness import (
    DROPPED_PER_PAGE,
    EMPTY_PER_PAGE,
    CompletenessTable,
)


class Dropper(FakeExtractor):
    """Drops five candidates of each paper; a paper "match" gives no record."""

    name = "dropper"
    title = "Dropper"
    reasons: ClassVar = {"dull": "Nobody wants to know."}

    def extract(self, paper: Paper) -> Iterable[Record]:
        """Drop, then do as the paper says."""
        paper.ledger.pages = paper.ledger.sentences = 4
        evidence = paper.evidence(0, len(paper.text.text))
        for number in range(5):
            paper.ledger.drop(
                "dull" if number else "odd",
                agent=self.name,
                evidence=evidence,
                record={"gene_symbol": f"unc-{number}|mec-4"},
            )
        if not paper.text.text.startswith("match"):
            yield from super().extract(paper)


@pytest.fixture
def job(workspace: ck.Workspace, fakes) -> ck.Job:
    """Twelve papers without a record, one with one."""
    del fakes
    register(Dropper)
    flow = fake_flow("csv")
    flow.steps[1].agent = "dropper"
    papers = [*(f"match it {number}" for number in range(12)), "ok word"]
    return workspace.create(flow, add_papers(workspace, *papers))


def test_totals_reasons_and_candidates(job: ck.Job) -> None:
    """In words, with numbers that add up; page by page; what is asked for."""
    table = CompletenessTable()
    table.open(job)
    table.refresh()
    assert (table.completeness["told"], table.completeness["rows"]) == ([], [])
    job.run()
    table.look()

    shown = table.completeness
    assert shown["told"] == [
        "52 pages of 13 documents were read.",
        "52 sentences were judged. 66 candidates: 1 kept as records, 65 dropped.",
    ]
    assert shown["reasons"] == [["dull", 52, "Nobody wants to know."], ["odd", 13, ""]]
    assert (shown["found"], shown["pages"], shown["unlisted"]) == (65, 3, 0)
    assert len(shown["rows"]) == DROPPED_PER_PAGE
    assert shown["rows"][0]["named"] == "unc-0, mec-4"
    assert len(json.dumps(shown)) < 12_000

    table.show("WORD", "dull")
    shown = table.completeness
    assert (shown["found"], len(shown["rows"])) == (4, 4)
    key = shown["rows"][0]["key"]
    assert job.dropped_candidate(*key).reason == "dull"
    table.show(page=99)
    assert (table.completeness["page"], len(table.completeness["rows"])) == (2, 15)


def test_one_of_a_thing_is_told_as_one(workspace: ck.Workspace, fakes) -> None:
    """And no sentences of a model, which reads pieces."""
    del fakes

    @register
    class Asker(FakeExtractor):
        """Sends the paper in one piece."""

        name = "asker"

        def extract(self, paper: Paper) -> Iterable[Record]:
            """Count the piece."""
            paper.ledger.pages = 1
            paper.ledger.chunks_sent = paper.ledger.chunks_answered = 1
            return super().extract(paper)

    flow = fake_flow("csv")
    flow.steps[1].agent = "asker"
    job = workspace.run(flow, add_papers(workspace, "ok"), backend="sequential")
    table = CompletenessTable()
    table.open(job)
    table.look()

    assert table.completeness["told"] == [
        "1 page of 1 document was read.",
        "1 candidate: 1 kept as records, 0 dropped.",
        "1 piece was sent to a model, 1 answered, 0 of the answers could not be read.",
    ]


def test_papers_without_a_record_are_told(job: ck.Job) -> None:
    """Page by page, whether they were read in full."""
    job.run()
    table = CompletenessTable()
    table.open(job)
    table.refresh()
    empty = table.completeness["empty"]
    assert (empty["found"], len(empty["rows"])) == (12, EMPTY_PER_PAGE)
    document, in_full, ledger = empty["rows"][0]
    assert (document, in_full) == ("000-match.pdf", True)
    assert "5 dropped" in ledger
    table.show_empty(1)
    assert len(table.completeness["empty"]["rows"]) == 2


def test_it_is_a_part_of_the_page(job: ck.Job) -> None:
    """With the support of the records in the page's head."""
    job.run()
    view = JobView(job)
    view.show_tab("completeness")
    assert view.completeness.completeness["found"] == 65
    assert view.monitor["evidence"] == {"verified": 1, "check": 0}
    view.close()
    assert view.completeness.completeness == {}
