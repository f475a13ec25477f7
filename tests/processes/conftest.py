"""Workers that leave nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from curation_kit.processes import Worker


@pytest.fixture
def worker() -> Iterator[Worker]:
    """A worker that leaves nothing behind."""
    made = Worker()
    yield made
    made.close()


@pytest.fixture
def host() -> Iterator[Worker]:
    """A worker that serves up to eight calls at once."""
    made = Worker(8)
    yield made
    made.close()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """Threads for calls that overlap."""
    with ThreadPoolExecutor(16) as made:
        yield made
