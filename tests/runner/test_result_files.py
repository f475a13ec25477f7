"""Result files of many documents, written together."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from curation_kit.jobs import ResultFile
from curation_kit.runner.result_files import ResultFiles


@pytest.fixture
def files(tmp_path: Path) -> Iterator[ResultFiles]:
    """Files in a folder that is made when it is needed."""
    made = ResultFiles(tmp_path / "results")
    yield made
    made.close()


def content(folder: Path) -> dict[str, bytes]:
    """All files in a folder, by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc for names")
def test_files_of_many_documents_are_on_the_disk_under_their_names(
    files: ResultFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is synced before it gets its name, and each folder once after that."""
    done: list[tuple[str, str]] = []
    fsync, replace = os.fsync, os.replace

    def sync(descriptor: int) -> None:
        fsync(descriptor)
        done.append(("sync", Path(f"/proc/self/fd/{descriptor}").readlink().name))

    def rename(before: str, after: str) -> None:
        replace(before, after)
        done.append(("rename", Path(after).name))

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "replace", rename)
    documents = [
        ("a", [ResultFile(2, "1.csv", b"one"), ResultFile(3, "1.json", b"")]),
        ("b", [ResultFile(2, "2.csv", b"two" * 100_000)]),
        ("b", []),
    ]

    assert files.write(documents) == [None] * 3

    assert content(tmp_path / "results" / "a") == {"1.csv": b"one", "1.json": b""}
    assert content(tmp_path / "results" / "b") == {"2.csv": b"two" * 100_000}
    made = ("sync", "results")  # a folder for each job
    assert done.count(made) == 2
    done = [step for step in done if step != made]
    assert [what for what, _ in done] == ["sync"] * 3 + ["rename"] * 3 + ["sync"] * 2
    assert {name for _, name in done[-2:]} == {"a", "b"}


def test_only_the_document_whose_file_is_refused_is_named(
    files: ResultFiles, tmp_path: Path
) -> None:
    """The others are written all the same, and nothing is left of it."""
    (tmp_path / "results" / "a" / "2.csv").mkdir(parents=True)
    documents = [("a", [ResultFile(2, f"{n}.csv", b"x")]) for n in range(1, 4)]

    first, second, third = files.write(documents)

    assert first is third is None
    assert isinstance(second, OSError)
    folder = tmp_path / "results" / "a"
    assert sorted(path.name for path in folder.iterdir()) == ["1.csv", "2.csv", "3.csv"]
    assert (folder / "2.csv").is_dir()


def test_files_that_are_no_results_after_all_are_deleted(
    files: ResultFiles, tmp_path: Path
) -> None:
    """Also when the job was deleted meanwhile."""
    given = [ResultFile(2, "1.csv", b"one")]
    files.write([("a", given)])

    files.remove("a", given)
    files.remove("gone", given)

    assert content(tmp_path / "results" / "a") == {}


def test_a_workspace_that_is_gone_is_not_made_once_more(tmp_path: Path) -> None:
    """It was moved: its results would be where nobody looks for them."""
    files = ResultFiles(tmp_path / "gone" / "results")

    [refused] = files.write([("a", [ResultFile(2, "1.csv", b"one")])])

    files.close()
    assert isinstance(refused, FileNotFoundError)
    assert not list(tmp_path.iterdir())
