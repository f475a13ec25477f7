"""Whatever is killed, and whenever: nothing is lost, repeated or paid twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from chaos import TARGETS, Plan, chaos


@pytest.mark.usefixtures("plugins")
def test_nothing_is_lost_or_paid_twice(tmp_path: Path) -> None:
    """Runners, workers, submitter and viewers are killed at 30 moments and more."""
    plan = Plan(papers=60, kills=30, seed=3)

    with chaos(tmp_path, plan) as made:
        made.run()

    assert len(made.kills) >= plan.kills
    assert {kill.target for kill in made.kills} == set(TARGETS)
