"""The quality of extraction does not fall below what was last measured."""

from __future__ import annotations

import importlib
from pathlib import Path

import figures
import missing
import pytest
from figures import Figure, fallen, read_kept, write_kept
from report import PARTS

#: Parts that are measured anew here: those that take seconds and are no timing.
GUARDED = [part for part in PARTS if part != "speed"]


#: Parts whose gold is in this repository; others need the corpora beside it.
AT_HAND = {"records"}


@pytest.mark.parametrize("part", GUARDED)
def test_no_figure_falls_below_its_interval(
    part: str, request: pytest.FixtureRequest
) -> None:
    """Where it does: mend the rules, or write the report anew and say why."""
    if part not in AT_HAND:
        request.getfixturevalue("shared_data")
    if not figures.KEPT.is_file():
        missing.skip("no report is written yet: run python tests/quality/report.py")
    measured = importlib.import_module(part).cheap()
    assert measured, f"{part}.cheap() measures nothing"
    assert fallen(measured, read_kept()) == []


@pytest.fixture
def kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[tuple[str, str], Figure]:
    """One figure as the file keeps it."""
    monkeypatch.setattr(figures, "KEPT", tmp_path / "figures.tsv")
    write_kept([Figure("Genes", "BioRED: F1", 0.81234, 0.79, 0.83, 3501, 0.8)])
    return read_kept()


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.81234, []),
        (0.79, []),
        (0.95, []),
        (0.7899, ["Genes, BioRED: F1: 0.790 is below 0.790, the lower end of 0.812"]),
        (0.5, ["Genes, BioRED: F1: 0.500 is below 0.790, the lower end of 0.812"]),
        (
            float("nan"),
            ["Genes, BioRED: F1: nan is below 0.790, the lower end of 0.812"],
        ),
    ],
)
def test_a_figure_below_its_interval_is_told(
    kept: dict[tuple[str, str], Figure], value: float, said: list[str]
) -> None:
    """One within it, or better, is not."""
    now = Figure("Genes", "BioRED: F1", value, 0, 1, 3501)
    assert fallen([now], kept) == said


def test_a_figure_that_nobody_kept_is_told(kept: dict[tuple[str, str], Figure]) -> None:
    """Else a renamed one would be held to nothing."""
    now = Figure("Genes", "BioRED: recall", 1, 1, 1, 3501)
    assert fallen([now], kept) == ["Genes, BioRED: recall: not in figures.tsv"]
