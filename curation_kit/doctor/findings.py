"""Words of the doctor: findings, and how sizes and lists are told."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Finding", "Level", "listed", "size"]

#: Names told of a long list; the others are counted.
TOLD = 3


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


def listed(names: Iterable[object]) -> str:
    """Give the first names of a list, and how many more there are."""
    told = [str(name) for name in names]
    more = len(told) - TOLD
    return ", ".join(told[:TOLD]) + (f" and {more:,} more" if more > 0 else "")
