"""The quality of extraction does not fall below what was last measured."""

from __future__ import annotations

import importlib
from pathlib import Path

import figures
import missing
import pytest
import records
from figures import Figure, fallen, read_kept, write_kept
from report import PARTS, table

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


def test_sets_are_of_curated_papers_and_do_not_overlap() -> None:
    """A paper whose name is mistyped would be scored as one of development."""
    curated = {name for name, _ in records.papers()}
    sets = (records.HELD_OUT, records.SECOND, records.PLANTS)
    assert frozenset().union(*sets) <= curated
    assert sum(map(len, sets)) == len(frozenset().union(*sets))


def test_counts_are_written_as_whole_numbers() -> None:
    """Also those that a share could be: none and one."""
    shown = table([Figure("Errors", "all papers", 0, 0.0, 1.0, 14)])
    assert shown.splitlines()[-1] == "| all papers | 0 | 0–1 | 14 |  |  |"


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


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, []),
        (3, []),
        (4, ["Errors, all papers: 4 is above 3, the upper end of 1"]),
    ],
)
def test_more_errors_than_the_interval_are_told(
    kept: dict[tuple[str, str], Figure], value: int, said: list[str]
) -> None:
    """Fewer are not: of errors a smaller number is better."""
    kept["Errors", "all papers"] = Figure("Errors", "all papers", 1, 0, 3, 14)
    now = Figure("Errors", "all papers", value, 0, 9, 14, fewer_is_better=True)
    assert fallen([now], kept) == said


def test_a_figure_that_nobody_kept_is_told(kept: dict[tuple[str, str], Figure]) -> None:
    """Else a renamed one would be held to nothing."""
    now = Figure("Genes", "BioRED: recall", 1, 1, 1, 3501)
    assert fallen([now], kept) == ["Genes, BioRED: recall: not in figures.tsv"]
