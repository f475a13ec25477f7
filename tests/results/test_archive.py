from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from curation_kit.errors import JobError
from curation_kit.results import write_zip


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Two result files."""
    made = [tmp_path / "Smith 2019.csv", tmp_path / "線虫.csv"]
    for path in made:
        path.write_text(path.stem)
    return made


def test_the_zip_holds_each_file_by_its_name(tmp_path: Path, files) -> None:
    """Without folders; other scripts than Latin survive."""
    path = write_zip(tmp_path / "new" / "out.zip", files)

    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [file.name for file in files]
        assert archive.read("線虫.csv").decode() == "線虫"
        assert archive.testzip() is None
    assert list(path.parent.iterdir()) == [path]


def test_a_second_export_replaces_the_first(tmp_path: Path, files) -> None:
    """No member is there twice."""
    path = tmp_path / "out.zip"
    write_zip(path, files)
    write_zip(path, files[:1])

    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [files[0].name]


def test_a_missing_result_file_leaves_the_earlier_zip(tmp_path: Path, files) -> None:
    """The error names the file and what to do."""
    path = write_zip(tmp_path / "out.zip", files)
    before = path.read_bytes()
    files[1].unlink()

    with pytest.raises(JobError, match=r"線虫\.csv is gone.*run it again"):
        write_zip(path, files)

    assert path.read_bytes() == before


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, files) -> None:
    """A file in the place of a folder, for instance."""
    (tmp_path / "file").write_text("")

    with pytest.raises(JobError, match=r"out\.zip cannot be written"):
        write_zip(tmp_path / "file" / "out.zip", files)
