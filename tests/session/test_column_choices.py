from __future__ import annotations

from collections import Counter

import pytest
from large import add_many_papers, large_job

import curation_kit as ck
from curation_kit.session.column_choices import MAX_CHOICES, choices_of
from curation_kit.session.record_query import Query
from curation_kit.session.record_rows import RecordRows

#: Documents, of which some have no record: more than choices.
MANY = 2 * MAX_CHOICES


@pytest.fixture
def rows(workspace: ck.Workspace, plugins) -> RecordRows:  # noqa: ARG001 - finds the fakes
    """Up to three records of each document."""
    papers = add_many_papers(workspace, MANY)
    rows = RecordRows(large_job(workspace, papers, done=MANY, records=2))
    rows.read()
    return rows


def counted(rows: RecordRows) -> Counter[str]:
    """Records of each document."""
    return Counter(row.cells[0] for row in rows.rows())


def test_the_most_frequent_values_are_offered(rows: RecordRows) -> None:
    """So many of them, and it is told how many there are."""
    offered = choices_of(rows, Query(), "document", "")

    numbers = [number for _, number in offered["values"]]
    assert numbers == sorted(counted(rows).values(), reverse=True)[:MAX_CHOICES]
    assert dict(offered["values"]).items() <= counted(rows).items()
    assert offered["found"] == len(counted(rows)) > MAX_CHOICES


def test_what_is_chosen_is_offered_although_it_is_rare(rows: RecordRows) -> None:
    """First, so that it can be taken back; also when no record has it."""
    frequent = dict(choices_of(rows, Query(), "document", "")["values"])
    rare, number = min(counted(rows).items() - frequent.items())
    query = Query(filters={"document": ["is", rare, "gone.pdf"]})

    offered = choices_of(rows, query, "document", "")["values"]

    assert offered[:2] == [[rare, number], ["gone.pdf", 0]]
    assert len(offered) == MAX_CHOICES + 2


def test_words_of_a_value_are_searched(rows: RecordRows) -> None:
    """Whatever their case and order; a column that is not there has none."""
    offered = choices_of(rows, Query(), "document", "7.PDF  PAPER")

    texts = {text for text, _ in offered["values"]}
    assert texts == {name for name in counted(rows) if name.endswith("7.pdf")}
    assert choices_of(rows, Query(), "no such", "")["values"] == []
