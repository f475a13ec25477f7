from __future__ import annotations

import os
import shutil
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from batches import add_papers, fake_flow

import curation_kit as ck
from curation_kit.documents.page_images import PageImages
from curation_kit.errors import JobError, NotFound
from curation_kit.samples import write_sample_papers
from curation_kit.workspace import evidence_problems


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with an ended job: three papers with records, one damaged."""
    folder = tmp_path_factory.mktemp("made")
    papers = [paper.path for paper in write_sample_papers(folder / "papers", count=3)]
    (folder / "papers" / "damaged.pdf").write_bytes(b"%PDF-1.7\nnothing more")
    workspace = ck.Workspace(folder / "ws")
    documents = workspace.documents.add([*papers, folder / "papers" / "damaged.pdf"])
    workspace.run("Gene Expression Extraction", documents, backend="sequential")
    workspace.close()
    return workspace.path


@pytest.fixture
def job(made: Path, tmp_path: Path) -> Iterator[ck.Job]:
    """The job, in a workspace of the test's own."""
    workspace = ck.Workspace(shutil.copytree(made, tmp_path / "copied"))
    yield workspace.jobs.get("last")
    workspace.close()


@pytest.fixture
def images() -> Iterator[PageImages]:
    """What writes copies, ended after the test."""
    made = PageImages()
    yield made
    made.close()


def notes(path: Path) -> list[str]:
    """Notes of our highlights, as another program reads them."""
    reader = pypdf.PdfReader(path)
    found = [
        item.get_object() for page in reader.pages for item in page.get("/Annots", ())
    ]
    return [item["/Contents"] for item in found if item["/T"] == "curation_kit"]


def rows(job: ck.Job) -> list[dict]:
    """Documents with records."""
    return [row for row in job.document_rows() if row["records"]]


def test_a_link_or_a_pipe_is_written_into(job: ck.Job, tmp_path: Path) -> None:
    """Neither is replaced: root could put a PDF in the place of a device."""
    name = rows(job)[0]["document"]
    link, file, pipe = tmp_path / "link.pdf", tmp_path / "file.pdf", tmp_path / "pipe"
    link.symlink_to(file)
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()

    assert job.highlighted_pdf(name, link) == link
    job.highlighted_pdf(name, pipe)
    reader.join()

    assert link.is_symlink()
    assert file.read_bytes()[:5] == read[0][:5] == b"%PDF-"
    assert pipe.is_fifo()


def test_a_paper_with_its_evidence(job: ck.Job, tmp_path: Path) -> None:
    """Every record is in a note; the workspace's file stays as it was."""
    row = rows(job)[0]
    job.review(
        (row["document"], 0), "accepted", note="Also in Figure 2", reviewer="Ann"
    )
    before = (job._folders.documents / f"{row['document_id']}.pdf").read_bytes()

    path = job.highlighted_pdf(row["document"], tmp_path)

    stem = row["document"].removesuffix(".pdf")
    assert path == tmp_path / f"{stem}-evidence.pdf"
    assert path.read_bytes().startswith(before)
    found = notes(path)
    told = "\n\n".join(text for text in found if "Record" in text)
    values = [
        line for text in found if "Record" not in text for line in text.split("\n")
    ]
    assert "Review: accepted by Ann\nNote: Also in Figure 2" in told
    for _, _, number, record in job.records_of([row["document_id"]]):
        part = told.partition(f"Record {number + 1}")[2].partition("\n\n")[0]
        assert f"Gene: {record.gene_symbol}" in part
        assert f"({record.gene_id})" in part
        assert f"Why: {record.why}" in part
        assert f"Gene: {record.gene_symbol} ({record.gene_id})" in values
        assert record.evidence[0].boxes


def test_a_document_is_meant_by_name_or_id(job, images, tmp_path: Path) -> None:
    """Or by the start of its id, or a file; the target may be a file."""
    row = rows(job)[1]
    target = tmp_path / "deep" / "copy.pdf"
    key, name = row["document_id"], row["document"]
    file = str(job._folders.documents / f"{key}.pdf")
    for meant in (key, key[:8].upper(), name, file):
        assert job.highlighted_pdf(meant, target, images=images) == target
        target.unlink()
    with pytest.raises(NotFound, match='has no document "nonsense"'):
        job.highlighted_pdf("nonsense", target)


def test_what_cannot_be_highlighted_is_refused(job, images, tmp_path: Path) -> None:
    """In plain words: failed, removed, changed, or a place that must not be used."""
    first, second, third = rows(job)
    documents = job._folders.documents

    def refused(document: str, match: str, place: Path = tmp_path) -> None:
        with pytest.raises(JobError, match=match):
            job.highlighted_pdf(document, place, images=images)

    refused(
        "damaged.pdf", r"damaged\.pdf failed in this job, so it has no results: [A-Z]"
    )
    refused(first["document"], "place for the papers", documents)
    (documents / f"{first['document_id']}.pdf").unlink()
    refused(first["document"], "was removed from the workspace: add")
    (documents / f"{second['document_id']}.pdf").write_bytes(b"%PDF-1.7 another")
    refused(second["document"], "no longer the paper that was read")
    (tmp_path / "file").write_text("")
    refused(third["document"], "cannot be written", tmp_path / "file" / "out.pdf")
    assert not list(tmp_path.glob("*.pdf"))


@pytest.mark.usefixtures("fakes")
def test_a_paper_without_records_is_refused(workspace: ck.Workspace) -> None:
    """There is nothing to highlight."""
    job = workspace.run(fake_flow("csv"), add_papers(workspace, "ok"))
    with pytest.raises(JobError, match="no reviewed records in this job"):
        job.highlighted_pdf("000-ok.pdf", rows="reviewed")
    job._store._database.execute("DELETE FROM records")
    with pytest.raises(JobError, match="no records in this job"):
        job.highlighted_pdf("000-ok.pdf")


def test_the_zip_with_the_papers(job: ck.Job, tmp_path: Path) -> None:
    """One PDF per paper with records, named like its result file."""
    seen: list[tuple[str, int, int]] = []

    path = job.export_zip(
        tmp_path / "all.zip", evidence=True, progress=lambda *told: seen.append(told)
    )

    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
        for row in rows(job):
            stem = row["document"].removesuffix(".pdf")
            assert {f"{stem}.csv", f"evidence/{stem}.pdf"} <= set(names)
            archive.extract(f"evidence/{stem}.pdf", tmp_path)
            assert notes(tmp_path / "evidence" / f"{stem}.pdf")
    assert "evidence/PROBLEMS.txt" not in names
    assert evidence_problems(path) == ""
    assert [told[1:] for told in seen[:3]] == [(0, 3), (1, 3), (2, 3)]


def test_a_paper_that_cannot_be_written_is_named(job: ck.Job, tmp_path: Path) -> None:
    """The others are in the ZIP all the same."""
    first, second, third = rows(job)
    documents = job._folders.documents
    (documents / f"{first['document_id']}.pdf").unlink()
    (documents / f"{second['document_id']}.pdf").write_bytes(b"%PDF-1.7 another")

    path = job.export_zip(tmp_path, evidence=True)

    with zipfile.ZipFile(path) as archive:
        evidence = [name for name in archive.namelist() if "evidence/" in name]
    assert evidence == [
        f"evidence/{third['document'].removesuffix('.pdf')}.pdf",
        "evidence/PROBLEMS.txt",
    ]
    told = evidence_problems(path)
    assert f"{first['document']} was removed from the workspace" in told
    assert f"{second['document']}: The file in the workspace is no longer" in told


def test_a_paper_that_cannot_be_read_stops_no_export(
    job: ck.Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named with the others; where the workspace is, is nobody's business."""

    class Refusing(PageImages):
        def highlight(self, path: Path, *arguments, **options) -> None:
            del arguments, options
            raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("curation_kit.workspace.highlighting._images", Refusing)
    problems = evidence_problems(job.export_zip(tmp_path, evidence=True))

    assert problems.count("cannot be read in the workspace (Permission denied)") == 3
    assert str(tmp_path) not in problems


def test_an_export_can_be_stopped(job: ck.Job, tmp_path: Path) -> None:
    """Nothing is left of it."""

    def stop(name: str, done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt(name, total)

    target = tmp_path / "out"
    target.mkdir()
    with pytest.raises(KeyboardInterrupt):
        job.export_zip(target, evidence=True, progress=stop)

    assert not list(target.iterdir())
    assert job.export_zip(target).stat().st_size > 0
