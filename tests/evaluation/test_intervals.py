from __future__ import annotations

import numpy as np
import pytest

from curation_kit.evaluation import bootstrap_interval
from curation_kit.evaluation.intervals import count_intervals


def share(units):
    """Give the share of the first of two counts."""
    right, all_ = np.sum(units, axis=0)
    return right / all_


def shares(sums):
    """Give the share of the first of two counts of each line."""
    return sums[:, :1] / sums[:, 1:]


def test_intervals_cover_the_true_score_as_often_as_they_say():
    """In about 19 of 20 samples."""
    random = np.random.default_rng(1)
    hits = 0
    for _ in range(200):
        right = random.random((40, 5)) < 0.7
        units = np.stack([right.sum(axis=1), np.full(40, 5)], axis=1)
        low, high = count_intervals(units, shares, rounds=400)[0]
        hits += low <= 0.7 <= high
    assert 180 <= hits <= 199


def test_summed_counts_give_the_interval_of_single_units():
    """The quick way and the plain one agree but for chance."""
    units = np.array([[i % 4, 4] for i in range(60)])
    plain = bootstrap_interval([*units], share, rounds=4000)
    quick = count_intervals(units, shares, rounds=4000)[0]
    assert quick == pytest.approx(plain, abs=0.02)


def test_without_units_there_is_no_interval():
    """Nor for a score that no draw has."""
    assert np.isnan(bootstrap_interval([], share)).all()
    never = count_intervals(np.ones((3, 2)), lambda sums: sums * np.nan)
    assert np.isnan(never).all()
