from __future__ import annotations

import pytest

from curation_kit.documents.cache import TextCache
from curation_kit.documents.reader import read_document

ID = "ab" * 32
KEY = "ef" * 32


@pytest.fixture
def paper(make_pdf, column):
    """A paper of two pages."""
    lines = ["Results", "The gene α-1 is expressed in the gut.", "Fig. 1. A worm."]
    return make_pdf(column(60, 100, lines), column(60, 100, lines[1:]))


def test_a_text_comes_back_as_it_was(tmp_path, paper):
    """All parts of a text survive; boxes to a hundredth of a point."""
    cache = TextCache(tmp_path / "cache")
    assert cache.get(ID, KEY) is None
    text = read_document(paper, name="x.pdf")
    cache.put(ID, KEY, text)
    back = cache.get(ID, KEY)
    assert back.text == text.text
    assert back.pages == text.pages
    assert back.sections == text.sections
    assert back.captions == text.captions
    assert back.word_starts == text.word_starts
    assert back.word_ends == text.word_ends
    assert back.word_pages == text.word_pages
    assert list(back.word_boxes) == pytest.approx(list(text.word_boxes), abs=0.01)
    assert back.pages_without_text == text.pages_without_text


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "other"])
def test_a_damaged_file_counts_as_absent(tmp_path, paper, damage):
    """A damaged cache file is not used, and can be replaced."""
    cache = TextCache(tmp_path / "cache")
    text = read_document(paper, name="x.pdf")
    cache.put(ID, KEY, text)
    (path,) = (tmp_path / "cache").rglob("*.text")
    data = path.read_bytes()
    broken = {
        "cut": data[: len(data) // 2],
        "flip": data[:-3] + bytes([data[-3] ^ 255]) + data[-2:],
        "empty": b"",
        "other": b"something else, long enough to look like a cache file",
    }
    path.write_bytes(broken[damage])
    assert cache.get(ID, KEY) is None
    cache.put(ID, KEY, text)
    assert path.read_bytes() == data


def test_another_reading_has_another_text(tmp_path, paper):
    """A text that another agent or version has read is not used."""
    cache = TextCache(tmp_path / "cache")
    cache.put(ID, KEY, read_document(paper, name="x.pdf"))
    assert cache.get(ID, "cd" * 32) is None
    assert list((tmp_path / "cache").rglob("*.part")) == []


def test_ids_are_no_paths(tmp_path):
    """An id cannot lead out of the folder."""
    with pytest.raises(ValueError, match="is no id"):
        TextCache(tmp_path).get("../../etc/passwd", KEY)
