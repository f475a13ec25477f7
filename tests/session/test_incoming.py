from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from curation_kit.session.incoming import batch_name, file_name, is_pdf, sweep


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("<img src=x onerror=alert(1)>.pdf", "<img src=x onerror=alert(1)>.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\papers\\a.pdf", "a.pdf"),
        ("..", "document.pdf"),
        ("", "document.pdf"),
        ("ß" * 240 + ".pdf", "ß" * 125 + ".pdf"),  # 255 bytes
    ],
)
def test_names_are_data(name: str, kept: str) -> None:
    """A hostile name stays a name; a long one is cut before its suffix."""
    assert file_name(name) == kept


def test_names_of_upload_batches() -> None:
    """What was typed, tidied, or the time."""
    assert batch_name(" May\n\x07 2026 ") == "May 2026"
    assert len(batch_name("a" * 500)) == 100
    assert re.fullmatch(r"Upload \d{4}-\d\d-\d\d \d\d:\d\d", batch_name(" "))


def test_a_pdf_is_known_by_its_header() -> None:
    """Within the first kilobyte, as readers accept it."""
    assert is_pdf(b"junk %PDF-1.7")
    assert not is_pdf(b" " * 1024 + b"%PDF-1.7")


def test_leftovers_of_killed_kernels_are_swept(tmp_path: Path) -> None:
    """Old incomplete files go, those of other sessions of today stay."""
    old, new = (tmp_path / f"upload-{n}" for n in ("old", "new"))
    for folder in (old, new):
        (folder / "file").mkdir(parents=True)
        (folder / "file" / "a.pdf").write_bytes(b"%PDF-")
        os.utime(folder / "file", (0, 0))
        os.utime(folder, (0, 0))
    os.utime(old / "file" / "a.pdf", (0, 0))
    sweep(tmp_path)
    assert (old.exists(), new.exists()) == (False, True)


def test_what_another_session_sweeps_is_no_error(tmp_path: Path) -> None:
    """A folder that is listed and gone at the next look is passed over."""
    gone = tmp_path / "upload-gone"
    gone.symlink_to(tmp_path / "nowhere")
    sweep(tmp_path)
    assert gone.is_symlink()
