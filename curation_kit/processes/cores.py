"""How many processes can compute at the same time here."""

from __future__ import annotations

from functools import cache

__all__ = ["cores"]


@cache
def cores() -> int:
    """Cores that this process may use: in a container, those that it was given."""
    from loky import cpu_count  # as joblib's: the default of `n_jobs`

    return int(cpu_count())
