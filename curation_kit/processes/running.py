"""Whether a process has ended."""

from __future__ import annotations

__all__ = ["is_running"]


def is_running(pid: int) -> bool:
    """Whether a process has not ended; one that nobody has waited for has."""
    import psutil

    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except (psutil.NoSuchProcess, ValueError):  # or no id at all
        return False
