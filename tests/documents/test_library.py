from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from meeting import files_that_meet, meet

import curation_kit as ck
from curation_kit.documents import intake as intake_module
from curation_kit.documents.library import DocumentLibrary
from curation_kit.documents.report import Preflight
from curation_kit.errors import CurationKitError, NotFound
from curation_kit.processes import WorkerNotStarted

TESTS = Path(__file__).parent.parent


def look(path: Path) -> Preflight:
    """A first look that dies of a poisoned file."""
    if b"poison" in path.read_bytes():
        os.kill(os.getpid(), signal.SIGSEGV)
    return Preflight(size=path.stat().st_size, pages=1)


@pytest.fixture
def library(workspace: ck.Workspace) -> DocumentLibrary:
    """The workspace's library, with a first look that needs no PDF."""
    return DocumentLibrary(
        workspace._database,
        workspace.documents.folder,
        jobs_using=workspace._store.using,
        look=look,
    )


@pytest.fixture
def pdf(tmp_path: Path):
    """Write a file: ``pdf("name.pdf", "content")``."""

    def write(name: str, content: str = "") -> Path:
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"%PDF-1.4 {content or name}")
        return path

    return write


def test_a_file_is_copied_and_known_by_its_hash(library, pdf) -> None:
    """The original may go; the copy is whole."""
    path = pdf("a.pdf")
    content = path.read_bytes()

    [document] = library.add(path, upload_batch="Monday")
    path.unlink()

    assert document.id == hashlib.sha256(content).hexdigest()
    assert document.name == "a.pdf"
    assert document.path.read_bytes() == content
    assert document.upload_batches == ("Monday",)
    assert document.preflight.pages == 1
    assert library.list() == [document]
    assert [item.name for item in library.folder.iterdir()] == [f"{document.id}.pdf"]


def test_files_folders_and_patterns_can_be_added_together(library, pdf) -> None:
    """Folders are searched through; the order is that of the paths."""
    one, two = pdf("x/one.pdf"), pdf("x/deep/two.PDF")
    three = pdf("y/three.pdf")
    pdf("y/notes.txt")
    given: list[tuple[str, int, int]] = []

    added = library.add(
        [three, one.parent, str(three.parent / "*.pdf")],
        progress=lambda *told: given.append(told),
    )

    assert [item.name for item in added] == ["three.pdf", two.name, "one.pdf"]
    assert [name for name, _, _ in given] == [
        "three.pdf",
        "two.PDF",
        "one.pdf",
        "three.pdf",
    ]
    assert given[-1][1:] == (3, 4)


def test_known_bytes_give_the_existing_document(library, pdf) -> None:
    """The name of the first file stays; the document joins the second batch."""
    [first] = library.add(pdf("a.pdf", "same"), upload_batch="1")

    added = library.add([pdf("b.pdf", "same"), pdf("c.pdf", "same")], upload_batch="2")

    assert [item.id for item in added] == [first.id]
    assert added[0].name == "a.pdf"
    assert added[0].upload_batches == ("1", "2")
    assert [item.id for item in added.duplicates] == [first.id, first.id]
    assert len(library.list()) == 1
    assert library.list(upload_batch="2") == library.list()
    assert library.upload_batches() == {"1": 1, "2": 1}


def test_what_cannot_be_added_is_reported_and_the_rest_is_added(
    library, pdf, tmp_path: Path
) -> None:
    """Each path has its own reason."""
    (tmp_path / "in" / "folder.pdf").mkdir(parents=True)
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("no PDF")
    os.mkfifo(tmp_path / "pipe.pdf")
    bad = {
        tmp_path / "missing.pdf": "no such file",
        "https://example.org/paper.pdf": "download the PDF first",
        tmp_path / "notes.txt": "is not a PDF",
        tmp_path / "empty": "folder without PDF files",
        tmp_path / "*.djvu": "no file matches",
        tmp_path / "pipe.pdf": "no ordinary file",
        tmp_path / ("x" * 300): "cannot be read",
        " ": "an empty text is no path",
    }
    pdf("good.pdf")
    beside = tmp_path / "in" / "._good.pdf"  # of a stick that was in a Mac
    beside.write_bytes(b"\0\5\x16\7")

    with pytest.warns(UserWarning, match="Not added"):
        added = library.add([*bad, tmp_path / "in"])

    assert [item.name for item in added] == ["good.pdf"]
    reasons = {item.path: item.reason for item in added.refused}
    assert "is a folder, not a PDF" in reasons.pop(str(tmp_path / "in" / "folder.pdf"))
    assert "is what a Mac keeps" in reasons.pop(str(beside))
    assert set(reasons) == set(map(str, bad))
    assert all(reason in reasons[str(path)] for path, reason in bad.items())


@pytest.mark.parametrize("wrong", [None, 3, [3]])
def test_what_is_no_path_is_told(library, wrong: object) -> None:
    """With what would be one."""
    with pytest.raises(CurationKitError, match="is no path: give files, folders"):
        library.add(wrong)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs Linux's /proc")
def test_an_unreadable_file_is_reported(library, tmp_path: Path) -> None:
    """A file that fails half-way leaves nothing behind."""
    (tmp_path / "bad.pdf").symlink_to("/proc/self/mem")

    with pytest.warns(UserWarning, match="cannot be copied"):
        added = library.add(tmp_path / "bad.pdf")

    assert (list(added), list(library.folder.iterdir())) == ([], [])


def test_a_file_without_the_ending_but_with_the_header_is_a_pdf(library, pdf) -> None:
    """Downloads often have no ending."""
    assert [item.name for item in library.add(pdf("download"))] == ["download"]


def test_a_file_that_crashes_its_reader_is_listed_with_its_reason(library, pdf) -> None:
    """The files after it are looked at as if nothing had happened."""
    added = library.add([pdf("bad.pdf", "poison"), pdf("good.pdf")])

    bad, good = added
    assert "crashes its reader" in (bad.preflight.problem or "")
    assert "SIGSEGV" in (bad.preflight.problem or "")
    assert (bad.preflight.code, bool(bad.preflight.hint)) == ("unreadable", True)
    assert good.preflight.problem is None


def test_a_document_can_be_found_by_id_start_of_id_name_or_file(library, pdf) -> None:
    """What is ambiguous or unknown is said."""
    [one] = library.add(pdf("a.pdf", "1"))
    [two] = library.add(second := pdf("in2/a.pdf", "2"))

    assert library.get(str(second)) == two
    assert library.get(one.id) == library.get(one.id[:8].upper()) == one
    with pytest.raises(NotFound, match=rf"More than one.*{two.id[:12]}"):
        library.get("a.pdf")
    other = str(pdf("in3/a.pdf", "3"))  # the name alone is no reason to take another
    for unknown in ("b.pdf", one.id[:5], "", "%", "\0", "~$a.pdf", other):
        with pytest.raises(NotFound, match="no document"):
            library.get(unknown)


def test_many_documents_are_found_at_once(library, pdf) -> None:
    """In the order asked for, each as it would be found alone."""
    one, two, three = library.add([pdf("a.pdf"), pdf("b.pdf"), pdf("c.pdf")])
    asked = ["b.pdf", one.id, three.id[:8], str(pdf("c.pdf")), two, "b.pdf"]

    assert library.get_all(asked) == [two, one, three, three, two, two]
    assert library.get_all([]) == []
    with pytest.raises(NotFound, match=r'no document "x\.pdf"'):
        library.get_all(["a.pdf", "x.pdf"])


def test_a_name_is_kept_with_its_accents_composed(library, pdf) -> None:
    """As people type it, however the disk of a Mac has it."""
    [document] = library.add(pdf("Gru\u0308n.pdf"))
    assert document.name == "Gr\u00fcn.pdf"
    assert document == library.get("Gru\u0308n.pdf") == library.get("Gr\u00fcn.pdf")


def test_renaming_changes_the_name_only(library, pdf) -> None:
    """A name is never a path; an empty one is refused."""
    [document] = library.add(pdf("a.pdf"))

    renamed = library.rename(document.id, "../up/\x1bSmith 2019.pdf ")

    assert renamed.name == "Smith 2019.pdf"
    assert renamed.path == document.path
    for nothing in ("", "  ", "a/", "\x00"):
        with pytest.raises(CurationKitError, match="no name"):
            library.rename(document.id, nothing)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Smith 2019", "Smith 2019.pdf"),
        ("Smith.v2", "Smith.v2.pdf"),
        ("SMITH.PDF", "SMITH.pdf"),
        ("x" * 300, "x" * 251 + ".pdf"),
    ],
)
def test_a_new_name_ends_in_pdf(library, pdf, name: str, kept: str) -> None:
    """Whoever saves the file later gets one that opens."""
    [document] = library.add(pdf("a.pdf"))
    assert library.rename(document.id, name).name == kept


def test_each_file_is_told_as_it_is_added(library, pdf) -> None:
    """Also one that was there before; a callback that raises ends the adding."""
    folder = pdf("a.pdf", "one").parent
    pdf("b.pdf", "two")
    told: list[tuple[str, str]] = []
    library.add(folder / "a.pdf")
    library.add(folder, each=lambda path, item: told.append((path.name, item.name)))
    assert told == [("a.pdf", "a.pdf"), ("b.pdf", "b.pdf")]

    def stop(*step: object) -> None:
        if step[1] == 1:
            raise KeyboardInterrupt

    pdf("b.pdf", "three")
    pdf("a.pdf", "four")
    with pytest.raises(KeyboardInterrupt):
        library.add(folder, progress=stop)
    assert len(library.list()) == 3


def test_copies_that_a_killed_process_left_are_swept(library, pdf) -> None:
    """Old ones go, one that another process writes now stays."""
    old, new = (library.folder / f".incoming-{name}" for name in ("old", "new"))
    for path in (old, new):
        path.write_text("half a paper")
    os.utime(old, (0, 0))
    library.add(pdf("a.pdf"))
    assert (old.exists(), new.exists()) == (False, True)


@pytest.mark.skipif(sys.platform != "linux", reason="needs names of any bytes")
def test_a_file_name_that_is_no_utf8_can_be_added(library, tmp_path: Path) -> None:
    """Old archives hold such names."""
    path = os.fsencode(tmp_path) + b"/caf\xe9.pdf"
    Path(os.fsdecode(path)).write_text("%PDF-1.4")

    assert [item.name for item in library.add(tmp_path)] == ["caf?.pdf"]


def test_a_removed_document_leaves_no_file(library, pdf) -> None:
    """It can be added again."""
    [document] = library.add(pdf("a.pdf"), upload_batch="1")

    library.remove("a.pdf")

    assert (library.list(), list(library.folder.iterdir())) == ([], [])
    assert library.upload_batches() == {}
    assert [item.id for item in library.add(pdf("a.pdf"))] == [document.id]


def test_a_paper_that_cannot_be_looked_at_now_is_not_kept(
    library, pdf, monkeypatch
) -> None:
    """That the system refuses a process says nothing of the paper."""
    paper = pdf("a.pdf")

    def refuse(*_: object, **__: object) -> Preflight:
        raise WorkerNotStarted("Resource temporarily unavailable")

    with monkeypatch.context() as patched:
        patched.setattr(intake_module, "first_look", refuse)
        with pytest.warns(UserWarning, match="cannot be looked at now"):
            added = library.add(paper)

    assert (list(added), library.list()) == ([], [])
    assert "no worker process can be started" in added.refused[0].reason
    assert list(library.folder.iterdir()) == []
    [document] = library.add(paper)
    assert document.preflight.problem is None


def test_the_same_paper_may_be_added_and_removed_at_once(
    workspace, pdf, monkeypatch
) -> None:
    """Nobody fails, and there is a file where there is a document."""
    paper = pdf("a.pdf")
    monkeypatch.setattr(intake_module, "first_look", lambda *_, **__: Preflight(size=1))
    stop = threading.Event()

    def take_away() -> None:
        other = ck.Workspace(workspace.path)
        while not stop.is_set():
            other.documents.remove_all([item.id for item in other.documents])
        other.close()

    with ThreadPoolExecutor() as threads:
        removing = threads.submit(take_away)
        try:
            for _ in range(100):
                [document] = workspace.documents.add(paper)
                assert document.name == "a.pdf"
        finally:
            stop.set()
        removing.result()

    files = [path.stem for path in workspace.documents.folder.iterdir()]
    assert files == [item.id for item in workspace.documents]


def test_a_file_that_cannot_be_deleted_hinders_no_other(library, pdf) -> None:
    """The error says how many are left."""
    documents = library.add([pdf("a.pdf"), pdf("b.pdf")])
    stuck, other = sorted(documents, key=lambda item: item.id)
    stuck.path.unlink()
    (stuck.path / "in the way").mkdir(parents=True)

    with pytest.raises(CurationKitError, match="1 of their files"):
        library.remove_all([stuck.id, other.id])

    assert library.list() == []
    assert not other.path.exists()


def test_removing_a_document_that_a_job_uses_asks_first(
    library, pdf, workspace, flow
) -> None:
    """The job is named; with force it goes, and the job stays."""
    documents = library.add(pdf("a.pdf"))
    job = workspace.create(flow, documents, "My job")

    with pytest.raises(CurationKitError, match=r'job "My job".*force'):
        library.remove("a.pdf")
    library.remove("a.pdf", force=True)

    assert library.list() == []
    assert [row["document"] for row in job.document_rows()] == ["a.pdf"]


def test_a_file_lost_from_the_folder_is_mended(library, pdf) -> None:
    """Adding the same bytes again puts it back."""
    [document] = library.add(pdf("a.pdf"))
    document.path.unlink()

    library.add(pdf("a.pdf"))

    assert document.path.exists()


def test_two_processes_may_add_the_same_file_at_once(workspace, pdf) -> None:
    """There is one document, whole, and neither fails."""
    path = pdf("a.pdf", "x" * 3_000_000)
    code = (
        "import sys, curation_kit as ck; from test_library import look;"
        "from curation_kit.documents.library import DocumentLibrary;"
        f"ws = ck.Workspace({str(workspace.path)!r});"
        "library = DocumentLibrary(ws._database, ws.documents.folder, look=look);"
        f"[document] = library.add({str(path)!r}, sys.argv[1]); print(document.id)"
    )
    folder = os.pathsep.join([str(TESTS), str(TESTS / "documents")])
    adding = [
        subprocess.Popen(
            [sys.executable, "-c", code, batch],
            env={**os.environ, "PYTHONPATH": folder},
            stdout=subprocess.PIPE,
            text=True,
        )
        for batch in ("1", "2")
    ]
    ids = [process.communicate()[0].strip() for process in adding]

    [document] = workspace.documents.list()
    assert ids == [document.id] * 2
    assert document.path.read_bytes() == path.read_bytes()
    assert document.upload_batches == ("1", "2")
    assert len(list(workspace.documents.folder.iterdir())) == 1


def test_new_files_are_looked_at_on_all_cores(workspace, tmp_path, monkeypatch) -> None:
    """One that looks waits here until another one does, too."""
    monkeypatch.setattr("curation_kit.documents.library.cores", lambda: 2)
    library = DocumentLibrary(
        workspace._database, workspace.documents.folder, look=meet
    )
    added = library.add(files_that_meet(tmp_path, 3))
    assert [item.preflight.title for item in added] == ["0.pdf", "1.pdf", "2.pdf"]
