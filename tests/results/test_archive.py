from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import pytest

from curation_kit.errors import JobError
from curation_kit.results import zip_archive


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Two result files."""
    made = [tmp_path / "Smith 2019.csv", tmp_path / "線虫.csv"]
    for path in made:
        path.write_text(path.stem)
    return made


def write_zip(
    path: Path, entries: Iterable[tuple[str, Path | bytes]], *, time: float = 0.0
) -> Path:
    """A ZIP of all entries."""
    with zip_archive(path, time=time) as archive:
        for name, content in entries:
            archive.add(name, content)
    return path


def entries(files: list[Path]) -> list[tuple[str, Path | bytes]]:
    """Each file by its name."""
    return [(file.name, file) for file in files]


def test_the_zip_holds_each_file_by_its_name(tmp_path: Path, files) -> None:
    """Without folders; other scripts than Latin survive."""
    path = write_zip(tmp_path / "new" / "out.zip", entries(files))

    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [file.name for file in files]
        assert archive.read("線虫.csv").decode() == "線虫"
        assert archive.testzip() is None
    assert list(path.parent.iterdir()) == [path]


def test_the_bytes_are_those_of_zipfile(tmp_path: Path, files) -> None:
    """Though less is kept of each entry; a PDF is not compressed again."""
    pdf = tmp_path / "paper.pdf"
    pdf.write_bytes(b"%PDF " * 300)
    ours = write_zip(
        tmp_path / "ours.zip", [*entries([*files, pdf]), ("_run/é.txt", b"made" * 99)]
    )
    plain = tmp_path / "plain.zip"
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [
            *((file.name, file.read_bytes()) for file in [*files, pdf]),
            ("_run/é.txt", b"made" * 99),
        ]:
            entry = zipfile.ZipInfo(name)
            entry.compress_type = (
                zipfile.ZIP_STORED if name == pdf.name else zipfile.ZIP_DEFLATED
            )
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content)
    assert ours.read_bytes() == plain.read_bytes()


def test_a_second_export_replaces_the_first(tmp_path: Path, files) -> None:
    """No member is there twice."""
    path = tmp_path / "out.zip"
    write_zip(path, entries(files))
    write_zip(path, entries(files[:1]))

    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [files[0].name]


def test_a_result_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Another place for the ZIP would not help."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(JobError, match=r"folder cannot be read .*Check the disk"):
        write_zip(tmp_path / "out.zip", [("folder", tmp_path / "folder")])
    assert not (tmp_path / "out.zip").exists()


def test_a_result_file_that_ends_in_an_error_is_named(tmp_path: Path) -> None:
    """The disk may fail in the middle of a file."""
    broken = Path("/proc/self/mem")  # can be opened, not read
    if not broken.exists():
        pytest.skip("needs a file of Linux that gives an error when it is read")
    with pytest.raises(JobError, match=r"mem cannot be read \(Input/output error\)"):
        write_zip(tmp_path / "out.zip", [("mem", broken)])
    assert not (tmp_path / "out.zip").exists()


def test_a_missing_result_file_leaves_the_earlier_zip(tmp_path: Path, files) -> None:
    """The error names the file and what to do."""
    path = write_zip(tmp_path / "out.zip", entries(files))
    before = path.read_bytes()
    files[1].unlink()

    with pytest.raises(JobError, match=r"線虫\.csv is gone.*try again"):
        write_zip(path, entries(files))

    assert path.read_bytes() == before


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, files) -> None:
    """A file in the place of a folder, for instance."""
    (tmp_path / "file").write_text("")

    with pytest.raises(JobError, match=r"out\.zip cannot be written"):
        write_zip(tmp_path / "file" / "out.zip", entries(files))


def test_bytes_files_and_folders_may_be_mixed_and_may_go(tmp_path: Path) -> None:
    """A file that was added is needed no more."""
    file = tmp_path / "passing"
    file.write_text("from a file")

    with zip_archive(tmp_path / "out.zip") as archive:
        archive.add("_run/a.txt", file)
        file.unlink()
        archive.add("b.txt", b"from memory")

    with zipfile.ZipFile(tmp_path / "out.zip") as written:
        assert {name: written.read(name) for name in written.namelist()} == {
            "_run/a.txt": b"from a file",
            "b.txt": b"from memory",
        }


def test_what_was_packed_is_known_with_its_checksum(tmp_path: Path) -> None:
    """Of files, also large ones, and of bytes, in the order of the ZIP."""
    large = os.urandom(200_000)
    (tmp_path / "large").write_bytes(large)

    with zip_archive(tmp_path / "out.zip") as archive:
        archive.add("b", tmp_path / "large")
        archive.add("a", b"x")
        found = [(name, e.size, e.sha256) for name, e in archive.packed.items()]

    assert found == [
        ("b", len(large), sha256(large).digest()),
        ("a", 1, sha256(b"x").digest()),
    ]


def test_the_same_entries_give_the_same_bytes(tmp_path: Path, files) -> None:
    """Whenever the ZIP is made, and whenever its files were."""
    first = write_zip(tmp_path / "a.zip", entries(files), time=1.7e9).read_bytes()
    os.utime(files[0], (0, 0))

    second = write_zip(tmp_path / "b.zip", entries(files), time=1.7e9)

    assert second.read_bytes() == first
    with zipfile.ZipFile(second) as archive:
        assert archive.infolist()[0].date_time == (2023, 11, 14, 22, 13, 20)


def test_entries_that_fail_leave_no_zip(tmp_path: Path) -> None:
    """Half a ZIP would look like a whole one."""

    def broken():
        yield "a", b""
        raise JobError("no more")

    with pytest.raises(JobError, match="no more"):
        write_zip(tmp_path / "out.zip", broken())

    assert list(tmp_path.iterdir()) == []
