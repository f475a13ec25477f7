"""Parts that are kept up while a job runs show what those opened anew show."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from batches import fake_flow
from large import add_many_papers, finish_documents

import curation_kit as ck
from curation_kit.errors import WorkspaceError
from curation_kit.session import JobView
from curation_kit.session.job_completeness import CompletenessTable
from curation_kit.session.job_documents import DocumentTable
from curation_kit.session.job_log import EVENTS_PER_PAGE, EventLog
from curation_kit.session.job_part import JobPart
from curation_kit.session.job_records import RecordTable
from curation_kit.session.patching import patch
from curation_kit.store import Database

ASKED: list[tuple[type[JobPart], dict[str, Any]]] = [
    (DocumentTable, {}),
    (DocumentTable, {"page": 1}),
    (DocumentTable, {"status": "pending"}),
    (DocumentTable, {"status": "pending", "page": 1}),
    (DocumentTable, {"status": "completed", "sort": "records", "descending": True}),
    (DocumentTable, {"status": "processing"}),
    (DocumentTable, {"sort": "ended", "descending": True}),
    (DocumentTable, {"sort": "ended"}),
    (DocumentTable, {"sort": "status", "search": "1"}),
    (DocumentTable, {"sort": "document", "search": "tissue 1"}),
    (DocumentTable, {"sort": "step", "descending": True}),
    (RecordTable, {}),
    (RecordTable, {"page": 3}),
    (RecordTable, {"sort": "gene_symbol"}),
    (RecordTable, {"sort": "stage_label", "descending": True, "page": 1}),
    (RecordTable, {"sort": "page", "search": "left"}),
    (RecordTable, {"filters": {"anatomy_label": ["has", "pharynx"]}}),
    (RecordTable, {"filters": {"section": ["is", "results", "abstract"]}}),
    (EventLog, {}),
    (EventLog, {"page": 0}),
    (EventLog, {"page": 1}),
    (EventLog, {"search": "tissue 3"}),
    (EventLog, {"search": "no such paper"}),
    (CompletenessTable, {}),
    (CompletenessTable, {"page": 2}),
    (CompletenessTable, {"reason": "no gene"}),
    (CompletenessTable, {"search": "unc-2"}),
]


def opened(job: ck.Job, kind: type[JobPart], asked: dict[str, Any]) -> JobPart:
    """A part that shows what is asked of a job."""
    part = kind()
    part.open(job)
    part.show(**asked)  # type: ignore[attr-defined]
    return part


def shown(part: JobPart) -> dict[str, Any]:
    """What a part shows, without the number of its version."""
    content = dict(getattr(part, part.shown))
    del content["version"]
    return content


def patched(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What a browser makes of what has changed, as `patched` in common.js."""
    return {
        name: [before[name][item] if isinstance(item, int) else item for item in value]
        if name in ("rows", "keys", "columns")
        else value
        for name, value in patch(before, after).items()
    }


@pytest.mark.usefixtures("fakes")
def test_what_is_followed_is_what_is_read_anew(workspace: ck.Workspace) -> None:
    """However documents begin, end, fail, go back, are reviewed and retried."""
    papers = add_many_papers(workspace, 160)
    job = workspace.create(fake_flow("csv"), papers)
    store, chance = workspace._store, random.Random(5)  # noqa: S311 - only varied
    parts = [opened(job, kind, asked) for kind, asked in ASKED]
    claims: list[Any] = []

    def compare() -> None:
        for part, (kind, asked) in zip(parts, ASKED, strict=True):
            before = getattr(part, part.shown)
            part._due = 0.0
            part.look()
            after = getattr(part, part.shown)
            assert patched(before, after) == after
            # Pages beyond the last are the last one; that of a log is followed.
            page = part._page  # type: ignore[attr-defined]
            fresh = opened(job, kind, {**asked, "page": page})
            assert shown(part) == shown(fresh), (kind, asked)

    for look in range(16):
        finish_documents(
            store, chance.randrange(9), records=4, drops=6, seed=look, steps=True
        )
        compare()
        if claim := store.claim():
            claims.append(claim)
            store.steps_started(claim, [(1, time.time())])
        if look % 3 == 2:
            store.release(claims.pop(0), "lost", charged=False)
        if look % 4 == 3:
            for key in chance.sample(store.record_keys(job.id), 3):
                job.review(key, chance.choice(["accepted", "rejected"]))
        compare()
    assert job.event_count() > 3 * EVENTS_PER_PAGE
    finish_documents(store, 50, records=4, drops=6, steps=True)
    compare()
    job.cancel()
    compare()
    store.retry(job.id)
    compare()


class Questions:
    """The questions to a store, one of which can be made to fail."""

    def __init__(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        self.until_failure = 0
        for name in ("all", "one"):
            ask = partial(self._ask, getattr(database, name))
            monkeypatch.setattr(database, name, ask)

    def _ask(self, ask: Callable[..., Any], *question: Any) -> Any:
        self.until_failure -= 1
        if self.until_failure == 0:
            raise WorkspaceError("The store is locked.")
        return ask(*question)


@pytest.mark.usefixtures("fakes")
def test_what_a_failed_look_has_left_out_is_shown_by_the_next(
    workspace: ck.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever of its questions to the store has failed."""
    job = workspace.create(fake_flow("csv"), add_many_papers(workspace, 160))
    store = workspace._store
    finish_documents(store, 60, records=4, drops=6, steps=True)
    view = JobView(job)
    view._follower.stop()
    view.join(60)
    parts = [opened(job, kind, asked) for kind, asked in ASKED]
    questions = Questions(store.database, monkeypatch)

    def look_twice(look: Callable[[], object], failing: int) -> None:
        questions.until_failure = failing
        with suppress(WorkspaceError):
            look()
        questions.until_failure = 0
        look()

    for failing in range(1, 13):
        if failing % 2:  # all is counted anew now and then
            view._counts._due = 0.0
        finish_documents(store, 6, records=4, drops=6, seed=failing, steps=True)
        job.review(store.record_keys(job.id)[failing], "accepted")
        look_twice(view._look, failing)
        other = JobView(job)
        for name in ("counts", "records", "reviewed", "evidence"):
            assert view.monitor[name] == other.monitor[name]
        other.close()
        other.join(60)
        for part, (kind, asked) in zip(parts, ASKED, strict=True):
            part._due = 0.0
            look_twice(part.look, failing)
            page = part._page  # type: ignore[attr-defined]
            fresh = opened(job, kind, {**asked, "page": page})
            assert shown(part) == shown(fresh), (kind, asked, failing)
    view.close()


@pytest.mark.usefixtures("fakes")
def test_a_look_reads_only_what_is_new(
    workspace: ck.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store is not asked for all documents, records or ledgers again."""
    job = workspace.create(fake_flow("csv"), add_many_papers(workspace, 120))
    store = workspace._store
    finish_documents(store, 40, records=4, drops=6, steps=True)
    parts = []
    for kind, asked in ASKED:
        seldom = {"reason", "search"} & asked.keys() or kind is EventLog
        if not seldom and asked.get("status") != "processing":  # there is none
            parts.append(opened(job, kind, asked))

    def look() -> None:
        finish_documents(store, 2, records=4, drops=6, steps=True)
        for part in parts:
            part._due = 0.0
            part.look()

    look()  # from now on the orders are kept up

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("read anew")

    for name in ("documents", "documents_with_records", "found_documents"):
        monkeypatch.setattr(type(store), name, refuse)
    look()
    look()
