"""Writing sample papers to a folder, and what a curator should find in them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from curation_kit.samples.lines import plain
from curation_kit.samples.manuscript import Manuscript, Sentence, basic_count, compose
from curation_kit.samples.typeset import Typeset, pdf_bytes, typeset

__all__ = ["SamplePaper", "TruthRow", "truth", "write_sample_papers", "write_truth"]

#: Dots per inch of the image-only paper: legible, and the file stays small.
_SCAN_DPI = 60


@dataclass(frozen=True, slots=True)
class TruthRow:
    """One row that a curator would take from a sample paper.

    The fields up to `page` are the columns of the truth table; labels are
    those of the ontology, ids are CURIEs, both empty where the paper or the
    vocabularies have none. `page` counts from 1. `quote` is the sentence that
    says so, as written (print may hyphenate it and use ligatures).
    """

    document: str
    gene_symbol: str
    gene_id: str
    anatomy_label: str
    anatomy_id: str
    stage_label: str
    stage_id: str
    negated: bool
    page: int
    quote: str


@dataclass(frozen=True, slots=True)
class SamplePaper:
    """A sample paper on disk.

    Attributes
    ----------
    path
        The PDF.
    species
        Key of `curation_kit.species.SPECIES`.
    title
        The paper's title.
    rows
        What a curator would take from it, in reading order.
    expected_failure
        Failure category that a run must give for it, None if it can be read.
    """

    path: Path
    species: str
    title: str
    rows: tuple[TruthRow, ...]
    expected_failure: str | None = None


#: Columns of the truth table: all fields of `TruthRow` but the quote.
_COLUMNS = tuple(f.name for f in fields(TruthRow) if f.name != "quote")


def write_sample_papers(
    folder: Path | str, *, count: int | None = None, seed: int = 0
) -> list[SamplePaper]:
    """Make sample PDFs with known truth.

    The basic set has ten short papers on seven organisms, then one that is
    only images and one that is cut short. Further papers vary the ten: other
    genes, places, stages, order and filling sentences.

    Parameters
    ----------
    folder
        Made if it is not there; files of the same names are replaced.
    count
        Number of papers, by default the basic set.
    seed
        Choice of the variations. The same seed gives the same bytes with the
        same PyMuPDF.

    Returns
    -------
    list of SamplePaper
        In the order in which they were written.

    Raises
    ------
    ValueError
        If `count` is negative.
    """
    basic = basic_count()
    if count is None:
        count = basic + 2
    if count < 0:
        raise ValueError(f"count is {count}; give the number of papers to write.")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    papers = [_write_paper(folder, index, seed) for index in range(min(count, basic))]
    if count > basic:
        papers.append(_write_scan(folder))
    if count > basic + 1:
        papers.append(_write_truncated(folder))
    papers += [_write_paper(folder, index, seed) for index in range(basic, count - 2)]
    return papers


def truth(papers: Iterable[SamplePaper]) -> list[TruthRow]:
    """Rows of all papers, one after another."""
    return [row for paper in papers for row in paper.rows]


def write_truth(path: Path, papers: Iterable[SamplePaper]) -> Path:
    """Write the truth table of some papers as CSV, and give its path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for row in truth(papers):
            writer.writerow(_cell(getattr(row, column)) for column in _COLUMNS)
    return path


def _cell(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


def _write_paper(folder: Path, index: int, seed: int) -> SamplePaper:
    manuscript = compose(index, seed=seed)
    printed = typeset(manuscript)
    path = folder / f"{manuscript.name}.pdf"
    path.write_bytes(printed.pdf)
    return SamplePaper(
        path=path,
        species=manuscript.species,
        title=plain(manuscript.title),
        rows=_rows(path.name, printed),
    )


def _rows(document: str, printed: Typeset) -> tuple[TruthRow, ...]:
    """Rows of a paper, each once, on the page that says it first."""
    rows: dict[tuple[Any, ...], TruthRow] = {}
    for sentence, page in sorted(printed.pages, key=lambda item: item[1]):
        for row in _rows_of(document, sentence, page):
            key = (row.gene_symbol, row.anatomy_label, row.stage_label, row.negated)
            rows.setdefault(key, row)
    return tuple(rows.values())


def _rows_of(document: str, sentence: Sentence, page: int) -> list[TruthRow]:
    return [
        TruthRow(
            document=document,
            gene_symbol=fact.gene.label,
            gene_id=fact.gene.id,
            anatomy_label=fact.place.label if fact.place else "",
            anatomy_id=fact.place.id if fact.place else "",
            stage_label=fact.stage.label if fact.stage else "",
            stage_id=fact.stage.id if fact.stage else "",
            negated=fact.negated,
            page=page,
            quote=plain(sentence.text),
        )
        for fact in sentence.facts
    ]


def _write_scan(folder: Path) -> SamplePaper:
    """Write a paper whose pages are images, as an old scan would be."""
    from curation_kit.documents._pymupdf import pymupdf

    manuscript = compose(_index_of("mouse"))
    path = folder / f"{manuscript.name}_scan.pdf"
    pages = pymupdf.open(stream=typeset(manuscript).pdf, filetype="pdf")
    scan = pymupdf.open()
    for page in pages:
        image = page.get_pixmap(dpi=_SCAN_DPI, colorspace=pymupdf.csGRAY)
        sheet = scan.new_page(width=page.rect.width, height=page.rect.height)
        sheet.insert_image(sheet.rect, stream=image.tobytes("jpeg", jpg_quality=50))
    path.write_bytes(pdf_bytes(scan))
    pages.close()
    scan.close()
    return _unreadable(path, manuscript)


def _write_truncated(folder: Path) -> SamplePaper:
    """Write the first bytes of a PDF, as a broken download would leave them."""
    manuscript = compose(_index_of("zebrafish"))
    path = folder / f"{manuscript.name}_truncated.pdf"
    whole = typeset(manuscript).pdf
    # MuPDF repairs a file that is cut anywhere behind its catalogue.
    path.write_bytes(whole[: whole.index(b"/Catalog")])
    return _unreadable(path, manuscript)


def _index_of(species: str) -> int:
    """Index of the first basic paper on a species."""
    papers = (compose(index) for index in range(basic_count()))
    return next(i for i, paper in enumerate(papers) if paper.species == species)


def _unreadable(path: Path, manuscript: Manuscript) -> SamplePaper:
    return SamplePaper(
        path=path,
        species=manuscript.species,
        title=plain(manuscript.title),
        rows=(),
        expected_failure="input",
    )
