from __future__ import annotations

import csv
import re
import subprocess
import sys
import unicodedata

import pytest

from curation_kit.documents._pymupdf import pymupdf
from curation_kit.errors import FailureCategory
from curation_kit.samples import truth, write_sample_papers, write_truth
from curation_kit.samples.typeset import NOTE
from curation_kit.species import SPECIES

GENE_ID = re.compile(
    r"WB:WBGene\d{8}|FB:FBgn\d{7}|ZFIN:ZDB-GENE-\d{6}-\d+|MGI:\d+|HGNC:\d+|RGD:\d+"
)
ANATOMY_ID = re.compile(r"(WBbt|ZFA|UBERON|CL):\d{7}|FBbt:\d{8}")
STAGE_ID = re.compile(r"(WBls|ZFS|MmusDv|HsapDv):\d{7}|FBdv:\d{8}")


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    """Write the basic set."""
    return write_sample_papers(tmp_path_factory.mktemp("samples"))


@pytest.fixture(scope="module")
def varied(tmp_path_factory):
    """Write the basic set and twenty variations."""
    return write_sample_papers(tmp_path_factory.mktemp("varied"), count=32, seed=5)


def words_per_page(path):
    """Give the letters and digits of each page, without layout or hyphens."""
    with pymupdf.open(path) as document:
        furniture = re.escape(squeeze(NOTE))
        pages = []
        for page in document:
            # The running head and the foot are outside this rectangle.
            clip = pymupdf.Rect(54 - 8, 46, page.rect.width, 796)
            pages.append(squeeze(page.get_text("text", clip=clip)))
        assert not any(re.search(furniture, page) for page in pages)
        return pages


def squeeze(text):
    """Keep letters and digits only, ligatures resolved."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(character for character in text if character.isalnum())


def assert_quotes_on_pages(papers):
    """Check that the quote of every row starts on the row's page."""
    for paper in papers:
        if not paper.rows:
            continue
        pages = words_per_page(paper.path)
        for row in paper.rows:
            assert row.document == paper.path.name
            page = pages[row.page - 1]
            quote = squeeze(row.quote)
            # A sentence may go on over the page.
            following = "".join(pages[row.page : row.page + 1])
            start = (page + following).find(quote)
            assert 0 <= start < len(page), (row.document, row.page, row.quote)


def test_basic_set_covers_the_organisms_and_both_kinds_of_trouble(papers):
    """The basic set is twelve papers on all seven organisms, two unreadable."""
    assert len(papers) == 12
    assert {paper.species for paper in papers} == set(SPECIES)
    failures = [paper.expected_failure for paper in papers]
    assert failures == [None] * 10 + [FailureCategory.INPUT.value] * 2
    assert all(bool(paper.rows) != bool(paper.expected_failure) for paper in papers)
    assert {row.negated for row in truth(papers)} == {True, False}


def test_every_truth_quote_is_on_its_page(papers):
    """The sentence behind each row starts on the page that the row names."""
    assert_quotes_on_pages(papers)
    assert {row.page for row in truth(papers)} > {1}


def test_every_truth_quote_of_varied_papers_is_on_its_page(varied):
    """The same holds for papers that vary the basic ones."""
    assert_quotes_on_pages(varied)


def test_identifiers_are_well_formed(papers, varied):
    """Ids are CURIEs of the right source; a row without id has its reason."""
    for row in [*truth(papers), *truth(varied)]:
        if row.document.startswith("yeast"):
            assert (row.gene_id, row.anatomy_id, row.stage_id) == ("", "", "")
            continue
        assert GENE_ID.fullmatch(row.gene_id)
        assert ANATOMY_ID.fullmatch(row.anatomy_id)
        # Rats have no stage ontology; these days lie half-way between two stages.
        if row.document.startswith("rat") or row.stage_label in {"E12.5", "E13.5"}:
            assert row.stage_label
            assert not row.stage_id
        else:
            assert STAGE_ID.fullmatch(row.stage_id)


def test_pages_look_like_a_paper(papers):
    """Pages carry the note, running heads, numbers, hyphens and ligatures."""
    hyphenated = 0
    for paper in papers[:10]:
        with pymupdf.open(paper.path) as document:
            texts = [page.get_text("text", flags=67) for page in document]
            assert document.page_count == 2
            assert document.metadata["title"] == paper.title
        assert all(NOTE in text for text in texts)
        assert all("et al." in text for text in texts[1:])
        whole = "".join(texts)
        for heading in ("Abstract", "Introduction", "Results", "References"):
            assert heading in whole
        assert "\ufb01" in whole
        hyphenated += bool(re.search(r"[a-z]-\n(\d+\n)?[a-z]", whole))
    # A one-column paper may be set without a single hyphen.
    assert hyphenated >= 8


def test_same_seed_gives_the_same_bytes(papers, tmp_path):
    """A second run, in another process, writes the same files."""
    code = (
        "import sys, pathlib; from curation_kit.samples import write_sample_papers;"
        "write_sample_papers(pathlib.Path(sys.argv[1]), count=14, seed=0)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
    again = write_sample_papers(tmp_path / "again", count=14, seed=0)
    assert [paper.path.name for paper in again[:12]] == [p.path.name for p in papers]
    for paper in again:
        assert paper.path.read_bytes() == (tmp_path / paper.path.name).read_bytes()
    for paper in papers:
        assert paper.path.read_bytes() == (tmp_path / paper.path.name).read_bytes()


def test_seed_changes_further_papers_only(varied, tmp_path):
    """Another seed leaves the basic set alone and changes the others."""
    other = write_sample_papers(tmp_path, count=14, seed=6)
    for index, paper in enumerate(other):
        same = paper.path.read_bytes() == varied[index].path.read_bytes()
        assert same == (index < 12)


def test_all_papers_differ(varied):
    """No two papers of a larger set have the same bytes or name."""
    assert len({paper.path.read_bytes() for paper in varied}) == len(varied) == 32
    assert len({paper.path.name for paper in varied}) == 32


def test_scan_has_no_text(papers):
    """The image-only paper opens, and its pages hold images but no text."""
    with pymupdf.open(papers[10].path) as document:
        assert document.page_count
        for page in document:
            assert not page.get_text().strip()
            assert page.get_images()
    assert papers[10].path.stat().st_size < 100_000


def test_truncated_paper_cannot_be_opened(papers):
    """The truncated paper looks like a PDF from outside, and does not open."""
    assert papers[11].path.read_bytes().startswith(b"%PDF-")
    with pytest.raises(pymupdf.FileDataError):
        pymupdf.open(papers[11].path)


def test_count_takes_the_first_papers(papers, tmp_path):
    """A smaller count gives the beginning of the basic set."""
    few = write_sample_papers(tmp_path, count=3)
    assert [p.path.name for p in few] == [p.path.name for p in papers[:3]]
    assert write_sample_papers(tmp_path, count=0) == []
    with pytest.raises(ValueError, match="count is -1"):
        write_sample_papers(tmp_path, count=-1)


def test_truth_table(papers, tmp_path):
    """The truth table has the agreed columns and one line per row."""
    path = write_truth(tmp_path / "truth.csv", papers)
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert ",".join(lines[0]) == (
        "document,gene_symbol,gene_id,anatomy_label,anatomy_id,"
        "stage_label,stage_id,negated,page"
    )
    assert len(lines) == len(truth(papers))
    assert lines[0] == {
        "document": "worm_myo-2_pharynx.pdf",
        "gene_symbol": "myo-2",
        "gene_id": "WB:WBGene00003514",
        "anatomy_label": "pharynx",
        "anatomy_id": "WBbt:0003681",
        "stage_label": "L1 larva Ce",
        "stage_id": "WBls:0000024",
        "negated": "false",
        "page": "1",
    }


def test_methods_and_earlier_work_are_not_truth(papers):
    """Genes that only the methods name, and reported findings, give no row."""
    rows = truth(papers)
    assert not {"tba-1", "Act5C", "myod1", "Actb", "ACTB", "ACT1"} & {
        row.gene_symbol for row in rows
    }
    assert not any("reported" in row.quote for row in rows)


def test_import_is_light():
    """Importing the samples loads neither PyMuPDF nor pandas."""
    code = (
        "import sys, curation_kit.samples, curation_kit.evaluation;"
        "sys.exit(bool({'pymupdf', 'pandas'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
