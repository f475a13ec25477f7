"""Words of the doctor: findings, and how sizes are told."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Finding", "Level", "size"]


class Level(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"  # nothing is lost and work goes on, but look at it
    PROBLEM = "problem"  # something does not work or was lost


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    subject
        What was looked at, in a word or two.
    level
        ``ok``, ``warning`` or ``problem``.
    message
        What was found, in plain words.
    advice
        What to do next; empty when there is nothing to do.
    """

    subject: str
    level: Level
    message: str
    advice: str = ""


def size(number: float) -> str:
    """Give a number of bytes as people say it.

    Examples
    --------
    >>> size(0), size(1_234), size(5_600_000), size(71_500_000_000)
    ('0 kB', '2 kB', '5.6 MB', '71.5 GB')
    """
    for unit, bytes_in_it in (("GB", 1e9), ("MB", 1e6)):
        if number >= bytes_in_it:
            return f"{number / bytes_in_it:.1f} {unit}"
    return f"{math.ceil(number / 1e3)} kB"
