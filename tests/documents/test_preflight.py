from __future__ import annotations

from pathlib import Path

import pytest

from curation_kit.documents._pymupdf import pymupdf
from curation_kit.documents.drawing import PageSize, draw_page, page_sizes
from curation_kit.documents.opening import garbled_problem
from curation_kit.documents.preflight import preflight
from curation_kit.documents.reader import read_document
from curation_kit.errors import DocumentFailure

LINES = [
    (60, 80, "Expression of acs-1 in the gut of worms", 20),
    (60, 110, "https://doi.org/10.1234/test.(5)."),
    (60, 130, "The nematode C. elegans expresses the gene in the intestine."),
    (60, 160, "References"),
    (60, 180, "1. Smith. doi:10.9999/other"),
]

_OBJECTS = (
    b"%PDF-1.4\n",
    b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n",
)
_PLACES = (len(_OBJECTS[0]), len(_OBJECTS[0] + _OBJECTS[1]), len(b"".join(_OBJECTS)))
EMPTY = (
    b"".join(_OBJECTS)
    + (
        f"xref\n0 3\n0000000000 65535 f \n{_PLACES[0]:010} 00000 n \n"
        f"{_PLACES[1]:010} 00000 n \ntrailer<</Size 3/Root 1 0 R>>\n"
        f"startxref\n{_PLACES[2]}\n%%EOF\n"
    ).encode()
)


def test_a_good_document(make_pdf):
    """Title, DOI and species are found; a reference's DOI is not taken."""
    path = make_pdf(LINES, [(60, 100, "More words.")])
    report = preflight(path)
    assert report.problem is None
    assert report.code == report.category == ""
    assert report.size == path.stat().st_size
    assert (report.pages, report.pages_with_text) == (2, 2)
    assert report.title == "Expression of acs-1 in the gut of worms"
    assert report.doi == "10.1234/test.(5)"
    assert report.species == ("worm",)
    assert type(report).model_validate_json(report.model_dump_json()) == report


def test_authors_below_a_bold_title_are_not_part_of_it(make_pdf):
    """In type nearly as large; a line of the title may be a bit smaller."""

    def draw(page):
        title = ["Expression of the gene acs-1", "in the intestine of worms"]
        for y, text, size in zip((60, 78), title, (16, 14.5), strict=True):
            page.insert_text((60, y), text, fontsize=size, fontname="hebo")
        authors = "Ann Writer, Ben Author and Cleo Third"
        page.insert_text((60, 95), authors, fontsize=15)

    report = preflight(make_pdf(draw))

    assert report.title == "Expression of the gene acs-1 in the intestine of worms"


@pytest.fixture
def titled(make_pdf):
    """Write a paper with a title in its metadata."""

    def write(title):
        def draw(page):
            page.parent.set_metadata({"title": title})
            for x, y, text, *size in LINES:
                page.insert_text((x, y), text, fontsize=size[0] if size else 10)

        return make_pdf(draw)

    return write


@pytest.mark.parametrize(
    "title",
    [
        "untitled",
        "Microsoft Word - draft.doc",
        "paper_final.pdf",
        "s41467-1 1..9",
        "A loss-of-function mutation in",
    ],
)
def test_titles_that_are_none(titled, title):
    """What a word processor left in the metadata is not the title."""
    assert preflight(titled(title)).title.startswith("Expression of acs-1")


@pytest.mark.parametrize(
    "title",
    [
        "The targets of protein kinase A",
        "How a gene of the gut works: switching it on",
        "Expression in hepatitis B and influenza A",
    ],
)
def test_titles_that_look_broken_off(titled, title):
    """The last word is a name, or may end a title."""
    assert preflight(titled(title)).title == title


def test_a_locked_document(make_pdf):
    """A password is asked for; an empty one is none."""
    lock = {"encryption": pymupdf.PDF_ENCRYPT_AES_256, "owner_pw": "o"}
    locked = make_pdf(LINES, name="locked.pdf", user_pw="secret", **lock)
    report = preflight(locked)
    assert (report.code, report.category) == ("encrypted", "input")
    assert "password" in report.problem
    with pytest.raises(DocumentFailure, match="password"):
        read_document(locked, name="locked.pdf")
    assert preflight(make_pdf(LINES, name="open.pdf", user_pw="", **lock)).code == ""


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"<html><body>Log in</body></html>", "not_a_pdf"),
        (b"%PDF-1.7\n", "corrupt"),
        (EMPTY, "no_pages"),
    ],
)
def test_files_that_are_no_papers(tmp_path, data, code):
    """Each kind of broken file has its own code, a sentence and a hint."""
    path = tmp_path / "broken.pdf"
    path.write_bytes(data)
    report = preflight(path)
    assert report.code == code
    assert report.problem.endswith(".")
    assert report.hint.endswith(".")
    with pytest.raises(DocumentFailure) as error:
        read_document(path, name="broken.pdf")
    assert error.value.message == report.problem


def test_scanned_pages(make_pdf):
    """All pages without text is a problem, some of them a warning."""
    report = preflight(make_pdf([], []))
    assert (report.code, report.pages, report.pages_with_text) == ("no_text", 2, 0)
    report = preflight(make_pdf(LINES, [], name="partly.pdf"))
    assert report.code == "partly_scanned"
    assert report.problem is None
    assert "1 of 2 pages" in report.warning


def test_garbled_text():
    """Fonts that do not name their letters make a text useless."""
    assert garbled_problem("\ufffd\ue001\ue002 ab").code == "unreadable"
    assert garbled_problem("(cid:12)(cid:13)(cid:14) a").code == "unreadable"
    assert garbled_problem("the α-tubulin \ue001 gene is expressed") is None


def test_paths_that_cannot_be_read(tmp_path):
    """A missing file and a folder are the caller's mistake."""
    with pytest.raises(FileNotFoundError):
        preflight(tmp_path / "none.pdf")
    with pytest.raises(IsADirectoryError):
        preflight(tmp_path)


def test_nasty_files(shared_data):
    """Every hostile file gets a report that agrees with the reader."""
    for path in sorted((shared_data / "nasty").glob("*.pdf")):
        if not path.is_file():
            continue
        report = preflight(path)
        if report.problem is None:
            read_document(path, name=path.name)
            continue
        with pytest.raises(DocumentFailure) as error:
            read_document(path, name=path.name)
        assert report.problem == error.value.message


def test_pages_that_a_download_lacks_are_no_images(make_pdf):
    """They are to be fetched again, and not given to a program for OCR."""
    path = make_pdf(LINES, LINES, [])
    data = path.read_bytes()
    start = data.index(b"/Contents", data.index(b"/Contents") + 1)
    # The table of objects is lost, and what the second page shows.
    path.write_bytes(data[:start] + b"/Lost    " + data[start + 9 : -60])

    report = preflight(path)

    assert report.code == "partly_damaged"
    assert "2 of 3 pages are damaged or empty" in report.warning
    assert "Download it again" in report.hint


def test_a_page_that_goes_while_it_is_looked_at_is_lost(tmp_path: Path) -> None:
    """MuPDF counts one, and finds none when it mends the file."""
    paper = tmp_path / "a.pdf"
    paper.write_bytes(
        b"%PDF-1.4\n2 0 obj<</Type/Pages/Count 1/]>>"
        b"3 0 obj<</Type/Catalog/Pages 2 0 R>>"
    )

    found = preflight(paper)

    assert (found.pages, found.code) == (1, "corrupt")
    assert page_sizes(paper) == (PageSize(0.0, 0.0),)
    with pytest.raises(DocumentFailure, match="Page 1 is damaged"):
        draw_page(paper, 1, 100)
    with pytest.raises(DocumentFailure, match="no page can be read"):
        read_document(paper, name="a.pdf")
