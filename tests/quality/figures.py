"""The figures of the quality report: what they are, and the file that keeps them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from curation_kit.evaluation.intervals import bootstrap_interval

#: The figures of the last report, which the tests hold the code to.
KEPT = Path(__file__).with_name("figures.tsv")

_COLUMNS = ("group", "name", "value", "low", "high", "size", "target")

#: The kept figures have four decimals.
ROUNDING = 5e-5


@dataclass(frozen=True, slots=True)
class Counts:
    """What was right, found and expected in one paper (or another unit)."""

    right_found: int
    found: int
    right_gold: int
    gold: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the report with its 95 % interval and its target.

    Attributes
    ----------
    group, name
        The table it stands in, and its line; unique together.
    value, low, high
        The number and its interval.
    size
        Number of gold items behind it; of papers, where they have none.
    target
        What it should reach at least, or nothing.
    fewer_is_better
        Whether it counts errors. It is not kept: the code that measures knows it.
    """

    group: str
    name: str
    value: float
    low: float
    high: float
    size: int
    target: float | None = None
    fewer_is_better: bool = False


def scores(units: Iterable[Counts]) -> tuple[float, float, float]:
    """Precision, recall and F1 over some units; NaN without found or gold items."""
    right_found = found = right_gold = gold = 0
    for unit in units:
        right_found += unit.right_found
        found += unit.found
        right_gold += unit.right_gold
        gold += unit.gold
    precision = right_found / found if found else float("nan")
    recall = right_gold / gold if gold else float("nan")
    if not (right_found and right_gold):
        return precision, recall, 0.0 if found or gold else float("nan")
    return precision, recall, 2 * precision * recall / (precision + recall)


def figures_of(
    group: str,
    name: str,
    units: Sequence[Counts],
    *,
    target: float | None = None,
    precision_target: float | None = None,
) -> list[Figure]:
    """Precision, recall and F1 of some units as figures, with intervals."""
    values = scores(units)
    wanted = (precision_target, None, target)
    size = sum(unit.gold for unit in units)

    def one(index: int) -> Callable[[Sequence[Counts]], float]:
        return lambda drawn: scores(drawn)[index]

    return [
        Figure(
            group,
            f"{name}: {what}",
            values[index],
            *bootstrap_interval(units, one(index)),
            size,
            wanted[index],
        )
        for index, what in enumerate(("precision", "recall", "F1"))
    ]


def write_kept(figures: Iterable[Figure]) -> None:
    """Keep figures for the tests to compare with."""
    with KEPT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(_COLUMNS)
        for one in figures:
            numbers = (f"{number:.4f}" for number in (one.value, one.low, one.high))
            target = "" if one.target is None else one.target
            writer.writerow([one.group, one.name, *numbers, one.size, target])


def read_kept() -> dict[tuple[str, str], Figure]:
    """Read the kept figures by group and name."""
    with KEPT.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return {
        (row["group"], row["name"]): Figure(
            row["group"],
            row["name"],
            float(row["value"]),
            float(row["low"]),
            float(row["high"]),
            int(row["size"]),
            float(row["target"]) if row["target"] else None,
        )
        for row in rows
    }


def fallen(
    measured: Iterable[Figure], kept: Mapping[tuple[str, str], Figure]
) -> list[str]:
    """Say which figures are worse than the kept interval, or are not kept."""
    said = []
    for one in measured:
        before = kept.get((one.group, one.name))
        if before is None:
            said.append(f"{one.group}, {one.name}: not in {KEPT.name}")
        elif one.fewer_is_better:
            if one.value > before.high + ROUNDING:
                said.append(
                    f"{one.group}, {one.name}: {one.value:g} is above {before.high:g}, "
                    f"the upper end of {before.value:g}"
                )
        elif not one.value >= before.low - ROUNDING:  # also when there is none
            said.append(
                f"{one.group}, {one.name}: {one.value:.3f} is below {before.low:.3f}, "
                f"the lower end of {before.value:.3f}"
            )
    return said
