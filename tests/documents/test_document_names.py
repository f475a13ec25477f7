from __future__ import annotations

import os

from curation_kit.documents.document import clean_name


def test_names_from_outside_are_made_harmless() -> None:
    """Folders, control and direction characters and broken bytes go."""
    assert clean_name("C:\\docs\\a\u202efdp.pdf") == "afdp.pdf"
    assert clean_name(os.fsdecode(b"caf\xe9.pdf")) == "caf?.pdf"
    assert len(clean_name("x" * 999)) == 255
