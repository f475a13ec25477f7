"""Whether the next call fits what a job and a day may spend."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation_kit.llm import Spending
from curation_kit.runner.budgets import Allowance, Budgets
from curation_kit.store import DATABASE, Database


@pytest.fixture
def budgets(tmp_path: Path) -> Budgets:
    """Nothing is spent yet."""
    return Budgets(Spending(Database(tmp_path / "curation.sqlite")))


def test_what_is_under_way_is_reserved(budgets: Budgets) -> None:
    """The next call waits for it, and fits when it was cheaper than feared."""
    allowance = Allowance(job=1.0)
    budgets.reserve("job", 0.0, 1, 0.6)

    obstacle = budgets.obstacle("job", 0.0, 0.6, allowance)
    assert obstacle is not None
    assert obstacle.passing
    assert budgets.obstacle("other", 0.0, 0.6, allowance) is None

    budgets.settle("job", 0.0, 1, 0.6, 0.4)
    assert budgets.obstacle("job", 0.0, 0.6, allowance) is None

    budgets.reserve("job", 0.0, 2, 0.6)
    budgets.settle("job", 0.0, 2, 0.6, 0.6)
    obstacle = budgets.obstacle("job", 0.0, 0.01, allowance)
    assert obstacle is not None
    assert not obstacle.passing  # nobody will make room
    assert "may spend $1.00: $1.00 is spent" in obstacle.reason
    assert "up to $0.01. Resume it with a higher budget." in obstacle.reason


def test_a_day_counts_all_jobs_and_ends(budgets: Budgets) -> None:
    """Another day has room again."""
    allowance = Allowance(day=1.0)
    budgets.reserve("job", 0.0, 1, 0.9)
    budgets.settle("job", 0.0, 1, 0.9, 0.9)

    obstacle = budgets.obstacle("other", 0.0, 0.2, allowance)
    assert obstacle is not None
    assert "All jobs together may spend $1.00 today (UTC)" in obstacle.reason
    assert "goes on by itself from 02 Jan 00:00 UTC" in obstacle.reason
    assert "To go on now, raise the daily budget" in obstacle.reason
    assert obstacle.until == 86_400.0
    assert budgets.obstacle("other", 86_400.0, 0.2, allowance) is None


def test_what_no_day_has_room_for_does_not_go_on_by_itself(budgets: Budgets) -> None:
    """A single call that may cost more than the cap; and the budget of a job."""
    for allowance in (Allowance(day=1.0), Allowance(job=1.0)):
        obstacle = budgets.obstacle("job", 0.0, 1.2, allowance)
        assert obstacle is not None
        assert obstacle.until is None
        assert "by itself" not in obstacle.reason


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="no time zones on Windows")
def test_the_time_is_told_as_the_clock_here_shows_it(
    budgets: Budgets, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Midnight of UTC is seldom that of the reader."""
    monkeypatch.setenv("TZ", "XYZ-2")
    time.tzset()
    try:
        budgets.reserve("job", 0.0, 1, 0.9)
        obstacle = budgets.obstacle("job", 0.0, 0.2, Allowance(day=1.0))
    finally:
        monkeypatch.undo()
        time.tzset()
    assert obstacle is not None
    assert "from 02 Jan 00:00 UTC (02 Jan 02:00 here)," in obstacle.reason


def test_a_budget_needs_a_price(budgets: Budgets) -> None:
    """Without a budget a call may be made whose cost nobody knows."""
    assert budgets.obstacle("job", 0.0, None, Allowance()) is None
    obstacle = budgets.obstacle("job", 0.0, None, Allowance(job=1.0))
    assert obstacle is not None
    assert "no price" in obstacle.reason


@given(
    st.floats(0.0, 1.0),
    st.lists(st.tuples(st.floats(0, 0.3), st.floats(0, 1), st.integers(0, 5))),
)
def test_the_cap_is_never_passed(
    tmp_path_factory: pytest.TempPathFactory,
    cap: float,
    calls: list[tuple[float, float, int]],
) -> None:
    """However many are under way, and whatever part of its most each one costs."""
    database = Database(tmp_path_factory.mktemp("budgets") / DATABASE)
    budgets = Budgets(Spending(database))
    spent, open_ = 0.0, []
    for number, (most, share, ending) in enumerate(calls):
        if budgets.obstacle("job", 0.0, most, Allowance(job=cap)) is None:
            budgets.reserve("job", 0.0, number, most)
            open_.append((number, most, most * share))
        for ended in open_[:ending]:
            number_, most_, cost = ended
            budgets.settle("job", 0.0, number_, most_, cost)
            spent += cost
            open_.remove(ended)
        assert spent <= cap + 1e-8
    assert spent + sum(cost for *_, cost in open_) <= cap + 1e-8
    database.close()


def test_small_amounts_can_be_compared(budgets: Budgets) -> None:
    """Rounded to cents, a call would seem to fit that does not."""
    budgets.reserve("job", 0.0, 1, 0.0044)
    budgets.settle("job", 0.0, 1, 0.0044, 0.0044)

    obstacle = budgets.obstacle("job", 0.0, 0.0149, Allowance(job=0.0125))

    assert obstacle is not None
    assert obstacle.reason.startswith(
        "The job may spend $0.013: $0.0044 is spent, and the next call can cost up to "
        "$0.015."
    )
