"""How long a job has worked: counted in one place, told in the same words."""

from __future__ import annotations

__all__ = ["ELAPSED", "duration", "whole_seconds"]

#: Seconds that a row of `jobs` was processing, as SQL; `:now` is now.
ELAPSED = "worked + coalesce(max(:now - since, 0), 0)"


def whole_seconds(seconds: float) -> int:
    """Round to a second; what took any time took one.

    Examples
    --------
    >>> whole_seconds(0.0), whole_seconds(0.2), whole_seconds(2.96)
    (0, 1, 3)
    """
    return max(int(seconds + 0.5), 1) if seconds > 0 else 0


def duration(seconds: float) -> str:
    """Give a time as a person would say it; the pages say it alike.

    Examples
    --------
    >>> duration(2.96), duration(125), duration(3725)
    ('3 s', '2 min 05 s', '1 h 02 min')
    """
    whole = whole_seconds(seconds)
    if whole < 60:  # noqa: PLR2004 - a minute
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"
