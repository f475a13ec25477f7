from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import curation_kit as ck
from curation_kit.errors import CurationKitError
from curation_kit.samples import write_sample_papers
from curation_kit.session import CurationSession, UploadReceiver
from curation_kit.session.incoming import LARGEST_UPLOAD


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """The bytes of two sample papers."""
    papers = write_sample_papers(tmp_path_factory.mktemp("papers"), count=2)
    return [paper.path.read_bytes() for paper in papers]


@pytest.fixture
def uploads(workspace: ck.Workspace) -> Iterator[UploadReceiver]:
    """The receiver of a session."""
    session = CurationSession(workspace)
    yield session.uploads
    session.close()


def send(
    uploads: UploadReceiver, name: str, data: bytes, *, slices: int = 3, batch: str = ""
) -> None:
    """Send a file as the browser does."""
    uploads.begin(name, name, len(data), batch)
    step = -(-len(data) // slices)
    for offset in range(0, len(data), step):
        part = data[offset : offset + step]
        assert uploads.receive(name, offset, part) == offset + len(part)


def test_slices_become_a_document(
    workspace: ck.Workspace, uploads: UploadReceiver, pdfs: list[bytes]
) -> None:
    """The bytes arrive whole; the same bytes again are a duplicate."""
    send(uploads, "a.pdf", pdfs[0], batch=" May\u202e ")
    uploads.join()
    send(uploads, "b.pdf", pdfs[0], batch="May")
    uploads.join()
    [document] = workspace.documents.list()
    assert document.path.read_bytes() == pdfs[0]
    assert document.upload_batches == ("May",)
    assert [(o["name"], o["status"]) for o in uploads.outcomes.list()] == [
        ("a.pdf", "added"),
        ("b.pdf", "duplicate"),
    ]
    assert uploads.outcomes.list()[1]["text"] == "already in the workspace as a.pdf."
    assert not uploads.is_adding


def test_names_are_data(
    workspace: ck.Workspace, uploads: UploadReceiver, pdfs: list[bytes]
) -> None:
    """A hostile name stays a name, and never leaves the upload's folder."""
    uploads.begin("key", "../../etc/passwd.pdf", len(pdfs[0]))
    uploads.receive("key", 0, pdfs[0])
    uploads.join()
    [document] = workspace.documents.list()
    assert document.name == "passwd.pdf"


def test_a_short_upload_is_refused(
    workspace: ck.Workspace, uploads: UploadReceiver, pdfs: list[bytes]
) -> None:
    """A file of which bytes are missing never becomes a document."""
    uploads.begin("key", "a.pdf", len(pdfs[0]))
    uploads.receive("key", 0, pdfs[0][:1000])
    uploads.finish("key")
    assert workspace.documents.list() == []
    assert uploads.outcomes.list()[0]["status"] == "refused"
    assert "incomplete" in uploads.outcomes.list()[0]["text"]


def test_an_empty_file_is_refused(uploads: UploadReceiver) -> None:
    """Zero bytes are no PDF."""
    uploads.begin("key", "a.pdf", 0)
    uploads.finish("key")
    assert uploads.outcomes.list()[0]["text"] == "the file is empty (0 bytes)."


def test_a_stopped_upload_leaves_nothing(
    workspace: ck.Workspace, uploads: UploadReceiver
) -> None:
    """After a stop, a late slice is told apart from a new upload."""
    uploads.begin("key", "a.pdf", 10)
    uploads.receive("key", 0, b"%PDF-")
    uploads.abort("key")
    assert not [p for p in (workspace.path / "cache").rglob("*") if p.is_file()]
    with pytest.raises(CurationKitError, match="stopped"):
        uploads.receive("key", 5, b"1.7")


@pytest.mark.parametrize(("offset", "data"), [(3, b"x"), (0, b"x" * 11)])
def test_slices_out_of_order_are_refused(
    uploads: UploadReceiver, offset: int, data: bytes
) -> None:
    """A gap, or more bytes than said, drops the upload."""
    uploads.begin("key", "a.pdf", 10)
    with pytest.raises(CurationKitError, match="did not arrive in order"):
        uploads.receive("key", offset, data)


def test_what_is_no_pdf_is_refused(
    workspace: ck.Workspace, uploads: UploadReceiver
) -> None:
    """A file without the suffix and the header of a PDF is named as refused."""
    send(uploads, "notes.txt", b"not a paper")
    uploads.join()
    assert workspace.documents.list() == []
    assert uploads.outcomes.list() == [
        {"name": "notes.txt", "status": "refused", "text": "is not a PDF."}
    ]


def test_a_broken_pdf_is_listed_with_its_reason(
    workspace: ck.Workspace, uploads: UploadReceiver, pdfs: list[bytes]
) -> None:
    """A document that cannot work is added, and says so."""
    send(uploads, "cut.pdf", pdfs[0][:2000])
    uploads.join()
    [document] = workspace.documents.list()
    assert document.preflight.problem
    assert uploads.outcomes.list()[0]["status"] == "problem"


def test_each_file_keeps_its_batch(
    workspace: ck.Workspace, uploads: UploadReceiver, pdfs: list[bytes]
) -> None:
    """Files of two drops that are added together belong to two batches."""
    send(uploads, "a.pdf", pdfs[0], batch="May")
    send(uploads, "b.pdf", pdfs[1], batch="June")
    uploads.join()
    assert {d.name: d.upload_batches for d in workspace.documents.list()} == {
        "a.pdf": ("May",),
        "b.pdf": ("June",),
    }


def test_a_file_sent_anew_starts_from_its_first_byte(
    workspace: ck.Workspace, uploads: UploadReceiver, pdfs: list[bytes]
) -> None:
    """After a failure half-way, the same file arrives whole."""
    uploads.begin("key", "a.pdf", len(pdfs[0]))
    uploads.receive("key", 0, pdfs[0][:100])
    uploads.begin("key", "a.pdf", len(pdfs[0]))
    uploads.receive("key", 0, pdfs[0])
    uploads.join()
    [document] = workspace.documents.list()
    assert document.path.read_bytes() == pdfs[0]


def test_a_file_for_which_there_is_no_room_is_refused(
    uploads: UploadReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before its first byte, with what to do; one too large also."""
    with pytest.raises(CurationKitError, match="add its folder instead"):
        uploads.begin("key", "a.pdf", LARGEST_UPLOAD + 1)
    full = shutil.disk_usage("/")._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    with pytest.raises(CurationKitError, match="no room for a"):
        uploads.begin("key", "a.pdf", 600_000)


def test_temporary_files_are_gone(
    workspace: ck.Workspace, uploads: UploadReceiver, pdfs: list[bytes]
) -> None:
    """What was added is not kept twice."""
    send(uploads, "a.pdf", pdfs[0])
    uploads.join()
    left = [p for p in Path(workspace.path, "cache").rglob("*.pdf") if p.is_file()]
    assert left == []
    uploads.close()
    assert not list(Path(workspace.path, "cache").glob("upload-*"))


def test_a_page_that_was_swept_takes_files_again(
    workspace: ck.Workspace, uploads: UploadReceiver, pdfs: list[bytes]
) -> None:
    """A page that is opened an hour later sweeps the folder of one left open."""
    send(uploads, "a.pdf", pdfs[0])
    uploads.join()
    for folder in (workspace.path / "cache").glob("upload-*"):
        shutil.rmtree(folder)

    send(uploads, "b.pdf", pdfs[1])
    uploads.join()

    assert {item.name for item in workspace.documents.list()} == {"a.pdf", "b.pdf"}
