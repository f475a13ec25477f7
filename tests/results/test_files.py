from __future__ import annotations

from pathlib import Path

import pytest

from curation_kit.results import in_the_way


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
