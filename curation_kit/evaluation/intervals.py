"""How sure a score is: an interval by resampling what was scored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import numpy as np

__all__ = ["bootstrap_interval", "count_intervals"]

Unit = TypeVar("Unit")


def bootstrap_interval(
    units: Sequence[Unit],
    score: Callable[[Sequence[Unit]], float],
    *,
    rounds: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> tuple[float, float]:
    """Give the percentile bootstrap interval of a score (Efron & Tibshirani 1993, §13).

    Parameters
    ----------
    units
        What was scored, one by one, such as papers with their counts: drawn with
        replacement, so they must not depend on each other.
    score
        Score of some units; NaN where it has none, and then the draw is left out.
    rounds
        Number of draws.
    level
        Share of the draws inside the interval.
    seed
        The same seed gives the same interval.

    Returns
    -------
    (float, float)
        Lower and upper end; NaN if no draw has a score.
    """
    import numpy as np

    random = np.random.default_rng(seed)
    if not units:
        return float("nan"), float("nan")
    draws = random.integers(len(units), size=(rounds, len(units)))
    scores = np.array([score([units[i] for i in draw]) for draw in draws], dtype=float)
    scores = scores[~np.isnan(scores)]
    if not scores.size:
        return float("nan"), float("nan")
    outside = (1 - level) / 2
    low, high = np.quantile(scores, [outside, 1 - outside])
    return float(low), float(high)


def count_intervals(
    units: np.ndarray,
    scores: Callable[[np.ndarray], np.ndarray],
    *,
    rounds: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> np.ndarray:
    """Give percentile bootstrap intervals of scores that are made of summed counts.

    The same as `bootstrap_interval`, for several scores at once and fast enough
    for thousands of units.

    Parameters
    ----------
    units : array of shape (units, counts)
        What was counted in each paper.
    scores
        From sums, an array of shape (rounds, counts), to scores, an array of shape
        (rounds, scores); NaN where there is none.
    rounds, level, seed
        As for `bootstrap_interval`.

    Returns
    -------
    array of shape (scores, 2)
        Lower and upper ends; NaN for scores that no draw has.
    """
    import numpy as np

    number = len(units)
    if not number:
        return np.full((scores(np.zeros((1, units.shape[1]))).shape[1], 2), np.nan)
    random = np.random.default_rng(seed)
    times = random.multinomial(number, np.full(number, 1 / number), size=rounds)
    drawn = scores(times @ units)
    outside = (1 - level) / 2
    ends = np.full((drawn.shape[1], 2), np.nan)
    for index, column in enumerate(drawn.T):
        if (known := column[~np.isnan(column)]).size:
            ends[index] = np.quantile(known, [outside, 1 - outside])
    return ends
