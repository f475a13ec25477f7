from __future__ import annotations

import pytest

from curation_kit.documents.cache import TextCache, read_cached
from curation_kit.documents.reader import read_document
from curation_kit.errors import DocumentFailure

ID = "ab" * 32


@pytest.fixture
def paper(make_pdf, column):
    """A paper of two pages."""
    lines = ["Results", "The gene α-1 is expressed in the gut.", "Fig. 1. A worm."]
    return make_pdf(column(60, 100, lines), column(60, 100, lines[1:]))


def test_a_text_comes_back_as_it_was(tmp_path, paper):
    """All parts of a text survive; boxes to a hundredth of a point."""
    cache = TextCache(tmp_path / "cache")
    assert cache.get(ID) is None
    text = read_document(paper, name="x.pdf")
    cache.put(ID, text)
    back = cache.get(ID)
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
    """A damaged cache file is not used, and is written anew."""
    cache = TextCache(tmp_path / "cache")
    text = read_cached(paper, name="x.pdf", document_id=ID, cache=cache)
    (path,) = (tmp_path / "cache").rglob("*.text")
    data = path.read_bytes()
    broken = {
        "cut": data[: len(data) // 2],
        "flip": data[:-3] + bytes([data[-3] ^ 255]) + data[-2:],
        "empty": b"",
        "other": b"something else, long enough to look like a cache file",
    }
    path.write_bytes(broken[damage])
    assert cache.get(ID) is None
    again = read_cached(paper, name="x.pdf", document_id=ID, cache=cache)
    assert again.text == text.text
    assert path.read_bytes() == data


def test_a_cached_paper_is_not_read_again(tmp_path, paper):
    """Once read, the PDF itself is not needed."""
    cache = TextCache(tmp_path / "cache")
    first = read_cached(paper, name="x.pdf", document_id=ID, cache=cache)
    paper.unlink()
    again = read_cached(paper, name="x.pdf", document_id=ID, cache=cache)
    assert again.text == first.text
    assert list((tmp_path / "cache").rglob("*.part")) == []


def test_another_reader_version_reads_anew(tmp_path, paper, monkeypatch):
    """A text of another version of the reader is not used."""
    cache = TextCache(tmp_path / "cache")
    read_cached(paper, name="x.pdf", document_id=ID, cache=cache)
    monkeypatch.setattr("curation_kit.documents.text.READER_VERSION", "other")
    assert cache.get(ID) is None


def test_failures_are_not_kept(tmp_path, make_pdf):
    """A paper that cannot be read leaves nothing in the cache."""
    cache = TextCache(tmp_path / "cache")
    with pytest.raises(DocumentFailure):
        read_cached(make_pdf([]), name="x.pdf", document_id=ID, cache=cache)
    assert not (tmp_path / "cache").exists()


def test_ids_are_no_paths(tmp_path):
    """An id cannot lead out of the folder."""
    with pytest.raises(ValueError, match="not a document id"):
        TextCache(tmp_path).get("../../etc/passwd")
