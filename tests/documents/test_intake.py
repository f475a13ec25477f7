from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from meeting import files_that_meet, meet

from curation_kit.documents.intake import Intake, copy_in
from curation_kit.documents.report import Preflight
from curation_kit.processes import WorkerNotStarted


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where copies lie."""
    made = tmp_path / "copies"
    made.mkdir()
    return made


@pytest.fixture
def papers(tmp_path: Path) -> list[Path]:
    """Five files."""
    return files_that_meet(tmp_path, 5)


def look(path: Path) -> Preflight:
    """Tell what is in the file."""
    return Preflight(size=1, title=path.read_text().splitlines()[-1])


def broken(path: Path) -> Preflight:
    """Lack what it takes to look."""
    raise ImportError(path.name)


def nobody(_: str) -> bool:
    """No document is known."""
    return False


def test_files_are_looked_at_side_by_side_and_come_in_order(
    folder: Path, papers: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each with its own report."""
    monkeypatch.setattr("curation_kit.documents.intake.PREFLIGHT_MEMORY_LIMIT", 1)
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


def test_a_computer_that_refuses_a_second_process_has_the_first(
    folder: Path, papers: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No file is refused for want of the other one."""
    asked: list[object] = []

    def one_only(path: Path, worker: object, **_: object) -> Preflight:
        asked.append(worker)
        if worker is not asked[0]:
            raise WorkerNotStarted("Resource temporarily unavailable")
        return look(path)

    monkeypatch.setattr("curation_kit.documents.intake.first_look", one_only)
    intake = Intake(folder, is_known=nobody, at_once=2)
    with intake.arrivals(papers) as arrivals:
        assert [arrival.refused for arrival in arrivals] == [""] * 5
    assert len(set(asked)) == 2


def test_no_copy_is_left_where_nothing_can_be_looked_at(
    folder: Path, papers: list[Path]
) -> None:
    """What is broken is told; it is not the fault of a file."""
    intake = Intake(folder, is_known=nobody, look=broken, at_once=2)
    with pytest.raises(ImportError), intake.arrivals(papers) as arrivals:
        next(arrivals)
    assert list(folder.iterdir()) == []


def test_a_copy_ends_when_it_is_over(folder: Path, papers: list[Path]) -> None:
    """Who stops does not wait for a large file."""
    with pytest.raises(InterruptedError):
        copy_in(papers[0], folder, is_over=lambda: True)
    assert list(folder.iterdir()) == []


def test_no_more_look_at_once_than_there_is_memory_for(
    folder: Path, papers: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each may take as much as its limit allows."""
    monkeypatch.setattr("curation_kit.documents.intake.PREFLIGHT_MEMORY_LIMIT", 10**18)
    intake = Intake(folder, is_known=nobody, look=look, at_once=4)
    with intake.arrivals(papers) as arrivals:
        for _ in arrivals:
            assert len(list(folder.iterdir())) <= 2
