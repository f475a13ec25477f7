"""The thread that stores outcomes, with a store that only counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from batches import until

from curation_kit.errors import FailureCategory
from curation_kit.jobs import Outcome, Status
from curation_kit.runner.outcomes import Outcomes

CLAIM: Any = SimpleNamespace(job_id="job", document_id="paper", name="paper.pdf")
FAILED = Outcome.failure(FailureCategory.MODEL, "It said nothing.", "Retry it.")


class CountingStore:
    """Counts outcomes, and rounds of the disk."""

    def __init__(self) -> None:
        self.finished = self.rounds = self.all_stored = 0
        self.database = self

    def set_down(self, claim: Any) -> None:
        """Know when a document was done."""

    def finish(self, *_: Any) -> Status:
        """Store one outcome."""
        self.finished += 1
        return Status.FAILED

    def check_place(self) -> None:
        """Be where it was."""

    def sync(self) -> None:
        """Bring all to the disk."""
        self.rounds += 1

    def idle(self) -> None:
        """Know when all is stored."""
        self.all_stored += 1


@pytest.fixture
def store() -> CountingStore:
    """Store nothing."""
    return CountingStore()


@pytest.fixture
def outcomes(
    store: CountingStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Outcomes]:
    """Give a thread that waits for others as good as for ever."""
    monkeypatch.setattr("curation_kit.runner.outcomes.GATHER", 60.0)
    thread = Outcomes(
        store,  # type: ignore[arg-type]
        tmp_path,
        pause=print,
        fail=pytest.fail,
        idle=store.idle,
    )
    thread.start()
    yield thread
    thread.close()


def test_the_last_outcome_is_stored_at_once(
    outcomes: Outcomes, store: CountingStore
) -> None:
    """Nobody will come whom it could wait for."""
    outcomes.expect()
    outcomes.put(CLAIM, FAILED)

    outcomes.hurry()

    until(lambda: store.all_stored == 1)
    assert (store.finished, store.rounds) == (1, 1)


def test_an_outcome_waits_for_documents_under_way(
    outcomes: Outcomes, store: CountingStore
) -> None:
    """They are stored together, in one round of the disk."""
    outcomes.expect()
    outcomes.expect()
    outcomes.put(CLAIM, FAILED)
    outcomes.hurry()
    outcomes.put(CLAIM, FAILED)
    outcomes.wait()

    until(lambda: store.rounds == 1)
    assert store.finished == 2


def test_what_waits_is_stored_at_the_end(
    store: CountingStore, outcomes: Outcomes
) -> None:
    """Also while a document is expected that will not come."""
    outcomes.expect()
    outcomes.expect()
    outcomes.put(CLAIM, FAILED)

    outcomes.close()

    assert (store.finished, store.rounds) == (1, 1)
    assert store.all_stored == 0
