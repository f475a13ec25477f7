"""How many files this process may have open: connections to others are some."""

from __future__ import annotations

from contextlib import suppress

__all__ = ["allow_open_files"]


def allow_open_files(count: int) -> None:
    """Have the system allow so many, if it may: most allow few until they are asked."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY:
        count = min(count, hard)
    if soft != resource.RLIM_INFINITY and soft < count:
        with suppress(OSError, ValueError):  # macOS has another limit, too
            resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))
