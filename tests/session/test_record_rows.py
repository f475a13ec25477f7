from __future__ import annotations

import pytest
from large import add_many_papers, finish_documents, large_job

import curation_kit as ck
from curation_kit.session.record_query import Query, RecordRow
from curation_kit.session.record_rows import OTHERS, RecordRows

#: Documents that have ended at first.
DONE = 100


def verified(row: RecordRow) -> bool:
    """Something to count."""
    return "verified" in row.cells


@pytest.mark.parametrize(
    "query", [Query(), Query("pharynx", sort="page", descending=True)]
)
@pytest.mark.usefixtures("plugins")
@pytest.mark.parametrize("new", [1, DONE // OTHERS // 2, DONE])
def test_rows_that_come_are_as_if_all_were_read(
    workspace: ck.Workspace,
    query: Query,
    new: int,
) -> None:
    """Whether a few are put in their places, or many are sorted with all."""
    job = large_job(
        workspace, add_many_papers(workspace, DONE + new), done=DONE, records=5
    )
    rows = RecordRows(job)
    rows.read()
    rows.about(), rows.find(query), rows.number(query, "verified", verified)

    finish_documents(workspace._store, new, records=5, seed=1)
    assert rows.read()

    anew = RecordRows(job)
    anew.read()
    assert len(rows.rows()) == job.total_records
    assert keys(rows.find(query)) == keys(anew.find(query))
    assert rows.about() == anew.about()
    assert rows.number(query, "verified", verified) == anew.number(
        query, "verified", verified
    )


def keys(rows: list[RecordRow]) -> list[tuple[str, int]]:
    """Which records these are."""
    return [(row.document_id, row.number) for row in rows]
