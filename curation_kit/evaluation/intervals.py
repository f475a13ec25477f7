"""How sure a score is: an interval by resampling what was scored.

Percentile bootstrap intervals (Efron & Tibshirani 1993, §13) that hold 95 % of the
draws. The same units and scores give the same interval.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import numpy as np

__all__ = ["bootstrap_interval", "count_intervals"]

Unit = TypeVar("Unit")

#: Shares of the draws below the ends of an interval.
_ENDS = (0.025, 0.975)


def bootstrap_interval(
    units: Sequence[Unit],
    score: Callable[[Sequence[Unit]], float],
    *,
    rounds: int = 1000,
) -> tuple[float, float]:
    """Give the interval of any score.

    Parameters
    ----------
    units
        What was scored, one by one, such as papers with their counts: drawn with
        replacement, so they must not depend on each other.
    score
        Score of some units; NaN where it has none, and then the draw is left out.
    rounds
        Number of draws.

    Returns
    -------
    (float, float)
        Lower and upper end; NaN if no draw has a score.
    """
    import numpy as np

    if not units:
        return float("nan"), float("nan")
    random = np.random.default_rng(0)
    draws = random.integers(len(units), size=(rounds, len(units)))
    return _ends(np.array([score([units[i] for i in draw]) for draw in draws]))


def count_intervals(
    units: np.ndarray,
    scores: Callable[[np.ndarray], np.ndarray],
    *,
    rounds: int = 1000,
) -> list[tuple[float, float]]:
    """Give the intervals of scores that are made of summed counts.

    The same as `bootstrap_interval`, for several scores at once and fast enough
    for thousands of units.

    Parameters
    ----------
    units : array of shape (units, counts)
        What was counted in each paper; at least one.
    scores
        From sums, an array of shape (rounds, counts), to scores, an array of shape
        (rounds, scores); NaN where there is none.
    rounds
        Number of draws.

    Returns
    -------
    list of (float, float)
        Lower and upper end of each score; NaN if no draw has it.
    """
    import numpy as np

    number = len(units)
    random = np.random.default_rng(0)
    times = random.multinomial(number, np.full(number, 1 / number), size=rounds)
    return [_ends(drawn) for drawn in scores(times @ units).T]


def _ends(drawn: np.ndarray) -> tuple[float, float]:
    """Ends of the interval of a score that some draws have."""
    import numpy as np

    known = drawn[~np.isnan(drawn)]
    if not known.size:
        return float("nan"), float("nan")
    low, high = np.quantile(known, _ENDS)
    return float(low), float(high)
