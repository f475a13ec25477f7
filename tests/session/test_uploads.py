from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import curation_kit as ck
from curation_kit.errors import CurationKitError
from curation_kit.samples import write_sample_papers
from curation_kit.session import CurationSession, UploadReceiver


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


def send(uploads: UploadReceiver, name: str, data: bytes, slices: int = 3) -> None:
    """Send a file as the browser does."""
    uploads.begin(name, name, len(data))
    step = -(-len(data) // slices)
    for offset in range(0, len(data), step):
        part = data[offset : offset + step]
        assert uploads.receive(name, offset, part) == offset + len(part)


def test_slices_become_a_document(
    workspace: ck.Workspace, uploads: UploadReceiver, pdfs: list[bytes]
) -> None:
    """The bytes arrive whole; the same bytes again are a duplicate."""
    uploads.begin_batch("May")
    send(uploads, "a.pdf", pdfs[0])
    uploads.join()
    send(uploads, "b.pdf", pdfs[0])
    uploads.join()
    [document] = workspace.documents.list()
    assert document.path.read_bytes() == pdfs[0]
    assert document.upload_batches == ("May",)
    assert [(o["name"], o["status"]) for o in uploads.outcomes] == [
        ("a.pdf", "added"),
        ("b.pdf", "duplicate"),
    ]
    assert uploads.outcomes[1]["text"] == "already in the workspace as a.pdf."
    assert not uploads.is_adding


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("<img src=x onerror=alert(1)>.pdf", "<img src=x onerror=alert(1)>.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\papers\\a.pdf", "a.pdf"),
        ("..", "document.pdf"),
        ("", "document.pdf"),
    ],
)
def test_names_are_data(
    workspace: ck.Workspace,
    uploads: UploadReceiver,
    pdfs: list[bytes],
    name: str,
    kept: str,
) -> None:
    """A hostile name stays a name, and never leaves the upload's folder."""
    uploads.begin("key", name, len(pdfs[0]))
    uploads.receive("key", 0, pdfs[0])
    uploads.join()
    assert [document.name for document in workspace.documents.list()] == [kept]


def test_long_names_fit_the_file_system(
    workspace: ck.Workspace, uploads: UploadReceiver, pdfs: list[bytes]
) -> None:
    """A name of many bytes is cut before its suffix."""
    uploads.begin("key", "ß" * 240 + ".pdf", len(pdfs[0]))
    uploads.receive("key", 0, pdfs[0])
    uploads.join()
    [document] = workspace.documents.list()
    assert document.name == "ß" * 125 + ".pdf"


def test_a_short_upload_is_refused(
    workspace: ck.Workspace, uploads: UploadReceiver, pdfs: list[bytes]
) -> None:
    """A file of which bytes are missing never becomes a document."""
    uploads.begin("key", "a.pdf", len(pdfs[0]))
    uploads.receive("key", 0, pdfs[0][:1000])
    uploads.finish("key")
    assert workspace.documents.list() == []
    assert uploads.outcomes[0]["status"] == "refused"
    assert "incomplete" in uploads.outcomes[0]["text"]


def test_an_empty_file_is_refused(uploads: UploadReceiver) -> None:
    """Zero bytes are no PDF."""
    uploads.begin("key", "a.pdf", 0)
    uploads.finish("key")
    assert uploads.outcomes[0]["text"] == "the file is empty (0 bytes)."


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
    assert uploads.outcomes == [
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
    assert uploads.outcomes[0]["status"] == "problem"


def test_a_new_batch_forgets_old_outcomes(uploads: UploadReceiver) -> None:
    """The list below the upload area is about the last upload."""
    uploads.refuse("a.txt", "is not a PDF.")
    uploads.begin_batch()
    assert uploads.outcomes == []


def test_leftovers_of_killed_kernels_are_swept(workspace: ck.Workspace) -> None:
    """Old incomplete files go, those of other sessions of today stay."""
    old, new = (workspace.path / "cache" / f"upload-{n}" for n in ("old", "new"))
    for folder in (old, new):
        folder.mkdir()
    os.utime(old, (0, 0))
    CurationSession(workspace)
    assert (old.exists(), new.exists()) == (False, True)


def test_temporary_files_are_gone(
    workspace: ck.Workspace, uploads: UploadReceiver, pdfs: list[bytes]
) -> None:
    """What was added is not kept twice."""
    send(uploads, "a.pdf", pdfs[0])
    uploads.join()
    left = [p for p in Path(workspace.path, "cache").rglob("*.pdf") if p.is_file()]
    assert left == []


def test_what_another_session_sweeps_is_no_error(workspace: ck.Workspace) -> None:
    """A folder that is listed and gone at the next look is passed over."""
    gone = workspace.path / "cache" / "upload-gone"
    gone.symlink_to(workspace.path / "nowhere")
    CurationSession(workspace).close()
    assert gone.is_symlink()
