from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from curation_kit.errors import JobError
from curation_kit.results import in_the_way
from curation_kit.results.files import whole_file


def test_the_file_or_folder_in_the_way_is_named(tmp_path: Path) -> None:
    """Else it is what the system says."""
    (tmp_path / "r.py").write_text("")
    error = OSError(28, "No space left on device")

    assert in_the_way(tmp_path / "r.py" / "a" / "t.csv", error) == (
        f"{tmp_path / 'r.py'} is a file, not a folder"
    )
    assert in_the_way(tmp_path, error) == "it is a folder"
    assert in_the_way(tmp_path / ("t" * 300), error) == "No space left on device"
    assert in_the_way(tmp_path / "t.csv", error) == "No space left on device"


def test_an_error_without_words_of_the_system_has_its_own() -> None:
    """Never an empty reason."""
    with pytest.raises(OSError, match="odd") as raised:
        raise OSError("odd")

    assert in_the_way(Path("t.csv"), raised.value) == "odd"


def test_a_file_elsewhere_that_is_missing_is_named(tmp_path: Path) -> None:
    """As when the program is upgraded while it runs: another place does not help."""
    missing = tmp_path / "package" / "terms.json"
    told = (
        f"The ZIP cannot be made: {missing} cannot be used (No such file or directory)."
        " Put that right and try again; curation-kit doctor may tell more."
    )
    with (
        pytest.raises(JobError) as raised,
        whole_file(tmp_path / "out" / "results.zip", "ZIP"),
    ):
        missing.read_bytes()

    assert str(raised.value) == told
    assert list((tmp_path / "out").iterdir()) == []


def test_a_pipe_is_written_into_and_stays_one(tmp_path: Path) -> None:
    """As a device does: root could put a file in the place of /dev/null."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()

    with whole_file(pipe, "table") as place:
        place.write_bytes(b"a,b")
    reader.join()

    assert read == [b"a,b"]
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]


def test_a_full_device_says_so() -> None:
    """It stays a device, too."""
    device = Path("/dev/full")
    if not device.is_char_device():
        pytest.skip("this system has no /dev/full")

    def fill() -> None:
        with whole_file(device, "table") as place:
            assert place.parent != device.parent  # what is made never takes its place
            place.write_bytes(b"a,b")

    with pytest.raises(JobError, match=r"cannot be written \(No space left"):
        fill()
    assert device.is_char_device()


def test_a_link_leads_to_the_file_that_is_written(tmp_path: Path) -> None:
    """The link stays."""
    link, file = tmp_path / "link.csv", tmp_path / "below" / "file.csv"
    link.symlink_to(file)

    for content in (b"a", b"b"):
        with whole_file(link, "table") as place:
            place.write_bytes(content)
        assert (file.read_bytes(), link.is_symlink()) == (content, True)
    assert [path.name for path in file.parent.iterdir()] == ["file.csv"]


def test_a_file_that_is_open_is_written_into(tmp_path: Path) -> None:
    """As ``--out /dev/stdout >> all.csv`` asks for."""
    if not Path("/dev/fd").is_dir():
        pytest.skip("this system has no /dev/fd")
    file = tmp_path / "all.csv"
    with file.open("ab") as opened:
        opened.write(b"kept,")
        opened.flush()
        with whole_file(Path(f"/dev/fd/{opened.fileno()}"), "table") as place:
            place.write_bytes(b"new")
    assert file.read_bytes() == b"kept,new"


def test_the_root_is_a_folder(tmp_path: Path) -> None:
    """By whatever way it is named."""
    root = Path(*[tmp_path, *[".."] * len(tmp_path.parents)])
    with (
        pytest.raises(JobError, match="is a folder: name the file for the table"),
        whole_file(root, "table"),
    ):
        pass
