from __future__ import annotations

import sys

import click
import pytest
from rich.cells import cell_len

from curation_kit.cli.output import print_table

ID = "20261130-155703-39e0a5"
NAME = "表現_of_a_gene_in_a_worm_and_more_of_it_2026-part_12.pdf"
ERROR = "The file is damaged or incomplete: no page can be read. Download it again."

ROWS = [
    {"id": ID, "status": "completed", "done": "1,003 of 1,004", "name": NAME},
    {"id": ID, "status": "failed", "done": "0 of 4", "name": "a.pdf", "error": ERROR},
]


def show() -> None:
    """Print the rows, with sentences in the last column."""
    print_table(
        ROWS,
        ("id", "status", "done", "name", "error"),
        right=("done",),
        below=("error",),
    )


@pytest.mark.parametrize("width", [80, 100])
def test_a_narrow_terminal_gets_a_line_for_each_row(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Names alone are cut, in the middle; sentences stand below as a whole."""
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)

    show()

    header, first, second, *sentence = click.unstyle(
        capsys.readouterr().out
    ).splitlines()
    assert header.split() == ["id", "status", "done", "name"]
    assert first.startswith(f"{ID}  completed  1,003 of 1,004  表現_of_a")
    assert first.endswith("_12.pdf")
    assert "…" in first
    assert second.split() == [ID, "failed", "0", "of", "4", "a.pdf"]
    assert " ".join(" ".join(sentence).split()) == f"error: {ERROR}"
    assert all(cell_len(line) <= width for line in (header, first, second, *sentence))


@pytest.mark.parametrize(("width", "terminal"), [(200, True), (40, False)])
def test_nothing_is_cut_where_there_is_room_or_nobody_looks(
    *,
    width: int,
    terminal: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A wide terminal and a pipe get one table."""
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)

    show()

    shown = capsys.readouterr().out
    assert "…" not in shown
    for row in ROWS:
        assert any(
            all(value in line for value in row.values()) for line in shown.splitlines()
        )
