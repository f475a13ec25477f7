"""Measure the quality of extraction and write it down.

    python tests/quality/report.py [classifier genes places records speed]

Without names all parts are measured, and README.md and figures.tsv beside this
file are written anew; with names only those are measured, and printed.
"""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from figures import Figure, write_kept

#: Modules beside this one, each with ``figures() -> list[Figure]`` and with what
#: was measured, on what, in its docstring, which is the text of its part.
PARTS = ("classifier", "genes", "places", "records", "speed")


def table(figures: Iterable[Figure]) -> str:
    """Give figures as a Markdown table."""
    lines = [
        "| Figure | Value | 95 % interval | Items | Target | |",
        "|---|" + "--:|" * 5,
    ]
    for one in figures:
        count = one.value > 1 or isinstance(one.value, int)
        number = "{:.0f}" if count else "{:.3f}"
        target = met = ""
        if one.target is not None:
            target = f"≥ {one.target:g}"
            met = "met" if one.value >= one.target else "**missed**"
        shown, low, high = (number.format(x) for x in (one.value, one.low, one.high))
        lines.append(
            f"| {one.name} | {shown} | {low}–{high} | {one.size} | {target} | {met} |"
        )
    return "\n".join(lines)


def measure(part: str) -> tuple[str, list[Figure]]:
    """Give the text of a part and its figures."""
    began = time.perf_counter()
    module = importlib.import_module(part)
    figures: list[Figure] = module.figures()
    title, _, about = (module.__doc__ or part).partition("\n")
    text = [f"## {title.rstrip('.')}", about.strip()]
    for group in dict.fromkeys(one.group for one in figures):
        text += [f"### {group}", table(one for one in figures if one.group == group)]
    print(f"{part}: {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return "\n\n".join(text), figures


def main(names: list[str]) -> None:
    """Measure some parts, or all and write the report."""
    if names:
        print("\n\n".join(measure(name)[0] for name in names))
        return
    head = (
        "# Quality of extraction\n\nWritten by `python tests/quality/report.py` on "
        f"{datetime.now(UTC):%Y-%m-%d}; the tests fail when a figure is worse than "
        "its interval."
    )
    measured = [measure(part) for part in PARTS]
    text = "\n\n".join([head, *(text for text, _ in measured)])
    Path(__file__).with_name("README.md").write_text(text + "\n", encoding="utf-8")
    write_kept(one for _, figures in measured for one in figures)


if __name__ == "__main__":
    main(sys.argv[1:])
