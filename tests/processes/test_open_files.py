"""The limit of the system on open files."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from curation_kit.processes import allow_open_files

resource = pytest.importorskip("resource")


@pytest.fixture
def limits() -> Iterator[tuple[int, int]]:
    """A low limit that may be raised, and how far; put back afterwards."""
    before = soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    low = min(soft, 500)
    resource.setrlimit(resource.RLIMIT_NOFILE, (low, hard))
    yield low, hard
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_the_limit_is_raised_as_far_as_is_needed(limits: tuple[int, int]) -> None:
    """And as the system allows; it is never lowered."""
    low, hard = limits

    def allowed(count: int) -> int:
        allow_open_files(count)
        found: int = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        return found

    assert allowed(low - 1) == low
    assert allowed(low + 1) == low + 1
    assert allowed(low) == low + 1
    if hard != resource.RLIM_INFINITY:
        assert allowed(hard + 1) == hard
