from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from curation_kit.documents.intake import Intake
from curation_kit.documents.report import Preflight


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where copies lie."""
    made = tmp_path / "copies"
    made.mkdir()
    return made


@pytest.fixture
def papers(tmp_path: Path) -> list[Path]:
    """Five files; the first one says where those that look meet."""
    (tmp_path / "meet").mkdir()
    paths = [tmp_path / f"{number}.pdf" for number in range(5)]
    for path in paths:
        path.write_text(f"{tmp_path / 'meet'}\n{path.name}")
    return paths


def meet(path: Path) -> Preflight:
    """Wait until another one looks, too."""
    place, name = path.read_text().splitlines()
    (Path(place) / name).touch()
    for _ in range(6000):
        if len(list(Path(place).iterdir())) > 1:
            return Preflight(size=1, title=name)
        time.sleep(0.01)
    raise TimeoutError


def look(path: Path) -> Preflight:
    """Tell what is in the file."""
    return Preflight(size=1, title=path.read_text().splitlines()[-1])


def nobody(_: str) -> bool:
    """No document is known."""
    return False


def test_files_are_looked_at_side_by_side_and_come_in_order(
    folder: Path, papers: list[Path]
) -> None:
    """Each with its own report."""
    intake = Intake(folder, is_known=nobody, look=meet, at_once=2)
    with intake.arrivals(papers) as arrivals:
        found = [(one.path, one.report and one.report.title) for one in arrivals]
    assert found == [(path, path.name) for path in papers]
    assert list(folder.iterdir()) == []


def test_what_is_known_is_not_looked_at(folder: Path, papers: list[Path]) -> None:
    """Until somebody asks for it."""
    intake = Intake(folder, is_known=lambda _: True, look=look)
    with intake.arrivals(papers[:1]) as arrivals:
        arrival = next(arrivals)
        assert arrival.report is None
        intake.look_at(arrival)
        assert arrival.report == Preflight(size=1, title="0.pdf")


def test_a_file_that_cannot_be_copied_is_told_of_in_its_place(
    folder: Path, papers: list[Path]
) -> None:
    """The others come all the same."""
    papers[1].unlink()
    intake = Intake(folder, is_known=nobody, look=look)
    with intake.arrivals(papers) as arrivals:
        refused = [arrival.refused for arrival in arrivals]
    assert refused == ["", "cannot be copied (No such file or directory)", "", "", ""]


def test_who_stops_leaves_no_copy(folder: Path, papers: list[Path]) -> None:
    """Nor one that was made ahead; what was moved away stays there."""

    def take(arrivals: Iterator[object]) -> None:
        next(arrivals)
        copy = next(arrivals).copy  # type: ignore[attr-defined]
        copy.rename(folder / "kept")
        raise KeyboardInterrupt

    intake = Intake(folder, is_known=nobody, look=look, at_once=2)
    with pytest.raises(KeyboardInterrupt), intake.arrivals(papers) as arrivals:
        take(arrivals)
    assert [path.name for path in folder.iterdir()] == ["kept"]


def test_copies_go_ahead_of_who_takes_them_by_few(
    folder: Path, papers: list[Path]
) -> None:
    """They take room on the disk."""
    intake = Intake(folder, is_known=nobody, look=look, at_once=2)
    with intake.arrivals(papers) as arrivals:
        for _ in arrivals:
            assert len(list(folder.iterdir())) <= 3
