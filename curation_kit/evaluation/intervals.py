"""How sure a score is: an interval by resampling what was scored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

__all__ = ["bootstrap_interval"]

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
